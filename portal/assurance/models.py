"""Asking whether listings are still right, and what visitors say is wrong.

Addresses, words and contacts of people are encrypted; tokens are kept as hashes alone. Days are those of the United Kingdom.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id


class CheckRound(Base):
    """One person is asked about their listings: a digest and what follows until it is answered.

    `contact_key` is the blind index of the address asked first; null where there is none and only a telephone helps.
    `open_key` is `contact_key` (or the organisation's id) while the round is open and null after, so that no two are open
    for one person. `phone_on`: since when a moderator is to ring; `try_on`: not before that day.
    """

    __tablename__ = "check_round"
    __table_args__ = (Index("ix_check_round_open", "closed_on", "begun_on"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), index=True)
    contact_key: Mapped[str | None] = mapped_column(String(32), index=True)
    open_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    begun_on: Mapped[date]
    phone_on: Mapped[date | None]
    try_on: Mapped[date | None]
    why_phone: Mapped[str | None] = mapped_column(String(10))
    closed_on: Mapped[date | None]

    items: Mapped[list["CheckItem"]] = relationship(
        back_populates="round", cascade="all, delete-orphan", order_by="CheckItem.id", lazy="selectin"
    )
    letters: Mapped[list["CheckLetter"]] = relationship(
        back_populates="round", cascade="all, delete-orphan", order_by="CheckLetter.sent_at", lazy="selectin"
    )
    calls: Mapped[list["CheckCall"]] = relationship(cascade="all, delete-orphan", order_by="CheckCall.at")


class CheckItem(Base):
    """One listing of a round. `state`: asked, confirmed, closed, gone (no longer ours to ask), or lapsed (asked anew later)."""

    __tablename__ = "check_item"
    __table_args__ = (
        UniqueConstraint("round_id", "service_id"),
        CheckConstraint("state in ('asked', 'confirmed', 'closed', 'gone', 'lapsed')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("check_round.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    round: Mapped[CheckRound] = relationship(back_populates="items")


class CheckLetter(Base):
    """One mail of a round, and the link in it, kept as its hash. `email_key` is the blind index of the address."""

    __tablename__ = "check_letter"
    __table_args__ = (UniqueConstraint("round_id", "step"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("check_round.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(EncryptedText)
    email_key: Mapped[str] = mapped_column(String(32), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    locale: Mapped[str] = mapped_column(String(35), default="en")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    round: Mapped[CheckRound] = relationship(back_populates="letters")


class CheckCall(Base):
    """One telephone call of a moderator about a round, and how many minutes it took."""

    __tablename__ = "check_call"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('confirmed', 'changed', 'unfinished', 'wrong_number', 'no_answer', 'closed')", name="outcome"
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("check_round.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[str] = mapped_column(String(15))
    minutes: Mapped[int] = mapped_column(Integer)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)


class ListingReport(Base):
    """What a visitor says is wrong with a listing. `words` and `contact` are theirs, encrypted; the contact goes once answered.

    `visitor_key` is a keyed hash of where they came from, to tell one visitor from two; it goes with the answer.
    `urgent_kinds`: the kinds of danger that their words tell of. `form_key`: sent twice is kept once.
    """

    __tablename__ = "listing_report"
    __table_args__ = (
        Index("ix_listing_report_open", "answered_at", "created_at"),
        CheckConstraint("kind in ('closed', 'wrong_time', 'wrong_number', 'other')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(15))
    words: Mapped[str | None] = mapped_column(EncryptedText)
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(35), default="en")
    visitor_key: Mapped[str | None] = mapped_column(String(64))
    urgent_kinds: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    outcome: Mapped[str | None] = mapped_column(String(15))
