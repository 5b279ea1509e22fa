"""Connections to machines whose addresses were checked, which end when time is up."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from queue import Empty, SimpleQueue
from threading import Lock, Thread, Timer
from types import MappingProxyType
from typing import Any

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProtocolError

from portal.core.destinations import Destination, Exceptions, LeadsInside, NotFetched, is_public

CONNECT_SECONDS = 5.0
MOST_MACHINES = 4
"""Answers of one name that are tried in turn."""

UNKNOWN = "names a host that cannot be found"

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """The numbers of the machines of this name, as the system tells them. Raises OSError."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@dataclass(frozen=True)
class Posted:
    """What is sent to an address: a body, its type, and headers such as Authorization."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Watch:
    """Cuts the connection when time is up, whatever it is waiting for: a limit on each read would let a slow drip go on."""

    seconds: float
    began: float = field(default_factory=time.monotonic)
    _sock: socket.socket | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def left(self) -> float:
        """Seconds that are left; none or fewer when time is up."""
        return self.began + self.seconds - time.monotonic()

    @property
    def is_over(self) -> bool:
        """True when time is up."""
        return self.left <= 0

    def follow(self, sock: socket.socket) -> None:
        """Cut this connection, and none before it, when time is up."""
        with self._lock:
            self._sock = sock
        if self.is_over:
            self._cut()

    @contextmanager
    def running(self) -> Iterator[None]:
        """While inside, time counts."""
        timer = Timer(max(self.left, 0), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                self._sock = None

    def _cut(self) -> None:
        with self._lock, suppress(OSError):
            if self._sock is not None:
                socket.socket.shutdown(self._sock, socket.SHUT_RDWR)  # not TLS's own, which another thread is inside


class Connections:
    """One connection to each host, kept open until closed, each to a machine that was checked. For one thread."""

    def __init__(self, exceptions: Exceptions, trust: ssl.SSLContext | None, resolve: Resolve) -> None:
        self._exceptions = exceptions
        self._trust = trust
        self._resolve = resolve
        self._pools: dict[tuple[str, str, int], HTTPConnectionPool] = {}
        self.watch = Watch(0)

    def close(self) -> None:
        """End the connections that are open."""
        while self._pools:
            self._pools.popitem()[1].close()

    def forget(self, where: Destination) -> None:
        """End the connection to this host."""
        pool = self._pools.pop((where.scheme, where.host, where.port), None)
        if pool is not None:
            pool.close()

    def follow(self, sock: socket.socket | None) -> None:
        """Have this connection cut when time is up."""
        if sock is not None:
            self.watch.follow(sock)

    def answered(
        self,
        where: Destination,
        accept: str,
        posted: Posted | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> BaseHTTPResponse:
        """The answer, its body not read yet. Raises NotFetched, urllib3's HTTPError, TimeoutError.

        `headers` are asked with besides. What is `posted` goes out once: on a new connection, never again where that breaks.
        """
        if posted is not None:
            self.forget(where)
        held = self._pools.get((where.scheme, where.host, where.port))
        if held is not None:
            try:
                return self._asked(held, where, accept, headers=headers)
            except ProtocolError:  # what was kept open had been closed meanwhile
                self.forget(where)
        machines = self._machines(where)
        for number, machine in enumerate(machines, 1):
            pool = self._pool(where, machine)
            try:
                response = self._asked(pool, where, accept, posted, headers)
            except (ConnectTimeoutError, NewConnectionError):
                pool.close()
                if number == len(machines) or self.watch.is_over:
                    raise
            except BaseException:
                pool.close()
                raise
            else:
                self._pools[where.scheme, where.host, where.port] = pool
                return response
        raise NotFetched(UNKNOWN)

    def _asked(
        self,
        pool: HTTPConnectionPool,
        where: Destination,
        accept: str,
        posted: Posted | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> BaseHTTPResponse:
        left = max(self.watch.left, 0.01)
        return pool.urlopen(
            "GET" if posted is None else "POST",
            where.target,
            body=None if posted is None else posted.body,
            headers={
                **{name: value for name, value in headers.items() if name.lower() != "host"},
                "Host": where.netloc,
                "User-Agent": user_agent(),
                "Accept": accept,
                "Accept-Encoding": "gzip, deflate, br",
                **({} if posted is None else {**posted.headers, "Content-Type": posted.media_type}),
            },
            timeout=Timeout(connect=min(CONNECT_SECONDS, left), read=left),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
            pool_timeout=1,
        )

    def _machines(self, where: Destination) -> list[str]:
        """The numbers to connect to, each of them checked. Raises NotFetched if one of all answers is not public."""
        literal = where.literal
        machines = [str(literal)] if literal is not None else self._looked_up(where)
        if not machines:
            raise NotFetched(UNKNOWN)
        if not self._exceptions.holds(where) and not all(map(is_public, machines)):
            raise LeadsInside
        return machines[:MOST_MACHINES]

    def _looked_up(self, where: Destination) -> list[str]:
        """The one look-up of a name, which the system cannot break off: a thread of its own is left behind when it is slow."""
        answers: SimpleQueue[list[str]] = SimpleQueue()

        def look() -> None:
            try:
                answers.put(self._resolve(where.host, where.port))
            except (OSError, UnicodeError):
                answers.put([])

        Thread(target=look, daemon=True).start()
        try:
            return answers.get(timeout=max(self.watch.left, 0))
        except Empty:
            raise TimeoutError from None

    def _pool(self, where: Destination, machine: str) -> HTTPConnectionPool:
        """A pool of one connection to this very machine; its certificate must be that of the name."""
        options: dict[str, Any] = {"maxsize": 1, "block": True}
        if where.scheme == "http":
            pool = HTTPConnectionPool(machine, where.port, **options)
            pool.ConnectionCls = _watched(HTTPConnection, self)
            return pool
        self._trust = self._trust or ssl.create_default_context()
        secure = HTTPSConnectionPool(
            machine,
            where.port,
            ssl_context=self._trust,
            cert_reqs="CERT_REQUIRED",
            server_hostname=where.host,
            **options,
        )
        secure.ConnectionCls = _watched(HTTPSConnection, self)
        return secure


def user_agent() -> str:
    """How we name ourselves: the program and its version, nobody's name or address."""
    try:
        return f"Hereabouts/{version('hereabouts-portal')}"
    except PackageNotFoundError:
        return "Hereabouts"


def _watched(kind: Any, owner: Connections) -> Any:
    """A class of connections that are cut when their owner's time is up."""

    class Watched(kind):  # type: ignore[misc, unused-ignore]
        def connect(self) -> None:
            super().connect()
            owner.follow(self.sock)

        def getresponse(self) -> Any:
            owner.follow(self.sock)
            return super().getresponse()

    return Watched
