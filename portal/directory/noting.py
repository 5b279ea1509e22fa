"""Notes which listings changed, came and went, for whoever copies them: the open feed and what is told to other programs.

Every change is noted in the transaction that makes it. What time alone does, and what an older release wrote meanwhile, is
noted by a job that compares all listings with their notes.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Date, and_, bindparam, case, exists, false, func, null, or_, select, true, update

from portal.core import clock
from portal.core.database import put_into
from portal.core.extensions import db
from portal.core.fields import UtcDateTime
from portal.core.jobs import job
from portal.directory import freshness, queries
from portal.directory.models import Service, ServiceChange
from portal.directory.reading import is_published

AT_ONCE = 500
"""How many ids one statement takes."""
COLUMNS = ("service_id", "changed_at", "is_public", "gone_at", "reason", "merged_into_id", "name")
THESE = "these"
DIFFERENT = "different"
"""Which services are noted: those with the ids that are given, or those that stand otherwise than is noted."""
NOW = bindparam("now", type_=UtcDateTime())
PUBLIC = is_published(bindparam("oldest", type_=Date()))
KNOWN = exists().where(ServiceChange.service_id == Service.id, ServiceChange.is_public)
WHICH = {
    THESE: Service.id.in_(bindparam("ids", expanding=True)),
    DIFFERENT: or_(and_(PUBLIC, ~KNOWN), and_(~PUBLIC, KNOWN)),
}


def note(service_ids: Sequence[UUID]) -> None:
    """Note that these listings changed, and those whose texts hide their private addresses. Four statements for 500 at most."""
    db.session.flush()
    wanted = sorted(set(service_ids))
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        _write(THESE, ids=[*some, *queries.with_the_same_secrets(some)])


def mend() -> None:
    """Note what came or went without being noted. Three statements, however many listings there are."""
    db.session.flush()
    _write(DIFFERENT)
    lost = ~exists().where(Service.id == ServiceChange.service_id)
    now = clock.now()
    db.session.execute(
        update(ServiceChange)
        .where(ServiceChange.is_public, lost)
        .values(is_public=False, changed_at=now, gone_at=now, reason="withdrawn", name=None),
        execution_options={"synchronize_session": False},
    )


def note_everything() -> None:
    """Note a change of every listing: facts went back in time, and nobody knows which of them others read meanwhile."""
    anew = update(ServiceChange).values(changed_at=clock.now())
    db.session.execute(anew, execution_options={"synchronize_session": False})


def unnoted() -> int:
    """How many listings stand in the notes as public and are not, or the other way about."""
    public = select(Service.id).where(is_published())
    noted = select(ServiceChange.service_id).where(ServiceChange.is_public)
    missing = select(func.count()).select_from(public.except_(noted).subquery())
    extra = select(func.count()).select_from(noted.except_(public).subquery())
    return (db.session.scalar(missing) or 0) + (db.session.scalar(extra) or 0)


@job("feed.age")
def age() -> None:
    """From time to time: note what aged out, or came back by the clock alone."""
    mend()


def _write(which: str, **told: Any) -> None:
    """Write the notes of these services as they stand."""
    statement = _notes(which, db.engine.dialect.name)
    db.session.execute(statement, {"now": clock.now(), "oldest": freshness.oldest_shown(), **told})


@cache
def _notes(which: str, _dialect: str) -> Any:
    """The statement of a kind of database, put together once: every change of a listing makes it. What was never public gets no
    note.
    """
    reason = case(
        (PUBLIC, null()),
        (Service.withdrawn_at.is_not(None), "withdrawn"),
        (Service.merged_into_id.is_not(None), "merged"),
        (Service.status != "active", "closed"),
        else_="aged_out",
    )
    target = case((and_(Service.withdrawn_at.is_(None), Service.merged_into_id != Service.id), Service.merged_into_id))
    was_noted = exists().where(ServiceChange.service_id == Service.id)
    found = (
        select(
            Service.id,
            NOW,
            case((PUBLIC, true()), else_=false()),
            case((PUBLIC, null()), else_=NOW),
            reason,
            target,
            Service.name,
        )
        .where(WHICH[which], or_(PUBLIC, was_noted))
        .order_by(Service.id)
    )
    table: Any = ServiceChange.__table__
    insert = put_into(db.session(), table).from_select(COLUMNS, found)
    new, old = insert.excluded, table.c
    is_other = or_(
        new.is_public,
        old.is_public,
        new.reason.is_distinct_from(old.reason),
        new.merged_into_id.is_distinct_from(old.merged_into_id),
    )
    return insert.on_conflict_do_update(
        index_elements=["service_id"],
        set_={
            "changed_at": case((is_other, new.changed_at), else_=old.changed_at),
            "is_public": new.is_public,
            "gone_at": case((new.is_public, null()), (old.is_public, new.changed_at), else_=old.gone_at),
            "reason": new.reason,
            "merged_into_id": new.merged_into_id,
            "name": case((new.is_public, new.name), (new.reason == "withdrawn", null()), else_=old.name),
        },
    )
