"""NHS numbers: ten digits of which the last is a check digit, modulus 11. Source: NHS Data Dictionary, NHS NUMBER.

Examples begin with 999, which is given to nobody.
"""

import re

from stdnum.gb import nhs

from portal.codes.typed import Readable, compact
from portal.core.i18n import lazy_gettext as _l

SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
TEN_DIGITS = re.compile(r"[0-9]{10}")
DOT = "\u2022"


def read(text: str | None) -> str | None:
    """The ten digits that were typed, or None: too few, a wrong check digit, or one digit ten times, which passes the sum."""
    number = compact(text)
    is_right = TEN_DIGITS.fullmatch(number) and len(set(number)) > 1 and nhs.is_valid(number)
    return number if is_right else None


def shown(number: str) -> str:
    """ "999 123 4551", as it is written and read out."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def masked(number: str) -> str:
    """ "••• ••• •551". A page says `ending` beside it for who hears it."""
    return f"{DOT * 3} {DOT * 3} {DOT}{ending(number)}"


def ending(number: str) -> str:
    """ "551", enough to tell two people apart who are in the same room."""
    return number[-3:]


class NhsNumber(Readable):
    """A check: what was typed is an NHS number."""

    sentence = _l("Enter a 10 digit NHS number, like 999 123 4551")

    def read(self, text: str) -> str | None:
        """See `read`."""
        return read(text)
