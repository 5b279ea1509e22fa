"""By when a worry is read: within the working day on which it was raised. Source: journeys.md 4."""

from datetime import datetime, time
from typing import cast

from portal.core import clock, working_days
from portal.core.clock import LONDON
from portal.core.working_days import Nation
from portal.referrals.models import SafetyConcern

DAY_ENDS = time(17)
"""On a clock in the United Kingdom. What is raised after it, or on a day off, is read on the working day that follows."""


def read_by(at: datetime, nation: Nation = "england") -> datetime:
    """The end of the working day on which a worry that was raised at this moment is read."""
    raised = clock.local(at)
    day = raised.date()
    if not working_days.is_working_day(day, nation) or raised.time() >= DAY_ENDS:
        day = working_days.later(day, 1, nation)
    return datetime.combine(day, DAY_ENDS, LONDON)


def due_of(concern: SafetyConcern) -> datetime:
    """By when this one is read."""
    return read_by(concern.at, cast("Nation", concern.nation))


def is_overdue(concern: SafetyConcern) -> bool:
    """Whether nobody has read it, and the day is over."""
    return concern.read_at is None and clock.now() >= due_of(concern)
