"""Organisations in the words of Open Referral UK 3.0."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id


class Organization(Base):
    """A body that offers services. Source: ORUK 3.0 `organization`."""

    __tablename__ = "organization"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(250), index=True)
    description: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(Text)
    logo: Mapped[str | None] = mapped_column(Text)
    uri: Mapped[str | None] = mapped_column(Text)
    parent_organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)

    lang: Mapped[str] = mapped_column(String(35), default="en")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_modified: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    identifiers: Mapped[list["OrganizationIdentifier"]] = relationship(
        back_populates="organization", cascade="all, delete-orphan", order_by="OrganizationIdentifier.id"
    )


class OrganizationIdentifier(Base):
    """A number in a public register, such as a charity number. Source: ORUK 3.0 `organization_identifier`."""

    __tablename__ = "organization_identifier"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), index=True)
    identifier_scheme: Mapped[str | None] = mapped_column(String(60))
    identifier_type: Mapped[str] = mapped_column(String(60))
    identifier: Mapped[str] = mapped_column(String(120), index=True)

    organization: Mapped[Organization] = relationship(back_populates="identifiers")
