"""A real mail server on this machine that does as it is told: takes, refuses, dawdles, hangs up, or is not there."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import socket
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Listener:
    """`mails` is what was taken, oldest first. `at_rcpt` and `at_data` give the reply to a recipient and to a message.

    `hangs_up`: takes so many messages without saying so. `seconds`: how long it takes to take one.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.at_mail: Callable[[str], str] = lambda sender: "250 OK"
        self.at_rcpt: Callable[[str], str] = lambda address: "250 OK"
        self.at_data = "250 OK"
        self.hangs_up = 0
        self.seconds = 0.0
        self.connections = 0
        self.port = 0
        self.url = ""
        self._controller: Controller | None = None
        self._options: dict[str, Any] = {}

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.at_mail(address)
        if reply.startswith("250"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.at_rcpt(address)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.at_data.startswith("250"):
            raw = envelope.content
            assert isinstance(raw, bytes)
            self.mails.append(message_from_bytes(raw, policy=policy.default))  # type: ignore[arg-type]
            self.recipients.extend(envelope.rcpt_tos)
        if self.hangs_up:
            self.hangs_up -= 1
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
        return self.at_data

    def start(self, **options: Any) -> None:
        """Listen, on the port that it had before."""
        self._options = options or self._options
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **self._options)
        self._controller.start()

    def stop(self) -> None:
        """Be gone."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The text or the HTML of an e-mail."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@contextmanager
def listening(*, tls: ssl.SSLContext | None = None, password: str | None = None) -> Iterator[Listener]:
    """A mail server while the body runs. With `tls` it speaks after STARTTLS alone; with `password` to "portal" alone."""

    def is_let_in(server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> AuthResult:
        return AuthResult(success=told.login == b"portal" and told.password == (password or "").encode())

    listener = Listener()
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listener.port = probe.getsockname()[1]
    options: dict[str, Any] = {}
    if tls is not None:
        options |= {"tls_context": tls, "require_starttls": True}
    if password is not None:
        options |= {"authenticator": is_let_in, "auth_required": True}
    user = f"portal:{password}@" if password else ""
    host, query = ("localhost", "") if tls else ("127.0.0.1", "?tls=none")
    listener.url = f"smtp://{user}{host}:{listener.port}{query}"
    listener.start(**options)
    try:
        yield listener
    finally:
        listener.stop()
