"""Questions about subscriptions and their deliveries, and which listings are in an area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, or_, select

from portal.accounts.models import Membership, User
from portal.accounts.roles import roles_with
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.directory.models import Location, Service, ServiceArea, ServiceAtLocation, ServiceChange
from portal.webhooks.models import WebhookDelivery, WebhookSubscription

LATEST = 20
"""Deliveries that a page shows."""
AT_ONCE = 500
"""Ids in one statement."""


@dataclass(frozen=True)
class Change:
    """A listing that changed: whether it is public now, and if not why, and into which it was merged."""

    changed_at: datetime
    service_id: UUID
    is_public: bool
    reason: str | None
    merged_into_id: UUID | None


def subscriptions() -> Sequence[WebhookSubscription]:
    """All, oldest first."""
    return db.session.scalars(
        select(WebhookSubscription).order_by(WebhookSubscription.created_at, WebhookSubscription.id)
    ).all()


def subscription(subscription_id: UUID) -> WebhookSubscription:
    """The one with this id. Raises NotFound."""
    found = db.session.get(WebhookSubscription, subscription_id)
    if found is None:
        raise NotFound(_("There is no such webhook. It may have been removed."))
    return found


def latest(subscription_id: UUID) -> Sequence[WebhookDelivery]:
    """Its last deliveries, newest first."""
    return db.session.scalars(
        select(WebhookDelivery)
        .where(WebhookDelivery.subscription_id == subscription_id)
        .order_by(WebhookDelivery.created_at.desc(), WebhookDelivery.id)
        .limit(LATEST)
    ).all()


def counts() -> dict[UUID, dict[str, int]]:
    """How many deliveries of each subscription are in each state."""
    found: dict[UUID, dict[str, int]] = {}
    counted = select(WebhookDelivery.subscription_id, WebhookDelivery.state, func.count())
    for one, state, count in db.session.execute(
        counted.group_by(WebhookDelivery.subscription_id, WebhookDelivery.state)
    ):
        found.setdefault(one, {})[state] = count
    return found


def changed_after(moment: datetime, last: UUID, count: int) -> list[Change]:
    """The next changes after that of a listing at a moment, in order."""
    order = (ServiceChange.changed_at, ServiceChange.service_id)
    later = or_(order[0] > moment, (order[0] == moment) & (order[1] > last))
    asked = select(*order, ServiceChange.is_public, ServiceChange.reason, ServiceChange.merged_into_id)
    return [Change(*row) for row in db.session.execute(asked.where(later).order_by(*order).limit(count))]


def public_of(service_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these listings that are public."""
    if not service_ids:
        return set()
    asked = select(ServiceChange.service_id).where(ServiceChange.service_id.in_(service_ids), ServiceChange.is_public)
    return set(db.session.scalars(asked))


def in_areas(service_ids: Sequence[UUID], codes: Sequence[str]) -> set[UUID]:
    """Those of these services that have a place in one of these areas, as far as everybody may know it, or that serve one."""
    at_a_place = exists().where(
        ServiceAtLocation.service_id == Service.id,
        ServiceAtLocation.location_id == Location.id,
        Location.privacy != "hidden",
        or_(Location.authority_code.in_(codes), Location.neighbourhood_code.in_(codes)),
    )
    serving = exists().where(
        ServiceArea.service_id == Service.id, ServiceArea.extent_type == "code", ServiceArea.extent.in_(codes)
    )
    found: set[UUID] = set()
    for first in range(0, len(service_ids), AT_ONCE):
        some = service_ids[first : first + AT_ONCE]
        found |= set(db.session.scalars(select(Service.id).where(Service.id.in_(some), or_(at_a_place, serving))))
    return found


def administrators() -> Sequence[User]:
    """Who runs the site, and is told when a webhook is switched off."""
    runs = Membership.role.in_(roles_with(Permission.SITE_MANAGE)) & Membership.ended_at.is_(None)
    return db.session.scalars(
        select(User).where(User.memberships.any(runs), User.deactivated_at.is_(None)).order_by(User.created_at, User.id)
    ).all()
