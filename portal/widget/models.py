"""Which other websites show our listings, and how often each does."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base
from portal.core.fields import JsonDocument, UtcDateTime, new_id


class WidgetKey(Base):
    """A website that may show our listings. `key` stands in its snippet; it is no secret: the browser holds `sites` to it.

    `name`: of the website, for administrators. `sites`: origins as `portal.widget.sites` reads them. `filters`: what is looked
    for at first, as parameters of a search. `languages`: codes, the one to begin with first. `colours`: a row of
    `portal.widget.colours`. `allows_local`: pages on the visitor's own machine may show it too, for trying out. `version` grows
    with each change, so that two who change it at once find out.
    """

    __tablename__ = "widget_key"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    sites: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    filters: Mapped[dict[str, Any]] = mapped_column(JsonDocument, default=dict)
    languages: Mapped[list[str]] = mapped_column(JsonDocument, default=list)
    colours: Mapped[str] = mapped_column(String(20), default="ours")
    is_on: Mapped[bool] = mapped_column(Boolean, default=True)
    allows_local: Mapped[bool] = mapped_column(Boolean, default=False)
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class WidgetUse(Base):
    """How many pages one website's visitors were shown in a day. Nothing of who they are."""

    __tablename__ = "widget_use"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    widget_key_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("widget_key.id", ondelete="CASCADE"), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
