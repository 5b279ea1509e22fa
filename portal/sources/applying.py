"""Applies what was staged: listings in whole batches by the rules of the import, copies, and questions about what is gone.

Safe to repeat: what was applied is marked in the next transaction, and what was applied and not yet marked is found the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, update

from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.importing.actions import Origin, import_rows
from portal.importing.results import Result
from portal.importing.rows import Row
from portal.sources.limits import A_BATCH
from portal.sources.models import Outcome, SourceMatch, SourceTask, StagedRecord
from portal.sources.staging import at_rest, how_of

NOT_OUT = or_(StagedRecord.decision.is_(None), StagedRecord.decision == "new")
TAKEN_IN: Mapping[Outcome, ColumnElement[bool]] = {
    "new": NOT_OUT,
    "changed": NOT_OUT,
    **dict.fromkeys(("doubtful", "copy", "left_out"), StagedRecord.decision == "new"),
}
"""By outcome: which records that are not yet applied become a listing of ours, or change one."""


class Applying:
    """What a run staged, on its way to live. `hold` raises where somebody else has taken the run over."""

    def __init__(self, run_id: UUID, source_id: UUID, origin: Origin, hold: Callable[[], None]) -> None:
        self._run_id, self._source_id, self._origin, self._hold = run_id, source_id, origin, hold
        self._ids: dict[int, UUID] = {}

    def all(self) -> None:
        """Apply all that can be: doubtful records without an answer wait for one."""
        self._listings()
        self._copies()
        self._left_out()
        self._tasks()

    def _listings(self) -> None:
        done: list[Result] = []
        for result in import_rows(self._rows(), self._origin, most=A_BATCH):
            done.append(result)
            if len(done) >= A_BATCH:
                self._note(done)
                done = []
        self._note(done)

    def _rows(self) -> Iterator[Row]:
        """The documents to take in; nothing is held between two batches. One outcome after the other, as they are indexed."""
        for outcome, is_wanted in TAKEN_IN.items():
            last = 0
            while True:
                after = (StagedRecord.outcome == outcome, StagedRecord.line > last, is_wanted)
                wanted = select(StagedRecord.id, StagedRecord.line, StagedRecord.document).where(*after)
                with at_rest():
                    found = db.session.execute(self._open(wanted).limit(A_BATCH)).all()
                for row_id, line, document in found:
                    self._ids[line] = row_id
                    last = line
                    yield Row(line, document)
                if len(found) < A_BATCH:
                    break

    def _note(self, done: Sequence[Result]) -> None:
        """Mark what was taken in, and what the database refused."""
        if not done:
            return
        ids = {one.line: self._ids.pop(one.line) for one in done}
        refused = {ids[one.line]: one.why for one in done if one.outcome == "refused"}
        taken = [row_id for row_id in ids.values() if row_id not in refused]
        with unit():
            self._hold()
            marked = update(StagedRecord).where(StagedRecord.id.in_(taken))
            db.session.execute(marked.values(applied_at=clock.now(), document=None))
            for row_id, why in refused.items():
                said = update(StagedRecord).where(StagedRecord.id == row_id)
                db.session.execute(said.values(outcome="refused", why=why, decision=None))

    def _copies(self) -> None:
        """Keep the documents of copies whole, beside what they are copies of."""
        wanted = select(StagedRecord).where(
            or_(StagedRecord.outcome == "copy", StagedRecord.decision == "copy"),
            or_(StagedRecord.decision.is_(None), StagedRecord.decision == "copy"),
            StagedRecord.service_id.is_not(None),
        )
        for batch in self._batches(wanted):
            known = self._matches([one.external_id for one in batch if one.external_id])
            for one in batch:
                match = known.get(one.external_id or "")
                if match is None:
                    match = SourceMatch(source_id=self._source_id, external_id=one.external_id, answer="copy")
                    match.how = how_of(one.why)
                    db.session.add(match)
                match.service_id, match.document, match.digest = one.service_id, one.document, one.digest
                match.fetched_at = clock.now()
                one.applied_at, one.document = clock.now(), None

    def _left_out(self) -> None:
        for batch in self._batches(select(StagedRecord).where(StagedRecord.decision == "leave")):
            for one in batch:
                one.applied_at, one.document = clock.now(), None

    def _tasks(self) -> None:
        """Ask about listings whose source has ended or lost them."""
        for batch in self._batches(select(StagedRecord).where(StagedRecord.outcome.in_(("closed", "vanished")))):
            ids = [one.external_id for one in batch]
            asked = db.session.scalars(
                select(SourceTask).where(SourceTask.source_id == self._source_id, SourceTask.external_id.in_(ids))
            )
            known = {one.external_id: one for one in asked}
            for one in batch:
                if one.service_id is None or one.external_id is None:
                    one.applied_at = clock.now()
                    continue
                task = known.get(one.external_id)
                if task is None:
                    task = SourceTask(source_id=self._source_id, external_id=one.external_id)
                    db.session.add(task)
                task.service_id, task.run_id, task.kind = one.service_id, self._run_id, _kind(one)
                task.document, task.digest, task.state = one.document, one.digest, "open"
                task.created_at, task.decided_at, task.decided_by_id = clock.now(), None, None
                one.applied_at, one.document = clock.now(), None

    def _batches(self, wanted: Select[StagedRecord]) -> Iterator[Sequence[StagedRecord]]:
        """Records to settle, each batch in a transaction that ends when the next is asked for."""
        while True:
            with unit():
                self._hold()
                found: Sequence[StagedRecord] = db.session.scalars(self._open(wanted).limit(A_BATCH)).all()
                if not found:
                    return
                yield found

    def _open(self, wanted: Any) -> Any:
        here = wanted.where(StagedRecord.run_id == self._run_id, StagedRecord.applied_at.is_(None))
        return here.order_by(StagedRecord.line, StagedRecord.id)

    def _matches(self, ids: list[str]) -> dict[str, SourceMatch]:
        found = select(SourceMatch).where(SourceMatch.source_id == self._source_id, SourceMatch.external_id.in_(ids))
        return {one.external_id: one for one in db.session.scalars(found)}


def _kind(one: StagedRecord) -> Literal["closed", "vanished"]:
    return "closed" if one.outcome == "closed" else "vanished"
