"""Who has read a worry: each organisation that it reaches counts for its own, so that one reader does not speak for two.

A reading is an entry of the audit chain that names the organisations for which it counts. `SafetyConcern.read_at` is set once
nobody is waited for any more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.accounts.queries import users_of
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.organisations.models import Organization
from portal.referrals.models import SafetyConcern

MARKED = "safety.marked_read"
WRITTEN = ("safety.outcome", "safety.closed", "safety.opened_again")
"""Entries of the audit chain that change what a worry says of itself."""


@dataclass(frozen=True)
class Reading:
    """That of one organisation: when and by whom, or not yet."""

    organisation: Organization
    at: datetime | None
    by: User | None


def organisations_of(concern: SafetyConcern) -> list[UUID]:
    """The organisations whose leads read it, each once; the one that raised it first."""
    return list(dict.fromkeys(one for one in (concern.raised_for_id, concern.organization_id) if one is not None))


def mine(concern: SafetyConcern, viewer: Viewer) -> list[UUID]:
    """Those of them for which the viewer reads."""
    held = viewer.organisations_with(Permission.SAFETY_READ)
    return [one for one in organisations_of(concern) if held is None or one in held]


def read_in(concerns: Iterable[SafetyConcern]) -> Mapping[UUID, frozenset[UUID]]:
    """For which organisations each was read, by its id. One statement."""
    found: dict[UUID, frozenset[UUID]] = defaultdict(frozenset)
    marked = _marked(one.id for one in concerns if one.read_at is None)
    for entry in marked:
        told = frozenset(UUID(one) for one in entry.details.get("organisations", ()))
        found[UUID(entry.subject_id)] |= told
    return found


def waited_for(concern: SafetyConcern, read: Iterable[UUID]) -> list[UUID]:
    """Organisations that have a lead and have not read it; all, where nobody has read it at all."""
    done = set(read)
    left = [one for one in organisations_of(concern) if one not in done]
    return [one for one in left if users_of(one, Permission.SAFETY_READ)] if done else left


def is_unread_for(concern: SafetyConcern, viewer: Viewer, read: Mapping[UUID, frozenset[UUID]]) -> bool:
    """Whether it waits for the viewer, or for a colleague of theirs. `read` as `read_in` gives it."""
    known = read.get(concern.id, frozenset())
    return concern.read_at is None and any(one not in known for one in mine(concern, viewer))


def of(concern: SafetyConcern) -> Sequence[Reading]:
    """One row an organisation."""
    entries = {UUID(one): entry for entry in _marked([concern.id]) for one in entry.details.get("organisations", ())}
    rows = []
    for organization_id in organisations_of(concern):
        entry = entries.get(organization_id)
        at, by = (entry.at, entry.actor_id) if entry else (concern.read_at, concern.read_by_id)
        user = db.session.get(User, UUID(str(by))) if by else None
        rows.append(Reading(db.session.get_one(Organization, organization_id), at, user))
    return rows


def version_of(concern: SafetyConcern) -> int:
    """How often what was done about it was written, closed or opened again: what a page shows is as old as its number."""
    asked = select(func.count()).where(
        AuditEntry.subject_kind == SafetyConcern.__tablename__,
        AuditEntry.subject_id == str(concern.id),
        AuditEntry.action.in_(WRITTEN),
    )
    return int(db.session.scalar(asked) or 0)


def _marked(ids: Iterable[UUID]) -> Sequence[AuditEntry]:
    wanted = [str(one) for one in ids]
    asked = select(AuditEntry).where(
        AuditEntry.subject_kind == SafetyConcern.__tablename__,
        AuditEntry.subject_id.in_(wanted),
        AuditEntry.action == MARKED,
    )
    return db.session.scalars(asked.order_by(AuditEntry.number.desc())).all() if wanted else ()
