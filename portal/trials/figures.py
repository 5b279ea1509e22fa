"""Counting for reports of trials: each measure in each neighbourhood of a set and each period once, for good, as it may be told.

A trial counts nothing of its own: whichever trial asks for a place and a period, the answer is the same row. So trials that begin
on many days, or run beside each other, tell no more than one. Of two sets over some of the same ground one is counted in a
period: what lies between the two could be about few people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.core import clock
from portal.core.database import put_into
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.small_numbers import kept
from portal.geography.models import Neighbourhood
from portal.geography.queries import codes_by_neighbourhood, sets_in_order
from portal.trials.here import place_codes
from portal.trials.measures import MEASURES
from portal.trials.models import Trial, TrialAnswer, TrialFigure
from portal.trials.periods import Period, period_of, within

Wanted = tuple[str, UUID, Period]
"""A measure, a set of neighbourhoods, and a period."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Compared:
    """The periods of a trial that are over, and as many before it began; in order. Both empty while none is."""

    before: tuple[Period, ...]
    during: tuple[Period, ...]


def compared(trial: Trial) -> Compared:
    """Which periods a trial is told by. Of one that was stopped, those that it ran whole."""
    during = tuple(one for one in within(trial.starts_on, last_day(trial)) if one.is_due)
    before = period_of(trial.starts_on)
    return Compared(tuple(before.earlier(back) for back in range(len(during), 0, -1)), during)


def last_day(trial: Trial) -> date:
    """The last day on which it held, whole."""
    if trial.stopped_at is None:
        return trial.ends_on
    return min(trial.ends_on, clock.local(trial.stopped_at).date() - A_DAY)


@job("trials.count")
def count() -> None:
    """Count what reports need and was never counted, and answers of trials that are over. What was counted stays."""
    trials = db.session.scalars(select(Trial).join(Trial.neighbourhood)).all()
    missing, order = _wanted(trials) - _counted_already(), _sets()
    for measure, set_id, period in sorted(missing, key=lambda one: (order[one[1]], one[0], one[2])):
        _count(measure, set_id, period)
    for trial in trials:
        if trial.answers and trial.told is None and _is_over(trial):
            trial.told = _answers(trial)


def figures_of(trial: Trial, periods: Iterable[Period]) -> Mapping[tuple[UUID, Period], int | None]:
    """What was counted of a trial's measure in its set, by neighbourhood and period. None: 1 to 7."""
    firsts = [one.first for one in periods]
    wanted = select(TrialFigure).join(Neighbourhood, Neighbourhood.id == TrialFigure.neighbourhood_id).where(
        TrialFigure.measure == trial.measure, TrialFigure.starts_on.in_(firsts),
        Neighbourhood.set_id == trial.neighbourhood.set_id,
    )  # fmt: skip
    return {(one.neighbourhood_id, period_of(one.starts_on)): one.value for one in db.session.scalars(wanted)}


def _wanted(trials: Sequence[Trial]) -> set[Wanted]:
    found: set[Wanted] = set()
    for trial in trials:
        if trial.measure in MEASURES:
            about = compared(trial)
            periods = (*about.before, *about.during)
            found |= {(trial.measure, trial.neighbourhood.set_id, period) for period in periods}
    return found


def _counted_already() -> set[Wanted]:
    wanted = select(TrialFigure.measure, Neighbourhood.set_id, TrialFigure.starts_on).distinct()
    wanted = wanted.join(Neighbourhood, Neighbourhood.id == TrialFigure.neighbourhood_id)
    return {(measure, set_id, period_of(day)) for measure, set_id, day in db.session.execute(wanted)}


def _sets() -> dict[UUID, int]:
    """Which place each set has where two hold the same ground."""
    return {one.id: number for number, one in enumerate(sets_in_order())}


def _count(measure: str, set_id: UUID, period: Period) -> None:
    hoods = db.session.scalars(select(Neighbourhood.id).where(Neighbourhood.set_id == set_id)).all()
    parts = codes_by_neighbourhood(hoods, period.first)
    ground = place_codes(code for codes in parts.values() for code in codes)
    if ground & _ground_of_others(measure, set_id, period):
        return
    days = (period.first, period.last)
    for hood in sorted(parts, key=str):
        value = kept(MEASURES[measure].count(place_codes(parts[hood]), days))
        row = {"measure": measure, "neighbourhood_id": hood, "starts_on": period.first, "value": value}
        put = put_into(db.session(), TrialFigure).values(row)
        db.session.execute(put.on_conflict_do_nothing(index_elements=["measure", "neighbourhood_id", "starts_on"]))


def _ground_of_others(measure: str, set_id: UUID, period: Period) -> frozenset[str]:
    wanted = select(TrialFigure.neighbourhood_id).join(Neighbourhood, Neighbourhood.id == TrialFigure.neighbourhood_id)
    wanted = wanted.where(TrialFigure.measure == measure, TrialFigure.starts_on == period.first)
    others = db.session.scalars(wanted.where(Neighbourhood.set_id != set_id)).all()
    return place_codes(code for codes in codes_by_neighbourhood(others, period.first).values() for code in codes)


def _is_over(trial: Trial) -> bool:
    """Whether nothing more of it will be told, and all that is can be: it has run, or was stopped, and its last period is due."""
    if trial.stopped_at is None and trial.ends_on >= clock.today():
        return False
    ran = within(trial.starts_on, last_day(trial))
    return bool(ran) and ran[-1].is_due


def _answers(trial: Trial) -> dict[str, int | None]:
    """How often each answer was given in its whole periods, as it may be told; by its place in the list."""
    ran = within(trial.starts_on, last_day(trial))
    wanted = select(TrialAnswer.answer, func.sum(TrialAnswer.count)).where(
        TrialAnswer.trial_id == trial.id, TrialAnswer.day.between(ran[0].first, ran[-1].last)
    )
    found = {answer: int(number) for answer, number in db.session.execute(wanted.group_by(TrialAnswer.answer))}
    most = max(len(one) for one in trial.answers.values())
    return {str(place): kept(found.get(place, 0)) for place in range(1, most + 1)}
