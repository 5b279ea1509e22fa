"""Programmes and their partners: roles by date, agreements with who signed them, promised capacity, and the tasks they raise.

First and last days are both included. Roles are ended, never changed to another, so that who led and who worked for whom on a
day in the past can always be told; an agreement that is renewed stays beside its successor. Names and free words are encrypted.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id
from portal.organisations.models import Organization


class Programme(Base):
    """What organisations do together in an area: the slug of a neighbourhood set. Its lead on a day is a role (`PartnerRole`)."""

    __tablename__ = "programme"
    __table_args__ = (CheckConstraint("ends_on is null or ends_on >= starts_on", name="dates"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(160))
    area: Mapped[str] = mapped_column(String(80), index=True)
    about: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    partners: Mapped[list["Partner"]] = relationship(back_populates="programme", cascade="all, delete-orphan")


class Partner(Base):
    """An organisation in a programme: what it does, for whom. `closed_on`: since when it is known to exist no more."""

    __tablename__ = "programme_partner"
    __table_args__ = (UniqueConstraint("programme_id", "organization_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    does: Mapped[str | None] = mapped_column(Text)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_why: Mapped[str | None] = mapped_column(EncryptedText)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    programme: Mapped[Programme] = relationship(back_populates="partners")
    organization: Mapped[Organization] = relationship()
    roles: Mapped[list["PartnerRole"]] = relationship(
        back_populates="partner",
        cascade="all, delete-orphan",
        order_by="PartnerRole.starts_on, PartnerRole.id",
        foreign_keys="PartnerRole.partner_id",
    )
    agreements: Mapped[list["Agreement"]] = relationship(
        back_populates="partner", cascade="all, delete-orphan", order_by="Agreement.starts_on, Agreement.id"
    )


class PartnerRole(Base):
    """What a partner is to its programme, from one day to another. `role`: a key of `portal.partners.kinds.ROLES`.

    `under_id`: the partner that it has its work from.
    """

    __tablename__ = "partner_role"
    __table_args__ = (
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="dates"),
        CheckConstraint("under_id is null or under_id <> partner_id", name="under"),
        Index("ix_partner_role_role", "role", "starts_on"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("programme_partner.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    under_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme_partner.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    partner: Mapped[Partner] = relationship(back_populates="roles", foreign_keys=[partner_id])
    under: Mapped[Partner | None] = relationship(foreign_keys=[under_id])


class Agreement(Base):
    """A paper that a partner agreed to. `kind`: a key of `portal.partners.kinds.AGREEMENTS`; `link`: where the paper is, https.

    `ended_on`, `ended_why`: ended before its time. `lapses`: it is meant to run out. `replaces_id`: the one that it renews.
    `marked_as`: "register" or "closed", while the partner is known to exist no more; `marked_at` since when we know.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="dates"),
        CheckConstraint("review_on is null or review_on >= starts_on", name="review"),
        Index("ix_agreement_ends", "ends_on"),
        Index("ix_agreement_review", "review_on"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("programme_partner.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(160))
    reference: Mapped[str | None] = mapped_column(String(60))
    link: Mapped[str | None] = mapped_column(String(500))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    review_on: Mapped[date | None] = mapped_column(Date)
    lapses: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_why: Mapped[str | None] = mapped_column(EncryptedText)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement.id"), unique=True)
    marked_as: Mapped[str | None] = mapped_column(String(10))
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    partner: Mapped[Partner] = relationship(back_populates="agreements")
    replaces: Mapped["Agreement | None"] = relationship(remote_side="Agreement.id", back_populates="successor")
    successor: Mapped["Agreement | None"] = relationship(back_populates="replaces")
    signatories: Mapped[list["Signatory"]] = relationship(
        back_populates="agreement", cascade="all, delete-orphan", order_by="Signatory.signed_on, Signatory.id"
    )
    promises: Mapped[list["CapacityPromise"]] = relationship(
        cascade="all, delete-orphan", order_by="CapacityPromise.quarter, CapacityPromise.unit"
    )
    tasks: Mapped[list["PartnerTask"]] = relationship(
        back_populates="agreement", cascade="all, delete-orphan", order_by="PartnerTask.due_on, PartnerTask.raised_at"
    )


class Signatory(Base):
    """Who signed an agreement, for which organisation, as what."""

    __tablename__ = "agreement_signatory"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(EncryptedText)
    job: Mapped[str | None] = mapped_column(EncryptedText)
    signed_on: Mapped[date] = mapped_column(Date)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    agreement: Mapped[Agreement] = relationship(back_populates="signatories")
    organization: Mapped[Organization] = relationship()


class CapacityPromise(Base):
    """What an agreement promises for a quarter. `quarter`: its first day; `unit`: a key of `portal.partners.kinds.UNITS`."""

    __tablename__ = "agreement_promise"
    __table_args__ = (
        UniqueConstraint("agreement_id", "quarter", "unit"),
        CheckConstraint("promised between 0 and 100000", name="promised"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    quarter: Mapped[date] = mapped_column(Date)
    unit: Mapped[str] = mapped_column(String(20))
    promised: Mapped[int] = mapped_column(Integer)


class PartnerTask(Base):
    """Something to do about an agreement. `kind`: review, end, or dissolved; `days`: how long before it was raised, 90 to 0.

    `state`: open, done, or passed: a later one, or a change of the agreement, took its place. `until`: put off to that day.
    """

    __tablename__ = "partner_task"
    __table_args__ = (
        UniqueConstraint("agreement_id", "kind", "due_on", "days"),
        CheckConstraint("kind in ('review', 'end', 'dissolved')", name="kind"),
        CheckConstraint("state in ('open', 'done', 'passed')", name="state"),
        Index("ix_partner_task_open", "state", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    days: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="open")
    until: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(Integer, default=1)

    agreement: Mapped[Agreement] = relationship(back_populates="tasks")
