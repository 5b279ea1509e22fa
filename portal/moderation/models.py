"""Pairs of listings that may be one, and what moderators decided, with all that is needed to take it back."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.directory.models import Service

PairState = Literal["open", "merged", "different"]
Kind = Literal["approve", "send_back", "reject", "review", "undo", "merge", "different", "report"]


class DuplicatePair(Base):
    """Two listings that may be one. `one_id` is the smaller of the ids. "different" is never asked again.

    `score` is from 0 to 1; `shares` what each sign gave to it (log odds).
    """

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("state in ('open', 'merged', 'different')", name="state"),
        Index("ix_duplicate_pair_state", "state", "found_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    one_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    score: Mapped[float] = mapped_column(Float)
    shares: Mapped[dict[str, float]] = mapped_column(JsonDocument, default=dict)
    state: Mapped[PairState] = mapped_column(String(10), default="open")
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    one: Mapped[Service] = relationship(foreign_keys=one_id)
    other: Mapped[Service] = relationship(foreign_keys=other_id)


class Decision(Base):
    """What a moderator decided about one thing. `undo` holds ids, versions and plain facts of listings: what takes it back.

    `note` is for the log, `reason` the name of a template. Those of `undoing.KINDS` can be taken back for 30 days.
    """

    __tablename__ = "moderation_decision"
    __table_args__ = (
        CheckConstraint(
            "kind in ('approve', 'send_back', 'reject', 'review', 'undo', 'merge', 'different', 'report')", name="kind"
        ),
        Index("ix_moderation_decision_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[Kind] = mapped_column(String(10))
    change_id: Mapped[UUID | None] = mapped_column(ForeignKey("change_request.id", ondelete="CASCADE"), index=True)
    pair_id: Mapped[UUID | None] = mapped_column(ForeignKey("duplicate_pair.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(EncryptedText)
    undo: Mapped[dict[str, Any]] = mapped_column(JsonDocument, default=dict)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    change: Mapped[ChangeRequest | None] = relationship()
    pair: Mapped[DuplicatePair | None] = relationship()
    service: Mapped[Service | None] = relationship()
