"""What the worker looks after: pages that are to be reviewed, and pinned services that a page had to leave out."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from portal.accounts.models import User
from portal.bundles import queries
from portal.bundles.assembling import lost_pins
from portal.bundles.models import Bundle
from portal.bundles.notifications import BundleLost, BundleReview
from portal.bundles.words import REVIEW_AHEAD_DAYS
from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.permissions import Permission
from portal.geography.holding import may_in
from portal.notifications.notification import Notification, Recipient
from portal.notifications.outbox import notify


@job("bundles.look")
def look() -> None:
    """Ask for a look at each published page: each is a transaction of its own."""
    for bundle_id in queries.published_ids():
        look_at.later(_key=str(bundle_id), bundle_id=str(bundle_id))


@job("bundles.look_at")
def look_at(bundle_id: str) -> None:
    """Tell the owner of what is to be done on one page. Each is told once; may run twice."""
    bundle = db.session.get(Bundle, UUID(bundle_id))
    if bundle is None or bundle.state != "published":
        return
    today = clock.today()
    if bundle.review_by <= today + timedelta(days=REVIEW_AHEAD_DAYS):
        stage = "due" if bundle.review_by <= today else "ahead"
        key = f"bundle-review:{bundle.id}:{bundle.review_by.isoformat()}:{stage}"
        _tell(bundle, BundleReview(bundle_id=bundle_id, stage=stage), key)
    lost = sorted({str(one.pin_id) for one in lost_pins(bundle)})
    if new := [one for one in lost if one not in bundle.told_lost]:
        which = sha256(":".join(new).encode()).hexdigest()[:16]
        _tell(bundle, BundleLost(bundle_id=bundle_id, count=len(new)), f"bundle-lost:{bundle.id}:{which}:{today}")
    if lost != sorted(bundle.told_lost):
        bundle.told_lost = lost


def keepers_of(bundle: Bundle) -> list[User]:
    """Who is told: the owner, while they may look after it; else everybody who may."""
    owner = bundle.owner
    if owner is not None and owner.deactivated_at is None and may_in(owner, Permission.BUNDLES_CURATE, bundle.area):
        return [owner]
    return queries.curators_of(bundle.area)


def _tell(bundle: Bundle, told: Notification, key: str) -> None:
    for user in keepers_of(bundle):
        notify(told, to=Recipient(email=user.email, locale=user.locale, user_id=user.id), key=key)
