"""How long a group still has to answer, in words."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from flask_babel import ngettext

from portal.core import clock, wording, working_days
from portal.core.i18n import gettext as _
from portal.core.working_days import Nation
from portal.referrals.models import Introduction
from portal.referrals.states import State

SOON = 2
"""Working days left from which on the group has to hurry."""


@dataclass(frozen=True)
class Left:
    """`tag` is short, for a mark; `by` the day in words. `tone`: "act" hurries, "ended" stands still."""

    tag: str
    by: str | None
    tone: Literal["act", "calm", "ended"]


def left_of(introduction: Introduction) -> Left:
    """What is left of the time to answer. It stands still while the referrer owes an answer."""
    state = State(introduction.state)
    if state is State.INFO_REQUESTED:
        return Left(_("Waits for their reply"), None, "ended")
    day = introduction.respond_by
    if day is None:
        return Left(_("To answer"), None, "calm")
    by = wording.day(day)
    if day < clock.today():
        late = _working_days(day, clock.today(), introduction)
        if late == 0:
            return Left(_("Answer is late"), by, "act")
        return Left(ngettext("%(num)s working day late", "%(num)s working days late", late), by, "act")
    left = _working_days(clock.today(), day, introduction)
    if left == 0:
        return Left(_("Answer today"), by, "act")
    words = ngettext("%(num)s working day left", "%(num)s working days left", left)
    return Left(words, by, "act" if left <= SOON else "calm")


def _working_days(after: date, until: date, introduction: Introduction) -> int:
    return working_days.between(after, until, cast("Nation", introduction.nation))
