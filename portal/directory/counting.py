"""How often listings are looked at and saved, and what was looked for in vain. Nothing of who looked is kept.

A page that counts writes a line to a file in the instance's folder, never to the database; the worker folds the lines into
`usage_count` by day. Where a worker is killed between the two, the lines of some minutes count twice.
"""

import os
from collections import Counter
from datetime import date
from pathlib import Path
from uuid import uuid4

from flask import request
from sqlalchemy import Date, Index, Integer, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.extensions import Base, db, settings
from portal.core.jobs import job
from portal.core.viewer import may_be_signed_in

FOLDER = "counts"
OPEN = "open.txt"
KINDS = frozenset({"viewed", "saved", "missed"})
"""viewed, saved: by the id of a listing; missed: a search that found nothing, by council and need ("E06000016/food")."""


class UsageCount(Base):
    """How often something happened on one day. `key` is an id of a listing, or a council and a need."""

    __tablename__ = "usage_count"
    __table_args__ = (Index("ix_usage_count_kind", "kind", "key", "day"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


def note(kind: str, key: str) -> None:
    """Count one visitor's act. Machines that say so and people who are signed in are not counted."""
    if may_be_signed_in() or _is_machine():
        return
    line = f"{clock.today().isoformat()} {kind} {key}\n".encode()
    path = _folder() / OPEN
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        return  # a page is worth more than a figure
    try:
        os.write(handle, line)
    except OSError:
        return
    finally:
        os.close(handle)


@job("usage.fold")
def fold() -> None:
    """Add up what was noted since the last time."""
    folder = _folder()
    if (folder / OPEN).exists():
        (folder / OPEN).replace(folder / f"{uuid4().hex}.closed")
    closed = sorted(folder.glob("*.closed"))
    for (day, kind, key), count in _added_up(closed).items():
        row = db.session.get(UsageCount, (day, kind, key))
        if row is None:
            row = UsageCount(day=day, kind=kind, key=key, count=0)
            db.session.add(row)
        row.count += count
    db.session.commit()
    for path in closed:
        path.unlink(missing_ok=True)


def counts(kind: str, keys: list[str], since: date) -> dict[str, int]:
    """How often something happened since a day, by key."""
    question = (
        select(UsageCount.key, func.sum(UsageCount.count))
        .where(UsageCount.kind == kind, UsageCount.key.in_(keys), UsageCount.day >= since)
        .group_by(UsageCount.key)
    )
    return {key: int(total) for key, total in db.session.execute(question)}


def _added_up(paths: list[Path]) -> Counter[tuple[date, str, str]]:
    found: Counter[tuple[date, str, str]] = Counter()
    for path in paths:
        for line in path.read_text(encoding="ascii", errors="replace").splitlines():
            parts = line.split(" ")
            if len(parts) == 3 and parts[1] in KINDS and len(parts[2]) <= 60:
                try:
                    found[date.fromisoformat(parts[0]), parts[1], parts[2]] += 1
                except ValueError:
                    continue
    return found


def _folder() -> Path:
    folder = settings().instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _is_machine() -> bool:
    agent = (request.user_agent.string or "").lower()
    return not agent or any(word in agent for word in ("bot", "crawl", "spider", "curl", "python-"))
