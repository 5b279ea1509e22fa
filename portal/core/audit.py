"""The audit chain: who did what to which thing, when and why. Each entry carries the hash of the one before.

`record` notes an act in its own transaction; entries are numbered and chained when that commits, one transaction after the
other, so that numbers have no gaps. An entry's seal is an HMAC of its hash under a key derived from PORTAL_DATA_KEYS: who can
write the database but lacks the keys can neither change, remove nor swap entries unseen. Entries hold ids and names of facts,
never what a person told. Order is by number, not by time: clocks can be wrong.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Index, Integer, String, Table, event, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.blind_index import derived
from portal.core.database import one_at_a_time
from portal.core.extensions import Base, db, settings
from portal.core.fields import JsonDocument, UtcDateTime
from portal.core.transactions import short
from portal.core.viewer import Viewer

FIRST = "0" * 64
LOCK = 7_310_021
PENDING = "portal.audit"
KEY_DIGITS = 8
PAGE = 1_000


class AuditEntry(Base):
    """One act. `actor_kind`: "user", "person" (with a link of theirs), "operator" (on the command line), "job" or "nobody"."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject_id"),
        Index("ix_audit_entry_actor", "actor_id", "number"),
        Index("ix_audit_entry_action", "action", "number"),
    )

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str | None] = mapped_column(String(36))
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[str | None] = mapped_column(String(36))
    why: Mapped[str | None] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JsonDocument, default=dict)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(KEY_DIGITS))


ENTRIES = cast("Table", AuditEntry.__table__)
NEWEST = select(ENTRIES.c.number, ENTRIES.c.hash).order_by(ENTRIES.c.number.desc()).limit(1)
"""The entry that the next one follows. As a table, since no session needs to know an entry again: half the work."""


@dataclass(frozen=True)
class _Noted:
    action: str
    subject: object | None
    actor_kind: str
    actor_id: str | None
    why: str | None
    details: dict[str, Any]


@dataclass(frozen=True)
class Break:
    """The first entry at which the chain does not hold, and how: "missing", "changed", "swapped" or "seal"."""

    number: int
    how: str


def record(
    action: str,
    subject: object | None = None,
    *,
    by: Viewer | str | None,
    why: str | None = None,
    details: dict[str, Any] | None = None,
    session: Session | None = None,
) -> None:
    """Note an act; it is saved with the transaction that it is part of.

    `subject` is a row with an `id`, or a pair of its table's name and id. `by` is a user, "person", "operator", or None for a
    job.
    `details` is plain JSON without personal data.
    """
    kind, actor_id = _actor(by)
    noted = _Noted(action, subject, kind, actor_id, why, details or {})
    within = session or db.session()
    if not within.in_transaction():
        within.begin()
    within.info.setdefault(PENDING, []).append(noted)


def record_now(
    action: str,
    subject: object | None = None,
    *,
    by: Viewer | str | None,
    why: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Note what is kept whatever becomes of the request, in a short transaction of its own: a reading, a refusal.

    Must come before the request changes anything.
    """
    record_each_now(action, [subject], by=by, why=why, details=details)


def record_each_now(
    action: str,
    subjects: Iterable[object | None],
    *,
    by: Viewer | str | None,
    why: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """The same for several things at once, an entry each: a list of people that was read."""
    kind, actor_id = _actor(by)
    noted = [_Noted(action, _subject(one), kind, actor_id, why, details or {}) for one in subjects]
    with short() as session:
        session.info.setdefault(PENDING, []).extend(noted)


def verify() -> tuple[int, Break | None]:
    """Walk the chain. Gives how many entries stand, and the first break, if any.

    An entry whose key was taken away is covered by the seals of those after it, since each hash holds the one before.
    """
    previous, expected, checked = FIRST, 1, 0
    keys = _keys()
    for entry in _entries():
        if entry.number != expected:
            return checked, Break(expected, "missing")
        if entry.previous != previous:
            return checked, Break(entry.number, "swapped")
        if entry.hash != _hash(entry):
            return checked, Break(entry.number, "changed")
        if entry.key_id in keys and not hmac.compare_digest(entry.seal, _seal(keys[entry.key_id], entry.hash)):
            return checked, Break(entry.number, "seal")
        previous, expected, checked = entry.hash, expected + 1, checked + 1
    return checked, None


def head() -> tuple[int, str]:
    """The number and hash of the newest entry: what a witness outside keeps. (0, zeros) where there is none."""
    newest = db.session.execute(NEWEST).first()
    return (newest.number, newest.hash) if newest else (0, FIRST)


def _entries() -> Iterator[AuditEntry]:
    after = 0
    while True:
        page = db.session.scalars(
            select(AuditEntry).where(AuditEntry.number > after).order_by(AuditEntry.number).limit(PAGE)
        ).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].number
        db.session.expunge_all()


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    noted: list[_Noted] = session.info.pop(PENDING, [])
    if not noted:
        return
    session.flush()
    one_at_a_time(session, LOCK)
    newest = session.execute(NEWEST).first()
    number, previous = (newest.number, newest.hash) if newest else (0, FIRST)
    newest_key = settings().data_keys[0]
    rows = []
    for one in noted:
        number += 1
        subject = _subject(one.subject)
        entry = AuditEntry(
            number=number,
            at=clock.now(),
            actor_kind=one.actor_kind,
            actor_id=one.actor_id,
            action=one.action,
            subject_kind=subject[0] if subject else None,
            subject_id=str(subject[1]) if subject else None,
            why=one.why,
            details=one.details,
            previous=previous,
            key_id=_key_id(newest_key),
        )
        entry.hash = previous = _hash(entry)
        entry.seal = _seal(derived(newest_key, "audit"), entry.hash)
        rows.append({column.key: getattr(entry, column.key) for column in ENTRIES.c})
    session.execute(insert(ENTRIES), rows)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _previous: object) -> None:
    session.info.pop(PENDING, None)


def _actor(by: Viewer | str | None) -> tuple[str, str | None]:
    if by is None:
        return "job", None
    if isinstance(by, str):
        return by, None
    return ("user", str(by.id)) if by.id is not None else ("nobody", None)


def _subject(subject: object | None) -> tuple[str, object] | None:
    if subject is None or isinstance(subject, tuple):
        return subject
    return str(subject.__tablename__), subject.id  # type: ignore[attr-defined]


def _hash(entry: AuditEntry) -> str:
    told = [
        entry.number, entry.at.isoformat(), entry.actor_kind, entry.actor_id, entry.action, entry.subject_kind,
        entry.subject_id, entry.why, entry.details, entry.previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _seal(key: bytes, hashed: str) -> str:
    return hmac.new(key, hashed.encode(), hashlib.sha256).hexdigest()


def _keys() -> dict[str, bytes]:
    return {_key_id(key): derived(key, "audit") for key in settings().data_keys}


def _key_id(key: str) -> str:
    return hashlib.sha256(derived(key, "audit")).hexdigest()[:KEY_DIGITS]
