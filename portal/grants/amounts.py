"""Amounts of money: as people type them, and as bands, which is all that leaves the pages of those who give it."""

import re
import unicodedata
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal
from flask_babel import gettext as _

from portal.core.plain import one_line
from portal.core.wording import money

MOST_PENCE = 100_000_000_00
"""A hundred million pounds."""
TYPED = re.compile(
    r"(?:£|GBP)?\s*(?P<number>[0-9][0-9.,  ]{0,20}?)\s*(?P<times>k|thousand|m|million)?\s*(?:£|GBP|pounds?)?",
    re.IGNORECASE,
)
TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
BANDS = (0, 1_000_00, 5_000_00, 10_000_00, 25_000_00, 50_000_00, 100_000_00, 250_000_00, 1_000_000_00)
"""Pence at which the next band begins. A new one is a number here."""


class Unclear(ValueError):
    """Why what was typed is no amount: the sentence to show."""


def pence_of(typed: str) -> int:
    """The pence of an amount as people type it: "£5,000", "5k", "5000.50 pounds". Raises Unclear."""
    text = one_line(unicodedata.normalize("NFKC", typed[:60]))
    found = TYPED.fullmatch(text)
    if found is None:
        raise Unclear(_("Enter an amount in pounds, like £5,000 or 5k"))
    try:
        number = parse_decimal(found["number"].replace(" ", "").strip(), locale="en_GB", strict=True)
    except NumberFormatError as problem:
        raise Unclear(_("Enter an amount in pounds, like £5,000 or 5k")) from problem
    pence = Decimal(number) * TIMES.get((found["times"] or "").lower(), 1) * 100
    if pence != pence.to_integral_value():
        raise Unclear(_("Use two digits for the pence at most, like £12.50"))
    if not 0 < pence <= MOST_PENCE:
        raise Unclear(_("Enter an amount above nothing and up to %(most)s", most=money(MOST_PENCE)))
    return int(pence)


def band(pence: int) -> str:
    """The band that an amount is in: "£5,000 to £10,000"."""
    following = next((start for start in BANDS if start > pence), None)
    if following is None:
        return _("%(amount)s or more", amount=money(BANDS[-1]))
    first = BANDS[BANDS.index(following) - 1]
    if first == 0:
        return _("under %(amount)s", amount=money(following))
    return _("%(first)s to %(last)s", first=money(first), last=money(following))
