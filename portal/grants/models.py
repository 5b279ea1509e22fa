"""Rounds of grants, the grants of each, and what groups told about each quarter. Amounts are in pence."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.encryption import EncryptedText
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.core.references import new_reference, shown
from portal.directory.models import Service
from portal.geography.models import Neighbourhood
from portal.organisations.models import Organization


class GrantRound(Base):
    """Money that groups of an area can ask for between two days. `area`: the slug of a set of neighbourhoods."""

    __tablename__ = "grant_round"
    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="dates"),
        CheckConstraint("total_pence > 0", name="total"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    area: Mapped[str] = mapped_column(String(80), index=True)
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str | None] = mapped_column(Text)
    total_pence: Mapped[int] = mapped_column(BigInteger)
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Grant(Base):
    """Money for one group out of a round, and what it promised for each quarter.

    `communities`: keys of `portal.grants.communities.COMMUNITIES`. `ends_on` is the last day. `voided_at`, `void_reason`: it was
    entered by mistake; it stays to be read, and counts nowhere.
    """

    __tablename__ = "grant_award"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("amount_pence > 0", name="amount"),
        CheckConstraint("promised_sessions >= 0 and promised_people >= 0", name="promised"),
        Index(
            "uq_grant_award_name", "round_id", "organization_id", "name", unique=True,
            sqlite_where=text("voided_at is null"), postgresql_where=text("voided_at is null"),
        ),
        Index("ix_grant_award_dates", "starts_on", "ends_on"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(8), unique=True, default=new_reference)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("grant_round.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    amount_pence: Mapped[int] = mapped_column(BigInteger)
    communities: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    promised_sessions: Mapped[int] = mapped_column(Integer)
    promised_people: Mapped[int] = mapped_column(Integer)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str | None] = mapped_column(EncryptedText)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    round: Mapped[GrantRound] = relationship()
    organization: Mapped[Organization] = relationship()
    places: Mapped[list["GrantPlace"]] = relationship(
        cascade="all, delete-orphan", order_by="GrantPlace.neighbourhood_id"
    )
    services: Mapped[list["GrantService"]] = relationship(
        cascade="all, delete-orphan", order_by="GrantService.service_id"
    )
    reports: Mapped[list["GrantReport"]] = relationship(
        back_populates="grant", cascade="all, delete-orphan", order_by="GrantReport.quarter"
    )

    @property
    def shown_reference(self) -> str:
        """As it is written for people."""
        return shown(self.reference)


class GrantPlace(Base):
    """A neighbourhood that a grant is for."""

    __tablename__ = "grant_place"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grant_award.id", ondelete="CASCADE"), primary_key=True)
    neighbourhood_id: Mapped[UUID] = mapped_column(
        ForeignKey("neighbourhood.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    neighbourhood: Mapped[Neighbourhood] = relationship()


class GrantService(Base):
    """A listing that a grant pays for, in whole or in part: its sessions are counted beside what was promised."""

    __tablename__ = "grant_service"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grant_award.id", ondelete="CASCADE"), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True, index=True)

    service: Mapped[Service] = relationship()


class GrantReport(Base):
    """What a group told about one quarter. `quarter`: its first day. `told_by`: "group", or "manager" who typed it for them."""

    __tablename__ = "grant_report"
    __table_args__ = (
        CheckConstraint("sessions >= 0 and people >= 0", name="counts"),
        CheckConstraint("told_by in ('group', 'manager')", name="told_by"),
        UniqueConstraint("grant_id", "quarter"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grant_award.id", ondelete="CASCADE"))
    quarter: Mapped[date] = mapped_column(Date)
    sessions: Mapped[int] = mapped_column(Integer)
    people: Mapped[int] = mapped_column(Integer)
    told_by: Mapped[str] = mapped_column(String(10))
    told_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(Integer, default=1)

    grant: Mapped[Grant] = relationship(back_populates="reports")
