"""Code lists that an operator has loaded, such as ethnic categories."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import UtcDateTime, new_id

CONFIRMED = "confirmed"
UNCONFIRMED = "unconfirmed"
LONGEST_CODE = 40
LONGEST_LABEL = 300


class CodeList(Base):
    """A list that was loaded, by one of the names in data/lists.yaml. Replaced whole by the next file.

    `system`: the address of its code system. `source`, `licence`: who publishes it, and what is known of its licence. `status`:
    an unconfirmed list is kept but offered on no form.
    """

    __tablename__ = "code_list"
    __table_args__ = (CheckConstraint(f"status in ('{CONFIRMED}', '{UNCONFIRMED}')", name="status"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    system: Mapped[str] = mapped_column(String(250))
    version: Mapped[str | None] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(300))
    licence: Mapped[str] = mapped_column(String(300))
    status: Mapped[str] = mapped_column(String(12), default=CONFIRMED)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    entries: Mapped[list["CodeEntry"]] = relationship(
        back_populates="code_list", cascade="all, delete-orphan", passive_deletes=True
    )


class CodeEntry(Base):
    """A code and its term. One that a later file lacks is not active any more: records that hold it can still be read.

    `sort`: its place in the list. `parent`: the code of the entry above it, where the list is a tree.
    """

    __tablename__ = "code_entry"
    __table_args__ = (UniqueConstraint("list_id", "code"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("code_list.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    label: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    sort: Mapped[int] = mapped_column(Integer, default=0)
    parent: Mapped[str | None] = mapped_column(String(LONGEST_CODE))
    code_list: Mapped[CodeList] = relationship(back_populates="entries")
