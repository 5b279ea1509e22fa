"""What 10,000 hostile or nonsense searches do to a running server over the demo's listings.

    PYTHONPATH=. .venv/bin/python benchmarks/hostile_queries.py [--queries 10000] [--seed 2026] [--listings N] [--only WORDS ...]

The addresses are those of `tests/support/hostile.py`: letters of every plane, marks of direction, storms of accents, nulls, words
of 300 letters, syntax of regular expressions, SQL and engines, crisis words over and over, mixed scripts, bytes that are no
letters, every parameter of `/services` as an array and as a huge number, places that are none; in every language of the page.
One after another over HTTP, as `portal serve --workers 2` answers them. Promise: never a 5xx nor a connection that ends without
an answer, and none over a second. Exits with 1 where it is broken. `--listings`: over so many instead.
"""

import argparse
import socket
import sys
import time
from collections import Counter
from contextlib import suppress
from typing import NamedTuple

from benchmarks import servers
from benchmarks.client import HEADERS, PATIENCE_SECONDS, is_last, is_whole, page
from benchmarks.instance import with_listings
from tests.support.hostile import KINDS, addresses

PROMISED_MOST_MS = 1000.0
SHOWN = 5
LONGEST_SHOWN = 160
NO_ANSWER = 0


class Answer(NamedTuple):
    """`status`: 0 where the connection ended without an answer."""

    ms: float
    status: int
    kind: str
    address: str


class Asking:
    """One connection that stays open, and is opened again where the server ended it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: socket.socket | None = None

    def status(self, path: bytes) -> int:
        """What the server answers to a path, of any bytes."""
        if self._open is None:
            self._open = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_SECONDS)
            self._open.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answer = bytearray()
        with suppress(OSError):
            self._open.sendall(b"GET " + path + b" HTTP/1.1\r\n" + HEADERS.encode("ascii"))
            while not is_whole(answer) and (part := self._open.recv(1 << 18)):
                answer += part
        if not is_whole(answer) or is_last(answer):
            self._open.close()
            self._open = None
        return int(answer[9:12]) if is_whole(answer) else NO_ANSWER


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--queries", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=2026)
    asked.add_argument("--listings", type=int, default=None)
    asked.add_argument("--only", nargs="*", default=[""], help="kinds with one of these words alone")
    options = asked.parse_args()
    found: list[Answer] = []
    with servers.portal(with_listings(options.listings)) as port:
        for _ in range(2 * servers.WORKERS):  # what is read once a process
            page(port, "/services?q=tea&near=LE2")
        asking = Asking(port)
        for kind, prefix, parameters in addresses(options.queries, options.seed):
            if not any(words in kind for words in options.only):
                continue
            address = prefix.encode() + b"/services?" + parameters
            began = time.perf_counter()
            status = asking.status(address)
            found.append(Answer((time.perf_counter() - began) * 1000, status, kind, address.decode("latin-1")))
    return told(found)


def told(found: list[Answer]) -> int:
    """Print the figures. 0 where the promise was kept."""
    statuses = Counter(one.status for one in found)
    print(f"{len(found):,} queries of {len(KINDS)} kinds")
    print(", ".join(f"{count:,} x {status or 'no answer'}" for status, count in sorted(statuses.items())))
    clock = sorted(one.ms for one in found)
    print(
        f"median {clock[len(clock) // 2]:.0f} ms, p99 {clock[int(len(clock) * 0.99)]:.0f} ms, slowest {clock[-1]:.0f} ms"
    )
    for one in sorted(found, reverse=True)[:SHOWN]:
        print(f"    {one.ms:.0f} ms, {one.status}, {one.kind}: {_short(one.address)}")
    broken = [one for one in found if one.status >= 500 or one.status == NO_ANSWER]
    for one in broken[:SHOWN]:
        print(f"    {one.status or 'NO ANSWER'}, {one.kind}: {_short(one.address)}")
    is_kept = not broken and clock[-1] <= PROMISED_MOST_MS
    print(f"never a 5xx, always an answer, none over {PROMISED_MOST_MS:g} ms: {'kept' if is_kept else 'BROKEN'}")
    return 0 if is_kept else 1


def _short(address: str) -> str:
    return ascii(address)[1:-1][:LONGEST_SHOWN]


if __name__ == "__main__":
    sys.exit(main())
