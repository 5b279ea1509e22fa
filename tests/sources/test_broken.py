"""Broken and hostile feeds: each ends as a plain report, with what is live untouched."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import urllib3.util.connection
from flask import Flask
from sqlalchemy import select

from portal.core.destinations import Exceptions
from portal.core.extensions import Base, db
from portal.core.fetching import Fetcher
from portal.core.transactions import unit
from portal.sources import queries, readings
from portal.sources.limits import FEED
from portal.sources.models import SourceSetting
from tests.sources.broken_feeds import GOOD, KINDS, KNOWS, Broken
from tests.sources.peers import Peer, accept, add, address_of, allowing, peer_at, read
from tests.support.remote import NAME, Remote, remote

SECONDS = 1.0
PUBLIC = "93.184.215.14"
OURS_TO_CHANGE = frozenset(
    {"source_setting", "source_run", "staged_record", "audit_entry", "job", "timetable_run", "source_upload"}
)
"""What a reading may write, whatever becomes of it."""


def live() -> dict[str, list[Any]]:
    """Everything that stands here but for how sources are read."""
    db.session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in OURS_TO_CHANGE]
    found = {table.name: [repr(row) for row in db.session.execute(select(table))] for table in tables}
    return {name: sorted(rows) for name, rows in found.items()}


@contextmanager
def broken_feed(kind: Broken, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The feed, at the address that is given."""
    if kind.needs == "nobody":
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            with allowing(f"127.0.0.1:{nobody.getsockname()[1]}"):
                yield f"http://127.0.0.1:{nobody.getsockname()[1]}"
    elif kind.needs == "certificate":
        with remote(kind.answers(), names=("127.0.0.1",)) as server, allowing(f"127.0.0.1:{server.port}"):
            yield f"https://127.0.0.1:{server.port}"
    elif kind.needs in {"dns inside", "dns changing"}:
        with remote(_closing(kind.answers())) as server:
            _lead_inside(server, monkeypatch, at_first=[] if kind.needs == "dns inside" else [PUBLIC])
            yield f"https://{NAME}"
    else:
        with peer_at(kind.answers()) as server:
            yield address_of(server)


def _closing(answers: Any) -> Any:
    """The same answers, each of which ends its connection."""
    return lambda target: answers(target).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)


def _lead_inside(server: Remote, monkeypatch: pytest.MonkeyPatch, *, at_first: list[str]) -> None:
    """A name that leads to these machines at its first look-ups, and inside ever after."""
    machines = iter(at_first)
    connect = urllib3.util.connection.create_connection

    def connected(where: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
        assert where == (PUBLIC, 443), "it connects to nothing but what was checked"
        return connect(("127.0.0.1", server.port), *rest, **options)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", connected)
    monkeypatch.setattr(
        readings,
        "fetcher",
        lambda: Fetcher(Exceptions(), trust=server.trust, resolve=lambda *_name: [next(machines, "127.0.0.1")]),
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second for each document, and ten pages for each feed."""
    fetching = readings.fetcher
    monkeypatch.setattr(readings, "fetcher", lambda: fetching(SECONDS))
    monkeypatch.setattr(readings, "FEED", replace(FEED, pages=10))


@pytest.mark.parametrize("name", KINDS)
def test_a_broken_feed_ends_as_a_plain_report_with_what_is_live_untouched(
    app: Flask, impatient: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kind = KINDS[name]
    with peer_at(Peer(*GOOD, knows=KNOWS)) as good:
        source = add(address_of(good), trust="apply")
        assert accept(read(source)).counts["new"] == len(GOOD)
    before = live()
    is_same = "new" not in kind.counts
    with broken_feed(kind, monkeypatch) as address:
        with unit():
            db.session.get_one(SourceSetting, source).address = address
        run = read(source, whole=True)
    assert live() == before or not is_same
    if kind.ends == "stops":
        assert run.state == "failed" and run.problem is not None and kind.says in run.problem
        assert run.problem.endswith(".") and "\n" not in run.problem and len(run.problem) < 300
        assert queries.preview(run.id).total == 0
        return
    assert run.state in {"applied", "waiting"} and run.problem is None
    assert {key: run.counts.get(key, 0) for key in kind.counts} == dict(kind.counts)
    assert "vanished" not in run.counts
    if "refused" in kind.counts:
        assert kind.says in (queries.preview(run.id, "refused").rows[0].why or "")


def test_there_are_more_than_twenty_kinds() -> None:
    assert len(KINDS) >= 20 and {kind.ends for kind in KINDS.values()} == {"stops", "goes on"}
