"""What a reading would do, for people to look at: a page of its records, each with what it says and what it changes.

A page costs the same few statements however many records it shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.changes.compare import Difference, difference
from portal.changes.facts import FACTS, shown
from portal.core.extensions import db
from portal.directory.found import Paging
from portal.directory.models import Location, Service, ServiceAtLocation, Session, Source, SourceRecord
from portal.importing.drafts import facts_of
from portal.importing.facts import Facts
from portal.importing.rows import Refused
from portal.sources.models import StagedRecord
from portal.sources.queries import A_PAGE, Preview
from portal.sources.told import says_the_same, told_by
from portal.sources.wording import labels_of

LONGEST_LINE = 200
DECIDABLE = frozenset({"new", "doubtful", "copy", "left_out"})
"""Outcomes of records that we do not hold: what becomes of these is a person's to say."""


@dataclass(frozen=True)
class Described:
    """One record of a reading. `lines`: in short, what it says. `differences`: what its source said before, and says now.

    `other`: names of changed facts that no line shows; `kept`: of those that were edited here. `listing`: ours, by id and name.
    `alike`: listings that it may be, each with its name and score.
    """

    record: StagedRecord
    lines: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    other: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    listing: tuple[UUID, str] | None = None
    alike: tuple[tuple[UUID, str, float], ...] = ()

    @property
    def can_be_decided(self) -> bool:
        """Whether a person may say what becomes of it."""
        return can_be_decided(self.record)


def paging_of(preview: Preview) -> Paging:
    """The paging of a page of records."""
    first = (preview.page - 1) * A_PAGE
    return Paging(preview.page, preview.pages, first + 1, first + len(preview.rows), preview.total)


def described(rows: Sequence[StagedRecord], source: Source) -> list[Described]:
    """Records of one source with what there is to say of each. Five to fifteen statements."""
    changed = {row.service_id for row in rows if row.outcome == "changed" and row.service_id is not None}
    records = _records(changed)
    made = _made_of(rows, source)
    wanted = {row.service_id for row in rows if row.service_id} | {one for row in rows for one in candidates_of(row)}
    names = _names({one for one in wanted if one is not None} | set(made.values()))
    return [
        _described(row, source, records.get(row.service_id) if row.service_id else None, names, made.get(row.id))
        for row in rows
    ]


def candidates_of(row: StagedRecord) -> dict[UUID, Mapping[str, Any]]:
    """Listings that a record may be, best first, each with "score" and "why"."""
    return {UUID(one["service"]): one for one in row.candidates or ()}


def lines_of(document: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What a document says of a service, in short: whose it is, where, when, and its first words."""
    if document is None:
        return ()
    try:
        facts = facts_of(dict(document))[0]
    except Refused:
        return ()
    organisation = facts.organisation.name if facts.organisation.name != facts.name else None
    told = (organisation, _where(facts), facts.opening_text, facts.summary or facts.description)
    return tuple(line for one in told if one and (line := _short(one)))


def _described(
    row: StagedRecord, source: Source, record: SourceRecord | None, names: Mapping[UUID, str], made: UUID | None
) -> Described:
    found = candidates_of(row)
    alike = tuple((one, names[one], float(told["score"])) for one, told in found.items() if one in names)
    own_id = row.service_id or made
    listing = (own_id, names[own_id]) if own_id is not None and own_id in names else None
    if row.outcome == "changed" and record is not None:
        differences = _differences(record, row, source)
        rest = [name for name in labels_of(row.changed) if name not in {one.label for one in differences}]
        return Described(row, (), differences, tuple(rest), tuple(labels_of(row.kept)), listing)
    lines = () if row.outcome in {"refused", "vanished"} else lines_of(row.document)
    return Described(row, lines, kept=tuple(labels_of(row.kept)), listing=listing, alike=alike)


def _differences(record: SourceRecord, row: StagedRecord, source: Source) -> tuple[Difference, ...]:
    """What the source said of a listing before and says now, fact by fact."""
    before, after = (told_by(one, record.service, source) for one in (record.document, row.document))
    if before is None or after is None:
        return ()
    return tuple(
        difference(name, before[name], after[name])
        for name in FACTS
        if not says_the_same(name, before[name], after[name]) and shown(name, before[name]) != shown(name, after[name])
    )


def _records(services: set[UUID]) -> dict[UUID, SourceRecord]:
    """Records with all that is read of their listings, so that nothing is read one by one."""
    if not services:
        return {}
    here = selectinload(SourceRecord.service).selectinload(Service.service_at_locations)
    location = here.joinedload(ServiceAtLocation.location)
    question = (
        select(SourceRecord)
        .where(SourceRecord.service_id.in_(services))
        .options(
            here.selectinload(ServiceAtLocation.sessions).selectinload(Session.exceptions),
            here.selectinload(ServiceAtLocation.schedules),
            location.selectinload(Location.addresses),
            location.selectinload(Location.accessibility),
        )
    )
    return {record.service_id: record for record in db.session.scalars(question)}


def _made_of(rows: Sequence[StagedRecord], source: Source) -> dict[UUID, UUID]:
    """The listings that were made of these records, by the id of the row: a new record becomes one when it is applied."""
    rows_of = {row.external_id: row.id for row in rows if row.service_id is None and row.external_id}
    if not rows_of:
        return {}
    found = select(SourceRecord.external_id, SourceRecord.service_id).where(
        SourceRecord.source_id == source.id, SourceRecord.external_id.in_(rows_of)
    )
    return {rows_of[external_id]: service_id for external_id, service_id in db.session.execute(found)}


def _names(services: set[UUID]) -> dict[UUID, str]:
    if not services:
        return {}
    return dict(iter(db.session.execute(select(Service.id, Service.name).where(Service.id.in_(services)))))


def _where(facts: Facts) -> str | None:
    for place in facts.places:
        for address in place.location.addresses[:1]:
            told = (place.location.name, address.address_1, address.city, address.postal_code)
            return ", ".join(dict.fromkeys(one for one in told if one)) or None
    return None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1].rstrip()}…"


def can_be_decided(record: StagedRecord) -> bool:
    """Whether a person may say what becomes of a record: one that we do not hold, and that was not applied."""
    return record.outcome in DECIDABLE and record.applied_at is None and record.external_id is not None
