"""The senders of this instance, by channel."""

from typing import cast

from flask import Flask, current_app

from portal.core.settings import Settings
from portal.notifications.notification import Channel
from portal.notifications.senders.console import ConsoleSender
from portal.notifications.senders.kept import KeptSender
from portal.notifications.senders.port import Sender
from portal.notifications.senders.smtp import SmtpSender, server_of
from portal.notifications.senders.writing import From

NAME = "portal.senders"


def init_app(app: Flask, settings: Settings) -> None:
    """Bind a sender to each channel that the settings name one for."""
    app.extensions[NAME] = senders_of(settings)


def sender_of(channel: Channel) -> Sender | None:
    """Who carries messages of this channel, or None where nobody does."""
    return cast("dict[Channel, Sender]", current_app.extensions[NAME]).get(channel)


def can_text() -> bool:
    """Whether texts to phones can be sent at all."""
    return sender_of("sms") is not None


def can_email() -> bool:
    """Whether e-mails can be sent at all."""
    return sender_of("email") is not None


def senders_of(settings: Settings) -> dict[Channel, Sender]:
    """A sender for each channel that has one."""
    if settings.testing and not settings.mail_url:
        kept = KeptSender()
        return {"email": kept, "sms": kept}
    found: dict[Channel, Sender] = {}
    writer = From(settings.sender_address, settings.mail_reply_to or None)
    kind = settings.mail_url.partition(":")[0]
    if kind == "console":
        found["email"] = found["sms"] = ConsoleSender(settings.instance / "outbox", writer)
    elif kind in {"smtp", "smtps"}:
        found["email"] = SmtpSender(server_of(settings.mail_url), writer)
    elif kind == "notify":
        found["email"] = _notify(settings, email=settings.notify_email_template)
    if settings.notify_key and settings.notify_sms_template:
        found["sms"] = _notify(settings, sms=settings.notify_sms_template)
    return found


def _notify(settings: Settings, **templates: str) -> Sender:
    # Its client brings much with it, which no other instance needs.
    from portal.notifications.senders.govuk import NotifySender

    return NotifySender(settings.notify_key, templates, settings.notify_url)
