"""Keeping what somebody answered, and what operators say of measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.viewer import Viewer
from portal.measures import queries, safety, tables
from portal.measures.models import MeasureResult, MeasureSetting, MeasureWording
from portal.measures.queries import Ready
from portal.measures.scoring import Score, checked, score
from portal.measures.words import COMPLETED_BY, NEEDS, POINTS, WHY_NONE
from portal.people.models import Person

Row = TypeVar("Row", MeasureSetting, MeasureWording)
MOST_STEPS = 100
"""Between the ends of an open scale."""


class CannotMeasure(DomainError):
    """This measure cannot be taken, or not like this."""


class WordsChanged(DomainError):
    """The words are not those that were shown to who signs."""

    status = 409


@dataclass(frozen=True)
class Taken:
    """A questionnaire that was answered. `done`: what was done at the safety step, where one was shown."""

    instrument_id: str
    answers: Mapping[str, str | None]
    point: str
    completed_by: str
    form_key: str
    language: str = "en"
    done: tuple[str, ...] = ()
    referral_id: UUID | None = None


def record(person: Person, taken: Taken, *, by: Viewer | str) -> MeasureResult:
    """Keep and score answers. The same form sent twice is kept once. Raises CannotMeasure, WrongAnswer, NotFound."""
    ready = queries.measure(taken.instrument_id, taken.language)
    if not ready.is_on:
        raise CannotMeasure(_("This measure is not in use here."))
    if taken.point not in POINTS or taken.completed_by not in COMPLETED_BY:
        raise CannotMeasure(_("Say when it was taken and who filled it in."))
    given = checked(ready.instrument, taken.answers)
    if not given:
        raise CannotMeasure(_("Answer at least one question."))
    kinds = safety.needs_step(ready.instrument, given)
    return _keep(
        MeasureResult(
            person_id=person.id,
            referral_id=taken.referral_id,
            point=taken.point,
            answers=given,
            score=_plain(score(ready.instrument, given)),
            completed_by=taken.completed_by,
            safety={"kinds": list(kinds), "done": list(safety.known(taken.done))} if kinds else None,
            form_key=taken.form_key,
            **_of(ready),
        ),
        by=by,
    )


def record_none(
    person: Person,
    instrument_id: str,
    why: str,
    *,
    form_key: str,
    by: Viewer | str,
    point: str = "after",
    referral_id: UUID | None = None,
) -> MeasureResult:
    """Keep why no measure could be taken. Raises CannotMeasure, NotFound."""
    if why not in WHY_NONE or point not in POINTS:
        raise CannotMeasure(_("Choose a reason"))
    ready = queries.measure(instrument_id)
    told = MeasureResult(
        person_id=person.id, referral_id=referral_id, point=point, why_none=why, form_key=form_key, **_of(ready)
    )
    return _keep(told, by=by)


def switch(instrument_id: str, *, is_on: bool, by: Viewer) -> None:
    """Put a measure into use, or out of it. Raises CannotMeasure for one that lacks something."""
    ready = queries.measure(instrument_id)
    if is_on and ready.lacks:
        raise CannotMeasure(str(NEEDS[ready.lacks[0]]))
    _setting(instrument_id).is_on = is_on
    _note("measure.switched", instrument_id, by=by, is_on=is_on)


def set_licence(instrument_id: str, number: str, version: str = "", *, by: Viewer) -> None:
    """Say under which licence a measure is used, and which version. Without a licence, one that needs it is out of use."""
    setting = _setting(instrument_id)
    setting.licence_number, setting.version = number or None, version or None
    _note("measure.licence", instrument_id, by=by)


def set_ends(instrument_id: str, lowest: int, highest: int, *, by: Viewer) -> None:
    """Say which numbers the answers of its open scales run from and to. Raises CannotMeasure."""
    if "ends" not in queries.measure(instrument_id).instrument.needs or not lowest < highest <= lowest + MOST_STEPS:
        raise CannotMeasure(_("The highest number must be above the lowest, by %(most)s at most.", most=MOST_STEPS))
    setting = _setting(instrument_id)
    setting.lowest, setting.highest = lowest, highest
    _note("measure.ends", instrument_id, by=by)


def import_table(instrument_id: str, text: str, *, by: Viewer) -> None:
    """Take the table that turns raw sums into scores. Raises WrongTable, CannotMeasure."""
    scale = next((one for one in queries.measure(instrument_id).instrument.scales if one.is_converted), None)
    if scale is None:
        raise CannotMeasure(_("This measure has no table."))
    _setting(instrument_id).table = [[raw, value] for raw, value in sorted(tables.read(text, scale).items())]
    _note("measure.table", instrument_id, by=by)


def import_words(instrument_id: str, language: str, texts: dict[str, Any], *, by: Viewer) -> None:
    """Take the words of a licensed measure in one language. Raises CannotMeasure where they are ours, or without a licence."""
    ready = queries.measure(instrument_id)
    if "words" not in ready.instrument.needs:
        raise CannotMeasure(_("The words of this measure come with the portal."))
    if not ready.licence_number:
        raise CannotMeasure(str(NEEDS["licence"]))
    row = _wording(instrument_id, language)
    row.texts, row.signed_by_id, row.signed_at, row.digest = texts, None, None, None
    _note("measure.words", instrument_id, by=by, language=language)


def sign_wording(instrument_id: str, language: str, digest: str, *, by: Viewer) -> None:
    """Say that words, answers and points were compared with the official ones. Raises WordsChanged, CannotMeasure.

    `digest` is that of what was shown.
    """
    ready = queries.measure(instrument_id, language)
    if "words" in ready.lacks or ready.wording.language != language:
        raise CannotMeasure(str(NEEDS["words"]))
    if ready.digest != digest:
        raise WordsChanged(_("The words have changed since you opened the page. Read them again before you sign."))
    row = _wording(instrument_id, language)
    row.signed_by_id, row.signed_at, row.digest = by.id, clock.now(), digest
    _note("measure.signed", instrument_id, by=by, language=language)


def _of(ready: Ready) -> dict[str, Any]:
    return {
        "instrument": ready.instrument.id,
        "version": ready.version,
        "licence": ready.licence_number or ready.instrument.status,
        "language": ready.wording.language,
        "is_wording_checked": ready.is_checked,
    }


def _plain(found: Score) -> dict[str, Any]:
    parts = {
        name: {"value": part.value, "band": part.band.id if part.band else None, "missing": list(part.missing)}
        for name, part in found.parts.items()
    }
    return {"total": found.total, "parts": parts}


def _keep(result: MeasureResult, *, by: Viewer | str) -> MeasureResult:
    result.by_user_id = None if isinstance(by, str) else by.id
    try:
        with db.session.begin_nested():
            db.session.add(result)
    except IntegrityError:
        # The key is unique in the database: of two that come at once, one is kept.
        kept = db.session.scalar(select(MeasureResult).where(MeasureResult.form_key == result.form_key))
        if kept is None or (kept.person_id, kept.instrument) != (result.person_id, result.instrument):
            raise CannotMeasure(_("This form was sent before. Open it again."), status=409) from None
        return kept
    details = {"instrument": result.instrument, "point": result.point, "person": str(result.person_id)}
    audit.record("measure.recorded", result, by=by, details=details)
    if result.safety:
        audit.record("measure.safety_step", result, by=by)
    return result


def _setting(instrument_id: str) -> MeasureSetting:
    queries.measure(instrument_id)
    return _one_of(MeasureSetting, instrument=instrument_id)


def _wording(instrument_id: str, language: str) -> MeasureWording:
    return _one_of(MeasureWording, instrument=instrument_id, language=language)


def _one_of(kind: type[Row], **named: str) -> Row:
    """The row of that name: made where there is none, taken where somebody was faster."""
    wanted = select(kind).filter_by(**named)
    known = db.session.scalar(wanted)
    if known is not None:
        return known
    made = kind(**named)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        return db.session.scalars(wanted).one()
    return made


def _note(action: str, instrument_id: str, *, by: Viewer, **details: Any) -> None:
    setting = _setting(instrument_id)
    audit.record(action, setting, by=by, details={"instrument": instrument_id, **details})
