"""Before and after: a measure in the neighbourhood of a trial and in the rest of its area, for as many periods before it began as
it has run. Made of what `figures.py` kept alone, which holds no number that may not be told; and what can be concluded of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from portal.core.small_numbers import SMALLEST, of_kept, rule
from portal.trials.figures import compared, figures_of
from portal.trials.measures import MEASURES, Measure
from portal.trials.models import Trial
from portal.trials.periods import Period

MUCH = 0.2
"""A change of a fifth or more is called one; less is within what any two months differ by."""


@dataclass(frozen=True)
class Row:
    """One period. Numbers as they may be told; `rest` is the sum of the rounded numbers of the other neighbourhoods."""

    period: Period
    is_during: bool
    here: str
    rest: str


@dataclass(frozen=True)
class Answer:
    """An answer of a question, and how often it was given, as it may be told."""

    words: str
    count: str


@dataclass(frozen=True)
class Report:
    """What became of a trial. No rows while no period of it is over: then nothing is told."""

    measure: Measure | None
    rows: tuple[Row, ...]
    answers: tuple[Answer, ...]
    sentences: tuple[str, ...]

    @property
    def how(self) -> list[str]:
        """How its rows are counted, in sentences."""
        return [
            *([str(self.measure.how)] if self.measure else []),
            _("Periods are four weeks from a Monday, the same for all trials."),
            *rule(),
            _(
                "The rest of the area are the rounded numbers of the other neighbourhoods of its set together, "
                "without those under %(smallest)s.",
                smallest=SMALLEST,
            ),
            _("Figures of a period are told some days after it has ended, and never change after that."),
        ]


Figures = Mapping[tuple[UUID, Period], int | None]


def report_of(trial: Trial, language: str) -> Report:
    """The report of a trial as far as it is told."""
    about, measure, answers = compared(trial), MEASURES.get(trial.measure), _answers(trial, language)
    if not about.during:
        told = _("Figures of a period are told some days after it has ended, and never change after that.")
        return Report(measure, (), answers, (told,))
    if measure is None:
        return Report(None, (), answers, (cannot_tell(),))
    periods = (*about.before, *about.during)
    figures, mine = figures_of(trial, periods), trial.neighbourhood_id
    rows = tuple(
        Row(one, one in about.during, _here(figures, mine, one), _told_rest(figures, mine, one)) for one in periods
    )
    here = [_sum([figures.get((mine, one)) for one in side]) for side in (about.before, about.during)]
    rest = [sum(_rest(figures, mine, one) for one in side) for side in (about.before, about.during)]
    return Report(measure, rows, answers, conclusions(here, rest))


def conclusions(here: Sequence[int | None], rest: Sequence[int]) -> tuple[str, ...]:
    """What can be said of rounded sums before and during, and what cannot. None: some of it may not be told."""
    mine, theirs = _change(*here), _change(*rest)
    if mine is None:
        return (_("The numbers here are too small to say whether anything changed."), cannot_tell())
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


def _change(before: int | None, during: int | None) -> int | None:
    """1 for more, -1 for fewer, 0 for about the same; None where one of both is not known or nothing."""
    if not before or not during:
        return None
    share = (during - before) / before
    return 0 if abs(share) < MUCH else (1 if share > 0 else -1)


def _sum(values: Sequence[int | None]) -> int | None:
    """What rounded numbers come to; None where one of them may not be told."""
    told = [one for one in values if one is not None]
    return sum(told) if len(told) == len(values) else None


def _here(figures: Figures, mine: UUID, period: Period) -> str:
    key = (mine, period)
    return of_kept(figures[key]) if key in figures else _("not shown")


def _rest(figures: Figures, mine: UUID, period: Period) -> int:
    """The rounded numbers of the other neighbourhoods together: of no more than what each of them tells."""
    return sum(value or 0 for (hood, when), value in figures.items() if hood != mine and when == period)


def _told_rest(figures: Figures, mine: UUID, period: Period) -> str:
    values = [value for (hood, when), value in figures.items() if hood != mine and when == period]
    total = sum(value or 0 for value in values)
    return _("not shown") if not values or (not total and None in values) else f"{total:,}"


def _answers(trial: Trial, language: str) -> tuple[Answer, ...]:
    if not trial.answers or trial.told is None:
        return ()
    words = trial.answers.get(language) or next(iter(trial.answers.values()))
    return tuple(Answer(one, of_kept(trial.told.get(str(place)))) for place, one in enumerate(words, 1))
