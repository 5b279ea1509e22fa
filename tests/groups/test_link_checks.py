from collections.abc import Callable
from datetime import timedelta
from typing import Any

import dns.exception
import dns.resolver
import pytest
from flask import Flask

from portal.core import clock
from portal.core.destinations import Exceptions
from portal.core.extensions import db
from portal.core.fetching import Fetcher
from portal.directory.models import Service
from portal.groups import link_checks
from portal.groups.link_checks import troubles_of
from portal.groups.link_rules import Target, domain_target, look_at_domain, look_at_url, url_target
from portal.groups.models import LinkCheck
from tests.factories import MONDAY, Make
from tests.support.remote import NAME, answer, remote

Answers = dict[str, str | None]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What is found at each host; those that are not named are well."""
    answers: Answers = {}
    monkeypatch.setattr(
        link_checks, "_by_kind", lambda _fetcher, _resolver: lambda target: answers.get(target.host, "")
    )
    return answers


def _look_on(day: int, index_now: Callable[[], None]) -> None:
    with clock.freeze(MONDAY + timedelta(days=day)):
        link_checks.look.later()
        index_now()


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, ""), (404, "missing"), (410, "missing"), (500, "error"), (403, ""), (429, "")],
)
def test_a_page_that_is_gone_is_told_from_one_that_turns_robots_away(status: int, expected: str) -> None:
    with remote(lambda _target: answer(b"x" * 5_000_000, status)) as server:
        allowed = Exceptions.of([f"{NAME}:{server.port}"])
        with Fetcher(allowed, trust=server.trust, resolve=lambda _host, _port: ["127.0.0.1"]) as fetcher:
            assert look_at_url(fetcher, server.address("/page#part")) == expected
    assert server.targets == ["/page"]


def test_a_name_that_is_not_there_is_told_and_plain_http_is_no_fault() -> None:
    with Fetcher(Exceptions(), resolve=lambda _host, _port: []) as fetcher:
        assert look_at_url(fetcher, "https://gone.council.uk/") == "no_name"
        assert look_at_url(fetcher, "http://gone.council.uk/") == "no_name"
    with Fetcher(Exceptions(), resolve=lambda _host, _port: ["10.0.0.1"]) as fetcher:
        assert look_at_url(fetcher, "https://inside.council.uk/") == "", "whom we may not ask is not at fault"


class _Resolver:
    """Answers with what it is given for each kind of record."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def resolve(self, _domain: str, kind: str, **_options: Any) -> Any:
        told = self.answers.get(kind, dns.resolver.NoAnswer())
        if isinstance(told, Exception):
            raise told
        return told


class _Server:
    def __init__(self, exchange: str) -> None:
        self.exchange = exchange


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"MX": [_Server("mail.larkfield.uk.")]}, ""),
        ({"MX": [_Server(".")]}, "no_mail"),
        ({"MX": dns.resolver.NXDOMAIN()}, "no_mail"),
        ({"A": ["192.0.2.1"]}, ""),
        ({}, "no_mail"),
        ({"MX": dns.exception.Timeout()}, None),
        ({"A": dns.exception.Timeout()}, None),
    ],
)
def test_a_domain_takes_mail_by_a_mail_server_or_a_machine(answers: dict[str, Any], expected: str | None) -> None:
    assert look_at_domain(_Resolver(**answers), "larkfield.uk") == expected  # type: ignore[arg-type]


def test_names_that_are_nobodys_are_not_asked() -> None:
    assert url_target("https://larkfield.example.org/page") is None
    assert domain_target("hello@larkfield.example.org") is None
    assert url_target("mailto:x@y.uk") is None
    assert url_target("Larkfield.uk/a") == Target("url", "https://Larkfield.uk/a", "larkfield.uk")
    assert domain_target("Sam@Larkfield.uk") == Target("domain", "larkfield.uk", "larkfield.uk")


def test_a_fault_is_told_once_it_was_met_twice_days_apart(
    app: Flask, make: Make, index_now: Callable[[], None], found: Answers
) -> None:
    broken = make.service("Broken", url="https://gone.uk/page", email="a@lost.uk").id
    fine = make.service("Fine", url="https://fine.uk/").id
    found |= {"gone.uk": "missing", "lost.uk": "no_mail"}
    services = lambda: [db.session.get_one(Service, one) for one in (broken, fine)]  # noqa: E731
    _look_on(0, index_now)
    assert troubles_of(services()) == {}
    _look_on(1, index_now)
    assert db.session.query(LinkCheck).filter_by(host="gone.uk").one().failures == 1, "not so soon again"
    _look_on(3, index_now)
    told = troubles_of(services())
    assert [(one.fact, one.why) for one in told[broken]] == [("url", "missing"), ("email", "no_mail")]
    assert fine not in told
    found.clear()
    _look_on(6, index_now)
    assert troubles_of(services()) == {}, "well again"


def test_one_host_is_asked_once_a_run_and_mostly_well_ones_once_a_month(
    app: Flask, make: Make, index_now: Callable[[], None], found: Answers
) -> None:
    for number in range(3):
        make.service(f"Page {number}", url=f"https://council.uk/{number}")
    make.service("Hidden", url="https://hidden.uk/", status="inactive")
    _look_on(0, index_now)
    assert db.session.query(LinkCheck).count() == 1
    _look_on(1, index_now)
    _look_on(2, index_now)
    _look_on(3, index_now)
    rows = db.session.query(LinkCheck).all()
    assert len(rows) == 3
    assert all(row.next_at - row.checked_at >= timedelta(days=24) for row in rows)


def test_when_nothing_can_be_reached_nobody_is_blamed(
    app: Flask, make: Make, index_now: Callable[[], None], found: Answers
) -> None:
    for number in range(4):
        make.service(f"Page {number}", url=f"https://host{number}.uk/")
        found[f"host{number}.uk"] = "silent"
    _look_on(0, index_now)
    assert db.session.query(LinkCheck).count() == 0
