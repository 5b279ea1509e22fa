"""Feeds that are broken, hostile or out of order, each with how its reading ends and a part of what is said of it.

"goes on": the rest is read, and what is broken is refused by itself. "stops": nothing of the reading is taken.
`benchmarks/broken_feeds.py` prints the same table.
"""

import gzip
import json
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.sources.peers import Peer, page, service
from tests.support.remote import answer

GOOD = [service(number) for number in range(6)]
KNOWS = frozenset({"full"})


@dataclass(frozen=True)
class Broken:
    """A kind of broken feed: what it answers, how reading it ends, and what is said of it.

    `needs`: what else of it is out of order: "dns inside", "dns changing", "certificate" or "nobody".
    """

    answers: Callable[[], Any]
    ends: Literal["stops", "goes on"]
    says: str
    needs: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


def peer(**wrong: Any) -> Callable[[], Peer]:
    """The good feed, but for what is wrong with a page ("p2") or its base address ("base")."""

    def make() -> Peer:
        made = Peer(*GOOD, knows=KNOWS, per_page=3)
        for key, told in wrong.items():
            made.wrong["/" if key == "base" else f"/services?{key[1:]}"] = told
        return made

    return make


def with_more(*more: Any) -> Callable[[], Peer]:
    """The good feed, with more records on its second page."""
    return peer(p2=page([*GOOD[3:], *more], 2, 2, 6 + len(more)))


def by_id(*more: Any) -> Callable[[], Peer]:
    """The good feed, whose second page tells ids alone, with more of them."""
    return peer(p2=page([*({"id": one["id"]} for one in GOOD[3:]), *more], 2, 2, 6 + len(more)))


def raw(text: str) -> bytes:
    """An answer whose body is this."""
    return answer(text)


def nested(deep: int) -> dict[str, Any]:
    """A service with lists in each other."""
    inner: Any = "x"
    for _level in range(deep):
        inner = [inner]
    return service(20, attributes=inner)


def endless() -> Callable[[str], bytes]:
    """Page after page of new services, for ever."""

    def answers(target: str) -> bytes:
        if not target.startswith("/services"):
            return answer({"version": "HSDS-UK-3.0"})
        number = int(target.partition("page=")[2].partition("&")[0])
        return answer(page([service(number)], number, 1_000_000_000, 1_000_000_000))

    return answers


def growing() -> Callable[[str], bytes]:
    """One more page with each page."""

    def answers(target: str) -> bytes:
        if not target.startswith("/services"):
            return answer({"version": "HSDS-UK-3.0"})
        number = int(target.partition("page=")[2].partition("&")[0])
        return answer(page([service(number)], number, number + 1, number + 1))

    return answers


def circle() -> Callable[[str], bytes]:
    """The same page under every number."""

    def answers(target: str) -> bytes:
        found = page(GOOD, 1, 50, 300) if target.startswith("/services") else {"version": "HSDS-UK-3.0"}
        return answer(found)

    return answers


def drip(client: socket.socket) -> None:
    """A letter now and then."""
    with suppress(OSError):
        client.sendall(b"HTTP/1.1 200 So\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")
        for _letter in range(600):
            time.sleep(0.1)
            client.sendall(b" ")


def hang_up(client: socket.socket) -> None:
    """Nothing at all."""
    client.close()


BOMB = answer(gzip.compress(b'{"contents": "' + b"a" * 40_000_000), headers={"Content-Encoding": "gzip"})
HALF = json.dumps(page(GOOD[3:], 2, 2, 6))[:-700]
LONG = json.dumps(page([*GOOD[3:], service(20, description="a" * 10_000_000)], 2, 2, 7))
NUMBERS = json.dumps(page([*GOOD[3:], service(20, maximum_age="@")], 2, 2, 7))

