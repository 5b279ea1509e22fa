"""Rows on their way: read outside of any transaction that writes, with what is to be saved of each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import Service, Source, SourceRecord
from portal.importing.facts import Facts
from portal.importing.mapping import record_of
from portal.importing.nested.service import NestedReader, is_nested, service_of
from portal.importing.nested.values import OURS, uuid_in
from portal.importing.reading import LONGEST_TEXT, Reader, given_id
from portal.importing.rows import Refused, Row, digest_of
from portal.importing.texts import one_line
from portal.openreferral.ids import made_id

LONGEST_SOURCE = 120
LONGEST_LICENCE = 500
TOLD_APART_BY = ("name", "organisation", "charity_number", "address", "postcode")


@dataclass(frozen=True)
class Known:
    """What is kept of a record that was imported before."""

    service_id: UUID
    digest: str


@dataclass
class Draft:
    """A row whose record has a source and an id. `facts` are read only where the record is new or has changed."""

    line: int
    source: str
    external_id: str
    has_own_id: bool
    document: dict[str, Any]
    digest: str
    known: Known | None = None
    facts: Facts | None = None
    notes: list[str] = field(default_factory=list)
    unmodelled: Counter[str] = field(default_factory=Counter)

    @property
    def key(self) -> tuple[str, str]:
        """What a record is told apart by."""
        return self.source, self.external_id

    @property
    def licence(self) -> str | None:
        """The licence that the record names, if it does."""
        record = record_of(self.document)
        told = record.get("licence") or record.get("license")
        return one_line(told)[:LONGEST_LICENCE] if isinstance(told, str) else None

    @property
    def is_same(self) -> bool:
        """True if the record is as it was when it was last imported."""
        return self.known is not None and self.known.digest == self.digest


def draft_of(row: Row, source: str | None, otherwise: str) -> Draft:
    """A draft of a row. The source is the one said on the command line, else the record's own, else `otherwise`.

    Raises Refused.
    """
    if row.document is None:
        raise Refused(row.problem or "it could not be read")
    record = service_of(row.document) if is_nested(row.document) else record_of(row.document)
    own = row.document.get("source") if is_nested(row.document) else record.get("source")
    name = source or (one_line(own) if isinstance(own, str) else "") or otherwise
    if len(name) > LONGEST_SOURCE:
        raise Refused(f"its source is {len(name)} letters long; {LONGEST_SOURCE} is the most")
    own_id = given_id(record)
    return Draft(row.line, name, own_id or _made_id(record), own_id is not None, row.document, digest_of(row.document))


def read_facts(draft: Draft) -> None:
    """Read the facts of a draft. Raises Refused."""
    reader = _reader(draft.document)
    draft.facts, draft.notes = reader.facts(), reader.notes
    draft.unmodelled = _unmodelled(draft.document, reader)


def facts_of(document: dict[str, Any]) -> tuple[Facts, list[str]]:
    """The facts in an original document, and notes on what was left out. Raises Refused."""
    reader = _reader(document)
    return reader.facts(), reader.notes


def unmodelled(document: dict[str, Any]) -> Counter[str]:
    """What of an original document our tables have no place for, and what is kept back: dotted names, each with how often.

    It stays in the document, which is kept whole. Nothing for one that cannot be read.
    """
    try:
        reader = _reader(document)
        reader.facts()
    except Refused:
        return Counter()
    return _unmodelled(document, reader)


def _reader(document: dict[str, Any]) -> NestedReader | Reader:
    return NestedReader(service_of(document)) if is_nested(document) else Reader(record_of(document))


def _unmodelled(document: dict[str, Any], reader: NestedReader | Reader) -> Counter[str]:
    """A row of a table tells columns that its mapping has no fact for, by their own names."""
    if not is_nested(document) and record_of(document) is not document:
        row, columns = document["row"], document["mapping"]
        return Counter(name for name, cell in row.items() if name not in columns and cell not in (None, "", [], {}))
    return reader.unmodelled()


def look_up_known(drafts: Iterable[Draft]) -> None:
    """Tell each draft what is kept of its record. One statement for each source, so that an index can answer it."""
    by_key = {draft.key: draft for draft in drafts}
    ids: dict[str, list[str]] = {}
    for draft in by_key.values():
        draft.known = None
        ids.setdefault(draft.source, []).append(draft.external_id)
    known = select(SourceRecord.external_id, SourceRecord.service_id, SourceRecord.digest).join(SourceRecord.source)
    for name, told in ids.items():
        found = db.session.execute(known.where(Source.name == name, SourceRecord.external_id.in_(told)))
        for external_id, service_id, digest in found:
            by_key[name, external_id].known = Known(service_id, digest)


def of_this_portal(drafts: Sequence[Draft]) -> frozenset[tuple[str, str]]:
    """Keys of those that this portal exported itself, by one statement: a service of that id is here, and not from their source.

    One that is here from another source counts where the document says that it is from there, too. Else two portals tell of one
    id, and it keeps what it has.
    """
    ids = {one.key: service_id for one in drafts if one.known is None and (service_id := own_id(one)) is not None}
    if not ids:
        return frozenset()
    found = db.session.execute(
        select(Service.id, Source.name, SourceRecord.external_id)
        .outerjoin(SourceRecord, SourceRecord.service_id == Service.id)
        .outerjoin(Source, Source.id == SourceRecord.source_id)
        .where(Service.id.in_(ids.values()))
    )
    here = {service_id: (name, external_id) for service_id, name, external_id in found}
    told = {one.key: _told_origin(one) for one in drafts if one.key in ids}
    return frozenset(
        key for key, service_id in ids.items() if service_id in here and _is_from(here[service_id], told[key])
    )


def own_id(draft: Draft) -> UUID | None:
    """The id of a document that a portal like this one wrote, or none."""
    if not is_nested(draft.document) or not isinstance(service_of(draft.document).get(OURS), dict):
        return None
    return uuid_in(draft.external_id)


def _is_from(here: tuple[Any, Any], told: tuple[Any, Any]) -> bool:
    """Whether a listing that is here has no source, or the one that is told. An id is not told where we made it."""
    return here[0] is None or (here[0] == told[0] and told[1] in (None, here[1]))


def _told_origin(draft: Draft) -> tuple[Any, Any]:
    """The source that a document of a portal like this one names, and the id that its listing has there."""
    told = service_of(draft.document)[OURS].get("provenance")
    return (told.get("source"), told.get("id")) if isinstance(told, dict) else (None, None)


def _made_id(record: dict[str, Any]) -> str:
    """For a source without ids: what tells one listing from another. Under another name it is another listing."""
    values = [str(record.get(key) or "") for key in TOLD_APART_BY]
    if isinstance(organisation := record.get("organization"), dict):
        values.append(str(organisation.get("name") or ""))
    told = "\n".join(one_line(value[:LONGEST_TEXT]).lower() for value in values)
    return made_id(told)
