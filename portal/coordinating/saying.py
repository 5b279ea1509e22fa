"""Days and reasons in words, for the templates of this package."""

from datetime import date, datetime, timedelta

from flask_babel.speaklater import LazyString

from portal.coordinating.kinds import SPACE
from portal.coordinating.reaching import LEFT_OUT
from portal.core import clock, wording

A_MONDAY = date(2026, 1, 5)
FAR = 300


def short_day(told: date | datetime) -> str:
    """ "24 November", of a day or of the day of a moment."""
    return wording.short_date(clock.local(told).date() if isinstance(told, datetime) else told)


def long_day(day: date) -> str:
    """ "Tuesday 24 November"; with the year where it is far."""
    return wording.day(day) if abs((day - clock.today()).days) < FAR else wording.full_date(day)


def weekday_named(number: int) -> str:
    """ "Tuesday", of 1."""
    return wording.weekday(A_MONDAY + timedelta(days=number))


def why_left_out(reason: str) -> str:
    """Why a group was not asked."""
    return str(LEFT_OUT.get(reason, LEFT_OUT["gone"]))


def space_answers() -> dict[str, LazyString]:
    """What can be said of space."""
    return SPACE
