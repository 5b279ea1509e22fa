"""E-mail by SMTP, over TLS whose certificate is always checked. Source: RFC 5321, RFC 3463 (enhanced codes), RFC 8314."""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.policy import SMTPUTF8
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from portal.notifications.senders.port import NotSent, Outgoing, Refused, ServerTrouble
from portal.notifications.senders.writing import From, email_of

CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 30.0
TAKING_SECONDS = 100.0
"""How long the server may take to say that it has a message. Long, since who gives up too early sends it twice."""
WHOLE_SECONDS = 150.0
"""After this a connection that dribbles is cut."""
ENHANCED = re.compile(rb"\b([245]\.\d{1,3}\.\d{1,3})\b")
NO_SUCH_ADDRESS = frozenset({550, 551, 553})
DEFAULT_PORTS = {"none": 25, "starttls": 587, "implicit": 465}


@dataclass(frozen=True)
class Server:
    """A mail server, as PORTAL_MAIL_URL names it. `tls`: "starttls" (asked for, never left out), "implicit", or "none"."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = "starttls"


def server_of(url: str) -> Server:
    """The server of `smtp://user:password@host:port?tls=none` or `smtps://…`. Raises ValueError with a sentence."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError("PORTAL_MAIL_URL must be like smtp://user:password@mail.example.org:587.") from error
    asked = dict(parse_qsl(parts.query))
    tls = "implicit" if parts.scheme == "smtps" else asked.pop("tls", "starttls")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or asked or parts.path.strip("/"):
        raise ValueError("PORTAL_MAIL_URL must be like smtp://user:password@mail.example.org:587.")
    if tls not in DEFAULT_PORTS:
        raise ValueError("PORTAL_MAIL_URL may say tls=starttls or tls=none, and smtps:// for TLS from the start.")
    if tls == "none" and not _is_here(parts.hostname):
        raise ValueError("PORTAL_MAIL_URL may say tls=none only where the mail server is on this machine.")
    return Server(
        host=parts.hostname,
        port=port or DEFAULT_PORTS[tls],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
    )


class SmtpSender:
    """Keeps one connection while many messages are sent."""

    def __init__(self, server: Server, sender: From) -> None:
        self.server = server
        self.sender = sender
        self._open: smtplib.SMTP | None = None

    def send(self, message: Outgoing) -> str | None:
        """Hand an e-mail over. A connection that the server has closed since the last message is opened anew."""
        if self._open is not None:
            try:
                self._open.noop()
            except (OSError, smtplib.SMTPException):
                self.close()
        with _in_our_words():
            connection = self._open = self._open or self._connected()
        try:
            with _cut_off(connection):
                _hand_over(connection, message, self.sender)
        except ServerTrouble:
            self.close()
            raise
        return None

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        connection, self._open = self._open, None
        if connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                if connection.sock is not None:
                    connection.sock.settimeout(CONNECT_SECONDS)
                connection.quit()
            connection.close()

    def trouble(self) -> str | None:
        """Whether we are let in."""
        try:
            with _in_our_words():
                self._open = self._connected()
        except NotSent as problem:
            return f"The mail server {self.server.host} cannot be used ({problem.reason}). Look at PORTAL_MAIL_URL."
        self.close()
        return None

    def _connected(self) -> smtplib.SMTP:
        """A connection that is let in."""
        server, here = self.server, self.sender.domain
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if server.tls == "implicit":
            connection = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=here, timeout=CONNECT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, local_hostname=here, timeout=CONNECT_SECONDS)
        try:
            with _cut_off(connection):
                if server.tls == "starttls":
                    connection.starttls(context=context)
                connection.ehlo_or_helo_if_needed()
                if server.user:
                    connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


def _hand_over(connection: smtplib.SMTP, message: Outgoing, sender: From) -> None:
    try:
        to, raw, options = _envelope(connection, message, sender)
    except (ValueError, UnicodeError) as error:
        raise Refused("address cannot be written", kind="hard") from error
    with _in_our_words():
        _wait(connection, COMMAND_SECONDS)
        code, said = connection.mail(sender.address, options)
        if code != 250:
            _reset(connection)
            if code == 552:
                raise Refused(_named(code, said), kind="hard")
            raise ServerTrouble(_named(code, said))
        code, said = connection.rcpt(to)
    if code not in {250, 251}:
        _reset(connection)
        raise _refusal(code, said)
    has_begun = False
    try:
        _wait(connection, TAKING_SECONDS)
        has_begun = True
        code, said = connection.data(raw)
    except smtplib.SMTPDataError as error:  # the server would not even listen
        _reset(connection)
        raise _data_refusal(error.smtp_code, _bytes(error.smtp_error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerTrouble(f"smtp {type(error).__name__}", may_have_gone=has_begun) from error
    if code != 250:
        raise _data_refusal(code, said)


def _envelope(connection: smtplib.SMTP, message: Outgoing, sender: From) -> tuple[str, bytes, list[str]]:
    """The recipient, the message, and the options that they need. Names of hosts are written in ASCII."""
    local, at, host = message.to.rpartition("@")
    if not at or not local or any(sign.isspace() or sign in "<>@,;" for sign in local):
        raise ValueError("no address")
    to = f"{local}@{host.encode('idna').decode('ascii')}"
    if local.isascii():
        return to, email_of(message, sender, to=to).as_bytes(), []
    if not connection.has_extn("smtputf8"):
        raise ValueError("the server takes no such address")
    email = email_of(message, sender, to=to)
    return to, email.as_bytes(policy=SMTPUTF8), ["SMTPUTF8", "BODY=8BITMIME"]


def _refusal(code: int, said: bytes) -> NotSent:
    """What a refusal of the recipient means: only one that says so is about the address."""
    enhanced = found[1].decode() if (found := ENHANCED.search(said)) else ""
    if code == 421:
        return ServerTrouble(_named(code, said))
    if code < 500:
        return Refused(_named(code, said), kind="soft")
    is_address = enhanced.startswith(("5.1.", "5.2.1")) if enhanced else code in NO_SUCH_ADDRESS
    return Refused(_named(code, said), kind="hard", is_about_address=is_address)


def _data_refusal(code: int, said: bytes) -> NotSent:
    if code == 421:
        return ServerTrouble(_named(code, said))
    return Refused(_named(code, said), kind="soft" if code < 500 else "hard")


def _named(code: int, said: bytes) -> str:
    """A code without the server's words, which may repeat the address."""
    enhanced = f" {found[1].decode()}" if (found := ENHANCED.search(said)) else ""
    return f"smtp {code}{enhanced}"


def _reset(connection: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):
        connection.rset()


def _wait(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("ascii", "replace")


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Whatever keeps us from the server, as trouble of the server."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise ServerTrouble(_named(error.smtp_code, _bytes(error.smtp_error))) from error
    except ssl.SSLError as error:
        raise ServerTrouble(f"tls {error.reason or type(error).__name__}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerTrouble(f"smtp {type(error).__name__}") from error


@contextmanager
def _cut_off(connection: smtplib.SMTP) -> Iterator[None]:
    """Cut a connection whose server says a letter now and then, which no time-out of one reading ends."""

    def cut() -> None:
        with suppress(OSError):
            if connection.sock is not None:
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(WHOLE_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
