"""Who a patient is, in one box: an NHS number or a date of birth, whichever the practice has at hand."""

import re
from dataclasses import dataclass
from datetime import date

from portal.codes import dates, nhs_numbers
from portal.codes.dates import Unclear
from portal.codes.typed import compact, plain_digits
from portal.core.i18n import gettext as _
from portal.core.plain import one_line

BETWEEN = re.compile(r"[\s/.,\-\u2010-\u2015]+")
IN_ONE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
YEAR_FIRST = re.compile(r"[0-9]{4}")
NEARLY_TEN = range(9, 12)
"""Digits of what was meant as an NHS number."""


@dataclass(frozen=True)
class Identity:
    """One of the two."""

    nhs_number: str | None = None
    born: date | None = None


def read(typed: str | None) -> Identity:
    """What was typed. Raises Unclear, with the sentence to show."""
    digits = compact(typed)
    if digits.isdecimal() and len(digits) in NEARLY_TEN:
        number = nhs_numbers.read(digits)
        if number is None:
            raise Unclear(
                _("This is not an NHS number: one of its 10 digits is wrong. Check it, or enter the date of birth")
            )
        return Identity(nhs_number=number)
    born = dates.read(_parts(typed))
    if born is None:
        raise Unclear(_("Enter the NHS number, like 999 123 4551, or the date of birth, like 27 3 1964"))
    dates.check_born(born)
    return Identity(born=born)


def _parts(typed: str | None) -> dict[str, str]:
    """Day, month and year of a date as people write it: "27 3 1964", "27/03/1964", "27 March 1964", "27031964", "1964-03-27"."""
    line = plain_digits(one_line(typed))
    if whole := IN_ONE.fullmatch(line):
        return dict(zip(dates.PARTS, whole.groups(), strict=True))
    parts = [part for part in BETWEEN.split(line) if part]
    if len(parts) != len(dates.PARTS):
        raise Unclear(_("Enter the NHS number, like 999 123 4551, or the date of birth, like 27 3 1964"))
    if YEAR_FIRST.fullmatch(parts[0]):
        parts.reverse()
    return dict(zip(dates.PARTS, parts, strict=True))
