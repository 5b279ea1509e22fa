"""A group hears that a moderator changed its listing: one mail about all that was changed within a quarter of an hour."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.accounts.queries import users_of
from portal.changes import checked
from portal.changes.actions import said_by
from portal.changes.facts import FACTS
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.permissions import Permission
from portal.directory.models import Service
from portal.groups.notifications import ListingChanged
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify

GATHERED = timedelta(minutes=15)
"""A moderator on the telephone changes several facts one after another."""


def went_live(change: ChangeRequest) -> None:
    """Have the group told of a moderator's change. A change by the group itself is nothing to tell."""
    if change.kind != "new" and change.service_id is not None and said_by(change) == "moderator":
        since = (change.decided_at or clock.now()).isoformat()
        tell.later(_key=str(change.service_id), _delay=GATHERED, service_id=str(change.service_id), since=since)


@job("groups.tell_of_changes")
def tell(service_id: str, since: str) -> None:
    """Write to all who edit for the group but the moderators who made the changes. May run twice: the last change is the key."""
    changes = [
        one for one in _live_since(UUID(service_id), datetime.fromisoformat(since)) if said_by(one) == "moderator"
    ]
    if not changes:
        return
    told = ListingChanged(service_id=service_id, facts_changed=_names(changes))
    authors = {one.by_user_id for one in changes}
    for user in users_of(db.session.get_one(Service, UUID(service_id)).organization_id, Permission.LISTING_EDIT):
        if user.id not in authors:
            to = Recipient(email=user.email, locale=user.locale, user_id=user.id)
            notify(told, to=to, key=f"listing-changed:{changes[-1].id}")


def _live_since(service_id: UUID, since: datetime) -> list[ChangeRequest]:
    wanted = select(ChangeRequest).where(
        ChangeRequest.service_id == service_id, ChangeRequest.state == "live", ChangeRequest.decided_at >= since
    )
    return list(db.session.scalars(wanted.order_by(ChangeRequest.decided_at, ChangeRequest.id)))


def _names(changes: list[ChangeRequest]) -> tuple[str, ...]:
    """Names of facts in order of the page, then "close" or "reopen", whichever came last."""
    names = {name for one in changes for name in one.facts}
    acts = [one.kind for one in changes if one.kind in {"close", "reopen"}]
    return (*(name for name in FACTS if name in names), *acts[-1:])


checked.WENT_LIVE.append(went_live)
