"""Answers to the question of a trial: counted by day, by their place in the list. Nothing of who answered is kept.

A page notes a line as `portal.core.tallies` says; the worker folds it into `trial_answer`.
"""

from uuid import UUID

from sqlalchemy import select

from portal.core import clock, tallies, throttle
from portal.core.database import put_into
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.viewer import may_be_signed_in
from portal.directory import counting
from portal.trials.here import Running, running
from portal.trials.models import Trial, TrialAnswer
from portal.trials.slots import MOST_ANSWERS

FOLDER = "trials"
MOST_AN_HOUR = 30
"""From one network address: a library has one for all its visitors."""


def trial_asking(trial_id: UUID) -> Running | None:
    """The trial whose question runs today."""
    return next((one for one in running() if one.id == trial_id and one.answers), None)


def note(trial: Running, answer: int, *, asked_by: str) -> bool:
    """Count an answer; False where there is no such one. Machines that say so and people who are signed in are not counted.

    `asked_by` is a network address, for the limit only. Raises TooManyRequests.
    """
    if not any(1 <= answer <= len(told) for told in trial.answers.values()):
        return False
    throttle.hit("trial-answer", asked_by, limit=MOST_AN_HOUR, seconds=3600)
    if not may_be_signed_in() and not counting.is_machine():
        tallies.note(FOLDER, clock.today().isoformat(), str(trial.id), str(answer))
    return True


@job("trials.fold")
def fold() -> None:
    """Add up what was noted since the last time."""
    with tallies.added_up(FOLDER, parts=3) as noted:
        known = {str(one): one for one in db.session.scalars(select(Trial.id))} if noted else {}
        for (told, trial_id, answer), count in noted.items():
            day = tallies.day_of(told)
            if day is None or trial_id not in known or answer not in {str(n) for n in range(1, MOST_ANSWERS + 1)}:
                continue
            values = {"trial_id": known[trial_id], "day": day, "answer": int(answer), "count": count}
            put = put_into(db.session(), TrialAnswer).values(values)
            sum_of_both = {"count": TrialAnswer.count + put.excluded.count}
            db.session.execute(
                put.on_conflict_do_update(index_elements=["trial_id", "day", "answer"], set_=sum_of_both)
            )
        db.session.commit()
