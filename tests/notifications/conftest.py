"""A mail server, and the application sending by it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from portal.notifications.senders import current
from tests.support.mail_server import Listener, listening


@pytest.fixture
def mail_server(active_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A real mail server that the application sends to."""
    with listening() as listener:
        settings = replace(active_app.extensions["portal.settings"], mail_url=listener.url)
        monkeypatch.setitem(active_app.extensions, current.NAME, current.senders_of(settings))
        yield listener
