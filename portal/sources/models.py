"""How each source is read, what its readings found, what they would change, and what people decided.

The source itself and the documents behind our listings stand in `portal/directory/models/sources.py`; of a record that never
became a listing of ours, the document stands here, whole.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.directory.models import Service, Source

Profile = Literal["oruk1", "oruk3", "hsds1", "hsds2", "hsds3", "table"]
Rhythm = Literal["daily", "weekly", "monthly", "by_hand"]
Trust = Literal["preview", "apply"]
SourceState = Literal["new", "active", "paused", "stopped"]
RunState = Literal["asked", "fetching", "waiting", "applying", "applied", "failed", "refused", "superseded"]
Outcome = Literal["new", "changed", "doubtful", "copy", "left_out", "refused", "closed", "vanished"]
Decision = Literal["new", "copy", "leave"]
Answer = Literal["own", "copy", "left_out"]
TaskState = Literal["open", "closed", "kept", "returned"]

OPEN: tuple[RunState, ...] = ("asked", "fetching", "waiting", "applying")
"""States of a run that is not over. A source has one such run at most."""


class SourceSetting(Base):
    """How a source is read, when, and how far its readings have come. One row a source.

    `address` is none where its files are uploaded. `mapping` is YAML, of a table. `area`: codes of councils. `cursor` is the
    peer's own time up to which all changes are applied; `whole_at` when all of it was last read. `failures` are those in a row.
    """

    __tablename__ = "source_setting"
    __table_args__ = (
        CheckConstraint("profile in ('oruk1', 'oruk3', 'hsds1', 'hsds2', 'hsds3', 'table')", name="profile"),
        CheckConstraint("rhythm in ('daily', 'weekly', 'monthly', 'by_hand')", name="rhythm"),
        CheckConstraint("trust in ('preview', 'apply')", name="trust"),
        CheckConstraint("state in ('new', 'active', 'paused', 'stopped')", name="state"),
    )

    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), primary_key=True)
    profile: Mapped[Profile] = mapped_column(String(10))
    address: Mapped[str | None] = mapped_column(Text)
    mapping: Mapped[str | None] = mapped_column(Text)
    area: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    rhythm: Mapped[Rhythm] = mapped_column(String(10), default="by_hand")
    trust: Mapped[Trust] = mapped_column(String(10), default="preview")
    state: Mapped[SourceState] = mapped_column(String(10), default="new")
    stopped_why: Mapped[str | None] = mapped_column(Text)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    cursor: Mapped[datetime | None] = mapped_column(UtcDateTime)
    whole_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    next_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    source: Mapped[Source] = relationship()

    @property
    def knows_where_it_was(self) -> bool:
        """True if the next reading can be of less than everything."""
        return any((self.cursor, self.etag, self.last_modified))


class SourceRun(Base):
    """One reading of a source. `counts` are records by outcome, with "same" and "read"; `problem` is a sentence, `doubt` a row of
    `profiles.DOUBTS`.

    `is_whole`: it read everything, so what it did not see is gone; else only what changed since the last. `reached` is what the
    setting takes over once it is applied: etag, last_modified, cursor (ISO). `accepted_at`: somebody said yes, or nobody had to.
    `claim` is whoever works on it now: who takes it over writes another, and the first lets go. `touched_at`: when it last moved.
    """

    __tablename__ = "source_run"
    __table_args__ = (
        CheckConstraint(
            "state in ('asked', 'fetching', 'waiting', 'applying', 'applied', 'failed', 'refused', 'superseded')",
            name="state",
        ),
        Index("ix_source_run_source", "source_id", "began_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    state: Mapped[RunState] = mapped_column(String(10), default="asked")
    is_whole: Mapped[bool] = mapped_column(Boolean, default=True)
    counts: Mapped[dict[str, int]] = mapped_column(JsonDocument, default=dict)
    problem: Mapped[str | None] = mapped_column(Text)
    doubt: Mapped[str | None] = mapped_column(Text)
    reached: Mapped[dict[str, Any]] = mapped_column(JsonDocument, default=dict)
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[str | None] = mapped_column(String(32))
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    source: Mapped[Source] = relationship()


class StagedRecord(Base):
    """A record of a reading that is not as we hold it, apart from live: what would become of it, and the document whole.

    `line`: its place in the reading; 0 for one that is gone. `service_id`: our listing of it, or the one that it is a copy of.
    `candidates`: of a doubtful one, listings that may be the same, best first: {"service": id, "score": 0 to 1, "why": {...}}.
    `decision` is a person's, for a record that we do not hold. Once applied, the document stands elsewhere, and no more here.
    """

    __tablename__ = "staged_record"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('new', 'changed', 'doubtful', 'copy', 'left_out', 'refused', 'closed', 'vanished')",
            name="outcome",
        ),
        CheckConstraint("decision in ('new', 'copy', 'leave')", name="decision"),
        Index("ix_staged_record_run", "run_id", "outcome", "line"),
        Index("ix_staged_record_source", "source_id", "external_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("source_run.id", ondelete="CASCADE"))
    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    line: Mapped[int] = mapped_column(Integer)
    external_id: Mapped[str | None] = mapped_column(String(250))
    name: Mapped[str | None] = mapped_column(String(250))
    outcome: Mapped[Outcome] = mapped_column(String(10))
    why: Mapped[str | None] = mapped_column(Text)
    changed: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    kept: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    notes: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    document: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    digest: Mapped[str | None] = mapped_column(String(64))
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="SET NULL"), index=True)
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument, default=list)
    decision: Mapped[Decision | None] = mapped_column(String(10))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    run: Mapped[SourceRun] = relationship()
    service: Mapped[Service | None] = relationship()


class SourceMatch(Base):
    """What is settled of a record for good: it is a copy of a listing that we hold from elsewhere, one of its own, or left out.

    `how`: by a person, by identifiers or by a sure likeness. A copy's facts never overwrite; its document, as last read, is kept
    here whole.
    """

    __tablename__ = "source_match"
    __table_args__ = (
        UniqueConstraint("source_id", "external_id"),
        CheckConstraint("answer in ('own', 'copy', 'left_out')", name="answer"),
        CheckConstraint("how in ('person', 'identifiers', 'likeness')", name="how"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(250))
    answer: Mapped[Answer] = mapped_column(String(10))
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    how: Mapped[Literal["person", "identifiers", "likeness"]] = mapped_column(String(12))
    document: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    digest: Mapped[str | None] = mapped_column(String(64))
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    source: Mapped[Source] = relationship()
    service: Mapped[Service | None] = relationship()


class SourceTask(Base):
    """A listing of ours whose source says that it has ended ("closed"), or does not hold it any more ("vanished").

    A person closes it here, or keeps it; one whose record comes back is "returned". A listing is asked about once while that
    lasts. `document` is what the source said of a closed one, whole.
    """

    __tablename__ = "source_task"
    __table_args__ = (
        UniqueConstraint("source_id", "external_id"),
        CheckConstraint("kind in ('closed', 'vanished')", name="kind"),
        CheckConstraint("state in ('open', 'closed', 'kept', 'returned')", name="state"),
        Index("ix_source_task_state", "state", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(250))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("source_run.id", ondelete="SET NULL"))
    kind: Mapped[Literal["closed", "vanished"]] = mapped_column(String(10))
    document: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    digest: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[TaskState] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    source: Mapped[Source] = relationship()
    service: Mapped[Service] = relationship()


class SourceUpload(Base):
    """A file that was sent in place of an address, until it has been read. One a source: the newest."""

    __tablename__ = "source_upload"

    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    uploaded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
