"""Work to do later, kept as rows of the main database and written in the transaction that causes it.

`@job("name")` marks a function that runs in the worker; `.later(...)` writes its row. A job may run twice, so each must
be safe to repeat. A job is claimed by one worker with a lease; a worker that dies loses its lease and the job goes back.
After `MOST_ATTEMPTS` it is set aside as dead and `portal doctor` shows it. Payloads hold ids, never personal data.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.extensions import Base, db
from portal.core.fields import JsonDocument, UtcDateTime

MOST_ATTEMPTS = 10
LEASE = timedelta(seconds=6)
"""How long a claim holds; the worker renews it while the job runs, so a killed worker's jobs go back this soon."""
CLOCKS_APART = timedelta(hours=1)
"""How far in the future something may be noted by another machine; what is further was noted while a clock was wrong."""
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 3600.0


class Job(Base):
    """A piece of work that waits, is leased to a worker, or is dead. Done work is deleted."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at", "id"), Index("ix_job_key", "name", "key"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonDocument, default=dict)
    key: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default="ready")
    run_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


@dataclass(frozen=True)
class Handler:
    """A function that jobs run. `batch` above 1: it is given a list of payloads, else the payload as keywords.

    `reads_only`: it changes nothing in the database, so it runs without holding the write lock.
    `lane`: jobs of another lane than "main" have a thread of their own in the worker, so that they may wait for others.
    """

    name: str
    run: Callable[..., None]
    batch: int = 1
    reads_only: bool = False
    lane: str = "main"

    def later(self, *, _key: str | None = None, _delay: timedelta = timedelta(0), **payload: Any) -> None:
        """Ask for a run after the current transaction commits. With a key, a waiting job of that key serves both."""
        if _key is not None and db.session.scalar(_waiting(self.name, _key)) is not None:
            return
        db.session.add(Job(name=self.name, payload=payload, key=_key, run_at=clock.now() + _delay))

    def by(self, session: Session, at: datetime, *, key: str, **payload: Any) -> None:
        """Ask in this session for a run at this time; the one job of this key that waits is brought forward where it is later."""
        waits = (Job.state == "ready", Job.lease_until.is_(None))
        asked = session.scalars(
            select(Job).where(Job.name == self.name, Job.key == key, *waits).limit(1).with_for_update()
        ).first()
        if asked is None:
            session.add(Job(name=self.name, payload=payload, key=key, run_at=at))
        else:
            asked.run_at = min(asked.run_at, at)

    def __call__(self, *args: Any, **payload: Any) -> None:
        """Run it here and now."""
        self.run(*args, **payload)


HANDLERS: dict[str, Handler] = {}


def job(
    name: str, *, batch: int = 1, reads_only: bool = False, lane: str = "main"
) -> Callable[[Callable[..., None]], Handler]:
    """Mark a function as a job of this name."""

    def mark(function: Callable[..., None]) -> Handler:
        handler = Handler(name, function, batch, reads_only, lane)
        HANDLERS[name] = handler
        return handler

    return mark


def lanes() -> set[str]:
    """Every lane that a job runs in."""
    return {"main"} | {handler.lane for handler in HANDLERS.values()}


@dataclass(frozen=True)
class Backlog:
    """How the queue stands. `oldest_wait` is how long the longest-due ready job has waited."""

    ready: int
    dead: int
    oldest_wait: timedelta
    dead_names: tuple[str, ...] = field(default=())


def backlog() -> Backlog:
    """How many jobs wait and are dead, and for how long the oldest has been due."""
    now = clock.now()
    counts = {state: count for state, count in db.session.execute(select(Job.state, func.count()).group_by(Job.state))}
    oldest = db.session.scalar(select(func.min(Job.run_at)).where(Job.state == "ready"))
    dead_names = db.session.scalars(select(Job.name).where(Job.state == "dead").distinct().order_by(Job.name)).all()
    wait = max(now - oldest, timedelta(0)) if oldest else timedelta(0)
    return Backlog(counts.get("ready", 0), counts.get("dead", 0), wait, tuple(dead_names))


def wait_before(attempts: int) -> timedelta:
    """How long to wait after this many failed attempts: doubling, with jitter, at most an hour."""
    seconds = min(FIRST_WAIT_SECONDS * 2 ** max(attempts - 1, 0), LONGEST_WAIT_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def _waiting(name: str, key: str) -> Any:
    """Held until the transaction that asks is over: claimed before that, the job would not see what it changed."""
    waits = (Job.state == "ready", Job.lease_until.is_(None), Job.attempts == 0)
    return select(Job.id).where(Job.name == name, Job.key == key, *waits).limit(1).with_for_update(read=True)


def payloads(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """What each job was asked to do, in order."""
    return [dict(one.payload) for one in jobs]
