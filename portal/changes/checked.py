"""When each fact of a listing was last said or confirmed, and by whom. An edit counts as a check of its own fact only."""

from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import select

from portal.changes.models import ChangeRequest, FactCheck
from portal.core import clock
from portal.core.extensions import db

WENT_LIVE: list[Callable[[ChangeRequest], None]] = []
"""Called with each change that went live, in its transaction. Who wants to know adds a function when it is loaded."""


def check(service_id: UUID, facts: Iterable[str], *, by_kind: str, how: str, by_user_id: UUID | None = None) -> None:
    """Note that these facts were said or confirmed now. Saved by the caller's transaction."""
    names = list(dict.fromkeys(facts))
    known = {one.fact: one for one in _checks(service_id) if one.fact in names}
    for name in names:
        row = known.get(name)
        if row is None:
            row = FactCheck(service_id=service_id, fact=name)
            db.session.add(row)
        row.checked_at, row.by_kind, row.how, row.by_user_id = clock.now(), by_kind, how, by_user_id
    db.session.flush()


def checks_of(service_id: UUID) -> dict[str, FactCheck]:
    """The newest check of each fact, by its name."""
    return {one.fact: one for one in _checks(service_id)}


def _checks(service_id: UUID) -> list[FactCheck]:
    return list(db.session.scalars(select(FactCheck).where(FactCheck.service_id == service_id)))
