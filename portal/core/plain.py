"""Text that people typed or a file holds, without characters that nobody sees."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Categories of Unicode: controls, direction marks, letters that are not assigned, lone surrogates."""
JOINERS = "\u200c\u200d"
"""Unseen too, but the scripts of South Asia and the Arabic script need them."""


def plain(text: str | None) -> str:
    """What can be seen of a text, trimmed. Line ends of any kind are new lines, other white space is spaces. NFC."""
    if not text:
        return ""
    if text.isascii() and text.isprintable():
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", "".join(_seen(letter) for letter in lines)).strip()


def one_line(text: str | None) -> str:
    """What can be seen of a text, on one line in single spaces."""
    return " ".join(plain(text).split())


def _seen(letter: str) -> str:
    if letter == "\n" or letter in JOINERS:
        return letter
    if letter in "\u2028\u2029":
        return "\n"
    if letter.isspace():
        return " "
    return "" if unicodedata.category(letter) in UNSEEN else letter


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address, as it is written; nobody is asked whether anyone reads it."""
    try:
        validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
