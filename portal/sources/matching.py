"""Is an incoming record a service that we hold already, from elsewhere or made here? Three answers: a copy, doubtful, new.

By identifiers first: our own record coming back, the id under which another feed gave it to us, one number in a register with
one name in one place. Then by likeness, as moderators' duplicates are measured: from `SURE` on the two are one, from `DOUBTFUL`
on a person is asked. Both limits are measured by `benchmarks/matching.py`; docs/decisions/0068 tells how they were chosen.

Records of one source are never compared with listings of the same source: it tells them apart itself. What is like a listing
that was withdrawn here is always doubtful: no other list brings back by itself what somebody took out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import Service, SourceRecord
from portal.importing.drafts import Draft, facts_of
from portal.importing.nested.service import is_nested, service_of
from portal.importing.nested.values import OURS
from portal.importing.rows import Refused
from portal.moderation.duplicates import Likeness, Record, likeness
from portal.moderation.duplicates_records import records_of
from portal.sources.blocks import Blocks
from portal.sources.comparing import record_of

SURE = 0.95
"""From this likeness on two are one without asking, where their names agree."""
DOUBTFUL = 0.3
"""From this likeness on a person is asked."""
MOST_CANDIDATES = 5
Answer = Literal["copy", "doubtful", "new"]
How = Literal["identifiers", "likeness"]


@dataclass(frozen=True)
class Candidate:
    """A held listing that a record may be. `why`: the signs and the share of each (log odds), as of a duplicate."""

    service_id: UUID
    score: float
    why: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As a staged record keeps it."""
        why = {sign: round(share, 2) for sign, share in self.why.items()}
        return {"service": str(self.service_id), "score": round(self.score, 4), "why": why}


@dataclass(frozen=True)
class Match:
    """What was found of one record. `service_id`: the listing that a copy is of. `candidates`: best first, at most five."""

    answer: Answer
    how: How | None = None
    service_id: UUID | None = None
    candidates: tuple[Candidate, ...] = ()


NEW = Match("new")


class Matcher:
    """Compares the records of one source with all listings from elsewhere. Made once a reading, asked batch by batch.

    What is held is read when it is first needed: a reading that brings nothing new costs nothing here.
    """

    def __init__(self, source_id: UUID | None, source_name: str) -> None:
        self._source_id, self._source_name = source_id, source_name
        self._blocks: Blocks | None = None
        self._taken: set[UUID] = set()

    def match(self, drafts: Sequence[Draft]) -> dict[str, Match]:
        """A match for each draft whose facts were read, by its external id."""
        records = {draft.external_id: record_of(draft.facts, self._source_name) for draft in drafts if draft.facts}
        ids = {draft.external_id: ids_of(draft) for draft in drafts if draft.facts}
        named = named_by_id(ids, source_id=self._source_id)
        near = {key: self._near(record) | named.get(key, frozenset()) for key, record in records.items()}
        wanted = {one for ids in near.values() for one in ids}
        held, withdrawn = records_of(wanted, also_withdrawn=True), _withdrawn(wanted)
        found = {}
        for key, record in records.items():
            own = named.get(key, frozenset())
            match = match_of(record, {one: held[one] for one in near[key] if one in held}, named=own)
            found[key] = _asked(match) if match.service_id in withdrawn else self._once(match)
        return found

    def _near(self, record: Record) -> frozenset[UUID]:
        if self._blocks is None:
            self._blocks = Blocks.of(_held_elsewhere(self._source_id))
        return self._blocks.near(record)

    def _once(self, match: Match) -> Match:
        """A source tells its records apart: two of them are no copies of one listing unless a person says so."""
        if match.answer != "copy" or match.service_id is None:
            return match
        if match.service_id in self._taken:
            return _asked(match)
        self._taken.add(match.service_id)
        return match


def match_of(record: Record, held: Mapping[UUID, Record], *, named: frozenset[UUID] = frozenset()) -> Match:
    """What a record is among these listings. `named`: those that its own id names."""
    alike = {one: likeness(record, other) for one, other in held.items()}
    best = sorted(alike, key=lambda one: (one not in named, -alike[one].score, one.hex))
    candidates = tuple(
        Candidate(one, alike[one].score, alike[one].shares)
        for one in best
        if one in named or alike[one].score >= DOUBTFUL
    )[:MOST_CANDIDATES]
    if not candidates:
        return NEW
    first = candidates[0].service_id
    if how := sure(record, held[first], alike[first], is_named=first in named):
        return Match("copy", how, first, candidates)
    return Match("doubtful", candidates=candidates)


