"""When another process holds the database, reading goes on, and writing waits a little and then says when to try again."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal import worker
from portal.core.extensions import db
from portal.core.jobs import Job
from portal.directory import indexing
from portal.directory.models import Service
from portal.importing.actions import Origin, import_rows
from portal.importing.cli import import_command
from portal.importing.rows import Row
from portal.search import current
from portal.search.port import Query
from tests.factories import Make
from tests.support.page import Browser


class Other:
    """Somebody else, who takes the write lock and gives it back."""

    def __init__(self, app: Flask) -> None:
        path = app.extensions["portal.settings"].database_url.removeprefix("sqlite:///")
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def lock(self) -> None:
        db.session.rollback()
        self.connection.execute("begin immediate")

    def release(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("rollback")


@pytest.fixture
def other(sqlite_app: Flask) -> Iterator[Other]:
    somebody = Other(sqlite_app)
    yield somebody
    somebody.release()
    somebody.connection.close()


@pytest.fixture
def locked(other: Other, make: Make) -> None:
    """Somebody else has the write lock."""
    make.service()
    other.lock()


def test_reading_is_not_held_up(locked: None, browser: Browser) -> None:
    began = time.monotonic()
    browser.get("/services?q=tea")
    assert time.monotonic() - began < 4


def test_writing_waits_and_then_says_when_to_try_again(locked: None, browser: Browser) -> None:
    typed = {"need": "befriending", "words": "chess", "postcode": "", "contact": "", "key": "k" * 30}
    began = time.monotonic()
    page = browser.post("/services/not-found", typed, expect=503)
    assert 4 < time.monotonic() - began < 12
    assert page.headers["Retry-After"] == "5" and "Try again" in page.text
    kept = page.form("/services/not-found")
    assert {name: kept[name] for name in typed} == typed, "what was typed is lost"


def services() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Service)) or 0


def test_an_import_says_so_and_can_be_run_again(sqlite_app: Flask, other: Other, tmp_path: Path) -> None:
    path = tmp_path / "groups.jsonl"
    path.write_text('{"id": "1", "name": "Tea in the hall", "source": "Made up"}\n')
    other.lock()
    told = CliRunner().invoke(import_command, [str(path)], obj=sqlite_app)
    assert told.exit_code == 1 and "cannot be written to now" in told.stderr and "Traceback" not in told.output
    other.release()
    assert services() == 0
    assert "1 new" in CliRunner().invoke(import_command, [str(path)], obj=sqlite_app).stdout


def test_an_import_that_is_stopped_half_way_keeps_whole_batches(
    sqlite_app: Flask, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.importing.actions.BATCH", 2)
    documents = [{"id": str(number), "name": f"Tea {number}", "source": "Made up"} for number in range(6)]

    def rows(*, locking: bool) -> Iterator[Row]:
        for number, document in enumerate(documents):
            if locking and number == 2:
                other.lock()
            yield Row(number, dict(document))

    with pytest.raises(OperationalError):
        list(import_rows(rows(locking=True), Origin("made up")))
    other.release()
    assert services() == 2
    outcomes = [result.outcome for result in import_rows(rows(locking=False), Origin("made up"))]
    assert outcomes == ["same"] * 2 + ["new"] * 4


class WhenInTrouble(threading.Event):
    """Stops the worker when it has nothing to do; what shall be done when it waits after trouble is done then."""

    def __init__(self, other: Other) -> None:
        super().__init__()
        self.other = other
        self.troubles = 0

    def wait(self, timeout: float | None = None) -> bool:
        if timeout == worker.AFTER_TROUBLE_SECONDS:
            self.troubles += 1
            self.other.release()
        else:
            self.set()
        return self.is_set()


def test_the_worker_goes_on_afterwards(sqlite_app: Flask, make: Make, other: Other) -> None:
    service_id = make.service("Tea in the hall").id
    indexing.listing_changed(service_id)
    db.session.commit()
    other.lock()
    stop = WhenInTrouble(other)
    worker._until(stop)
    assert stop.troubles > 0
    assert current.engine().search(Query("tea")).total == 1
    assert not db.session.scalars(select(Job).where(Job.name == "search.update")).all()
