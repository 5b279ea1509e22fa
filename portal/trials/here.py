"""What a page shows in a slot: the words of a trial that runs here today, or else what stands there everywhere.

A page knows where it is without a cookie: it is of a neighbourhood, of a search near a place, or of a listing at a place. What
runs is read once a minute in each process, so that a page asks the database nothing of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import current_locale
from portal.core.remembered import remembered
from portal.geography.models import Neighbourhood
from portal.geography.places import Place
from portal.geography.queries import codes_by_neighbourhood, codes_within
from portal.trials.models import Trial
from portal.trials.slots import SLOTS

SECONDS = 60.0
"""How old what a process knows of running trials may be."""
Here = Neighbourhood | Place | Iterable[str] | None
"""Where a page is: a neighbourhood, a place that was searched near, codes of official areas, or nowhere that is known."""


@dataclass(frozen=True)
class Running:
    """A trial that holds today. `codes`: of the official areas that make up its neighbourhood."""

    id: UUID
    slot: str
    neighbourhood_id: UUID
    slug: str
    codes: frozenset[str]
    texts: dict[str, str]
    answers: dict[str, list[str]]


@dataclass(frozen=True)
class Asked:
    """A question as a page asks it. Answers are told by their place in the list, from 1."""

    trial_id: UUID
    words: str
    answers: tuple[tuple[int, str], ...]


def words_here(slot: str, here: Here) -> str:
    """The words that stand in a slot here, in the reader's language."""
    trial = _trial(slot, here)
    tried = trial.texts.get(current_locale().code) if trial is not None else None
    default = SLOTS[slot].default
    return tried or ("" if default is None else str(default))


def question_here(slot: str, here: Here) -> Asked | None:
    """The question that is asked in a slot here, in the reader's language, if there is one."""
    trial, code = _trial(slot, here), current_locale().code
    if trial is None or not trial.texts.get(code) or not trial.answers.get(code):
        return None
    return Asked(trial.id, trial.texts[code], tuple(enumerate(trial.answers[code], 1)))


def running() -> tuple[Running, ...]:
    """Every trial that holds today, at most a minute old."""
    today = clock.today()
    return remembered("trials.running", today, lambda: _read(today), seconds=SECONDS)


def place_codes(codes: Iterable[str]) -> frozenset[str]:
    """Codes of official areas, and of the neighbourhoods (MSOA) in those that are councils."""
    told = frozenset(codes)
    return told | frozenset(codes_within(told))


def _trial(slot: str, here: Here) -> Running | None:
    every = running()
    if not every or here is None:
        return None
    of_slot = (one for one in every if one.slot == slot)
    if isinstance(here, Neighbourhood):
        return next((one for one in of_slot if one.neighbourhood_id == here.id), None)
    told = (here.neighbourhood_code, here.authority_code) if isinstance(here, Place) else here
    codes = {code for code in told if code}
    return next((one for one in of_slot if one.codes & codes), None)


def _read(today: date) -> tuple[Running, ...]:
    """One statement where nothing runs, two where something does."""
    wanted = (
        select(Trial, Neighbourhood.slug)
        .join(Neighbourhood, Neighbourhood.id == Trial.neighbourhood_id)
        .where(
            Trial.starts_on <= today, Trial.ends_on >= today, Trial.stopped_at.is_(None), Trial.slot.in_(list(SLOTS))
        )
        .order_by(Trial.starts_on, Trial.id)
    )
    rows = db.session.execute(wanted).all()
    if not rows:
        return ()
    codes = codes_by_neighbourhood({trial.neighbourhood_id for trial, _slug in rows}, today)
    return tuple(
        Running(
            trial.id, trial.slot, trial.neighbourhood_id, slug, place_codes(codes.get(trial.neighbourhood_id, ())),
            dict(trial.texts), {code: list(told) for code, told in trial.answers.items()},
        )
        for trial, slug in rows
    )  # fmt: skip
