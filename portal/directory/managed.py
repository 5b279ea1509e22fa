"""Phrases that administrators have added, as this process knows them: at most a second old, and read apart from any request.

Where the database cannot be read, what was read before stays.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock

import structlog
from flask import current_app, has_app_context
from sqlalchemy import event, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.core.database import reading
from portal.core.extensions import db
from portal.directory.models import Synonym

log = structlog.get_logger()

READ_EVERY_SECONDS = 1.0
KEPT = "portal.synonyms"
Row = tuple[str, str, str]
"""Language, phrase and meaning."""
Rows = tuple[Row, ...]
_trying: ContextVar[Rows | None] = ContextVar("trying", default=None)


@dataclass
class _Read:
    """What was read, and when by the clock that never jumps."""

    rows: Rows = ()
    read_at: float = float("-inf")
    lock: Lock = field(default_factory=Lock)


def rows() -> Rows:
    """The phrases that hold now; none outside an application."""
    tried = _trying.get()
    if tried is not None:
        return tried
    if not has_app_context():
        return ()
    kept: _Read = current_app.extensions.setdefault(KEPT, _Read())
    if time.monotonic() - kept.read_at > READ_EVERY_SECONDS and kept.lock.acquire(blocking=False):
        try:
            _read(kept)
        finally:
            kept.lock.release()
    return kept.rows


@contextmanager
def trying(tried: Rows) -> Iterator[None]:
    """Let these phrases hold inside, and no others."""
    token = _trying.set(tried)
    try:
        yield
    finally:
        _trying.reset(token)


def changed() -> None:
    """Let this process read them anew as soon as the change in hand is committed."""
    db.session().info[KEPT] = True


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.info.pop(KEPT, False):
        current_app.extensions.pop(KEPT, None)


def _read(kept: _Read) -> None:
    kept.read_at = time.monotonic()
    question = select(Synonym.language, Synonym.phrase, Synonym.meaning).where(Synonym.is_on)
    try:
        with reading(), Session(db.engine) as session:
            found = session.execute(question.order_by(Synonym.created_at, Synonym.id)).all()
    except SQLAlchemyError as error:
        log.warning("synonyms.not_read", error=type(error).__name__)
        return
    read = tuple((language, phrase, meaning) for language, phrase, meaning in found)
    if read != kept.rows:
        kept.rows = read
