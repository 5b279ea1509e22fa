"""Visits of an introduction as rows. Others have them from `portal.referrals.models`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id


class Appointment(Base):
    """One visit that was agreed. Source: FHIR Appointment. `place` and `note` may tell where a person is: encrypted."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(
            "status in ('booked', 'attended', 'late', 'did-not-attend', 'cancelled-by-person', 'cancelled-by-provider')",
            name="status",
        ),
        Index("ix_appointment_starts", "status", "starts_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    introduction_id: Mapped[UUID] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mode: Mapped[str] = mapped_column(String(10), default="visit")
    place: Mapped[str | None] = mapped_column(EncryptedText)
    is_group: Mapped[bool] = mapped_column(Boolean, default=True)
    status: Mapped[str] = mapped_column(String(25), default="booked")
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    is_reminded: Mapped[bool] = mapped_column(Boolean, default=False)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
