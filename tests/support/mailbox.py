"""What the portal has sent in a test: nothing leaves, the harmless sender keeps it."""

import re
from typing import cast

from flask import Flask

from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.notifications.senders.current import NAME
from portal.notifications.senders.kept import KeptSender
from portal.notifications.senders.port import Outgoing


class Mailbox:
    """E-mails and texts, oldest first. Each look lets the worker do what waits."""

    def __init__(self, app: Flask) -> None:
        self.sender = cast("KeptSender", app.extensions[NAME]["email"])
        self.sender.sent.clear()
        self.sender.next_problem = None

    @property
    def all(self) -> list[Outgoing]:
        db.session.commit()
        work_until_idle()
        return list(self.sender.sent)

    def to(self, address: str) -> list[Outgoing]:
        """What went to one address or phone."""
        return [one for one in self.all if one.to.casefold() == address.casefold()]

    @property
    def one(self) -> Outgoing:
        """The only message."""
        found = self.all
        assert len(found) == 1, f"{len(found)} messages: {[one.subject or one.text for one in found]}"
        return found[0]


def paths_in(message: Outgoing) -> list[str]:
    """The addresses on this site that a message holds, without the site: "/confirm/..."."""
    return re.findall(r"http://127\.0\.0\.1:8000(/\S*)", message.text)
