"""How long a group has to answer, in working days of its nation, and what happens at each mark. Settings of the network.

A clock runs from the day of sending; a question of the group's stops it until it is answered. Days are dates in the United
Kingdom, so that a clock change moves nothing.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import cast

from sqlalchemy import update

from portal.core import choices, clock, working_days
from portal.core.extensions import db
from portal.core.working_days import Nation
from portal.referrals.models import Introduction
from portal.referrals.states import SAID_YES, State

CHOICE = "referral-clocks"


@dataclass(frozen=True)
class Clocks:
    """Working days, but where a name says months, weeks or tries."""

    remind_first: int = 2
    remind_again: int = 5
    tell_referrer: int = 7
    expire: int = 10
    question_reminds: int = 3
    question_ends: int = 10
    tries: int = 3
    tries_on_days: int = 3
    tries_by_ways: int = 2
    missed_visits: int = 2
    link_days: int = 14
    hidden_after_months: int = 6
    reopen_days: int = 90
    correct_days: int = 30
    chase_again: int = 3
    ending_weeks: int = 6

    @property
    def marks(self) -> tuple[int, ...]:
        """When something happens while a group has not answered: two reminders, a word to the referrer, the end."""
        return (self.remind_first, self.remind_again, self.tell_referrer, self.expire)


def clocks() -> Clocks:
    """As the network has set them."""
    chosen = choices.chosen(CHOICE)
    known = {field.name for field in fields(Clocks)}
    return Clocks(**{name: value for name, value in chosen.items() if name in known and isinstance(value, int)})


def set_clocks(new: Clocks) -> None:
    """Set them for the network. Marks that were passed stay passed; the next of each clock that runs is looked at anew."""
    choices.choose(CHOICE, asdict(new))
    running = update(Introduction).where(Introduction.clock_since.is_not(None))
    db.session.execute(running.values(clock_on=clock.today()))


def start(introduction: Introduction) -> None:
    """Start the clock today."""
    introduction.clock_spent, introduction.clock_step = 0, 0
    introduction.clock_since = clock.today()
    introduction.respond_by = working_days.later(clock.today(), clocks().remind_again, _nation(introduction))
    _put_next(introduction)


def stop(introduction: Introduction) -> None:
    """Let it stand: the group waits for an answer, or there is nothing left to wait for."""
    introduction.clock_spent = waited(introduction)
    introduction.clock_since = introduction.clock_on = None


def go_on(introduction: Introduction) -> None:
    """Let it run on from where it stood."""
    introduction.clock_since = clock.today()
    left = max(clocks().remind_again - introduction.clock_spent, 1)
    introduction.respond_by = working_days.later(clock.today(), left, _nation(introduction))
    _put_next(introduction)


def waited(introduction: Introduction, until: date | None = None) -> int:
    """Working days that the clock has counted."""
    if introduction.clock_since is None:
        return introduction.clock_spent
    return introduction.clock_spent + working_days.between(
        introduction.clock_since, until or clock.today(), _nation(introduction)
    )


def pass_marks(introduction: Introduction) -> list[int]:
    """Pass what is due today. Gives the numbers of the marks that were passed: 0 and 1 remind, 2 tells, 3 ends."""
    passed, days = [], waited(introduction)
    marks = clocks().marks
    while introduction.clock_step < len(marks) and marks[introduction.clock_step] <= days:
        passed.append(introduction.clock_step)
        introduction.clock_step += 1
    _put_next(introduction)
    return passed


def ask_next(introduction: Introduction) -> None:
    """Put the day on which somebody is next asked for something, as its state and its first date have it."""
    state, today = State(introduction.state), clock.today()
    introduction.ask_on = None
    if state is State.INFO_REQUESTED:
        introduction.ask_on = working_days.later(today, clocks().question_reminds, _nation(introduction))
    elif state is State.IN_PROGRESS:
        introduction.ask_on = today + timedelta(weeks=clocks().ending_weeks)
    elif state in SAID_YES and introduction.first_date is not None and introduction.first_date >= today:
        introduction.ask_on = introduction.first_date + timedelta(days=1)


def _put_next(introduction: Introduction) -> None:
    marks = clocks().marks
    if introduction.clock_since is None or introduction.clock_step >= len(marks):
        introduction.clock_on = None
        return
    left = max(marks[introduction.clock_step] - introduction.clock_spent, 0)
    introduction.clock_on = working_days.later(introduction.clock_since, left, _nation(introduction))


def _nation(introduction: Introduction) -> Nation:
    return cast("Nation", introduction.nation)
