"""What happened to a listing, newest first: its versions, what was asked for, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import select

from portal.accounts.models import Membership
from portal.changes import checked, queries
from portal.changes.facts import FACTS
from portal.changes.models import ChangeRequest
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext as _l

MOST = 8
HOW: Mapping[str, LazyString] = MappingProxyType(
    {
        "imported": _l("Came from its source"),
        "edited": _l("Changed, live at once"),
        "approved": _l("Changed, after a moderator looked"),
        "restored": _l("An earlier version put back"),
        "undone": _l("A change taken back"),
        "added": _l("Listing added"),
        "closed": _l("Closed or paused"),
        "reopened": _l("Opened again"),
        "merged": _l("Merged with another listing"),
        "taken": _l("Taken from its source again"),
    }
)
CHECKED = _l("Confirmed still right")
ASKED = _l("This change asked for")
ADDED = _l("Editor added")


@dataclass(frozen=True)
class Event:
    """One line: when, what, and which facts."""

    at: datetime
    what: LazyString
    facts: tuple[str, ...] = ()


def history_of(change: ChangeRequest) -> list[Event]:
    """What led to a change, newest first. At most eight lines."""
    events = [Event(change.submitted_at or change.created_at, ASKED)]
    if change.service_id is not None:
        events += _of_listing(change.service_id)
    events += _of_author(change)
    return sorted(events, key=lambda event: event.at, reverse=True)[:MOST]


def _of_listing(service_id: UUID) -> list[Event]:
    versions = [
        Event(
            one.at,
            HOW.get(one.how, HOW["edited"]),
            tuple(str(FACTS[name].label) for name in one.changed if name in FACTS),
        )
        for one in queries.versions_of(service_id, limit=MOST)
    ]
    confirmed = max(
        (one.checked_at for one in checked.checks_of(service_id).values() if one.how == "confirmed"), default=None
    )
    return versions + ([Event(confirmed, CHECKED)] if confirmed else [])


def _of_author(change: ChangeRequest) -> list[Event]:
    if change.by_user_id is None:
        return []
    added = db.session.scalar(
        select(Membership.created_at)
        .where(Membership.user_id == change.by_user_id, Membership.organization_id == change.organization_id)
        .order_by(Membership.created_at)
        .limit(1)
    )
    return [Event(added, ADDED)] if added else []
