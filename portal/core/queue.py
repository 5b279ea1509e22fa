"""Claiming jobs and running them. One claim, one run, one commit that also deletes the job's row."""

from datetime import datetime
from functools import cache, partial
from typing import Any

import structlog
from sqlalchemy import Select, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.database import reading
from portal.core.extensions import db
from portal.core.fields import UtcDateTime
from portal.core.jobs import CLOCKS_APART, HANDLERS, LEASE, MOST_ATTEMPTS, Handler, Job, payloads, wait_before
from portal.core.leases import renewed
from portal.core.transactions import short, unit

log = structlog.get_logger()


def work_once(lane: str | None = None) -> bool:
    """Claim what is due next, in one lane or in all, and run it. True if there was something to do."""
    if not _is_anything_due(lane):
        return False
    with short() as session:
        claimed = _claim(session, lane)
    if not claimed:
        return False
    handler = HANDLERS.get(claimed[0].name)
    try:
        if handler is None:
            raise LookupError("no handler of this name")
        _run(handler, claimed)
    except Exception as error:
        _put_back(claimed, error)
    return True


def work_until_idle(most: int = 10_000) -> int:
    """Run what is due until nothing is left. Gives how many claims were run."""
    for done in range(most):
        if not work_once():
            return done
    return most


def _due(lane: str | None) -> Select[Job]:
    """What may be run at `_times()`, in one lane or in all. A job of a name without a handler is the main lane's to set aside."""
    if lane is None:
        return _due_of(frozenset(), is_without=True)
    is_main = lane == "main"
    names = frozenset(one.name for one in HANDLERS.values() if (one.lane != lane if is_main else one.lane == lane))
    return _due_of(names, is_without=is_main)


@cache
def _due_of(names: frozenset[str], *, is_without: bool) -> Select[Job]:
    """What may be run at `_times()`, of the jobs with these names, or of all without them. Made once: a worker asks all the time.

    What was asked for in the future, or claimed for longer than anything is, was so by a wrong clock: it waits no longer.
    """
    now, soon, later_than_any_lease = (bindparam(name, type_=UtcDateTime) for name in _times())
    is_time = or_(Job.run_at <= now, and_(Job.created_at > soon, Job.attempts == 0))
    is_free = or_(Job.lease_until.is_(None), Job.lease_until < now, Job.lease_until > later_than_any_lease)
    named = Job.name.not_in(names) if is_without else Job.name.in_(names)
    return select(Job).where(Job.state == "ready", is_time, is_free, named).order_by(Job.run_at, Job.id)


def _times() -> dict[str, datetime]:
    """Now, and from when on something was noted by a wrong clock: a job, a claim."""
    now = clock.now()
    return {"now": now, "soon": now + CLOCKS_APART, "later_than_any_lease": now + LEASE + CLOCKS_APART}


@cache
def _look_for(due: Select[Job]) -> Select[Any]:
    return due.with_only_columns(Job.id).limit(1)


def _is_anything_due(lane: str | None) -> bool:
    """A look without the write lock, so that an idle worker is in nobody's way."""
    with reading(), db.engine.connect() as connection:
        return connection.scalar(_look_for(_due(lane)), _times()) is not None


def _claim(session: Session, lane: str | None) -> list[Job]:
    due = _due(lane).with_for_update(skip_locked=True)
    now = _times()
    first = session.scalars(due.limit(1), now).first()
    if first is None:
        return []
    claimed = [first]
    handler = HANDLERS.get(first.name)
    if handler is not None and handler.batch > 1 and first.attempts == 0:
        more = due.where(Job.name == first.name, Job.attempts == 0, Job.id != first.id).limit(handler.batch - 1)
        claimed += session.scalars(more, now).all()
    for one in claimed:
        one.lease_until = clock.now() + LEASE
        one.attempts += 1
    return claimed


def _run(handler: Handler, claimed: list[Job]) -> None:
    ids = [one.id for one in claimed]
    with renewed(partial(_renew, ids), lease=LEASE, trouble="job.lease_not_renewed"):
        if handler.reads_only:
            with reading():
                try:
                    _call(handler, claimed)
                finally:
                    db.session.rollback()
                    db.session.remove()
            with short() as session:
                session.execute(delete(Job).where(Job.id.in_(ids)))
        else:
            with unit():
                _call(handler, claimed)
                db.session.execute(delete(Job).where(Job.id.in_(ids)))
    log.info("job.done", job=handler.name, count=len(ids))


def _call(handler: Handler, claimed: list[Job]) -> None:
    if handler.batch > 1:
        handler.run(payloads(claimed))
    else:
        handler.run(**claimed[0].payload)


def _renew(ids: list[int], session: Session) -> None:
    session.execute(update(Job).where(Job.id.in_(ids)).values(lease_until=clock.now() + LEASE))


def _put_back(claimed: list[Job], error: Exception) -> None:
    """Give failed jobs back with a wait, or set them aside when they have been tried often enough."""
    for one in claimed:
        is_dead = one.attempts >= MOST_ATTEMPTS
        with short() as session:
            session.execute(
                update(Job)
                .where(Job.id == one.id)
                .values(
                    state="dead" if is_dead else "ready",
                    lease_until=None,
                    run_at=clock.now() + wait_before(one.attempts),
                    last_error=type(error).__name__,
                )
            )
        log.warning("job.failed", job=one.name, attempts=one.attempts, dead=is_dead, error=type(error).__name__)
