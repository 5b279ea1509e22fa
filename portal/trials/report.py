"""Before and after: a measure in the neighbourhood of a trial and in the rest of its area, for as many whole weeks before it
began as it has run. Told as small numbers allow, and with what can and cannot be concluded.

Whole weeks, so that weekends weigh the same on both sides, and so that who looks every day learns nothing of a single one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.small_numbers import is_small, known, told
from portal.geography.models import Neighbourhood
from portal.geography.queries import codes_by_neighbourhood
from portal.trials.here import place_codes
from portal.trials.measures import MEASURES, Days, Measure
from portal.trials.models import Trial, TrialAnswer

A_WEEK = 7
MUCH = 0.2
"""A change of a fifth or more is called one; less is within what any two months differ by."""


@dataclass(frozen=True)
class Side:
    """One row: the neighbourhood, or the rest of the area. Numbers as they may be told."""

    label: str
    before: str
    during: str


@dataclass(frozen=True)
class Answer:
    """An answer of a question, and how often it was given, as it may be told."""

    words: str
    count: str


@dataclass(frozen=True)
class Report:
    """What became of a trial. `weeks` is 0 while no whole week has passed: then nothing is told."""

    measure: Measure | None
    weeks: int
    before: Days | None
    during: Days | None
    sides: tuple[Side, ...]
    answers: tuple[Answer, ...]
    sentences: tuple[str, ...]


def report_of(trial: Trial, language: str) -> Report:
    """The report of a trial as it stands after the last whole week."""
    weeks = whole_weeks(trial)
    measure = MEASURES.get(trial.measure)
    if not weeks:
        return Report(measure, 0, None, None, (), (), (_("Figures are told once a whole week has passed."),))
    during = (trial.starts_on, trial.starts_on + timedelta(days=A_WEEK * weeks - 1))
    before = (trial.starts_on - timedelta(days=A_WEEK * weeks), trial.starts_on - timedelta(days=1))
    answers = _answers(trial, during, language)
    if measure is None:
        return Report(None, weeks, before, during, (), answers, (cannot_tell(),))
    here, rest = _codes(trial)
    counts = [measure.count(here, frozenset(), days) for days in (before, during)]
    others = [measure.count(rest, here, days) for days in (before, during)]
    sides = (
        Side(trial.neighbourhood.name, *map(told, counts)),
        Side(_("The rest of the area"), *map(told, others)),
    )
    return Report(measure, weeks, before, during, sides, answers, conclusions(counts, others))


def whole_weeks(trial: Trial) -> int:
    """How many whole weeks it has run, up to yesterday."""
    last = min(trial.ends_on, clock.today() - timedelta(days=1))
    if trial.stopped_at is not None:
        last = min(last, clock.local(trial.stopped_at).date() - timedelta(days=1))
    return max(0, ((last - trial.starts_on).days + 1) // A_WEEK)


def conclusions(here: list[int], rest: list[int]) -> tuple[str, ...]:
    """What can be said of counts before and during, and what cannot. Made of what readers are told alone."""
    if any(is_small(count) or count == 0 for count in here):
        return (_("The numbers here are too small to say whether anything changed."), cannot_tell())
    mine, theirs = _change(here) or 0, _change(rest)
    said = [_moved(mine)]
    if mine and mine == theirs:
        said.append(
            _("The rest of the area moved the same way, so it is likely that the words had little to do with it.")
        )
    elif theirs is None:
        said.append(_("The numbers of the rest of the area are too small to compare with."))
    elif mine:
        said.append(_("The rest of the area did not move the same way."))
    return (*said, cannot_tell())


def cannot_tell() -> str:
    """What no such report can show."""
    return _(
        "This cannot prove that the words did it: it is one neighbourhood for a few weeks, nobody was chosen by lot, and the "
        "weather, holidays and news weigh too. If it looks good, try it in a second neighbourhood before it is used everywhere."
    )


def _moved(change: int) -> str:
    if change > 0:
        return _("There were more here than before.")
    return _("There were fewer here than before.") if change < 0 else _("Here it stayed about the same.")


def _change(counts: list[int]) -> int | None:
    """1 for more, -1 for fewer, 0 for about the same; None where the first number is small."""
    before, during = known(counts[0]), known(counts[1])
    if not before or is_small(counts[1]):
        return None
    share = (during - before) / before
    return 0 if abs(share) < MUCH else (1 if share > 0 else -1)


def _codes(trial: Trial) -> tuple[frozenset[str], frozenset[str]]:
    """Official areas of the neighbourhood, and of the rest of its set, as they lay on the first day."""
    ids: Iterable[UUID] = db.session.scalars(
        select(Neighbourhood.id).where(Neighbourhood.set_id == trial.neighbourhood.set_id)
    )
    parts = codes_by_neighbourhood(ids, trial.starts_on)
    here = place_codes(parts.get(trial.neighbourhood_id, ()))
    rest = place_codes(code for owner, codes in parts.items() if owner != trial.neighbourhood_id for code in codes)
    return here, rest - here


def _answers(trial: Trial, days: Days, language: str) -> tuple[Answer, ...]:
    if not trial.answers:
        return ()
    counted = select(TrialAnswer.answer, func.sum(TrialAnswer.count)).where(TrialAnswer.trial_id == trial.id)
    counted = counted.where(TrialAnswer.day.between(*days)).group_by(TrialAnswer.answer)
    counts = {answer: int(count) for answer, count in db.session.execute(counted)}
    words = trial.answers.get(language) or next(iter(trial.answers.values()))
    return tuple(Answer(one, told(counts.get(place, 0))) for place, one in enumerate(words, 1))
