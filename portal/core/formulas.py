"""Texts that a spreadsheet would run as formulas: marked on the way out, and the mark taken off on the way in.

Source: OWASP, "CSV Injection"; ASVS 1.2.10. What begins with the mark and such a letter gets one mark more, so that a text
that was written with a mark comes back with it.
"""

import re

MARK = "'"
FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What begins a formula, in its full-width form too."""


def disarmed(text: str) -> str:
    """A text that no spreadsheet runs: with a mark in front, where it needs one."""
    return MARK + text if FORMULA.match(text) else text


def armed(text: str) -> str:
    """A text as it was before it was disarmed."""
    return text[1:] if text.startswith(MARK) and FORMULA.match(text) else text
