"""Days of huddles: the one an address names, the next one, and what a bank holiday means for it."""

import re
from datetime import date, timedelta

from portal.core import clock, working_days
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.working_days import Nation

A_WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
FARTHEST = timedelta(days=370)
"""A huddle is not opened for a day further ahead than this."""
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NATIONS: dict[str, Nation] = {
    "E": "england",
    "W": "wales",
    "S": "scotland",
    "9": "northern_ireland",
    "N": "northern_ireland",
}
"""By the first letter of an official area's code."""


def day_in(told: str) -> date:
    """The day that an address names, like "2026-11-24". Raises NotFound for what is none."""
    try:
        return date.fromisoformat(told) if ISO.fullmatch(told) else _none()
    except ValueError:
        return _none()


def nation_of(code: str | None) -> Nation:
    """The nation in which an official area lies, whose bank holidays count."""
    return NATIONS.get((code or "E")[:1], "england")


def usual_after(day: date, weekday: int) -> date:
    """The first usual day after another. `weekday`: 0 for Monday."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def working_from(day: date, nation: Nation) -> date:
    """The day itself, or the next on which offices are open."""
    while not working_days.is_working_day(day, nation):
        day += ONE_DAY
    return day


def proposed_after(day: date, weekday: int, nation: Nation) -> tuple[date, date]:
    """The usual day after another, and the working day that is proposed for it: the same but for bank holidays."""
    usual = usual_after(day, weekday)
    return usual, working_from(usual, nation)


def is_bank_holiday(day: date, nation: Nation) -> bool:
    """Whether a day is one there."""
    return day in working_days.bank_holidays(nation, day.year)


def may_be_opened(day: date) -> bool:
    """Whether a huddle that nobody has begun may be opened on a day: today, or one that lies not too far ahead."""
    return clock.today() <= day <= clock.today() + FARTHEST


def _none() -> date:
    raise NotFound(_("There is no such day. Write the day like 2026-11-24."))
