"""Whether messages leave: one check a way out, and one of what has failed. Sends nothing."""

from portal.core import clock
from portal.core.extensions import settings
from portal.notifications import queries
from portal.notifications.notification import Channel
from portal.notifications.senders.current import sender_of
from portal.operations.readiness import Check
from portal.referrals.dispatching import queries as documents
from portal.referrals.dispatching.transports.current import transports

NAMES: dict[Channel, str] = {"email": "e-mail", "sms": "texts"}


def checks() -> list[Check]:
    """A provider that does not answer is no reason to stop: pages serve, and messages wait."""
    return [_way("email"), _way("sms"), _failed(), *_documents()]


def _way(channel: Channel) -> Check:
    sender, name = sender_of(channel), NAMES[channel]
    if sender is None and channel == "sms":
        return Check(name, True, "Texts to phones are not set up, and not offered. See docs/messages.md.")
    if sender is None:
        return Check(
            name, False, "No way out for e-mails is set: nothing is sent. Set PORTAL_MAIL_URL.", is_vital=False
        )
    if settings().mail_url == "console:":
        return Check(
            name, settings().demo, "Messages are files in the folder “outbox” of the instance: nothing leaves."
        )
    if (trouble := sender.trouble()) is not None:
        return Check(name, False, trouble, is_vital=False)
    return Check(name, True, "The provider lets us in.")


def _documents() -> list[Check]:
    """One check a transport, and one of documents that somebody has to see to. Nothing where there is no transport."""
    found = []
    for name, transport in transports().items():
        trouble = transport.trouble()
        found.append(Check(f"documents by {name}", trouble is None, trouble or "The way is open.", is_vital=False))
    if not found:
        return []
    if count := documents.count_to_see_to():
        told = f"{count:,} documents for practices did not go or did not arrive. See: portal documents status"
        return [*found, Check("documents", False, told, is_vital=False)]
    return [*found, Check("documents", True, "Every document for a practice has arrived, or is on its way.")]


def _failed() -> Check:
    counted = queries.count_by_state()
    for way in queries.channels():
        if way.failing_since is not None:
            told = f"{clock.local(way.failing_since):%d %B at %H:%M}"
            sentence = f"Nothing has gone by {NAMES[way.name]} since {told} ({way.last_error}). It is tried again."
            return Check("messages", False, sentence, is_vital=False)
    if failed := counted.get("failed", 0):
        return Check("messages", False, f"{failed:,} messages failed. See: portal messages show", is_vital=False)
    return Check("messages", True, f"{counted.get('waiting', 0):,} messages wait, and none has failed.")
