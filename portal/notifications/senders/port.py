"""The port: what a sender is given, and the two ways in which it says no. One shared test runs against each adapter."""

from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

from portal.notifications.notification import Channel


@dataclass(frozen=True)
class Attachment:
    """A file that goes with an e-mail. `kind`: its media type in two parts."""

    name: str
    kind: tuple[str, str]
    body: bytes


@dataclass(frozen=True)
class Outgoing:
    """A message, ready to go. `id` is the same each time that it is tried.

    `sender_name` is that of the local service. `may_have_gone`: an earlier try ended without an answer, so the provider may
    have it already. `attachments`: taken by mail servers alone.
    """

    id: UUID
    channel: Channel
    to: str
    subject: str
    text: str
    html: str | None = None
    locale: str = "en"
    sender_name: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    may_have_gone: bool = False
    attachments: tuple[Attachment, ...] = ()


class NotSent(Exception):
    """It was not handed over. `reason` is a short code without personal data, such as "smtp 421"."""

    def __init__(self, reason: str, *, may_have_gone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason[:80]
        self.may_have_gone = may_have_gone


class ServerTrouble(NotSent):
    """The provider cannot be used now; any other message would fare no better."""


class Refused(NotSent):
    """The provider does not take this message. `kind` "soft": try again later; "hard": never.

    `is_about_address`: because of whom it is for, which is a bounce.
    """

    def __init__(self, reason: str, *, kind: Literal["soft", "hard"], is_about_address: bool = False) -> None:
        super().__init__(reason)
        self.kind = kind
        self.is_about_address = is_about_address


class Sender(Protocol):
    """Carries messages away. One is kept open while many are sent, then closed; it opens by itself again."""

    def send(self, message: Outgoing) -> str | None:
        """Hand a message over. Gives the provider's own id for it, if it has one. Raises ServerTrouble or Refused."""

    def close(self) -> None:
        """Let go of connections. Never raises."""

    def trouble(self) -> str | None:
        """A sentence about why the provider cannot be used, or None. For the doctor; sends nothing."""
