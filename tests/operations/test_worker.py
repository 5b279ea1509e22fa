"""The worker looks after the index while it works, and goes on where it cannot."""

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from sqlalchemy import select, update

from portal import worker
from portal.core import clock
from portal.core.extensions import db
from portal.core.queue import work_once
from portal.directory import indexing
from portal.directory.models import Service
from portal.search import current
from portal.search.port import IndexUnavailable, Query
from portal.search.whoosh_engine import WhooshEngine
from tests.support.full_disk import full_at
from tests.support.page import Browser


@pytest.fixture
def index(sqlite_app: Any, make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The application with an index on disk in which one listing can be found; a keeper that looks as often as it is asked."""
    monkeypatch.setattr(worker, "LOOK_AT_INDEX_SECONDS", 0.0)
    monkeypatch.setattr(worker, "READ_WHOLE_INDEX_SECONDS", 0.0)
    monkeypatch.setattr(worker, "SHARE_OF_TIME", float("inf"))
    make.service("Tea in the hall")
    current.init_app(sqlite_app, WhooshEngine(tmp_path / "index"))
    indexing.rebuild_index()
    return tmp_path / "index"


def spoil(folder: Path) -> None:
    for path in folder.glob("*.seg"):
        held = bytearray(path.read_bytes())
        held[len(held) // 2] ^= 1
        path.write_bytes(held)


@pytest.mark.parametrize("kind", ["deleted", "flipped"])
def test_damage_while_the_worker_runs_is_mended_while_pages_go_on(index: Path, browser: Browser, kind: str) -> None:
    keeper = worker.IndexKeeper()
    keeper.look()
    if kind == "deleted":
        for path in index.iterdir():
            path.unlink()
    else:
        spoil(index)
    assert "Tea in the hall" in browser.get("/services?q=tea").text
    keeper.look()
    assert indexing.check_index().is_equal
    assert WhooshEngine(index).search(Query("tea")).total == 1
    assert "Tea in the hall" in browser.get("/services?q=tea").text


def test_an_index_that_cannot_be_mended_stops_nothing_and_is_mended_once_there_is_room(
    index: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "log", Mock())
    keeper = worker.IndexKeeper()
    spoil(index)
    with full_at(100):
        for _ in range(2):
            keeper.look()
    with pytest.raises(IndexUnavailable):
        WhooshEngine(index).ids()
    assert "Tea in the hall" in browser.get("/services?q=tea").text
    keeper.look()
    assert indexing.check_index().is_equal


def test_what_is_withdrawn_is_not_shown_while_the_index_cannot_be_written(index: Path, browser: Browser) -> None:
    service_id = db.session.scalars(select(Service.id)).one()
    db.session.execute(update(Service).values(withdrawn_at=clock.now()))
    indexing.listing_changed(service_id)
    db.session.commit()
    spoil(index)
    work_once()
    assert "Tea in the hall" not in browser.get("/services?q=tea").text
    worker.IndexKeeper().look()
    assert indexing.check_index().is_equal and current.engine().ids() == frozenset()
