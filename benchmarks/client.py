"""A browser that costs next to nothing: requests over connections that stay open, from one process.

Every answer is looked at: one that is no 200, is cut short or ends a connection counts as an error.
"""

import gzip
import re
import selectors
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

HEADERS = "Host: 127.0.0.1\r\nAccept: text/html\r\nAccept-Language: en-GB\r\nAccept-Encoding: gzip\r\n\r\n"
PATIENCE_SECONDS = 60.0
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_CHUNKED = re.compile(rb"(?i)\r\ntransfer-encoding: *chunked")
_ENDS = re.compile(rb"(?i)\r\nconnection: *close")
_ZIPPED = re.compile(rb"(?i)\r\ncontent-encoding: *gzip")


@dataclass
class Took:
    """Milliseconds of each answer, seconds of all, and the answers that were none.

    `which`: of each answer, the number of its question. `refused`: how answers began that were not those asked for.
    """

    each: list[float] = field(default_factory=list)
    which: list[int] = field(default_factory=list)
    seconds: float = 0.0
    errors: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        """Whole answers a second."""
        return len(self.each) / self.seconds


def request(path: str, cookie: tuple[str, str] | None = None) -> bytes:
    """What is sent to ask for a path, signed in with a cookie."""
    signed_in = f"Cookie: {cookie[0]}={cookie[1]}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\n{signed_in}{HEADERS}".encode("ascii")


def page(port: int, path: str) -> tuple[bytes, int]:
    """The text of a page, and its bytes as they were sent. Raises ValueError where it is not a whole page with status 200."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(request(path))
        answer = bytearray()
        while not is_whole(answer):
            part = connection.recv(1 << 16)
            if not part:
                raise ValueError(f"{path}: the answer ends early")
            answer += part
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    sent = len(body)
    if _CHUNKED.search(head):
        body = _joined(body)
    if _ZIPPED.search(head):
        body = gzip.decompress(body)
    if not is_good(head) or not body.rstrip().endswith(b"</html>"):
        raise ValueError(f"{path}: {head[:40]!r}")
    return body, sent


def is_whole(answer: bytearray) -> bool:
    """Whether nothing of an answer is outstanding."""
    at = answer.find(b"\r\n\r\n")
    if at < 0:
        return False
    if length := _LENGTH.search(answer, 0, at + 2):
        return len(answer) >= at + 4 + int(length[1])
    return answer.endswith(b"\r\n0\r\n\r\n")


def is_last(answer: bytearray) -> bool:
    """Whether the server said that it ends the connection after this whole answer."""
    return _ENDS.search(answer, 0, answer.find(b"\r\n\r\n") + 2) is not None


def is_good(answer: bytes | bytearray) -> bool:
    """Whether an answer has status 200."""
    return answer.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))


def _joined(body: bytes) -> bytes:
    """The parts of a body that was sent in chunks."""
    parts = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        parts.append(rest[:length])
        body = rest[length + 2 :] if length else b""
    return b"".join(parts)


class _Visitor:
    """One connection with one question under way."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self.answer = bytearray()
        self.began = 0.0
        self.number = 0

    def ask(self, question: bytes, watched: selectors.BaseSelector) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            watched.register(self._socket, selectors.EVENT_READ, self)
        self.answer.clear()
        self.began = perf_counter()
        self._socket.sendall(question)

    def read(self) -> bool:
        """Take in what has come. False where the connection ended."""
        assert self._socket is not None
        part = self._socket.recv(1 << 18)
        self.answer += part
        return bool(part)

    def leave(self, watched: selectors.BaseSelector) -> None:
        if self._socket is not None:
            watched.unregister(self._socket)
            self._socket.close()
            self._socket = None


def visit(port: int, paths: Sequence[str | bytes], connections: int, seconds: float, *, whole: bool = True) -> Took:
    """Ask for the paths in turn on so many connections: each at least once, where `whole`, and until the seconds are over.

    A path may be a whole request, as `request` makes one.
    """
    questions = [request(path) if isinstance(path, str) else path for path in paths]
    took = Took()
    with selectors.DefaultSelector() as watched:
        visitors = [_Visitor(port) for _ in range(connections)]
        asked = 0
        began = perf_counter()

        def is_over() -> bool:
            return (not whole or asked >= len(questions)) and perf_counter() - began >= seconds

        def next_for(visitor: _Visitor) -> None:
            nonlocal asked
            visitor.number = asked % len(questions)
            visitor.ask(questions[asked % len(questions)], watched)
            asked += 1

        for visitor in visitors:
            next_for(visitor)
        open_ones = len(visitors)
        while open_ones:
            events = watched.select(PATIENCE_SECONDS)
            if not events:
                took.errors += open_ones
                break
            for key, _ in events:
                open_ones -= _went_on(key.data, watched, took, is_over, next_for)
        took.seconds = perf_counter() - began
        for visitor in visitors:
            visitor.leave(watched)
    return took


def _went_on(
    visitor: _Visitor,
    watched: selectors.BaseSelector,
    took: Took,
    is_over: Callable[[], bool],
    next_for: Callable[[_Visitor], None],
) -> bool:
    """Take in what has come for a visitor, and let it ask on. True where it is done."""
    is_open = visitor.read()
    if is_open and not is_whole(visitor.answer):
        return False
    if is_open and is_good(visitor.answer):
        took.each.append((perf_counter() - visitor.began) * 1000)
        took.which.append(visitor.number)
        if is_last(visitor.answer):
            visitor.leave(watched)
    else:
        took.errors += 1
        took.refused.append(visitor.answer[:12].decode("latin-1") + f" {visitor.number}")
        visitor.leave(watched)
    if is_over():
        return True
    next_for(visitor)
    return False
