"""Traces of a person in what an instance leaves behind: rows as they lie, jobs, mails, the index, addresses, logs and figures."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote_plus

from flask import Flask
from sqlalchemy import Boolean, Date, DateTime, Engine, Integer, Numeric, Time, Uuid, event
from sqlalchemy.orm import Session

from portal.core.database import reading
from portal.core.extensions import Base
from portal.core.jobs import Job
from portal.notifications.models import OutboxMessage
from portal.search.whoosh_engine import WhooshEngine
from tests.support.mail_server import Listener

WORDLESS = (Boolean, Date, DateTime, Integer, Numeric, Time, Uuid)
"""Columns of these types can hold no word."""
SHORT = 8
"""A value of fewer letters stands by chance within a key or a hash, so it is looked for as a word of its own."""


def in_rows(engine: Engine) -> dict[str, str]:
    """Every table as whoever steals the disk would read it, by its name. Read and let go at once: it holds no lock."""
    found: dict[str, str] = {}
    with reading(), engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            names = [f'"{one.name}"' for one in table.columns if not _is_wordless(one.type)]
            if names:
                rows = connection.exec_driver_sql(f'select {", ".join(names)} from "{table.name}"').all()
                found[table.name] = "\n".join(" ".join(_shown(cell) for cell in row) for row in rows)
    return found


def in_index(app: Flask) -> str:
    """Every term and every stored field of the index. PostgreSQL's lies in rows."""
    engine = app.extensions["portal.search"]
    if not isinstance(engine, WhooshEngine):
        rows = in_rows(app.extensions["sqlalchemy"].engine)
        return "\n".join(text for name, text in rows.items() if name.startswith("search_"))
    reader = engine._files._reader()
    terms = [_shown(term) for _field, term in reader.all_terms()]
    return "\n".join([*terms, *(_shown(value) for kept in reader.all_stored_fields() for value in kept.values())])


def in_mails(listener: Listener) -> Iterator[str]:
    """Every mail as it is read: headers, text and page."""
    for mail in listener.mails:
        parts = [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
        yield "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *parts])


@contextmanager
def put_into_queues() -> Iterator[list[str]]:
    """While it lasts: all that is put into the outbox and the queue, as it is put. What is done there is deleted."""
    found: list[str] = []

    def note(session: Session, *_told: Any) -> None:
        for row in session.new:
            if isinstance(row, Job):
                found.append(f"{row.name} {row.key} {row.payload}")
            elif isinstance(row, OutboxMessage):
                found.append(f"{row.name} {row.once} {row.fields} {row.locale}")

    event.listen(Session, "before_flush", note)
    try:
        yield found
    finally:
        event.remove(Session, "before_flush", note)


def look_for(values: Mapping[str, str], places: Mapping[str, str]) -> list[str]:
    """Which of a person's values stand where, whatever their case, their spaces, and as an address writes them."""
    patterns = {what: _pattern(value) for what, value in values.items()}
    found: list[str] = []
    for where, text in places.items():
        read = f"{text}\n{unquote_plus(text)}" if "%" in text or "+" in text else text
        for what, pattern in patterns.items():
            if hit := pattern.search(read):
                found.append(f"{what} in {where}: {read[max(hit.start() - 60, 0) : hit.end() + 60]!r}")
    return found


def _pattern(value: str) -> re.Pattern[str]:
    letters = "".join(value.split())
    spaced = r"[\s-]?".join(re.escape(letter) for letter in letters)
    return re.compile(rf"(?<![a-z0-9]){spaced}(?![a-z0-9])" if len(letters) < SHORT else spaced, re.IGNORECASE)


def _is_wordless(kind: Any) -> bool:
    return isinstance(getattr(kind, "impl_instance", kind), WORDLESS)


def _shown(cell: object) -> str:
    return bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell)
