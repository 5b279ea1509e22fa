"""Questions of information governance about the audit chain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.core.audit import AuditEntry
from portal.core.clock import LONDON
from portal.core.extensions import db
from portal.core.plain import one_line

A_PAGE = 100
MOST_EXPORTED = 50_000
A_STEP = 1_000
SUBJECT = 40


@dataclass(frozen=True)
class Wanted:
    """Which entries: those of an action or a group of actions ("role" finds "role.given"), of somebody, of a thing, of days."""

    action: str = ""
    actor: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    first: date | None = None
    last: date | None = None

    @classmethod
    def of(cls, told: dict[str, str]) -> "Wanted":
        """From the parts of an address; what cannot be read is left out."""
        told = {name: one_line(value) for name, value in told.items()}
        kind, _colon, subject_id = told.get("subject", "").partition(":")
        actor = told.get("actor", "")
        return cls(
            action=told.get("action", "")[:60],
            actor=actor if _is_id(actor) else "",
            subject_kind=kind[:SUBJECT] if subject_id else "",
            subject_id=subject_id[:36],
            first=_day(told.get("from", "")),
            last=_day(told.get("to", "")),
        )

    def told(self) -> dict[str, str]:
        """The parts of an address that ask for the same."""
        subject = f"{self.subject_kind}:{self.subject_id}" if self.subject_id else ""
        parts = {
            "action": self.action,
            "actor": self.actor,
            "subject": subject,
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
        }
        return {name: value for name, value in parts.items() if value}


@dataclass(frozen=True)
class Entries:
    """Entries, newest first. `older`: the number below which there are more, if any."""

    rows: Sequence[AuditEntry]
    older: int | None


def entries(wanted: Wanted, below: int | None = None) -> Entries:
    """A page of entries: the newest, or those below a number."""
    question = _asked(wanted).order_by(AuditEntry.number.desc()).limit(A_PAGE + 1)
    if below is not None:
        question = question.where(AuditEntry.number < below)
    rows = db.session.scalars(question).all()
    return Entries(rows[:A_PAGE], rows[A_PAGE - 1].number if len(rows) > A_PAGE else None)


def every(wanted: Wanted) -> Iterator[AuditEntry]:
    """All of them, oldest first, up to `MOST_EXPORTED`."""
    after, given = 0, 0
    while given < MOST_EXPORTED:
        question = _asked(wanted).where(AuditEntry.number > after).order_by(AuditEntry.number).limit(A_STEP)
        rows = db.session.scalars(question).all()
        yield from rows
        given += len(rows)
        if len(rows) < A_STEP:
            return
        after = rows[-1].number


def actions() -> Sequence[str]:
    """Every action that ever stood in the chain."""
    return db.session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def count() -> int:
    """How many entries there are."""
    return db.session.scalar(select(func.max(AuditEntry.number))) or 0


def _asked(wanted: Wanted) -> Select[Any]:
    question = select(AuditEntry)
    if wanted.action:
        is_whole = "." in wanted.action
        question = question.where(
            AuditEntry.action == wanted.action
            if is_whole
            else AuditEntry.action.startswith(f"{wanted.action}.", autoescape=True)
        )
    if wanted.actor:
        question = question.where(AuditEntry.actor_id == wanted.actor)
    if wanted.subject_id:
        question = question.where(
            AuditEntry.subject_kind == wanted.subject_kind, AuditEntry.subject_id == wanted.subject_id
        )
    if wanted.first:
        question = question.where(AuditEntry.at >= _begin(wanted.first))
    if wanted.last:
        question = question.where(AuditEntry.at < _begin(wanted.last + timedelta(days=1)))
    return question


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
