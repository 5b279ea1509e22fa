"""The transports of this instance, in the order in which they are tried: a table, and what other packages bring.

A package brings one by an entry point of the group `hereabouts.transports`: a callable that takes the settings. See
docs/recipes/add-a-transport.md.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import cast

from flask import Flask, current_app

from portal.core.settings import Settings
from portal.notifications.senders.current import sender_of
from portal.referrals.dispatching.transports.mailbox import mailbox_of
from portal.referrals.dispatching.transports.port import Transport

NAME = "portal.transports"
GROUP = "hereabouts.transports"
TAKES_ATTACHMENTS = ("smtp", "smtps", "console")


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the transports that the settings name."""
    app.extensions[NAME] = transports_of(settings)


def transports() -> Mapping[str, Transport]:
    """Those in use, first tried first."""
    return cast("dict[str, Transport]", current_app.extensions[NAME])


def transports_of(settings: Settings) -> dict[str, Transport]:
    """A transport for each name of the settings."""
    return {name: known()[name](settings) for name in settings.documents_transports}


def known() -> dict[str, Callable[[Settings], Transport]]:
    """Everything that can carry documents, by name; what others bring may not stand in for ours."""
    return {**_brought(), **TRANSPORTS}


@cache
def _brought() -> dict[str, Callable[[Settings], Transport]]:
    return {one.name: one.load() for one in entry_points(group=GROUP)}


def _folder(settings: Settings) -> Transport:
    from portal.referrals.dispatching.transports.folder import FolderTransport

    return FolderTransport(settings.documents_place)


def _email(settings: Settings) -> Transport:
    from portal.referrals.dispatching.transports.email import EmailTransport

    can_attach = settings.testing or settings.mail_url.partition(":")[0] in TAKES_ATTACHMENTS
    return EmailTransport(lambda: sender_of("email"), settings.documents_domains, can_attach=can_attach)


def _mesh(settings: Settings) -> Transport:
    # Its client brings much with it, which no other instance needs.
    from portal.referrals.dispatching.transports.mesh import MeshTransport

    return MeshTransport(mailbox_of(settings))


TRANSPORTS: Mapping[str, Callable[[Settings], Transport]] = {"folder": _folder, "e-mail": _email, "mesh": _mesh}