def sure(one: Record, other: Record, alike: Likeness, *, is_named: bool = False) -> How | None:
    """By what two records are surely one, if they are.

    An id alone is not enough: sloppy feeds use one twice. Beside it, names must agree or the whole be alike.
    """
    if is_named and (names_agree(one, other) or alike.score >= DOUBTFUL):
        return "identifiers"
    if one.registers & other.registers and set(one.words) == set(other.words) and _share_a_place(one, other):
        return "identifiers"
    return "likeness" if alike.score >= SURE and names_agree(one, other) else None


def names_agree(one: Record, other: Record) -> bool:
    """True if both names share a word that few others bear, or one consists of words of the other."""
    mine, theirs = set(one.words), set(other.words)
    if one.in_one_word == other.in_one_word or (mine and theirs and (mine <= theirs or theirs <= mine)):
        return True
    return bool(one.telling & other.telling)


def ids_of(draft: Draft) -> list[str]:
    """The ids that a record bears: its own, and that which it had where its source copied it from."""
    ids = [draft.external_id]
    if is_nested(draft.document):
        ours = service_of(draft.document).get(OURS)
        told = ours.get("provenance") if isinstance(ours, dict) else None
        if isinstance(told, dict) and isinstance(told.get("id"), str):
            ids.append(told["id"])
    return ids


def named_by_id(ids: Mapping[str, Iterable[str]], *, source_id: UUID | None) -> dict[str, frozenset[UUID]]:
    """Listings that ids of records name, by a record's key: our own of that id, and those that another source gave under it.

    Two statements. Only ids that are unique everywhere count (UUID): "17" of two feeds says nothing.
    """
    told = {key: {one for text in every if (one := _uuid(text)) is not None} for key, every in ids.items()}
    wanted = {one for every in told.values() for one in every}
    if not wanted:
        return {}
    own = select(Service.id, Service.merged_into_id).where(Service.id.in_(wanted))
    stands: dict[UUID, set[UUID]] = {row.id: {row.merged_into_id or row.id} for row in db.session.execute(own)}
    written = {text for every in ids.values() for text in every if _uuid(text) is not None}
    others = select(SourceRecord.external_id, SourceRecord.service_id).where(SourceRecord.external_id.in_(written))
    if source_id is not None:
        others = others.where(SourceRecord.source_id != source_id)
    for external_id, service_id in db.session.execute(others):
        stands.setdefault(UUID(external_id), set()).add(service_id)
    found = {key: frozenset(one for own_id in every for one in stands.get(own_id, ())) for key, every in told.items()}
    return {key: every for key, every in found.items() if every}


def changed_much(before: Mapping[str, Any] | None, draft: Draft, source_name: str) -> bool:
    """True if a record says of itself so much else than before that what a person settled must be asked again.

    That is: fewer than half of the words of its name are the same, or it has no postcode in common with what it had.
    A document that cannot be read any more does not count as changed.
    """
    if before is None or draft.facts is None:
        return False
    try:
        then = record_of(facts_of(dict(before))[0], source_name)
    except Refused:
        return False
    now = record_of(draft.facts, source_name)
    words, said = set(now.words), set(then.words)
    is_renamed = len(words & said) * 2 < len(words | said) and now.in_one_word != then.in_one_word
    has_moved = bool(now.postcodes) and bool(then.postcodes) and not now.postcodes & then.postcodes
    return is_renamed or has_moved


def _share_a_place(one: Record, other: Record) -> bool:
    return not one.postcodes or not other.postcodes or bool(one.postcodes & other.postcodes)


def _asked(match: Match) -> Match:
    return Match("doubtful", candidates=match.candidates)


def _withdrawn(ids: set[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    gone = select(Service.id).where(Service.withdrawn_at.is_not(None))
    return frozenset(db.session.scalars(gone)) & ids


def _held_elsewhere(source_id: UUID | None) -> Sequence[UUID]:
    """Listings that may be what a record of this source is: not merged, not from this source."""
    question = select(Service.id).where(Service.merged_into_id.is_(None))
    if source_id is not None:
        from_here = select(SourceRecord.service_id).where(SourceRecord.source_id == source_id)
        question = question.where(Service.id.not_in(from_here))
    return db.session.scalars(question.order_by(Service.id)).all()


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
