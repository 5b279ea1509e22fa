"""A hostile feed ends as a plain report: no crash, no endless reading, nothing of it that moves the cursor."""

import gzip
import json
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from portal.feedcheck.checking import check_address
from portal.feedcheck.findings import MOST_KINDS, Findings
from portal.feedcheck.getting import AtAddress, Limits, NotJson, base_of, read_json
from portal.feedcheck.telling import as_value, lines_of
from tests.feedcheck.made_feed import QUICK, TODAY, MadeFeed, faults, fetcher_of, one, told
from tests.support.remote import answer, remote

Answers = Callable[[str], Any]


def checked(answers: Answers, *, limits: Limits = QUICK, **options: Any) -> Findings:
    with remote(answers, secure=False) as server, fetcher_of(server, **options) as fetcher:
        feed = AtAddress(server.address("/"), fetcher, limits, sleep=lambda _seconds: None)
        findings = check_address(feed, 3, today=TODAY, seed=1)
    report = "\n".join(lines_of(findings, server.address("/")))
    assert len(report) < 500_000 and all(letter.isprintable() or letter == "\n" for letter in report)
    json.dumps(as_value(findings, "feed", 1)).encode()
    return findings


def page(*items: Any, **values: Any) -> dict[str, Any]:
    told_of = {"total_items": len(items), "total_pages": 1, "page_number": 1, "size": len(items)}
    return told_of | {"first_page": True, "last_page": True, "empty": not items, "contents": list(items)} | values


def service(number: int, **values: Any) -> dict[str, Any]:
    return {"id": one("s", number), "name": "Tea", "status": "active", **values}


DEEP = "[" * 100_000 + "]" * 100_000
BODIES: dict[str, tuple[Any, str]] = {
    "nothing at all": (b"", "not_json"),
    "a page of HTML": (b"<!doctype html><p>Soon", "not_json"),
    "cut short": (json.dumps(page(service(1))).encode()[:-10], "not_json"),
    "not UTF-8": (b'{"contents": ["\xff\xfe"]}', "not_json"),
    "nested without end": (DEEP.encode(), "not_json"),
    "nested fifty times too deep": (json.dumps(page(service(1, x=json.loads("[" * 70 + "]" * 70)))), "not_json"),
    "not a number": (b'{"contents": [NaN]}', "not_json"),
    "a number of a million digits": (b'{"total_items": ' + b"9" * 1_000_000 + b"}", "not_json"),
    "three million values": (b"[" + b"0," * 3_000_000 + b"0]", "not_json"),
    "a text": (b'"services"', "type"),
    "null": (b"null", "type"),
    "a list": (b"[]", "type"),
    "items that are null": (page(None, None), "type"),
    "an id that climbs": (page(service(1, id="../../admin")), "format"),
    "an id of ten thousand letters": (page(service(1, id="x" * 10_000)), "format"),
    "a field of ten million letters": (page(service(1, name="x" * 10_000_000)), "unassured"),
    "letters that move the cursor": (page(service(1, status="\x1b[2J\u202eactive")), "enum"),
    "half a letter": (b'{"contents": [{"id": "\\ud800", "name": "a", "status": "\\ud800"}]}', "enum"),
    "types of all sorts": (page(service(1, organization=[], contacts={}, attributes="x", schedules=[1], url=5)), "type"),
    "totals beyond all sense": (page(service(1), total_items=10**30, total_pages=10**30), "last_page"),
    "totals below nothing": (page(service(1), total_items=-1, total_pages=-5), "page_key"),
    "a date of another world": (page(service(1, assured_date="99999-99-99", last_modified="2026-99-01T00:00:00Z")), "format"),
    "an infinite age": (page(service(1, minimum_age=1e308)), "unassured"),
    "a thousand kinds of fault": (page(*[service(n, organization={f"k{n}": 1}) for n in range(300)]), "required"),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_body_of_any_kind_ends_as_a_report(name: str) -> None:
    body, fault = BODIES[name]
    findings = checked(lambda _target: answer(body))
    assert fault in faults(findings), told(findings)[:20]
    assert findings.is_failed


def test_a_line_of_the_report_ends_with_one_full_stop() -> None:
    findings = Findings()
    findings.add(1, "not_json", "/", "It is not text in UTF-8.")
    assert "  1 error at /: It is not JSON: It is not text in UTF-8." in list(lines_of(findings, "https://example.org"))


def test_no_more_kinds_of_fault_are_kept_than_fit() -> None:
    findings = Findings()
    for number in range(MOST_KINDS + 10):
        findings.add(3, "schema", "/services", f"{number}")
    assert len(findings.groups) == MOST_KINDS and findings.untold == 10 and findings.is_failed


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 500, 503])
def test_an_error_at_every_address_ends_as_a_report(status: int) -> None:
    findings = checked(lambda _target: answer(b"no", status))
    assert "unreachable" in faults(findings) and findings.is_failed


