"""What administrators choose for the site on its own pages: kept in the database, so that every process and machine follows.

Each process reads them anew every half minute, apart from any request's transaction. Where the database cannot be read, what was
read before stays.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import String, event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.database import reading
from portal.core.extensions import Base, db
from portal.core.fields import JsonDocument, UtcDateTime

log = structlog.get_logger()

READ_EVERY_SECONDS = 30.0
KEPT = "portal.choices"


class SiteChoice(Base):
    """One choice by its name, such as "brand"; `value` is a JSON object."""

    __tablename__ = "site_choice"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JsonDocument, default=dict)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


@dataclass
class _Read:
    """What this process has read, and when by the clock that never jumps. `version` grows whenever it has changed."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    read_at: float = float("-inf")
    version: int = 0
    lock: Lock = field(default_factory=Lock)


def chosen(name: str) -> dict[str, Any]:
    """A choice, at most half a minute old; empty where none was made."""
    kept = _kept()
    if time.monotonic() - kept.read_at > READ_EVERY_SECONDS and kept.lock.acquire(blocking=False):
        try:
            _read(kept)
        finally:
            kept.lock.release()
    return kept.values.get(name, {})


def version() -> int:
    """A number that grows whenever a choice has changed here."""
    return _kept().version


def choose(name: str, value: dict[str, Any]) -> None:
    """Make a choice. This process sees it as soon as it is committed, every other within half a minute."""
    row = db.session.get(SiteChoice, name)
    if row is None:
        db.session.add(SiteChoice(name=name, value=value))
    else:
        row.value, row.changed_at = value, clock.now()
    db.session().info[KEPT] = True


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.info.pop(KEPT, False):
        _kept().read_at = float("-inf")


def _kept() -> _Read:
    kept: _Read = current_app.extensions.setdefault(KEPT, _Read())
    return kept


def _read(kept: _Read) -> None:
    kept.read_at = time.monotonic()
    try:
        with reading(), Session(db.engine) as session:
            rows = session.execute(select(SiteChoice.name, SiteChoice.value)).all()
    except SQLAlchemyError as error:
        log.warning("choices.not_read", error=type(error).__name__)
        return
    values = {name: value for name, value in rows}
    if values != kept.values:
        kept.values, kept.version = values, kept.version + 1
