"""Sessions: times at which people meet, apart from opening hours. Ours; the standard has `schedule` only."""

from datetime import date, time
from typing import Literal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint, Uuid, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.extensions import Base
from portal.core.fields import new_id

Frequency = Literal["weekly", "monthly", "dates"]
ExceptionKind = Literal["cancelled", "extra"]


class Session(Base):
    """A repeating or dated session of a service at a location. Times are on clocks in the United Kingdom.

    weekly: `byday` is iCalendar days ("TU" or "MO,WE"), every `interval` weeks counted from `dtstart`.
    monthly: `byday` is one or more nth weekdays ("1MO", "-1FR"), every `interval` months.
    dates: only the dates that exceptions of kind "extra" name.
    `ends_at` at or before `starts_at` means that it ends on the next day; null means that the end is not known.
    """

    __tablename__ = "session"
    __table_args__ = (
        CheckConstraint("freq in ('weekly', 'monthly', 'dates')", name="freq"),
        CheckConstraint('"interval" >= 1', name="interval"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_at_location_id: Mapped[UUID] = mapped_column(
        ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    freq: Mapped[Frequency] = mapped_column(String(10), default="weekly")
    interval: Mapped[int] = mapped_column(Integer, default=1)
    byday: Mapped[str | None] = mapped_column(String(60))
    dtstart: Mapped[date]
    valid_to: Mapped[date | None]
    starts_at: Mapped[time]
    ends_at: Mapped[time | None]
    on_bank_holidays: Mapped[bool] = mapped_column(Boolean, default=False)
    in_school_holidays: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    name: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(Text)

    exceptions: Mapped[list["SessionException"]] = relationship(
        cascade="all, delete-orphan", order_by="SessionException.date"
    )


class SessionException(Base):
    """One date on which a session is off, or on besides its rule. A moved session is one of each."""

    __tablename__ = "session_exception"
    __table_args__ = (
        CheckConstraint("kind in ('cancelled', 'extra')", name="kind"),
        UniqueConstraint("session_id", "date", "kind"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    date: Mapped[date]
    kind: Mapped[ExceptionKind] = mapped_column(String(10), default="cancelled")
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    note: Mapped[str | None] = mapped_column(Text)