def test_a_feed_that_nobody_answers_for_ends_as_a_report() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        made = MadeFeed()
        with made.served() as server:
            server.port = taken.getsockname()[1]
            with fetcher_of(server) as fetcher:
                findings = check_address(AtAddress(server.address("/"), fetcher), 1, today=TODAY, seed=1)
    assert told(findings)[0].startswith("error unreachable / The address")


def test_endless_pages_are_left_when_nothing_new_is_on_them() -> None:
    asked: list[str] = []

    def answers(target: str) -> bytes:
        asked.append(target)
        return answer(page(service(1), total_items=10**9, total_pages=10**9, last_page=False))

    findings = checked(answers)
    assert {"twice", "missed"} <= faults(findings) and len(asked) < 500


def test_pages_that_grow_with_each_one_are_left() -> None:
    asked: list[str] = []

    def answers(target: str) -> bytes:
        asked.append(target)
        number = int(dict(parse_qsl(urlsplit(target).query)).get("page", 1))
        return answer(page(service(len(asked)), total_items=number + 2, total_pages=number + 2, page_number=number))

    checked(answers)
    assert len(asked) < 1_000


def test_pages_without_end_that_bring_something_new_are_left_at_a_limit() -> None:
    asked: list[str] = []

    def answers(target: str) -> bytes:
        asked.append(target)
        return answer(page(service(len(asked)), total_items=10**9, total_pages=10**9, last_page=False))

    findings = checked(answers, limits=Limits(seconds=60, requests=300))
    assert "error stopped http://feed.example" in " ".join(told(findings)) and len(asked) <= 300


def test_a_feed_that_says_busy_for_ever_is_left_alone() -> None:
    findings = checked(lambda _target: answer(b"", 429, headers={"Retry-After": "86400"}))
    assert "stopped" in faults(findings)
    findings = checked(lambda _target: answer(b"", 503, headers={"Retry-After": "0.5"}))
    assert findings.is_failed


def test_a_feed_that_says_busy_once_is_asked_again_when_it_says() -> None:
    made, waited = MadeFeed(), []
    with made.served() as server, fetcher_of(server) as fetcher:
        busy = [True]

        def answers(target: str) -> bytes:
            if busy.pop() if busy else False:
                return answer(b"", 429, headers={"Retry-After": "7"})
            return made(target)

        server.answers = answers
        findings = check_address(AtAddress(server.address("/"), fetcher, sleep=waited.append), 1, today=TODAY, seed=1)
    assert waited == [7.0] and told(findings) == []


def test_a_drip_is_cut_in_time() -> None:
    def drip(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{")
        for _ in range(200):
            time.sleep(0.05)
            try:
                client.sendall(b" ")
            except OSError:
                return

    findings = checked(lambda _target: drip, seconds=0.3, limits=Limits(seconds=5, requests=20))
    assert "unreachable" in faults(findings)


def test_a_bomb_is_cut_by_what_it_unpacks_to() -> None:
    bomb = gzip.compress(b"[" + b"0," * 30_000_000 + b"0]")
    findings = checked(lambda _target: answer(bomb, headers={"Content-Encoding": "gzip"}))
    assert "unreachable" in faults(findings) and "holds more than 50 MB" in told(findings)[0]


def test_a_redirect_to_the_inside_is_not_followed() -> None:
    inside = answer(b"", 302, headers={"Location": "http://127.0.0.1:22/"})
    findings = checked(lambda _target: inside)
    assert "leads on to another" in told(findings)[0]


def test_an_id_with_slashes_and_marks_stays_one_part_of_an_address() -> None:
    seen: list[str] = []

    def answers(target: str) -> bytes:
        seen.append(target)
        return answer(page(service(1, id="../../x?y=1#z")))

    checked(answers)
    assert any(target.startswith("/services/..%2F..%2Fx%3Fy%3D1%23z") for target in seen)
    assert not any(target.startswith("/x") for target in seen)


@pytest.mark.parametrize("text", ["[" * 100, "[1e999999", "", "{'a': 1}", '{"a": Infinity}', "[" * 61 + "]" * 61])
def test_what_is_no_json_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(NotJson, match=r"^It .*\.$"):
        read_json(text.encode())


def test_what_is_json_is_read() -> None:
    assert read_json(b"\xef\xbb\xbf[1, 2]") == [1, 2] and read_json(("[" * 55 + "]" * 55).encode())


def test_the_base_of_a_feed_is_read_from_its_address_or_that_of_its_services() -> None:
    assert base_of("https://a.example/v3/") == base_of("https://a.example/v3/services?x=1") == "https://a.example/v3"
