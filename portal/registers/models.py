"""What public registers say of bodies, and which organisations of ours stand in their register no more."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id


class RegisterEntry(Base):
    """A body in a public register, as its last extract told it. `register` is a scheme of org-id.guide, such as "GB-CHC".

    `name_words`, `name_start` and `name_word` are what it is looked up by (`portal.registers.likeness`). `gone_at`: since when it
    is in no extract any more. All of it was published by the register; who its trustees are is not kept.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("register", "number"),
        Index("ix_register_entry_seen", "register", "seen_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    register: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(250))
    name_words: Mapped[str] = mapped_column(String(500))
    name_start: Mapped[str] = mapped_column(String(5), index=True)
    name_word: Mapped[str] = mapped_column(String(30), index=True)
    status: Mapped[str | None] = mapped_column(String(60))
    removed_on: Mapped[date | None]
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_removed: Mapped[bool] = mapped_column(Boolean, default=False)
    postcode: Mapped[str | None] = mapped_column(String(8), index=True)
    address: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    phone: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(Text)
    activities: Mapped[str | None] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RegisterLoad(Base):
    """An extract that was read to its end. `part`: it does not hold the whole register."""

    __tablename__ = "register_load"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    register: Mapped[str] = mapped_column(String(10), index=True)
    name: Mapped[str] = mapped_column(String(200))
    part: Mapped[bool] = mapped_column(Boolean, default=False)
    rows_taken: Mapped[int] = mapped_column(Integer, default=0)
    rows_refused: Mapped[int] = mapped_column(Integer, default=0)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class RegisterFlag(Base):
    """An organisation of ours whose number stands in its register no more. Gone again once the register says otherwise.

    `looked_at`: when a moderator found that the group goes on all the same.
    """

    __tablename__ = "register_flag"
    __table_args__ = (UniqueConstraint("organization_id", "register", "number"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"))
    register: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(20))
    removed_on: Mapped[date | None]
    noticed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
