"""Whole months, for what is mended sooner than a quarter ends: fixed, one beside the other, and shown once they are over.

Days up to yesterday would let who looks every morning take one reading from the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal.core import clock, wording
from portal.directory.missed import KEPT_FOR

MIDDLE = 15
"""The last day of the first half of a month."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Month:
    """One month. `number`: 1 to 12."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def after(self) -> date:
        """The day after its last."""
        return date(self.year + 1, 1, 1) if self.number == 12 else date(self.year, self.number + 1, 1)

    @property
    def before(self) -> "Month":
        """The one before it."""
        return month_of(self.first - ONE_DAY)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """When it begins in the United Kingdom, and when the next one does."""
        return datetime.combine(self.first, time(), clock.LONDON), datetime.combine(self.after, time(), clock.LONDON)

    @property
    def slug(self) -> str:
        """As addresses name it: "2026-10"."""
        return f"{self.year}-{self.number:02}"

    @property
    def label(self) -> str:
        """ "October 2026"."""
        return wording.month(self.first)


def month_of(day: date) -> Month:
    """The one that a day is in."""
    return Month(day.year, day.month)


def months_kept() -> Sequence[Month]:
    """Those that are over and of which missed searches are all still kept, newest first: eleven or twelve."""
    month, since = month_of(clock.today()).before, clock.today() - KEPT_FOR + ONE_DAY
    found = []
    while month.first >= since:
        found.append(month)
        month = month.before
    return found


def last_half() -> tuple[date, date]:
    """The first and the last day of the last half of a month that is over: no more is wholly kept of what is kept for 30 days."""
    today = clock.today()
    if today.day > MIDDLE:
        return today.replace(day=1), today.replace(day=MIDDLE)
    last = today.replace(day=1) - ONE_DAY
    return last.replace(day=MIDDLE + 1), last
