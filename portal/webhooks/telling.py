"""Telling administrators that a webhook was switched off."""

from uuid import UUID

from portal.core.extensions import db
from portal.core.jobs import Job, job
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify
from portal.webhooks import queries
from portal.webhooks.models import WebhookSubscription
from portal.webhooks.notifications import WebhookOff


@job("webhooks.tell")
def tell(subscription: str) -> None:
    """Write to every administrator, once each time it is switched off."""
    found = db.session.get(WebhookSubscription, UUID(subscription))
    if found is None or found.state != "off":
        return
    since = found.failing_since.isoformat() if found.failing_since else ""
    for one in queries.administrators():
        notify(
            WebhookOff(subscription, found.why or "failing"),
            to=Recipient(email=one.email, locale=one.locale, user_id=one.id),
            key=f"webhook-off:{subscription}:{since}",
        )


def asked_for(subscription_id: UUID) -> Job:
    """The row of such a job, for a transaction of its own."""
    return Job(name=tell.name, payload={"subscription": str(subscription_id)})
