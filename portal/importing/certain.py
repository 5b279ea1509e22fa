"""Facts in a source's own words that can mean one thing only: ages, sex, languages, prices, how to join.

Each function reads a whole text or nothing of it. What it cannot read stays text, word for word.
"""

import json
import re
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale

OLDEST = 120
YEARS = r"(?: ?(?:years?(?: olds?| of age)?|yrs?))?"
TO = r" ?(?:-|\u2013|\u2014|to|until) ?"
FROM_TO = re.compile(rf"(?:ages?d? |from |between )?(\d{{1,3}}){YEARS}(?:{TO}| and )(\d{{1,3}}){YEARS}")
FROM = re.compile(
    rf"(?:ages?d? |from |over )?(\d{{1,3}}){YEARS} ?(?:\+|plus|(?:and |or )?(?:over|above|upwards?|older|up))"
)
AT_LEAST = re.compile(rf"from (\d{{1,3}}){YEARS}")
UP_TO = re.compile(rf"(?:up to|(?:ages? )?0{TO}) ?(\d{{1,3}}){YEARS}")
ANY_AGE = frozenset({"all ages", "any age", "everyone", "all"})
SHEET_DATE = re.compile(r"(\d{1,2})[- /]([A-Za-z]{3})|([A-Za-z]{3})[- /](\d{1,2})")
"""What a spreadsheet makes of "5-11" or "10-12": "05-Nov", "10-Dec"."""

WOMEN = frozenset({"women", "women only", "female", "females", "females only", "female only", "woman"})
MEN = frozenset({"men", "men only", "male", "males", "males only", "male only", "man"})
FREE = frozenset(
    {"free", "free of charge", "no charge", "no cost", "no fee", "£0", "0", "£0.00", "it is free", "this is free"}
)
DONATION = frozenset(
    {"donation", "donations", "by donation", "donations welcome", "voluntary donation", "pay what you can"}
)
PRICE = re.compile(r"£ ?(\d{1,4}(?:\.\d\d)?)(?: ?(?:per|a|each|/) ?(?:session|class|visit|week|time|meeting))?")
DROP_IN = frozenset(
    {"drop in", "drop-in", "open door", "just turn up", "turn up", "no referral needed", "walk in", "walk-in"}
)
SELF = frozenset({"self referral", "self-referral", "self referrals", "self-referrals", "self refer", "self-refer"})
REFERRED = frozenset(
    {"referral only", "professional referral", "professional referral only", "agency referral", "agency referral only"}
)
EITHER = frozenset({"referral or self-refer", "referral or self-referral", "self-referral or professional referral"})
TRUE = frozenset({"true", "yes", "y", "1", "active", "open", "live", "current"})
FALSE = frozenset({"false", "no", "n", "0", "inactive", "closed", "ended", "removed", "not active"})

Ages = tuple[int | None, int | None]


def ages_in(text: str) -> Ages | None:
    """Lowest and highest age, each perhaps none, or None where the text is not surely ages: "over 50" may begin at 51."""
    small = text.strip().lower().rstrip(".")
    if small in ANY_AGE:
        return None, None
    if found := FROM_TO.fullmatch(small):
        return _in_order(int(found[1]), int(found[2]))
    if found := FROM.fullmatch(small) or AT_LEAST.fullmatch(small):
        return _in_order(int(found[1]), None)
    if found := UP_TO.fullmatch(small):
        return _in_order(None, int(found[1]))
    return None


def is_sheet_date(text: str) -> bool:
    """True for "05-Nov": a spreadsheet took two numbers for a date, and which two is not certain."""
    return SHEET_DATE.fullmatch(text.strip()) is not None


def eligibility_in(value: Any) -> tuple[Ages, tuple[str, ...]] | None:
    """Ages and audience of a record such as {"allows_male": false, "minimum_age": 18}. None where it is another thing."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if not isinstance(value, dict) or not set(value) <= {"allows_female", "allows_male", "minimum_age", "maximum_age"}:
        return None
    lowest, highest = (_age(value.get(key)) for key in ("minimum_age", "maximum_age"))
    sexes = value.get("allows_female"), value.get("allows_male")
    audience = ("women_only",) if sexes == (True, False) else ("men_only",) if sexes == (False, True) else ()
    return _in_order(lowest, highest) or (None, None), audience


def audience_in(text: str) -> tuple[str, ...]:
    """The values of the filter `who` that a text about sex surely means."""
    small = text.strip().lower()
    return ("women_only",) if small in WOMEN else ("men_only",) if small in MEN else ()


def languages_in(text: str) -> tuple[str, ...]:
    """Codes of languages, if every word of the text is one's name or code."""
    names = [part.strip().lower() for part in re.split(r"[,;/|]| and |&", text) if part.strip()]
    codes = [_language_codes().get(name) for name in names]
    return () if None in codes else tuple(sorted({code for code in codes if code}))


def price_in(text: str) -> tuple[str, Decimal | None] | None:
    """Kind and pounds of one plain price: "Free", "By donation", "£3 per session". None for anything longer."""
    small = text.strip().lower().rstrip(".!")
    if small in FREE:
        return "free", None
    if small in DONATION:
        return "donation", None
    found = PRICE.fullmatch(small)
    return ("paid", Decimal(found[1])) if found and Decimal(found[1]) else None


def joining_in(text: str) -> tuple[str, ...]:
    """The values of the filter `join` that a text surely means."""
    small = text.strip().lower().rstrip(".")
    if small in EITHER:
        return ("self_refer",)
    kinds = {"drop_in": DROP_IN, "self_refer": SELF, "professional_only": REFERRED}
    return tuple(value for value, words in kinds.items() if small in words)


def yes_or_no(text: str) -> bool | None:
    """True or False for a plain yes or no, else None."""
    small = text.strip().lower()
    return True if small in TRUE else False if small in FALSE else None


def _age(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= OLDEST else None


def _in_order(lowest: int | None, highest: int | None) -> Ages | None:
    if (lowest or 0) > OLDEST or (highest or 0) > OLDEST:
        return None
    if lowest is not None and highest is not None and lowest > highest:
        return None
    return lowest or None, highest


@cache
def _language_codes() -> dict[str, str]:
    codes = {str(name).lower(): code for code, name in Locale("en").languages.items() if "_" not in code}
    own = {"british sign language": "bsl", "bsl": "bsl", "farsi": "fa", "dari": "fa", "panjabi": "pa", "sylheti": "syl"}
    return codes | {code: code for code in codes.values() if len(code) == 2} | own
