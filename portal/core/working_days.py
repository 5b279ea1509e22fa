"""Working days: Monday to Friday without the bank holidays of a nation. Clocks run in them, by dates in the United Kingdom."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import holidays
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from portal.core.i18n import lazy_gettext as _l

Nation = Literal["england", "wales", "scotland", "northern_ireland"]
SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR"}
ONE_DAY = timedelta(days=1)
INSTEAD = " (observed)"
"""How the name of a substitute day ends, where we get names from."""
NAMES: Mapping[str, LazyString] = MappingProxyType(
    {
        "New Year's Day": _l("New Year's Day"),
        "Saint Patrick's Day": _l("St Patrick's Day"),
        "Good Friday": _l("Good Friday"),
        "Easter Monday": _l("Easter Monday"),
        "Christmas Day": _l("Christmas Day"),
        "Boxing Day": _l("Boxing Day"),
    }
)
"""Bank holidays that people call by a name; the others they call bank holidays."""


def bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    """The bank holidays of one nation, with substitute days."""
    return _bank_holidays(SUBDIVISIONS[nation], year)


def bank_holiday_name(day: date, nation: Nation = "england") -> str | None:
    """What a bank holiday there is called, "Christmas Day" or "Bank holiday for Boxing Day"; None on any other day."""
    told = _named_holidays(SUBDIVISIONS[nation], day.year).get(day)
    if told is None:
        return None
    name = NAMES.get(told.removesuffix(INSTEAD))
    if name is None:
        return _("Bank holiday")
    return _("Bank holiday for %(name)s", name=name) if told.endswith(INSTEAD) else str(name)


def is_working_day(day: date, nation: Nation = "england") -> bool:
    """Whether offices there are open."""
    return day.weekday() < 5 and day not in bank_holidays(nation, day.year)


def between(after: date, until: date, nation: Nation = "england") -> int:
    """Working days after one date, up to and with another; 0 where that is not later."""
    days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
    return sum(is_working_day(day, nation) for day in days)


def later(after: date, count: int, nation: Nation = "england") -> date:
    """The date on which so many working days have passed since another; that date itself for none."""
    day = after
    while count > 0:
        day += ONE_DAY
        count -= is_working_day(day, nation)
    return day


@lru_cache(maxsize=64)
def _bank_holidays(subdivision: str, year: int) -> frozenset[date]:
    return frozenset(_named_holidays(subdivision, year))


@lru_cache(maxsize=64)
def _named_holidays(subdivision: str, year: int) -> Mapping[date, str]:
    return MappingProxyType(dict(holidays.country_holidays("GB", subdiv=subdivision, years=year)))
