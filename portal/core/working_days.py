"""Working days: Monday to Friday without the bank holidays of a nation. Clocks run in them, by dates in the United Kingdom."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import holidays

Nation = Literal["england", "wales", "scotland", "northern_ireland"]
SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR"}
ONE_DAY = timedelta(days=1)


def bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    """The bank holidays of one nation, with substitute days."""
    return _bank_holidays(SUBDIVISIONS[nation], year)


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
    return frozenset(holidays.country_holidays("GB", subdiv=subdivision, years=year))
