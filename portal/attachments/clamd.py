"""Asking a ClamAV daemon what it says of some bytes. Nothing is written to a disk here, and nothing waits for ever.

Source: clamd(8): INSTREAM takes chunks, each after its length as four bytes, the last of length 0; `z` ends commands and answers
with a zero byte. The package `clamd` speaks the same and has had no release since 2014.
"""

import socket
import struct
import time

DEFAULT_PORT = 3310
CONNECT_SECONDS = 5.0
SCAN_SECONDS = 60.0
CHUNK = 64 * 1024
LONGEST_ANSWER = 4_096
CLEAN, FOUND = "stream: OK", " FOUND"

Place = str | tuple[str, int]
"""The path of a socket, or host and port."""


class Trouble(Exception):
    """The scanner cannot be reached, is too slow, or did not say what it thinks of the file."""


def place_of(told: str) -> Place:
    """Where a daemon listens: "/run/clamav/clamd.ctl", "scanner.internal:3310" or "[::1]:3310". Raises ValueError."""
    if told.startswith("/"):
        return told
    host, colon, port = told.rpartition(":") if not told.endswith("]") else (told, "", "")
    host, port = (host, port) if colon else (told, str(DEFAULT_PORT))
    host = host.removeprefix("[").removesuffix("]")
    if not host or "/" in host or " " in host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError("it must be host:port, or the path of a socket")
    return host, int(port)


def scan(told: str, content: bytes) -> str | None:
    """What the daemon at this place found, by its own name, or None where it found nothing. Raises Trouble."""
    parts = [b"zINSTREAM\0"]
    for at in range(0, len(content), CHUNK):
        piece = content[at : at + CHUNK]
        parts += [struct.pack(">I", len(piece)), piece]
    answer = _asked(told, [*parts, struct.pack(">I", 0)])
    if answer == CLEAN:
        return None
    if answer.startswith("stream: ") and answer.endswith(FOUND):
        return answer.removeprefix("stream: ").removesuffix(FOUND)
    raise Trouble("the scanner gave no verdict")


def answers(told: str) -> bool:
    """Whether the daemon at this place answers."""
    try:
        return _asked(told, [b"zPING\0"]) == "PONG"
    except Trouble:
        return False


def _asked(told: str, parts: list[bytes]) -> str:
    until = time.monotonic() + SCAN_SECONDS
    try:
        with _connected(place_of(told)) as link:
            for part in parts:
                _hurry(link, until)
                link.sendall(part)
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
                _hurry(link, until)
                if not (more := link.recv(LONGEST_ANSWER)):
                    break
                answer += more
    except (OSError, ValueError) as error:
        raise Trouble(type(error).__name__) from error
    if not answer.endswith(b"\0"):
        raise Trouble("the answer broke off")
    return answer[:-1].decode("utf-8", "replace").strip()


def _connected(place: Place) -> socket.socket:
    if isinstance(place, tuple):
        return socket.create_connection(place, timeout=CONNECT_SECONDS)
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(CONNECT_SECONDS)
    try:
        link.connect(place)
    except OSError:
        link.close()
        raise
    return link


def _hurry(link: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    link.settimeout(left)
