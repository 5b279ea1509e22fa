"""Feeds of Open Referral: read whole and politely; a broken or hostile one is said plainly and stores nothing half."""

import json
import socket
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.destinations import Exceptions, is_address
from portal.core.extensions import db
from portal.core.fetching import Fetcher
from portal.directory.models import Service, SourceRecord
from portal.importing import feed
from portal.importing.actions import Origin, import_rows
from portal.importing.feed import USUAL, Limits, services_of
from portal.importing.lines import FileProblem
from portal.importing.rows import Row
from tests.importing.nested import RICH
from tests.support.remote import NAME, Remote, answer, remote

ROOT = {"version": "HSDS-UK-3.0", "profile": "https://docs.openreferraluk.org", "openapi_url": "https://example.org"}


def service(number: int | str, **changes: Any) -> dict[str, Any]:
    """A whole service."""
    at_place = {"id": f"at-{number}", "location": {"id": f"l-{number}", "addresses": [], "phones": []}}
    return {
        "id": f"s-{number}",
        "name": f"Tea {number}",
        "description": "Tea and company.",
        "status": "active",
        "organization": {"id": f"o-{number}", "name": f"Trust {number}"},
        "service_at_locations": [at_place],
    } | changes


def short(whole: dict[str, Any]) -> dict[str, Any]:
    """As it stands in a list: without lists of its own."""
    return {name: value for name, value in whole.items() if not isinstance(value, list)}


def page(contents: Any, number: int = 1, pages: Any = 1, **changes: Any) -> dict[str, Any]:
    return {
        "total_items": 4,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents) if isinstance(contents, list) else 0,
        "first_page": number == 1,
        "last_page": number == pages,
        "empty": not contents,
        "contents": contents,
    } | changes


