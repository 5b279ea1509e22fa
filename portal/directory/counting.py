"""How often listings are looked at and saved, and what was looked for in vain. Nothing of who looked is kept.

A page that counts notes it as `portal.core.tallies` says; the worker folds that into `usage_count` by day.
"""

from datetime import date
from pathlib import Path

from flask import request
from sqlalchemy import Date, Index, Integer, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock, tallies
from portal.core.extensions import Base, db
from portal.core.jobs import job
from portal.core.viewer import may_be_signed_in

FOLDER = "counts"
KINDS = frozenset({"viewed", "saved", "missed", "searched", "unfound", "told"})
"""viewed, saved: by the id of a listing; missed: a search that found nothing, by council and need ("E06000016/food");
searched: a search near a place, whatever for and whatever was found, by the official area of the place ("E02002842");
unfound: one of those that found nothing, told: a form that says what was not found, both by that area and the need
("E02002842/food", "-" for none).
"""


class UsageCount(Base):
    """How often something happened on one day. `key` is an id of a listing, a council and a need, or an area."""

    __tablename__ = "usage_count"
    __table_args__ = (Index("ix_usage_count_kind", "kind", "key", "day"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


def note(kind: str, key: str) -> None:
    """Count one visitor's act. Machines that say so and people who are signed in are not counted."""
    if may_be_signed_in() or is_machine():
        return
    note_of_anybody(kind, key)


def note_of_anybody(kind: str, key: str) -> None:
    """Count an act of whoever it was: what only people do, staff among them."""
    tallies.note(FOLDER, clock.today().isoformat(), kind, key)


@job("usage.fold")
def fold() -> None:
    """Add up what was noted since the last time."""
    with tallies.added_up(FOLDER, parts=3) as noted:
        for (told, kind, key), count in noted.items():
            if kind not in KINDS or (day := tallies.day_of(told)) is None:
                continue
            row = db.session.get(UsageCount, (day, kind, key))
            if row is None:
                row = UsageCount(day=day, kind=kind, key=key, count=0)
                db.session.add(row)
            row.count += count
        db.session.commit()


def counts(kind: str, keys: list[str], since: date) -> dict[str, int]:
    """How often something happened since a day, by key."""
    question = (
        select(UsageCount.key, func.sum(UsageCount.count))
        .where(UsageCount.kind == kind, UsageCount.key.in_(keys), UsageCount.day >= since)
        .group_by(UsageCount.key)
    )
    return {key: int(total) for key, total in db.session.execute(question)}


def _folder() -> Path:
    return tallies.place(FOLDER)


def is_machine() -> bool:
    """Whether a request says of itself that nobody sits before it."""
    agent = (request.user_agent.string or "").lower()
    return not agent or any(word in agent for word in ("bot", "crawl", "spider", "curl", "python-"))
