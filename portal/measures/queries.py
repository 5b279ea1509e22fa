"""Questions about measures: which can be taken, in which words, and what a person's results are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.measures import wording
from portal.measures.instruments import Instrument, Need, instruments
from portal.measures.models import MeasureResult, MeasureSetting, MeasureWording
from portal.measures.outcomes import Course, course
from portal.measures.wording import Wording
from portal.measures.words import LICENCES, TITLES
from portal.people.models import Person
from portal.people.queries import may_see

NEEDS: tuple[Need, ...] = ("licence", "words", "table", "ends")


@dataclass(frozen=True)
class Ready:
    """A measure as it stands here. `instrument` is whole with what an operator brought; `lacks`: what they still have to."""

    instrument: Instrument
    wording: Wording
    digest: str
    version: str | None
    licence_number: str | None
    lacks: tuple[Need, ...]
    is_wanted: bool
    brought: MeasureWording | None = None

    @property
    def is_on(self) -> bool:
        """Whether it can be taken."""
        return self.is_wanted and not self.lacks

    @property
    def is_checked(self) -> bool:
        """Whether an operator has signed the words. Of a score alone there are none to sign."""
        return self.wording.is_checked or all(item.kind == "number" for item in self.instrument.items)

    @property
    def is_in_another_language(self) -> bool:
        """Whether its words are in a language that is not the page's."""
        return self.wording.language != current_locale().code

    @property
    def title(self) -> str:
        """What it is called."""
        return str(TITLES[self.instrument.id])

    @property
    def licence(self) -> str:
        """What is known of its licence."""
        return str(LICENCES[self.instrument.id])


def every_measure(language: str | None = None, *, only: Collection[str] | None = None) -> tuple[Ready, ...]:
    """Every measure there is, or those of these names, in a language; that of the reader where none is given."""
    settings = {row.instrument: row for row in db.session.scalars(select(MeasureSetting)).all()}
    words: dict[str, list[MeasureWording]] = {}
    for row in db.session.scalars(select(MeasureWording).order_by(MeasureWording.language)).all():
        words.setdefault(row.instrument, []).append(row)
    code = language or current_locale().code
    wanted = [one for one in instruments().values() if only is None or one.id in only]
    return tuple(_ready(one, settings.get(one.id), words.get(one.id, []), code) for one in wanted)


def measure(instrument_id: str, language: str | None = None) -> Ready:
    """One measure. Raises NotFound."""
    found = next((one for one in every_measure(language) if one.instrument.id == instrument_id), None)
    if found is None:
        raise NotFound(_("There is no such measure."))
    return found


def measures_on(language: str | None = None) -> tuple[Ready, ...]:
    """The measures that can be taken."""
    return tuple(one for one in every_measure(language) if one.is_on)


def unchecked_measures() -> tuple[str, ...]:
    """Titles of the measures that are on and whose English words nobody has signed."""
    return tuple(one.title for one in measures_on("en") if not one.is_checked)


def results_for(viewer: Viewer, person: Person) -> tuple[Course, ...]:
    """First and latest result of each measure that a person answered, for who may open their record; else nothing."""
    held: dict[str, list[MeasureResult]] = {}
    for row in _results(viewer, person):
        held.setdefault(row.instrument, []).append(row)
    known = {one.instrument.id: one for one in every_measure(only=held)} if held else {}
    return tuple(course(one.instrument, one.wording, held[name]) for name, one in known.items() if name in held)


def is_measured(person_id: UUID, point: str, *, since: datetime | None = None) -> bool:
    """Whether a measure was taken at a point, or said why none could be. For actions: tells nobody what came of it."""
    wanted = select(MeasureResult.id).where(MeasureResult.person_id == person_id, MeasureResult.point == point).limit(1)
    return db.session.scalar(wanted.where(MeasureResult.at >= since) if since else wanted) is not None


def _results(viewer: Viewer, person: Person) -> Sequence[MeasureResult]:
    wanted = select(MeasureResult).join(Person, MeasureResult.person_id == Person.id)
    wanted = wanted.where(Person.id == person.id, may_see(viewer))
    return db.session.scalars(wanted.order_by(MeasureResult.at, MeasureResult.id)).all()


def _ready(
    instrument: Instrument, setting: MeasureSetting | None, rows: Sequence[MeasureWording], language: str
) -> Ready:
    if setting is not None:
        instrument = _completed(instrument, setting)
    row = _row(rows, language, must_have_texts="words" in instrument.needs)
    said = _said(instrument, row, language)
    told = wording.digest(instrument, said)
    if row is not None and row.digest == told:
        said = Wording(said.language, said.intro, said.questions, said.answers, row.signed_at)
    return Ready(
        instrument=instrument,
        wording=said,
        digest=told,
        version=instrument.version or (setting.version if setting else None),
        licence_number=setting.licence_number if setting else None,
        lacks=tuple(need for need in NEEDS if need in instrument.needs and not _has(need, setting, row)),
        is_wanted=_is_wanted(instrument, setting),
        brought=row,
    )


def _is_wanted(instrument: Instrument, setting: MeasureSetting | None) -> bool:
    if setting is None or setting.is_on is None:
        return instrument.is_on_by_default
    return setting.is_on


def _completed(instrument: Instrument, setting: MeasureSetting) -> Instrument:
    if "ends" in instrument.needs and setting.lowest is not None and setting.highest is not None:
        instrument = instrument.with_ends(setting.lowest, setting.highest)
    if "table" in instrument.needs and setting.table:
        instrument = instrument.with_table({int(raw): score for raw, score in setting.table})
    return instrument


def _row(rows: Sequence[MeasureWording], language: str, *, must_have_texts: bool) -> MeasureWording | None:
    """The row of a language. Where words have to be brought and there are none in it: English, else any that are there."""
    if not must_have_texts:
        return next((row for row in rows if row.language == language), None)
    by_language = {row.language: row for row in rows if row.texts}
    return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()), None)


def _said(instrument: Instrument, row: MeasureWording | None, language: str) -> Wording:
    if "words" not in instrument.needs:
        return wording.ours(instrument, language)
    if row is None or not row.texts:
        return Wording(language, "", {})
    return wording.brought(instrument, row.language, row.texts)


def _has(need: Need, setting: MeasureSetting | None, row: MeasureWording | None) -> bool:
    if need == "words":
        return row is not None
    if setting is None:
        return False
    if need == "licence":
        return bool(setting.licence_number)
    return bool(setting.table) if need == "table" else setting.highest is not None
