"""What administrators and operators do with webhooks: add, test, change the secret, pause, switch on again, remove."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from portal.core import audit, clock, destinations
from portal.core.destinations import Exceptions, LeadsInside, NotFetched, typed_destination
from portal.core.errors import DomainError
from portal.core.extensions import db, settings
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.core.jobs import job
from portal.core.viewer import Viewer
from portal.webhooks.models import WebhookDelivery, WebhookSubscription
from portal.webhooks.noticing import body_of
from portal.webhooks.sending import TEST, send
from portal.webhooks.signing import new_secret

MOST = 50
"""Subscriptions."""
OLD_HOLDS = timedelta(hours=24)
"""How long the old secret signs too, after it was changed."""
KEPT = timedelta(days=30)
"""How long deliveries that have ended are kept."""
TESTS_WAITING = 5


class CannotDo(DomainError):
    """Something stands against it."""


class WrongAddress(CannotDo):
    """The address cannot be told of anything."""


def add(
    address: str, kinds: Sequence[str], areas: Sequence[str], *, by: Viewer | str, form_key: str | None = None
) -> WebhookSubscription | None:
    """A new subscription, from now on; None where this form has made one already. Raises CannotDo, WrongAddress."""
    _check(address)
    if form_key and db.session.scalar(select(WebhookSubscription.id).where(WebhookSubscription.form_key == form_key)):
        return None
    if (db.session.scalar(select(func.count()).select_from(WebhookSubscription)) or 0) >= MOST:
        raise CannotDo(_("There are %(count)s webhooks already. Remove one first.", count=MOST))
    now = clock.now()
    made = WebhookSubscription(
        id=new_id(), address=address, secret=new_secret(), kinds=list(kinds), areas=list(areas), form_key=form_key,
        created_at=now, read_until=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("webhook.added", made, by=by, details={"kinds": list(kinds), "areas": list(areas)})
    return made


def rotate(subscription: WebhookSubscription, *, by: Viewer | str) -> str:
    """A new secret, which is told this once. The old one signs too for a day. Raises CannotDo within that day."""
    now = clock.now()
    if subscription.old_until is not None and now < subscription.old_until <= now + OLD_HOLDS:
        raise CannotDo(
            _("The secret was changed less than a day ago, and the old one still holds. Change it again later.")
        )
    subscription.old_secret, subscription.old_until = subscription.secret, now + OLD_HOLDS
    subscription.secret = new_secret()
    audit.record("webhook.secret_changed", subscription, by=by)
    return subscription.secret


def test(subscription: WebhookSubscription, *, by: Viewer | str) -> WebhookDelivery:
    """Send a message that tells of nothing, once, whatever state the subscription is in. Raises CannotDo."""
    waiting = select(func.count()).where(
        WebhookDelivery.subscription_id == subscription.id,
        WebhookDelivery.kind == TEST,
        WebhookDelivery.state == "waiting",
    )
    if (db.session.scalar(waiting) or 0) >= TESTS_WAITING:
        raise CannotDo(_("Tests are waiting to be sent. Is the worker running?"))
    now, made_id = clock.now(), new_id()
    made = WebhookDelivery(
        id=made_id, subscription_id=subscription.id, change_key=f"test:{made_id}", kind=TEST,
        body=body_of(TEST, now, {}), created_at=now, next_try_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("webhook.tested", subscription, by=by)
    send.later(_key=str(subscription.id), subscription=str(subscription.id))
    return made


def pause(subscription: WebhookSubscription, *, by: Viewer | str) -> None:
    """Send nothing until it is switched on again. What changes meanwhile is sent then."""
    if subscription.state == "active":
        subscription.state = "paused"
        audit.record("webhook.paused", subscription, by=by)


def resume(subscription: WebhookSubscription, *, by: Viewer | str) -> None:
    """Switch it on again: what waits, and what changed meanwhile, is sent."""
    if subscription.state == "active":
        return
    subscription.state, subscription.why = "active", None
    subscription.failures, subscription.failing_since, subscription.closed_until = 0, None, None
    db.session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.subscription_id == subscription.id, WebhookDelivery.state == "waiting")
        .values(next_try_at=clock.now(), attempts=0)
    )
    audit.record("webhook.switched_on", subscription, by=by)
    send.later(_key=str(subscription.id), subscription=str(subscription.id))


def remove(subscription: WebhookSubscription, *, by: Viewer | str) -> None:
    """Take it away, with all that it was told and was to be told."""
    audit.record("webhook.removed", subscription, by=by)
    db.session.delete(subscription)


@job("webhooks.tidy")
def tidy() -> None:
    """Once a day: forget deliveries that ended long ago, drop those that waited as long, and secrets that hold no more."""
    before = clock.now() - KEPT
    db.session.execute(delete(WebhookDelivery).where(WebhookDelivery.ended_at < before))
    db.session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.state == "waiting", WebhookDelivery.created_at < before)
        .values(state="dropped", ended_at=clock.now())
    )
    db.session.execute(
        update(WebhookSubscription)
        .where(WebhookSubscription.old_until < clock.now())
        .values(old_secret=None, old_until=None)
    )


def shown_address(subscription: WebhookSubscription) -> str:
    """The address as far as it is no secret: without its query."""
    return destinations.shown_address(subscription.address)


def _check(address: str) -> None:
    """The rules of fetching, as far as they can be known before the name is looked up. Raises WrongAddress."""
    try:
        typed_destination(address, Exceptions.of(settings().fetch_allow))
    except LeadsInside:
        why = _("This address leads to a machine that is not on the public internet.")
        raise WrongAddress(_with_way_out(why, address)) from None
    except NotFetched:
        why = _("Enter a whole address that begins with https://, without a port, a user name or a password.")
        raise WrongAddress(_with_way_out(why, address)) from None


def _with_way_out(why: str, address: str) -> str:
    """Why an address is refused, and what whoever runs this site can do about it, if anything."""
    if (entry := destinations.exception_for(address)) is None:
        return why
    return f"{why} {_('Whoever runs this site can allow it by the setting PORTAL_FETCH_ALLOW=%(entry)s.', entry=entry)}"
