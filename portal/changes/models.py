"""Changes of listings: what was proposed, every version that was live, and when each fact was last checked."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.directory.models import Service
from portal.organisations.models import Organization

Kind = Literal["new", "change", "close", "reopen", "claim"]
State = Literal["draft", "waiting", "live", "sent_back", "rejected", "undone"]
Facts = dict[str, Any]
"""Values of facts as plain JSON, by their names in `facts.FACTS`."""


class ChangeRequest(Base):
    """Something that somebody wants changed about a listing, from draft to decision. `life.py` tells its states.

    `facts` are the new values, `before` what stood when it was proposed or, once live, when it was applied. `base_version` is
    the service's version that its author saw. `version_number`: the version that it made. `is_sampled`: live, and one of those
    that a moderator looks at; `reviewed_at` is when. `words` are what a moderator wrote to the author, `note` what the author
    wrote to the moderators. `form_key` is the one-time key of the form, so that sending twice makes one.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        CheckConstraint("kind in ('new', 'change', 'close', 'reopen', 'claim')", name="kind"),
        CheckConstraint("state in ('draft', 'waiting', 'live', 'sent_back', 'rejected', 'undone')", name="state"),
        Index("ix_change_request_state", "state", "submitted_at"),
        Index("ix_change_request_organization", "organization_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(String(10), default="change")
    facts: Mapped[Facts] = mapped_column(JsonDocument, default=dict)
    before: Mapped[Facts] = mapped_column(JsonDocument, default=dict)
    base_version: Mapped[int | None] = mapped_column(Integer)
    version_number: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[State] = mapped_column(String(10), default="draft")
    risks: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    is_sampled: Mapped[bool] = mapped_column(Boolean, default=False)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reason: Mapped[str | None] = mapped_column(String(40))
    words: Mapped[str | None] = mapped_column(EncryptedText)
    note: Mapped[str | None] = mapped_column(EncryptedText)

    service: Mapped[Service | None] = relationship()
    organization: Mapped[Organization] = relationship()


class Version(Base):
    """All facts of a listing as they were live. `number` is the service's version; `how` tells what made it.

    `how`: "imported" (as it stood before the first edit, or came from its source since), "edited", "approved", "restored",
    "undone", "added", "closed", "reopened", "merged", "taken" (given back to its source). `status` is the service's.
    """

    __tablename__ = "listing_version"
    __table_args__ = (UniqueConstraint("service_id", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    facts: Mapped[Facts] = mapped_column(JsonDocument)
    changed: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    status: Mapped[str] = mapped_column(String(20))
    how: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    change_id: Mapped[UUID | None] = mapped_column(ForeignKey("change_request.id", ondelete="SET NULL"), index=True)

    service: Mapped[Service] = relationship()


class FactCheck(Base):
    """When a fact of a listing was last said or confirmed: the newest time alone.

    `by_kind`: "group", "moderator", "person" (with a link from a mail), "source". `how`: "edited", "approved", "confirmed",
    "phoned", "answered" and so on.
    """

    __tablename__ = "fact_check"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    fact: Mapped[str] = mapped_column(String(30), primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    by_kind: Mapped[str] = mapped_column(String(20))
    how: Mapped[str] = mapped_column(String(20))
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
