"""Periods of four weeks from a Monday, one after the other since 5 January 2026, the same for every trial.

Trials begin and end with one, and figures are of one. So what two trials publish of a place is of the same days or of others, and
never of days that are partly the same: nothing can be taken from another.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from portal.core import clock

WEEKS = 4
MOST = 6
"""Periods of one trial: what holds for longer than half a year is no trial."""
LENGTH = timedelta(weeks=WEEKS)
BEGINNING = date(2026, 1, 5)
NOTED_LATE = timedelta(days=3)
"""How long after a period it is counted: what visitors did is added up by then."""


@dataclass(frozen=True, order=True)
class Period:
    """One period. `number`: how many came before it since the beginning; below 0 before that."""

    number: int

    @property
    def first(self) -> date:
        """Its first day, a Monday."""
        return BEGINNING + self.number * LENGTH

    @property
    def last(self) -> date:
        """Its last day, a Sunday."""
        return self.after - timedelta(days=1)

    @property
    def after(self) -> date:
        """The day after its last."""
        return self.first + LENGTH

    @property
    def is_due(self) -> bool:
        """Whether it ended long enough ago to be counted."""
        return clock.today() >= self.after + NOTED_LATE

    def earlier(self, periods: int) -> "Period":
        """The one that came so many before it."""
        return Period(self.number - periods)


def period_of(day: date) -> Period:
    """The one that a day is in."""
    return Period((day - BEGINNING) // LENGTH)


def to_come(periods: int) -> list[Period]:
    """The next ones that begin today or later, in order."""
    now = period_of(clock.today())
    first = now if now.first == clock.today() else now.earlier(-1)
    return [first.earlier(-number) for number in range(periods)]


def within(first: date, last: date) -> list[Period]:
    """Those that lie whole between two days, both included, in order."""
    begin = period_of(first)
    if begin.first < first:
        begin = begin.earlier(-1)
    found = []
    while begin.last <= last:
        found.append(begin)
        begin = begin.earlier(-1)
    return found