class Council:
    """A feed with a page for each two services; what `wrong` names is answered so instead."""

    def __init__(self, *services: dict[str, Any], whole: bool = False, under: str = "") -> None:
        self.services = services
        self.whole = whole
        self.under = under
        self.wrong: dict[str, Any] = {}

    def __call__(self, target: str) -> Any:
        path, _, query = target.removeprefix(self.under).partition("?")
        asked = dict(part.split("=") for part in query.split("&") if part)
        number = int(asked.get("page", 1))
        key = f"{path}?{number}" if path == "/services" else path
        if key in self.wrong:
            told = self.wrong[key]
            return told if isinstance(told, bytes) or callable(told) else answer(told)
        if path == "/":
            return answer(ROOT)
        if path == "/services":
            given = self.services[2 * number - 2 : 2 * number]
            return answer(
                page([one if self.whole else short(one) for one in given], number, -(-len(self.services) // 2))
            )
        found = [one for one in self.services if path == f"/services/{one['id']}"]
        return answer(found[0]) if found else answer({}, 404)


def fetcher_of(server: Remote, **options: Any) -> Fetcher:
    trust = server.trust if server.authority else None
    allowed = Exceptions.of([f"{NAME}:{server.port}"])
    return Fetcher(allowed, trust=trust, resolve=lambda _host, _port: ["127.0.0.1"], **options)


def read(
    answers: Any, path: str = "", limits: Limits = USUAL, waits: list[float] | None = None, **options: Any
) -> list[Row]:
    """The rows of a feed that is served by http on this machine."""
    with remote(answers, secure=False) as server, fetcher_of(server, **options) as fetcher:
        sleep = (waits if waits is not None else []).append
        return list(services_of(server.address(path), fetcher, limits, sleep=sleep))


def documents(rows: list[Row]) -> list[Any]:
    return [row.document["hsds"] if row.document else row.problem for row in rows]


FIVE = [service(number) for number in range(5)]


def test_a_feed_is_read_whole_from_any_of_its_addresses_over_https() -> None:
    for path in ("/api", "/api/", "/api/services", "/api/services/", "/api/services?page=2&per_page=7"):
        with remote(Council(*FIVE, under="/api")) as server, fetcher_of(server) as fetcher:
            rows = list(services_of(server.address(path), fetcher))
            assert server.connections == 1
        assert documents(rows) == FIVE and [row.line for row in rows] == [1, 2, 3, 4, 5]
        lists = [target for target in server.targets if "?" in target]
        assert lists == [f"/api/services?page={number}&per_page=50" for number in (1, 2, 3)]


def test_lists_that_are_whole_are_not_asked_for_again_one_by_one() -> None:
    with remote(Council(*FIVE, whole=True), secure=False) as server, fetcher_of(server) as fetcher:
        assert documents(list(services_of(server.address(), fetcher))) == FIVE
    assert len(server.asked) == 4


def test_filters_are_kept_and_one_service_can_be_named() -> None:
    with remote(Council(*FIVE), secure=False) as server, fetcher_of(server) as fetcher:
        list(services_of(server.address("/services?search=tea&page=3"), fetcher))
        assert "/services?search=tea&page=1&per_page=50" in server.targets
        assert documents(list(services_of(server.address("/services/s-3"), fetcher))) == [FIVE[3]]


@pytest.mark.parametrize(
    "root", [answer({}, 404), answer("<html>Hello", headers={"Content-Type": "text/html"}), [], {"version": None}]
)
def test_a_feed_without_a_root_document_is_read_by_its_pages(root: Any) -> None:
    council = Council(*FIVE)
    council.wrong["/"] = root
    assert documents(read(council)) == FIVE


@pytest.mark.parametrize("version", ["HSDS-UK-3.0", "HSDS-UK-3.1", "3.0", "3.1.2", "https://openreferraluk.org/3.0/"])
def test_versions_3_are_read(version: str) -> None:
    council = Council(*FIVE[:1])
    council.wrong["/"] = {"version": version}
    assert len(read(council)) == 1


def test_an_empty_feed_has_no_rows() -> None:
    assert read(lambda target: answer(ROOT if target == "/" else page([], 1, 0))) == []


def broken(key: str, told: Any, *services: dict[str, Any]) -> Council:
    council = Council(*(services or FIVE))
    council.wrong[key] = told
    return council


def growing(target: str) -> bytes:
    number = int(target.partition("page=")[2].partition("&")[0] or 0)
    return answer(page([service(number)], number, number + 1) if number else ROOT)


def endless_page(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
    while True:
        client.sendall(b" " * 100_000)


def dripping(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        client.sendall(b" ")
        client.settimeout(0.05)
        try:
            if not client.recv(1):
                return
        except TimeoutError:
            continue


HUGE = "x" * 20_000_000
TWICE = '{"contents": [], "contents": [], "total_pages": 1}'

BROKEN: dict[str, tuple[Any, str]] = {
    "not JSON": (
        broken("/services?1", answer("<html>Sorry</html>")),
        "Page 1 of the feed was not read: it is not whole JSON",
    ),
    "cut short": (
        broken("/services?2", answer('{"contents": [{"id": "s')),
        "Page 2 of the feed was not read: it is not whole",
    ),
    "not UTF-8": (broken("/services?1", answer('{"contents": ["Caf\xe9"]}'.encode("latin-1"))), "not text in UTF-8"),
    "another version": (broken("/", {"version": "HSDS-UK-1.0"}), 'of version "HSDS-UK-1.0"'),
    "version 2": (broken("/", {"version": "2.0.1"}), 'of version "2.0.1"'),
    "version 13": (broken("/", {"version": "13.0"}), "of version"),
    "version 1 by its pages": (broken("/services?1", {"content": [], "totalPages": 1}), "is of Open Referral UK 1"),
    "null": (broken("/services?1", None), "no page of Open Referral UK 3"),
    "null contents": (broken("/services?1", page(None)), 'no list "contents"'),
    "null pages": (broken("/services?1", page([], 1, None)), '"total_pages" is no number'),
    "pages below none": (broken("/services?1", page([], 1, -1)), '"total_pages" is no number'),
    "a bare list": (broken("/services?1", FIVE), "no page of Open Referral UK 3"),
    "a map for a list": (broken("/services?1", page({"0": FIVE[0]})), 'no list "contents"'),
    "a name twice": (broken("/services?1", answer(TWICE)), '"contents" stands in it twice'),
    "no number": (broken("/services?1", answer('{"total_pages": NaN}')), "holds NaN"),
    "a number without end": (
        broken("/services?1", answer('{"total_pages": ' + "9" * 5_000 + "}")),
        "a number that is too long",
    ),
    "nested without end": (broken("/services?1", answer('{"contents": ' + "[" * 200_000)), "nested too deep"),
    "a page again": (broken("/services?2", page(list(map(short, FIVE[:2])), 2, 3)), "goes round in a circle"),
    "more pages each time": (growing, "more pages with each one"),
    "fewer pages than said": (broken("/services?3", page([], 3, 3)), "page 3 is empty"),
    "an error": (broken("/services?1", answer("the secret", 500)), "answered with the error 500"),
    "not found": (broken("/services?1", answer("", 404)), "answered with the error 404"),
    "not allowed": (broken("/services?2", answer("", 403)), "Page 2 of the feed was not read. .*error 403"),
    "leads inside": (
        broken("/services?1", answer("", 302, headers={"Location": "https://169.254.169.254/"})),
        "leads on to another",
    ),
    "a description of 20 MB": (broken("/services?1", page([service(1, description=HUGE)])), "more than 10 MB"),
    "a body without end": (broken("/services?1", endless_page), "more than 10 MB"),
    "values without end": (broken("/services?1", answer("[" + "[]," * 600_000 + "[]]")), "more than 1,000,000 values"),
    "one byte at a time": (broken("/services?1", dripping), "took longer than"),
    "silence": (broken("/services?2", lambda client: client.recv(1)), "took longer than"),
    "cut off": (
        broken("/services?2", lambda client: client.sendall(answer("{", length=9))),
        "broke off before its end",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_feed_is_said_plainly(kind: str) -> None:
    answers, sentence = BROKEN[kind]
    rows: list[Row] = []
    with (
        remote(answers, secure=False) as server,
        fetcher_of(server, seconds=1.0) as fetcher,
        pytest.raises(FileProblem, match=sentence) as problem,
    ):
        rows.extend(services_of(server.address(), fetcher, sleep=lambda _seconds: None))
    told = str(problem.value)
    assert told.endswith(".") and told[0].isupper() and len(told) < 250
    assert "secret" not in told and "html" not in told


REFUSED: dict[str, tuple[Any, str]] = {
    "null": (None, "null"),
    "a text": ("tea", "no service with an id"),
    "no id": (service(9, id=None), "no service with an id"),
    "an id that climbs": (service(9, id=".."), "no service with an id"),
    "an id without end": (service(9, id="x" * 300), "no service with an id"),
    "nested deep": (service(9, attributes=json.loads("[" * 30 + "]" * 30)), "nested more than 20 deep"),
    "many names": (service(9, **{f"name {number}": 1 for number in range(1_100)}), "more than 1,000 keys"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_one_wrong_service_is_one_refused_row(kind: str) -> None:
    wrong, sentence = REFUSED[kind]
    rows = read(lambda target: answer(ROOT if target == "/" else page([FIVE[0], wrong, FIVE[1]])))
    assert [row.problem is None for row in rows] == [True, False, True]
    assert sentence in str(rows[1].problem)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (answer({}, 404), "the feed does not give it whole: the address was answered with the error 404"),
        (answer("<html>"), "the feed does not give it whole: it is not whole JSON"),
        (answer(FIVE[3]), "the feed gives another service in its place"),
        (answer(None), "the feed gives another service in its place"),
        (answer(service(1, description=HUGE)), "more than 10 MB"),
    ],
)
def test_a_service_that_cannot_be_had_is_one_refused_row(told: bytes, sentence: str) -> None:
    rows = read(broken("/services/s-1", told))
    assert [row.line for row in rows if row.problem] == [2] and sentence in str(rows[1].problem)


def test_reading_stops_where_one_service_after_the_other_fails() -> None:
    council = Council(*(service(number) for number in range(20)))
    council.wrong = {f"/services/s-{number}": answer({}, 404) for number in range(3, 20)}
    with pytest.raises(FileProblem, match="5 services in a row"):
        read(council)


def test_an_id_that_comes_again_on_another_page_is_one_row() -> None:
    again = [*FIVE[:3], FIVE[1], FIVE[4]]
    assert documents(read(Council(*again, whole=True))) == [*FIVE[:3], FIVE[4]]


def test_a_busy_feed_is_left_alone_for_as_long_as_it_asks() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    asks = [{"Retry-After": "7"}, {"Retry-After": soon}, None, {}, {"Retry-After": "nonsense"}]
    left: list[Any] = list(asks)
    good = Council(*FIVE)

    def busy(target: str) -> Any:
        if target == "/":
            return answer(ROOT)
        if left and left[0] is None:
            left.pop(0)
        elif left:
            return answer("", 503 if len(left) % 2 else 429, headers=left.pop(0))
        return good(target)

    waits: list[float] = []
    assert documents(read(busy, waits=waits)) == FIVE
    assert waits[0] == 7 and 50 < waits[1] <= 60 and waits[2:] == [2, 4]


NEVER = ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2026 00:00:00 +99999999999999")


@pytest.mark.parametrize("asked", ["3600", "999999999999999", "121", *NEVER])
def test_a_feed_that_asks_for_long_is_not_waited_for(asked: str) -> None:
    waits: list[float] = []
    with pytest.raises(FileProblem, match=r"Run the import again later|error 429"):
        read(broken("/services?1", answer("", 429, headers={"Retry-After": asked})), waits=waits)
    assert all(wait <= 120 for wait in waits)


def test_a_feed_that_stays_busy_is_given_up() -> None:
    waits: list[float] = []
    with pytest.raises(FileProblem, match="error 503"):
        read(broken("/services?1", answer("", 503)), waits=waits)
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(pages=2), "more than 2 pages"),
        (Limits(services=3), "more than 3 services"),
        (Limits(seconds=-1.0), "takes longer to read than is allowed"),
    ],
)
def test_a_feed_is_read_up_to_its_limits(limits: Limits, sentence: str) -> None:
    with pytest.raises(FileProblem, match=sentence):
        read(Council(*FIVE), limits=limits)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "http://council.example",
        "https://[::1]/services",
        "https://[",
        "https://user@host.example",
    ],
)
def test_a_feed_inside_is_not_read(address: str) -> None:
    with pytest.raises(FileProblem, match=r"^The address "), Fetcher(Exceptions()) as fetcher:
        list(services_of(address, fetcher))


def import_from(address: str, fetcher: Fetcher) -> list[str]:
    rows = services_of(address, fetcher, sleep=lambda _seconds: None)
    return [result.outcome for result in import_rows(rows, Origin("council feed"))]


def stored(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_feed_that_breaks_off_is_finished_by_reading_it_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.importing.actions.BATCH", 2)
    council = Council(*(deepcopy(RICH) | {"id": f"s-{number}", "name": f"Tea {number}"} for number in range(5)))
    council.wrong["/services?3"] = answer("", 500)
    with remote(council, secure=False) as server, fetcher_of(server) as fetcher:
        with pytest.raises(FileProblem, match="Page 3"):
            import_from(server.address(), fetcher)
        assert stored(Service) == stored(SourceRecord) == 4
        council.wrong.clear()
        assert import_from(server.address(), fetcher) == ["same"] * 4 + ["new"]
        assert stored(Service) == 5


@pytest.mark.parametrize(
    ("address", "is_file"),
    [
        ("https://council.example/groups.csv?x=1", True),
        ("https://council.example/a/listings.jsonl.gz", True),
        ("https://council.example/hsds.ZIP", True),
        ("https://council.example/groups%2Exlsx#top", True),
        ("https://council.example/api/services", False),
        ("https://council.example", False),
        ("https://[/a.csv", False),
        ("ftp://council.example/groups.csv", True),
    ],
)
def test_a_file_is_told_from_a_feed_by_its_name(address: str, is_file: bool) -> None:
    assert is_address(address) and feed.is_file(address) == is_file
    assert not is_address(address.partition("//")[2])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a/groups.csv?x=../../etc", "groups.csv"),
        ("/a/..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("/a/.profile", "profile"),
        ("/", "listings"),
        ("/%00%0a$HOME;rm.csv", "__$HOME;rm.csv".replace("$", "_").replace(";", "_")),
    ],
)
def test_a_file_is_kept_under_a_plain_name_in_its_folder(tmp_path: Path, path: str, name: str) -> None:
    with remote(lambda _target: answer(b"name\nTea\n"), secure=False) as server, fetcher_of(server) as fetcher:
        kept = feed.download(server.address(path), tmp_path, fetcher)
    assert kept == tmp_path / name and kept.read_bytes() == b"name\nTea\n"


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with (
        remote(lambda _target: answer(b"", 404), secure=False) as server,
        fetcher_of(server) as fetcher,
        pytest.raises(FileProblem, match="error 404"),
    ):
        feed.download(server.address("/groups.csv"), tmp_path, fetcher)
    assert not list(tmp_path.iterdir())
