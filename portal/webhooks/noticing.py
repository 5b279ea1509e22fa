"""Making a delivery of each change, for every subscription that wants it: once, however often and wherever this runs.

A subscription remembers up to when it has looked. It looks a little further back each time, since a change bears the time at
which it was made and is seen when its transaction ends; what it has noted already, it does not note again.
"""

import json
from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.core import clock
from portal.core.database import put_into
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.jobs import job
from portal.core.pages import whole_address
from portal.feed.params import BASE
from portal.feed.queries import last_change
from portal.openreferral.documents import plain
from portal.webhooks import queries
from portal.webhooks.models import WebhookDelivery, WebhookSubscription
from portal.webhooks.queries import Change
from portal.webhooks.sending import send

CHANGED, GONE = "listing.changed", "listing.gone"
KINDS = {"changed": CHANGED, "gone": GONE}
"""What a subscription may ask for, and the type of message that it gets."""
OVERLAP = timedelta(minutes=5)
"""Longer than any transaction that changes listings."""
LOOKED_BACK = timedelta(days=1)
A_LOOK = 1_000
"""Changes that are noted in one transaction: a harvest changes a hundred thousand, and editors must not wait for that."""
FIRST = UUID(int=0)


@job("webhooks.look")
def look() -> None:
    """Have every active subscription looked after, if anything has changed since it was last."""
    last = last_change()
    if last is None:
        return
    wanted = select(WebhookSubscription).where(WebhookSubscription.state == "active").order_by(WebhookSubscription.id)
    for one in db.session.scalars(wanted):
        if last > _since(one) - OVERLAP:
            look_for.later(_key=str(one.id), subscription=str(one.id))


@job("webhooks.look_for")
def look_for(subscription: str, after: str | None = None, last: str = FIRST.hex, began: str | None = None) -> None:
    """Note what one subscription is to be told of the next changes, and ask for those after them: never many at once.

    `after` and `last` are time and listing of the change that was noted last, `began` when the first of these jobs did.
    """
    one = db.session.get(WebhookSubscription, UUID(subscription), with_for_update=True)
    if one is None or one.state != "active":
        return
    moment = datetime.fromisoformat(after) if after else _since(one) - OVERLAP
    start = datetime.fromisoformat(began) if began else clock.now()
    changes = queries.changed_after(moment, UUID(last), A_LOOK)
    if _note(one, _wanted(one, changes)):
        send.later(_key=subscription, subscription=subscription)
    if len(changes) < A_LOOK:
        one.read_until = start
        return
    at, of = changes[-1].changed_at, changes[-1].service_id
    look_for.later(subscription=subscription, after=at.isoformat(), last=of.hex, began=start.isoformat())


def body_of(kind: str, at: datetime, data: dict[str, Any]) -> str:
    """A message as it is sent and signed: the same bytes for every attempt. Source: Standard Webhooks, "Payload structure"."""
    return json.dumps({"type": kind, "timestamp": plain(at), "data": data}, ensure_ascii=False, separators=(",", ":"))


def _since(subscription: WebhookSubscription) -> datetime:
    """Up to when it has its deliveries. What is in the future was written while the clock was wrong."""
    now = clock.now()
    return subscription.read_until if subscription.read_until <= now + OVERLAP else now - LOOKED_BACK


def _wanted(subscription: WebhookSubscription, changes: Sequence[Change]) -> list[Change]:
    """Of these changes, those that it asked for. What is gone is told for every area: where it was is known no more."""
    since = subscription.created_at
    asked = [one for one in changes if one.changed_at >= since and _kind(one) in subscription.kinds]
    if not subscription.areas:
        return asked
    there = queries.in_areas([one.service_id for one in asked if one.is_public], subscription.areas)
    return [one for one in asked if not one.is_public or one.service_id in there]


def _note(subscription: WebhookSubscription, changes: Sequence[Change]) -> int:
    """Put down a delivery of each. Gives how many are new."""
    if not changes:
        return 0
    known = set(
        db.session.scalars(
            select(WebhookDelivery.change_key).where(
                WebhookDelivery.subscription_id == subscription.id,
                WebhookDelivery.created_at >= min(one.changed_at for one in changes) - OVERLAP,
            )
        )
    )
    standing = queries.public_of([one.merged_into_id for one in changes if one.merged_into_id is not None])
    rows = [_row(subscription, one, standing) for one in changes]
    new = [row for row in rows if row["change_key"] not in known]
    for first in range(0, len(new), queries.AT_ONCE):
        insert = put_into(db.session(), WebhookDelivery).values(new[first : first + queries.AT_ONCE])
        db.session.execute(insert.on_conflict_do_nothing(index_elements=["subscription_id", "change_key"]))
    return len(new)


def _row(subscription: WebhookSubscription, change: Change, standing: Set[UUID]) -> dict[str, Any]:
    now, kind = clock.now(), KINDS[_kind(change)]
    return {
        "id": new_id(),
        "subscription_id": subscription.id,
        "change_key": f"{change.service_id}:{plain(change.changed_at)}",
        "kind": kind,
        "body": body_of(kind, now, _told(change, standing)),
        "state": "waiting",
        "attempts": 0,
        "next_try_at": now,
        "created_at": now,
    }


def _kind(change: Change) -> str:
    return "changed" if change.is_public else "gone"


def _told(change: Change, standing: Set[UUID]) -> dict[str, Any]:
    """What a message says of a change: ids, times and why. No name, no address, nothing of anybody."""
    told = {
        "id": change.service_id,
        "url": whole_address(f"{BASE}/services/{change.service_id}"),
        "changed_at": change.changed_at,
        "reason": change.reason,
        "merged_into": change.merged_into_id if change.merged_into_id in standing else None,
    }
    return {name: plain(value) for name, value in told.items() if value is not None}
