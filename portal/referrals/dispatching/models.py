"""One document for one practice, and how far it has come."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedJson
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.organisations.models import Organization
from portal.people.models import Person
from portal.referrals.models import Introduction


class DocumentDispatch(Base):
    """A document that a practice is to get, once an introduction. Source: PRSB, "Message back to GP and referrer".

    `state`: queued, sent (a transport has taken it), acknowledged (the practice has it), refused (it cannot go: `reason` says
    why), failed (it went and was not acknowledged, or could not be sent in time) or withdrawn (the agreement ended before it
    left, or before it was taken out of a folder). `reason` is a code, also of what came back. `local_id` is ours, and new each
    time that somebody has it sent again; `message_id` the transport's. `content`: {"html", "fhir", "locale"}, wiped once it is
    acknowledged or withdrawn. `sending_until` is the lease of a worker that has it in hand.
    """

    __tablename__ = "document_dispatch"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'sent', 'acknowledged', 'refused', 'failed', 'withdrawn')", name="state"),
        CheckConstraint("kind in ('message-back')", name="kind"),
        UniqueConstraint("introduction_id", "kind"),
        Index("ix_document_dispatch_due", "state", "next_try_at"),
        Index("ix_document_dispatch_person", "person_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    practice_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="message-back")
    ods_code: Mapped[str | None] = mapped_column(String(12))
    transport: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default="queued")
    reason: Mapped[str | None] = mapped_column(String(40))
    local_id: Mapped[UUID] = mapped_column(Uuid, unique=True, default=new_id)
    message_id: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sending_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    may_have_gone: Mapped[bool] = mapped_column(Boolean, default=False)
    content: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    introduction: Mapped[Introduction] = relationship()
    person: Mapped[Person] = relationship()
    practice: Mapped[Organization | None] = relationship()
