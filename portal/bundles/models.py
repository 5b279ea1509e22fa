"""Curated pages for a situation in life in a place. What is found is not kept here: only what to search for, in which order."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id
from portal.directory.models import Service


class Bundle(Base):
    """One page. `area`: the slug of the set of neighbourhoods whose curators look after it; `near`: where it searches, as typed.

    `lang`: of all its texts. `kept_by`: who looks after it, as readers are told; `owner_id`: who is reminded.
    `told_lost`: the pins that the owner was last told of, so that nobody is told twice. `version` grows with each change.
    """

    __tablename__ = "bundle"
    __table_args__ = (CheckConstraint("state in ('draft', 'published')", name="state"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    area: Mapped[str] = mapped_column(String(80), index=True)
    title: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(Text, default="")
    carer_intro: Mapped[str] = mapped_column(Text, default="")
    lang: Mapped[str] = mapped_column(String(35), default="en")
    near: Mapped[str] = mapped_column(String(120))
    kept_by: Mapped[str] = mapped_column(String(120))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    review_by: Mapped[date] = mapped_column(Date)
    state: Mapped[Literal["draft", "published"]] = mapped_column(String(10), default="draft")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_lost: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    sections: Mapped[list["BundleSection"]] = relationship(
        back_populates="bundle",
        cascade="all, delete-orphan",
        order_by="BundleSection.position, BundleSection.id",
        lazy="selectin",
    )


class BundleSection(Base):
    """One heading of a page, and the search under it.

    `needs`; values of `filters`, by name; `within` miles, empty for the whole area. `most`: how many results are shown.
    `carer_title`, `carer_text`: what is said instead to who looks after somebody.
    """

    __tablename__ = "bundle_section"
    __table_args__ = (CheckConstraint("most between 1 and 12", name="most"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("bundle.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text, default="")
    carer_title: Mapped[str] = mapped_column(String(120), default="")
    carer_text: Mapped[str] = mapped_column(Text, default="")
    needs: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    filters: Mapped[dict[str, list[str]]] = mapped_column(JsonDocument, default=dict)
    within: Mapped[str] = mapped_column(String(10), default="")
    most: Mapped[int] = mapped_column(SmallInteger, default=4)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    bundle: Mapped[Bundle] = relationship(back_populates="sections")
    pins: Mapped[list["BundlePin"]] = relationship(
        back_populates="section",
        cascade="all, delete-orphan",
        order_by="BundlePin.position, BundlePin.id",
        lazy="selectin",
    )


class BundlePin(Base):
    """A service that stands first in a section as long as the section's search finds it."""

    __tablename__ = "bundle_pin"
    __table_args__ = (UniqueConstraint("section_id", "service_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    section_id: Mapped[UUID] = mapped_column(ForeignKey("bundle_section.id", ondelete="CASCADE"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)

    section: Mapped[BundleSection] = relationship(back_populates="pins")
    service: Mapped[Service] = relationship()


class BundleVersion(Base):
    """A page as it stood after one change.

    `page`: all that was said and searched for, as plain JSON. `act`: a key of `words.ACTS`.
    """

    __tablename__ = "bundle_version"
    __table_args__ = (
        UniqueConstraint("bundle_id", "number"),
        Index("ix_bundle_version_changed_by_id", "changed_by_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("bundle.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(String(20))
    page: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    changed_by: Mapped[User | None] = relationship()