KINDS: Mapping[str, Broken] = {
    "not JSON": Broken(peer(p2=raw("tea, soup and company")), "stops", "Page 2 of the feed was not read"),
    "JSON that is cut short": Broken(peer(p2=raw(HALF)), "stops", "Page 2 of the feed was not read"),
    "an answer that is cut short": Broken(
        peer(p2=answer(HALF, length=len(HALF) + 700)), "stops", "Page 2 of the feed was not read"
    ),
    "another version": Broken(peer(base=answer({"version": "HSDS-US-2.0"})), "stops", 'version "HSDS-US-2.0"'),
    "pages of another version": Broken(peer(p1=answer({"content": [], "totalPages": 1})), "stops", "Open Referral UK 1"),
    "a text where the list belongs": Broken(peer(p2=page("all of them", 2, 2, 6)), "stops", 'it has no list "contents"'),
    "a text for a number of pages": Broken(peer(p1=page(GOOD, 1, "many", 6)), "stops", '"total_pages" is no number'),
    "a service with wrong types": Broken(
        with_more(service(20, name=["Tea"])), "goes on", 'its "name" is a list', counts={"same": 6, "refused": 1}
    ),
    "null items": Broken(with_more(None, None), "goes on", "it is null", counts={"same": 6, "refused": 2}),
    "pages that go round in a circle": Broken(circle, "stops", "goes round in a circle"),
    "NUL and half a pair of surrogates": Broken(
        with_more(service(20, name="Tea \0 \ud800 circle", url="\ud800")), "goes on", "", counts={"same": 6, "new": 1}
    ),
    "an id that comes again with other facts": Broken(
        with_more(service(1, name="Another")), "goes on", "", counts={"same": 6, "repeated": 1}
    ),
    "ids that are not text": Broken(
        with_more(service(20, id=["1"]), service(21, id=True), service(22, id="x" * 300)),
        "goes on",
        "it is no service with an id",
        counts={"same": 6, "refused": 3},
    ),
    "an id with half a pair of surrogates": Broken(
        by_id({"id": "\ud800"}), "goes on", "it is no service with an id", counts={"same": 6, "refused": 1}
    ),
    "an id with a NUL": Broken(
        by_id({"id": "a\0b"}), "goes on", "it is no service with an id", counts={"same": 6, "refused": 1}
    ),
    "a field of 10 million letters": Broken(peer(p2=raw(LONG)), "stops", "holds more than 10 MB"),
    "a field of 300,000 letters": Broken(
        with_more(service(20, description="a" * 300_000)), "goes on", "300,000 letters", counts={"same": 6, "refused": 1}
    ),
    "a slow drip": Broken(peer(p2=drip), "stops", "took longer than"),
    "no answer at all": Broken(peer(p2=hang_up), "stops", "broke off"),
    "pages without an end": Broken(endless, "stops", "pages; those after were not read"),
    "more pages with each page": Broken(growing, "stops", "more pages with each one"),
    "a page that is empty before the end": Broken(peer(p2=page([], 2, 3, 9)), "stops", "page 2 is empty"),
    "an empty answer": Broken(peer(p2=answer(b"")), "stops", "Page 2 of the feed was not read"),
    "a redirect that leads inside": Broken(
        peer(p2=answer({}, 302, headers={"Location": "https://169.254.169.254/latest/meta-data/"})),
        "stops",
        "leads on to another",
    ),
    "a name that leads inside": Broken(peer(), "stops", "not on the public internet", needs="dns inside"),
    "a name that leads inside from the second look-up on": Broken(
        peer(), "goes on", "", needs="dns changing", counts={"same": 6}
    ),
    "a packed page that unpacks for ever": Broken(peer(p2=BOMB), "stops", "holds more than 10 MB"),
    "an encoding that is not the one it says": Broken(
        peer(p2=answer(page(GOOD[3:], 2, 2, 6), headers={"Content-Encoding": "gzip"})), "stops", "Page 2 of the feed was not read"
    ),
    "a page in 200,000 lists in each other": Broken(peer(p2=raw("[" * 200_000)), "stops", "Page 2 of the feed was not read"),
    "a service in 100 lists in each other": Broken(
        with_more(nested(100)), "goes on", "nested more than 20 deep", counts={"same": 6, "refused": 1}
    ),
    "NaN": Broken(peer(p2=raw(NUMBERS.replace('"@"', "NaN"))), "stops", "Page 2 of the feed was not read"),
    "a number beyond all bounds": Broken(
        peer(p2=raw(NUMBERS.replace('"@"', "9" * 400))), "goes on", "", counts={"same": 6}
    ),
    "500 in the middle": Broken(peer(p2=answer({}, 500)), "stops", "the error 500"),
    "a web page": Broken(
        peer(p1=answer("<!doctype html><title>Sorry", headers={"Content-Type": "text/html"})),
        "stops",
        "Page 1 of the feed was not read",
    ),
    "401": Broken(peer(base=answer({}, 401), p1=answer({}, 401)), "stops", "the error 401"),
    "a certificate that nobody vouches for": Broken(peer(), "stops", "no valid certificate", needs="certificate"),
    "nobody there": Broken(peer(), "stops", "cannot be reached", needs="nobody"),
}  # fmt: skip
