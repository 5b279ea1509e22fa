"""A service and what is said about it. Names of tables and columns are those of Open Referral UK 3.0 where it has one.

Columns below the line `ours` are what the standard lacks.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, Numeric, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.directory.models.taxonomies import Attribute
from portal.organisations.models import Organization

if TYPE_CHECKING:
    from portal.directory.models.for_staff import ForStaff
    from portal.directory.models.locations import ServiceAtLocation
    from portal.directory.models.sources import SourceRecord

Status = Literal["active", "inactive", "defunct", "temporarily closed"]
SpaceState = Literal["space", "waiting", "full", "paused"]


class Service(Base):
    """What an organisation offers; a "listing" to readers. Source: ORUK 3.0 `service`.

    `last_modified` is when a fact last changed; `assured_date` when someone last confirmed that all is true.
    `joining`, `audiences` and `excluded_audiences` hold values of the filters `join` and `who`.
    `version` grows by one with each change of its facts, whoever makes it.
    `doubted_at`: since when visitors say that something is wrong, until a moderator has looked.
    """

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint("status in ('active', 'inactive', 'defunct', 'temporarily closed')", name="status"),
        CheckConstraint("space_state in ('space', 'waiting', 'full', 'paused')", name="space_state"),
        Index("ix_service_public", "status", "withdrawn_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(String(250))
    description: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254))
    status: Mapped[Status] = mapped_column(String(20), default="active")
    fees: Mapped[str | None] = mapped_column(Text)
    accreditations: Mapped[str | None] = mapped_column(Text)
    minimum_age: Mapped[int | None] = mapped_column(Integer)
    maximum_age: Mapped[int | None] = mapped_column(Integer)
    assured_date: Mapped[date | None]
    assurer_email: Mapped[str | None] = mapped_column(String(254))
    alert: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    # ours
    lang: Mapped[str] = mapped_column(String(35), default="en")
    summary: Mapped[str | None] = mapped_column(String(160))
    who_for: Mapped[str | None] = mapped_column(Text)
    first_visit: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    how_to_join: Mapped[str | None] = mapped_column(Text)
    joining: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    audiences: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    excluded_audiences: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    anyone_welcome: Mapped[bool | None] = mapped_column(Boolean)
    bring_someone: Mapped[bool | None] = mapped_column(Boolean)
    opening_text: Mapped[str | None] = mapped_column(Text)
    space_state: Mapped[SpaceState | None] = mapped_column(String(10))
    space_weeks: Mapped[int | None] = mapped_column(Integer)
    space_full_until: Mapped[date | None]
    space_said_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assured_by: Mapped[str | None] = mapped_column(String(20))
    assured_how: Mapped[str | None] = mapped_column(String(20))
    doubted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    organization: Mapped[Organization] = relationship()
    service_at_locations: Mapped[list["ServiceAtLocation"]] = relationship(
        back_populates="service", cascade="all, delete-orphan", order_by="ServiceAtLocation.id"
    )
    contacts: Mapped[list["Contact"]] = relationship(cascade="all, delete-orphan", order_by="Contact.id")
    schedules: Mapped[list["Schedule"]] = relationship(
        cascade="all, delete-orphan", order_by="Schedule.id", foreign_keys="Schedule.service_id"
    )
    service_areas: Mapped[list["ServiceArea"]] = relationship(cascade="all, delete-orphan", order_by="ServiceArea.id")
    languages: Mapped[list["Language"]] = relationship(
        cascade="all, delete-orphan", order_by="Language.code", foreign_keys="Language.service_id"
    )
    funding: Mapped[list["Funding"]] = relationship(cascade="all, delete-orphan", order_by="Funding.id")
    cost_options: Mapped[list["CostOption"]] = relationship(cascade="all, delete-orphan", order_by="CostOption.id")
    attributes: Mapped[list[Attribute]] = relationship(
        primaryjoin="and_(foreign(Attribute.link_id) == Service.id, Attribute.link_type == 'service')",
        cascade="all, delete-orphan",
        order_by="Attribute.id",
        overlaps="attributes",
    )
    source_record: Mapped["SourceRecord | None"] = relationship(back_populates="service", cascade="all, delete-orphan")
    for_staff: Mapped["ForStaff | None"] = relationship(cascade="all, delete-orphan")


class Contact(Base):
    """Whom to ask about a service, as a role rather than a person. Source: ORUK 3.0 `contact`.

    `name_agreed_at`: when the person named in `name` agreed that everybody may see it; null where nobody did, or who did took
    it back. `name_agreed_by_id`: the account that recorded it. A name that is a role's needs none (`directory/persons.py`).
    """

    __tablename__ = "contact"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(250))
    title: Mapped[str | None] = mapped_column(String(250))

    # ours
    hours: Mapped[str | None] = mapped_column(Text)
    name_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name_agreed_by_id: Mapped[UUID | None] = mapped_column(Uuid)

    phones: Mapped[list["Phone"]] = relationship(cascade="all, delete-orphan", order_by="Phone.id")


class Phone(Base):
    """A telephone number of a contact, as it is to be read. Source: ORUK 3.0 `phone`."""

    __tablename__ = "phone"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(60))
    description: Mapped[str | None] = mapped_column(Text)

    languages: Mapped[list["Language"]] = relationship(
        cascade="all, delete-orphan", order_by="Language.code", foreign_keys="Language.phone_id"
    )


class Schedule(Base):
    """When a service or one of its places is open; sessions stand apart in `session`. Source: ORUK 3.0 `schedule`.

    `byday` holds iCalendar days ("MO,TU"); `opens_at` and `closes_at` are times in the United Kingdom.
    """

    __tablename__ = "schedule"
    __table_args__ = (CheckConstraint("freq in ('WEEKLY', 'MONTHLY')", name="freq"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    service_at_location_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    dtstart: Mapped[date | None]
    freq: Mapped[Literal["WEEKLY", "MONTHLY"] | None] = mapped_column(String(7))
    interval: Mapped[int | None] = mapped_column(Integer)
    byday: Mapped[str | None] = mapped_column(String(60))
    bymonthday: Mapped[str | None] = mapped_column(String(60))
    description: Mapped[str | None] = mapped_column(Text)
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
    schedule_link: Mapped[str | None] = mapped_column(Text)
    attending_type: Mapped[str | None] = mapped_column(String(60))
    notes: Mapped[str | None] = mapped_column(Text)


class Funding(Base):
    """Who pays for a service. Source: ORUK 3.0 `funding`."""

    __tablename__ = "funding"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    source: Mapped[str | None] = mapped_column(Text)


class ServiceArea(Base):
    """Whom a service reaches without their coming. Source: ORUK 3.0 `service_area`.

    Ours: `extent_type` "code" means that `extent` is one area code (authority or MSOA); "nationwide" means everywhere.
    """

    __tablename__ = "service_area"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(250))
    extent: Mapped[str | None] = mapped_column(Text)
    extent_type: Mapped[str | None] = mapped_column(String(60))
    uri: Mapped[str | None] = mapped_column(Text)
    service_area: Mapped[str | None] = mapped_column(Text)


class Language(Base):
    """A language spoken at a service or on a telephone line. Source: ORUK 3.0 `language`; the code is ours."""

    __tablename__ = "language"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    phone_id: Mapped[UUID | None] = mapped_column(ForeignKey("phone.id", ondelete="CASCADE"), index=True)

    # ours
    code: Mapped[str] = mapped_column(String(35))
    note: Mapped[str | None] = mapped_column(Text)


class CostOption(Base):
    """One price of a service. Source: ORUK 3.0 `cost_option`; `amount` is in pounds, for one session unless said.

    Ours: `kind` is free, donation or paid.
    """

    __tablename__ = "cost_option"
    __table_args__ = (CheckConstraint("kind in ('free', 'donation', 'paid')", name="kind"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    option: Mapped[str | None] = mapped_column(String(250))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    amount_description: Mapped[str | None] = mapped_column(Text)

    # ours
    kind: Mapped[Literal["free", "donation", "paid"]] = mapped_column(String(10), default="paid")
