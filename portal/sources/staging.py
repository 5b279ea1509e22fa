"""Stages a reading apart from live: what would become of each record, batch by batch, each batch in one short transaction.

A record that is as we hold it leaves no row, only a count. Nothing of ours is changed here.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import delete, insert, select

from portal.core import clock
from portal.core.database import reading as without_writing
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.transactions import unit
from portal.directory.models import Service, SourceRecord
from portal.importing import drafts
from portal.importing.actions import ALIKE, TWICE, Origin, import_rows
from portal.importing.drafts import Draft
from portal.importing.feed import is_gone
from portal.importing.nested.service import is_nested, service_of
from portal.importing.rows import Refused, Row, in_batches
from portal.sources.limits import A_BATCH
from portal.sources.matching import Match, Matcher, changed_much
from portal.sources.models import Outcome, SourceMatch, SourceTask, StagedRecord

ENDED = frozenset({"inactive", "defunct"})
LONGEST_WHY = 1_000
LONGEST_ID = 250
GONE = "the source says that it has ended"
VANISHED = "the source does not hold it any more"
COPIES = {
    "identifiers": "its identifiers are those of a listing that we hold",
    "likeness": "it is like one that we hold",
}


@dataclass
class Staged:
    """A row on its way into `staged_record`, and the draft that it is of."""

    outcome: Outcome
    line: int
    external_id: str | None = None
    name: str | None = None
    why: str | None = None
    draft: Draft | None = None
    service_id: UUID | None = None
    changed: Sequence[str] = ()
    kept: Sequence[str] = ()
    notes: Sequence[str] = ()
    candidates: Sequence[dict[str, Any]] = ()

    def values(self, run_id: UUID, source_id: UUID) -> dict[str, Any]:
        """The columns of the row."""
        return {
            "id": new_id(),
            "run_id": run_id,
            "source_id": source_id,
            "line": self.line,
            "external_id": self.external_id[:LONGEST_ID] if self.external_id else None,
            "name": self.name[:LONGEST_ID] if self.name else None,
            "outcome": self.outcome,
            "why": self.why[:LONGEST_WHY] if self.why else None,
            "changed": list(self.changed),
            "kept": list(self.kept),
            "notes": list(self.notes),
            "document": self.draft.document if self.draft else None,
            "digest": self.draft.digest if self.draft else None,
            "service_id": self.service_id,
            "candidates": list(self.candidates),
        }


@dataclass
class Staging:
    """One reading on its way. `hold` raises where somebody else has taken the run over; it is part of each transaction.

    `area`: codes of the councils whose listings are taken; everywhere without. `counts` are records by outcome. `is_sure` is
    false once a record could not even be told apart: it may be any.
    """

    run_id: UUID
    source_id: UUID
    source_name: str
    hold: Callable[[dict[str, int]], None]
    area: frozenset[str] = frozenset()
    counts: Counter[str] = field(default_factory=Counter)
    is_sure: bool = True
    reasons: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._matcher = Matcher(self.source_id, self.source_name)
        self._seen: dict[bytes, tuple[int, str]] = {}
        self._back: list[str] = []
        with at_rest():
            tasks = db.session.scalars(select(SourceTask).where(SourceTask.source_id == self.source_id))
            self._asked = {one.external_id: (one.kind, one.state, one.digest) for one in tasks}

    def take(self, rows: Iterator[Row]) -> None:
        """Stage every row. Raises FileProblem where the reading breaks off."""
        for batch in in_batches(rows, A_BATCH):
            with at_rest():
                staged = self._judged(batch)
            self._name_changes([one for one in staged if one.outcome == "changed"])
            self._save(staged)

    def finish(self, *, is_whole: bool) -> None:
        """After the last row: what a whole reading did not see is gone; what was asked about and is back is told so."""
        if is_whole and self.is_sure:
            with at_rest():
                missing = list(self._missing())
            for first in range(0, len(missing), A_BATCH):
                self._save(missing[first : first + A_BATCH])
        for first in range(0, len(self._back), A_BATCH):
            with unit():
                self.hold(dict(self.counts))
                for task in db.session.scalars(
                    select(SourceTask).where(
                        SourceTask.source_id == self.source_id,
                        SourceTask.external_id.in_(self._back[first : first + A_BATCH]),
                        SourceTask.state.in_(("open", "kept")),
                    )
                ):
                    task.state, task.decided_at = "returned", clock.now()

    def _judged(self, batch: list[Row]) -> list[Staged]:
        staged: list[Staged] = []
        ready = [draft for row in batch if (draft := self._draft(row, staged)) is not None]
        drafts.look_up_known(ready)
        settled = self._settled([draft.external_id for draft in ready if draft.known is None])
        new: list[Draft] = []
        for draft in ready:
            if draft.is_same:
                self._is_back(draft)
                self.counts["same"] += 1
                continue
            try:
                ended = _has_ended(draft)
            except Refused as refusal:
                staged.append(self._refused(draft.line, str(refusal), draft))
                continue
            if ended:
                staged += self._ended(draft)
                continue
            self._is_back(draft)
            if draft.known is not None:
                staged.append(_of(draft, "changed", service_id=draft.known.service_id))
            else:
                staged += self._by_what_is_settled(draft, settled.get(draft.external_id), new)
        matches = self._matcher.match(new) if new else {}
        return [*staged, *(_matched(draft, matches.get(draft.external_id)) for draft in new)]

    def _draft(self, row: Row, staged: list[Staged]) -> Draft | None:
        """The draft of a row, unless it cannot be told apart from others or stood there before."""
        self.counts["read"] += 1
        try:
            draft = drafts.draft_of(row, self.source_name, self.source_name)
        except Refused as refusal:
            if row.id is None:
                self.is_sure = False
            else:
                self._seen.setdefault(_short(row.id), (row.line, ""))
            staged.append(self._refused(row.line, str(refusal), id=row.id))
            return None
        line, digest = self._seen.setdefault(_short(draft.external_id), (draft.line, draft.digest[:12]))
        if line == draft.line:
            return draft
        if draft.digest.startswith(digest) and digest:
            self.counts["repeated"] += 1
        else:
            why = (TWICE if draft.has_own_id else ALIKE).format(id=draft.external_id[:80], line=line)
            staged.append(self._refused(draft.line, why, draft))
        return None

    def _refused(self, line: int, why: str, draft: Draft | None = None, id: str | None = None) -> Staged:
        self.reasons[why] += 1
        external_id = draft.external_id if draft else id
        service_id = draft.known.service_id if draft and draft.known else None
        return Staged("refused", line, external_id, why=why, draft=draft, service_id=service_id)

    def _ended(self, draft: Draft) -> Iterator[Staged]:
        """A record of what has ended: a question about our listing of it, unless that was asked or it is closed here too."""
        if draft.known is None:
            self.counts["ended"] += 1
            return
        _kind, state, digest = self._asked.get(draft.external_id, ("", "", None))
        is_asked = state in {"open", "kept"} and digest == draft.digest
        if is_asked or not _is_live(draft.known.service_id):
            self.counts["same"] += 1
            return
        name = draft.facts.name if draft.facts else None
        yield Staged("closed", draft.line, draft.external_id, name, GONE, draft, draft.known.service_id)

    def _is_back(self, draft: Draft) -> None:
        if self._asked.get(draft.external_id, ("", "", None))[1] in {"open", "kept"}:
            self._back.append(draft.external_id)

    def _settled(self, ids: list[str]) -> dict[str, SourceMatch]:
        """What was decided before about records that we do not hold."""
        found = select(SourceMatch).where(SourceMatch.source_id == self.source_id, SourceMatch.external_id.in_(ids))
        return {one.external_id: one for one in db.session.scalars(found)} if ids else {}

    def _by_what_is_settled(self, draft: Draft, settled: SourceMatch | None, new: list[Draft]) -> Iterator[Staged]:
        """What becomes of a record that we do not hold, if that was decided before. Else it goes among the new ones."""
        if settled is None and self._is_elsewhere(draft):
            self.counts["elsewhere"] += 1
        elif settled is None or changed_much(settled.document, draft, self.source_name):
            new.append(draft)
        elif settled.answer == "own":
            yield _of(draft, "new")
        elif settled.answer == "left_out" or settled.service_id is None:
            self.counts["left_out"] += 1
        elif settled.digest == draft.digest:
            self.counts["same"] += 1
        else:
            yield _of(draft, "copy", service_id=settled.service_id, why=None)

    def _is_elsewhere(self, draft: Draft) -> bool:
        """True if the record's places are known and all lie in other councils. What has no place may be for everybody."""
        places = draft.facts.places if draft.facts else ()
        codes = {place.location.authority_code for place in places}
        return bool(self.area and codes) and None not in codes and not codes & self.area

    def _name_changes(self, changed: list[Staged]) -> None:
        """Say which facts each changed record would change, by doing it and taking it back."""
        by_line = {one.line: one for one in changed}
        rows = (Row(one.line, one.draft.document) for one in changed if one.draft is not None)
        origin = Origin(self.source_name, self.source_name)
        for result in import_rows(rows, origin, dry_run=True) if changed else ():
            one = by_line[result.line]
            if result.outcome == "refused":
                one.outcome, one.why = "refused", result.why
            one.name, one.changed, one.kept = result.name or one.name, result.changed, result.kept
            one.notes = result.notes

    def _save(self, staged: list[Staged]) -> None:
        """Put rows down, in the place of those of earlier readings about the same records."""
        ids = [one.external_id for one in staged if one.external_id is not None]
        self.counts.update(one.outcome for one in staged)
        with unit():
            self.hold(dict(self.counts))
            if ids:
                db.session.execute(
                    delete(StagedRecord).where(
                        StagedRecord.source_id == self.source_id,
                        StagedRecord.external_id.in_(ids),
                        StagedRecord.run_id != self.run_id,
                    )
                )
            if staged:
                db.session.execute(insert(StagedRecord), [one.values(self.run_id, self.source_id) for one in staged])

    def _missing(self) -> Iterator[Staged]:
        """Listings of this source that the reading did not see and that nobody was asked about yet."""
        held = (
            select(SourceRecord.external_id, SourceRecord.service_id, Service.name)
            .join(Service, Service.id == SourceRecord.service_id)
            .where(SourceRecord.source_id == self.source_id, *LIVE)
            .order_by(SourceRecord.external_id)
        )
        for external_id, service_id, name in db.session.execute(held.execution_options(yield_per=2_000)):
            if _short(external_id) in self._seen:
                continue
            if self._asked.get(external_id, ("", "", None))[1] in {"open", "kept"}:
                continue
            yield Staged("vanished", 0, external_id, name, VANISHED, service_id=service_id)


