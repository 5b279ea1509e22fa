"""What information governance leaves behind: certificates of erasure, and records opened by breaking the glass."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.core.references import shown
from portal.people.models import Person


class ErasureCertificate(Base):
    """That what was told about a person is gone: ids and counts alone. `why`: due or asked.

    `counts`: rows by table. `events`: ids of the events of introductions that went, whose digests the audit chain still holds.
    """

    __tablename__ = "erasure_certificate"
    __table_args__ = (CheckConstraint("why in ('due', 'asked', 'again')", name="why"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    reference: Mapped[str] = mapped_column(String(8))
    retention_class: Mapped[str | None] = mapped_column(String(40))
    due_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(String(10))
    counts: Mapped[dict[str, int]] = mapped_column(JsonDocument, default=dict)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    @property
    def shown_reference(self) -> str:
        """As it is read aloud."""
        return shown(self.reference)

    def told(self) -> dict[str, Any]:
        """As the file holds it."""
        return {
            "certificate": str(self.id),
            "person": str(self.person_id),
            "reference": self.reference,
            "class": self.retention_class,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "why": self.why,
            "erased_at": self.at.isoformat(),
            "rows": self.counts,
        }


class BrokenGlass(Base):
    """A record that somebody outside its team opened for a reason, until `until`. Two people look at it afterwards."""

    __tablename__ = "broken_glass"
    __table_args__ = (Index("ix_broken_glass_user", "user_id", "person_id", "until"), Index("ix_broken_glass_at", "at"))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(EncryptedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    person: Mapped[Person] = relationship()
