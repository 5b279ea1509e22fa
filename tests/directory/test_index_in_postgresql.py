"""The index in PostgreSQL under the whole application: damage is answered from the database and mended by the worker."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine as Database
from sqlalchemy import Executable, delete, event, text, update

from portal import worker
from portal.core.extensions import db
from portal.directory import indexing
from portal.directory.models import Service
from portal.operations import readiness
from portal.search import current
from portal.search.models import SearchDocument, SearchSegment, SearchState, SearchTerm
from portal.search.port import Query
from portal.search.postgres_engine import PostgresEngine
from tests.conftest import _clean
from tests.factories import Make
from tests.support.page import Browser

NAMES = ("Tea table", "Tea and cake", "Chess for all", "Walking group", "Debt advice")
HARM: dict[str, Executable] = {
    "a state is gone": delete(SearchState),
    "segments are gone": delete(SearchSegment),
    "posting lists are gone": delete(SearchTerm),
    "documents are gone": delete(SearchDocument),
    "columns are damaged": text("update search_segment set arrays = set_byte(arrays, 99, 255 - get_byte(arrays, 99))"),
    "words are damaged": text("update search_segment set lexicon = set_byte(lexicon, 9, 255 - get_byte(lexicon, 9))"),
    "posting lists are damaged": text("update search_term set docs = set_byte(docs, 0, 255 - get_byte(docs, 0))"),
    "documents are damaged": text("update search_document set body = overlay(body placing '~' from 9)"),
}


@pytest.fixture
def postgresql_app(_postgresql_application: Flask) -> Iterator[Flask]:
    yield from _clean(_postgresql_application)


@pytest.fixture
def active_app(postgresql_app: Flask) -> Flask:
    return postgresql_app


def harm(what: str) -> None:
    db.session.execute(HARM[what])
    db.session.commit()


@pytest.fixture
def fresh(postgresql_app: Flask) -> Iterator[PostgresEngine]:
    """The engine of a process that has just started."""
    settings = postgresql_app.extensions["portal.settings"]
    engine = PostgresEngine(settings.database_url, current.version())
    current.init_app(postgresql_app, engine)
    yield engine
    engine.close()


@pytest.mark.parametrize("what", HARM)
def test_pages_go_on_and_the_worker_mends(
    make: Make, index_now: Any, browser: Browser, fresh: PostgresEngine, what: str
) -> None:
    for name in NAMES:
        make.service(name)
    index_now()
    harm(what)
    for words, found in (("tea", "Tea and cake"), ("chess", "Chess for all"), ("wal*", "")):
        page = browser.get(f"/services?q={words}")
        assert found in page.text
    assert indexing.mend_index(), "every row is compared when a worker starts"
    assert "Tea and cake" in browser.get("/services?q=tea").text
    checked = indexing.check_index()
    assert checked.is_equal and checked.total == len(NAMES)
    assert not indexing.mend_index()


def test_readyz_says_so_while_the_index_is_damaged(make: Make, index_now: Any, fresh: PostgresEngine) -> None:
    make.service("Tea table")
    index_now()
    assert readiness.index().is_good
    harm("a state is gone")
    assert not readiness.index().is_good


def test_a_worker_that_runs_mends_what_another_process_met(
    postgresql_app: Flask, make: Make, index_now: Any, browser: Browser, fresh: PostgresEngine, monkeypatch: Any
) -> None:
    make.service("Tea table")
    index_now()
    monkeypatch.setattr(worker, "LOOK_AT_INDEX_SECONDS", 0.05)
    stop = threading.Event()

    def work() -> None:
        with postgresql_app.app_context():
            worker._until(stop)
            db.session.remove()

    running = threading.Thread(target=work)
    running.start()
    try:
        harm("posting lists are gone")
        fresh.forget()
        assert "Tea table" in browser.get("/services?q=tea").text
        for _ in range(200):
            if fresh.ready() and fresh.count(Query("tea")) == 1:
                break
            stop.wait(0.1)
    finally:
        stop.set()
        running.join()
    assert indexing.check_index().is_equal


def test_a_page_takes_six_statements_at_most_with_the_look_for_a_newer_commit(
    make: Make, index_now: Any, browser: Browser
) -> None:
    for name in NAMES:
        make.service(name)
    index_now()
    address = "/services?q=tea&near=LE2+0QB"
    browser.get(address)
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Database, "before_cursor_execute", note)
    try:
        browser.get(address)
    finally:
        event.remove(Database, "before_cursor_execute", note)
    assert len([one for one in seen if "search_state" in one]) == 1
    assert len(seen) <= 6, seen


def test_a_withdrawn_listing_is_gone_from_another_process_at_its_next_search(
    make: Make, index_now: Any, fresh: PostgresEngine, postgresql_app: Flask
) -> None:
    service_id = make.service("Refuge").id
    index_now()
    other = PostgresEngine(postgresql_app.extensions["portal.settings"].database_url, current.version())
    assert other.count(Query("refuge")) == 1
    db.session.execute(update(Service).values(status="defunct"))
    indexing.listing_changed(service_id)
    index_now()
    assert other.count(Query("refuge")) == 0
    other.close()