LIVE = (Service.withdrawn_at.is_(None), Service.merged_into_id.is_(None), Service.status.not_in(ENDED))
"""What is true of a listing that is not closed here already."""


def how_of(why: str | None) -> Literal["identifiers", "likeness"]:
    """By what a record that was staged as a copy was found to be one."""
    return "likeness" if why == COPIES["likeness"] else "identifiers"


@contextmanager
def at_rest() -> Iterator[None]:
    """Questions to the database that hold nobody up; what they gave is let go at the end."""
    with without_writing():
        try:
            yield
        finally:
            db.session.rollback()
            db.session.remove()


def _of(draft: Draft, outcome: Outcome, *, service_id: UUID | None = None, why: str | None = None) -> Staged:
    name = draft.facts.name if draft.facts else None
    return Staged(outcome, draft.line, draft.external_id, name, why, draft, service_id, notes=draft.notes)


def _matched(draft: Draft, match: Match | None) -> Staged:
    """A record that we do not hold, by what it was found to be like."""
    if match is None or match.answer == "new":
        return _of(draft, "new")
    candidates = [one.as_json() for one in match.candidates]
    if match.answer == "copy" and match.how is not None:
        staged = _of(draft, "copy", service_id=match.service_id, why=COPIES[match.how])
    else:
        staged = _of(draft, "doubtful")
    staged.candidates = candidates
    return staged


def _has_ended(draft: Draft) -> bool:
    """True if the record says that what it tells of has ended. Reads its facts. Raises Refused."""
    if is_nested(draft.document) and is_gone(service_of(draft.document)):
        return True
    drafts.read_facts(draft)
    return draft.facts is not None and draft.facts.status in ENDED


def _is_live(service_id: UUID) -> bool:
    return db.session.scalar(select(Service.id).where(Service.id == service_id, *LIVE)) is not None


def _short(external_id: str) -> bytes:
    """A short digest of an id: hundreds of thousands of them need little memory."""
    return hashlib.blake2b(external_id.encode(), digest_size=12).digest()
