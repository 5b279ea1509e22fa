"""Places and what is offered at each, in the words of Open Referral UK 3.0."""

from typing import Literal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.extensions import Base
from portal.core.fields import JsonDocument, new_id
from portal.directory.models.service import Schedule, Service
from portal.directory.models.sessions import Session

Privacy = Literal["public", "area", "hidden"]


class Location(Base):
    """A venue, or "virtual" for the telephone and the web. Source: ORUK 3.0 `location`; degrees are WGS 84.

    `privacy`: "public" shows all; "area" shows the neighbourhood only; "hidden" shows and measures nothing.
    `authority_code` and `neighbourhood_code` are the local authority and the MSOA of its postcode.
    """

    __tablename__ = "location"
    __table_args__ = (
        CheckConstraint("location_type in ('physical', 'postal', 'virtual')", name="location_type"),
        CheckConstraint("privacy in ('public', 'area', 'hidden')", name="privacy"),
        Index("ix_location_point", "latitude", "longitude"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    location_type: Mapped[Literal["physical", "postal", "virtual"]] = mapped_column(String(10), default="physical")
    name: Mapped[str | None] = mapped_column(String(250))
    description: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    external_identifier: Mapped[str | None] = mapped_column(String(120))
    external_identifier_type: Mapped[str | None] = mapped_column(String(60))

    # ours
    privacy: Mapped[Privacy] = mapped_column(String(10), default="public", index=True)
    authority_code: Mapped[str | None] = mapped_column(String(9), index=True)
    neighbourhood_code: Mapped[str | None] = mapped_column(String(9), index=True)
    place_name: Mapped[str | None] = mapped_column(String(120))
    getting_there: Mapped[str | None] = mapped_column(Text)

    addresses: Mapped[list["Address"]] = relationship(cascade="all, delete-orphan", order_by="Address.id")
    accessibility: Mapped[list["Accessibility"]] = relationship(
        cascade="all, delete-orphan", order_by="Accessibility.fact, Accessibility.id"
    )


class Address(Base):
    """A postal or street address of a location. Source: ORUK 3.0 `address`.

    `state_province` is required by the standard; null here means that the source never gave one.
    """

    __tablename__ = "address"
    __table_args__ = (CheckConstraint("address_type in ('physical', 'postal', 'virtual')", name="address_type"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    attention: Mapped[str | None] = mapped_column(String(250))
    address_1: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(120))
    state_province: Mapped[str | None] = mapped_column(String(120))
    postal_code: Mapped[str | None] = mapped_column(String(12), index=True)
    country: Mapped[str] = mapped_column(String(2), default="GB")
    address_type: Mapped[Literal["physical", "postal", "virtual"]] = mapped_column(String(10), default="physical")


class Accessibility(Base):
    """What a venue has for people who need it. Source: ORUK 3.0 `accessibility`.

    Ours: `fact` is a value of the filter `access` and `answer` says yes or no; no row means "not told us".
    """

    __tablename__ = "accessibility"
    __table_args__ = (UniqueConstraint("location_id", "fact"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    description: Mapped[str | None] = mapped_column(Text)
    details: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    accessibility: Mapped[str | None] = mapped_column(Text)

    # ours
    fact: Mapped[str | None] = mapped_column(String(30))
    answer: Mapped[bool | None] = mapped_column(Boolean)


class ServiceAtLocation(Base):
    """A service at one of its places. Source: ORUK 3.0 `service_at_location`.

    Ours: `delivery_modes` holds values of the filter `how` (in_person, online, phone, home_visit).
    """

    __tablename__ = "service_at_location"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), index=True)

    # ours
    delivery_modes: Mapped[list[str]] = mapped_column(JsonDocument, default=list)

    service: Mapped[Service] = relationship(back_populates="service_at_locations")
    location: Mapped[Location] = relationship()
    sessions: Mapped[list[Session]] = relationship(
        cascade="all, delete-orphan", order_by="Session.byday, Session.starts_at"
    )
    schedules: Mapped[list[Schedule]] = relationship(
        cascade="all, delete-orphan", order_by="Schedule.id", foreign_keys="Schedule.service_at_location_id"
    )
