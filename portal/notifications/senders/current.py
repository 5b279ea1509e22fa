"""The senders of this instance, by channel."""

from typing import cast

from flask import Flask, current_app

from portal.core.brand import Brand
from portal.core.settings import Settings
from portal.notifications.notification import Channel
from portal.notifications.senders.console import ConsoleSender
from portal.notifications.senders.kept import KeptSender
from portal.notifications.senders.port import Sender
from portal.notifications.senders.writing import From

NAME = "portal.senders"


def init_app(app: Flask, settings: Settings) -> None:
    """Bind a sender to each channel that the settings name one for."""
    app.extensions[NAME] = senders_of(settings, app.extensions["portal.brand"])


def sender_of(channel: Channel) -> Sender | None:
    """Who carries messages of this channel, or None where nobody does."""
    return cast("dict[Channel, Sender]", current_app.extensions[NAME]).get(channel)


def can_text() -> bool:
    """Whether texts to phones can be sent at all."""
    return sender_of("sms") is not None


def senders_of(settings: Settings, brand: Brand) -> dict[Channel, Sender]:
    """A sender for each channel that has one."""
    if settings.testing:
        kept = KeptSender()
        return {"email": kept, "sms": kept}
    if settings.demo:
        console = ConsoleSender(settings.instance / "outbox", From(brand.name, "no-reply@localhost"))
        return {"email": console, "sms": console}
    return {}
