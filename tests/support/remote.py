"""Another machine for tests: a server of http or https on this one, whose every byte the test decides."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import trustme

NAME = "feed.example"


@dataclass(frozen=True)
class Asked:
    """One request: the server name of TLS, the target, and the headers in small letters."""

    server_name: str | None
    target: str
    headers: dict[str, str]


Answer = bytes | Callable[[socket.socket], None]
Answers = Callable[[str], Answer]


@dataclass
class Remote:
    """A running server. `asked` holds every request in order, `answers` says what each target gets."""

    port: int
    scheme: str
    answers: Answers
    authority: trustme.CA | None = None
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    @property
    def trust(self) -> ssl.SSLContext:
        """A context that trusts the server's authority, and no other."""
        context = ssl.create_default_context()
        assert self.authority is not None
        self.authority.configure_trust(context)
        return context

    def address(self, path: str = "/", host: str = NAME) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def targets(self) -> list[str]:
        return [one.target for one in self.asked]


def answer(
    body: bytes | str | Any = b"",
    status: int = 200,
    *,
    headers: dict[str, str] | None = None,
    length: int | None = None,
) -> bytes:
    """A whole answer. A body that is neither bytes nor text is sent as JSON."""
    sent = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    lines = {"Content-Length": str(len(sent) if length is None else length), "Content-Type": "application/json"}
    head = "".join(f"{name}: {value}\r\n" for name, value in (lines | (headers or {})).items())
    return f"HTTP/1.1 {status} So\r\n{head}\r\n".encode() + sent


@contextmanager
def remote(
    answers: Answers, *, names: tuple[str, ...] = (NAME,), host: str = "127.0.0.1", port: int = 0, secure: bool = True
) -> Iterator[Remote]:
    """A server while inside, with a certificate for these names."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(16)
    server = Remote(listening.getsockname()[1], "https" if secure else "http", answers)
    context = None
    if secure:
        server.authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.authority.issue_cert(*names).configure_cert(context)
    stop = threading.Event()
    open_now: list[socket.socket] = []

    def accept() -> None:
        while not stop.is_set():
            try:
                client, _ = listening.accept()
            except OSError:
                return
            server.connections += 1
            open_now.append(client)
            threading.Thread(target=_serve, args=(server, client, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        stop.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for client in open_now:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            client.close()


def _serve(server: Remote, client: socket.socket, context: ssl.SSLContext | None) -> None:
    named: list[str | None] = [None]
    with suppress(OSError, ValueError):
        if context is not None:
            own = context
            own.sni_callback = lambda _sock, name, _context: named.__setitem__(0, name)
            client = own.wrap_socket(client, server_side=True)
        with client, client.makefile("rb") as lines:
            while first := lines.readline():
                target = first.split()[1].decode()
                headers = {}
                while (line := lines.readline().strip()) != b"":
                    name, _, value = line.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                server.asked.append(Asked(named[0], target, headers))
                given = server.answers(target)
                if isinstance(given, bytes):
                    client.sendall(given)
                else:
                    given(client)
                    return
