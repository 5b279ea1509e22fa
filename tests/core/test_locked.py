"""When another process holds the database, reading goes on, and writing waits a little and then says when to try again."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.exc import OperationalError

from portal import worker
from portal.accounts import sessions
from portal.accounts.models import UserSession
from portal.changes import actions as changes
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.database import engine_options
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
from tests.support.people import browser_as


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


@pytest.fixture(autouse=True)
def impatient(sqlite_app: Flask) -> Iterator[None]:
    """Half a second of waiting, in place of five."""

    def wait_less(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("pragma busy_timeout = 500")

    db.engine.dispose()
    event.listen(db.engine, "connect", wait_less)
    yield
    event.remove(db.engine, "connect", wait_less)
    db.session.remove()
    db.engine.dispose()


@pytest.fixture
def other(sqlite_app: Flask, impatient: None) -> Iterator[Other]:
    somebody = Other(sqlite_app)
    yield somebody
    somebody.release()
    somebody.connection.close()


@pytest.fixture
def locked(other: Other, make: Make) -> None:
    """Somebody else has the write lock."""
    make.service()
    other.lock()


TYPED = {"need": "befriending", "words": "chess", "postcode": "", "contact": "", "key": "k" * 30}


def test_five_seconds_are_waited(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'own'}", **engine_options("sqlite:///own"))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("pragma busy_timeout").scalar() == 5_000
    engine.dispose()


def test_reading_is_not_held_up(locked: None, browser: Browser) -> None:
    browser.get("/services?q=tea")


def test_writing_waits(other: Other, browser: Browser) -> None:
    token = browser.csrf_token()
    other.lock()
    later = threading.Timer(0.1, other.release)
    later.start()
    browser.post("/services/not-found", {**TYPED, "csrf_token": token}, expect=303)
    later.join()


def test_writing_says_when_to_try_again_and_keeps_what_was_typed(locked: None, browser: Browser) -> None:
    page = browser.post("/services/not-found?need=debt", TYPED, expect=503)
    assert page.headers["Retry-After"] == "5" and page.headers["Cache-Control"] == "no-store"
    kept = page.form("/services/not-found?need=debt")
    assert {name: kept[name] for name in TYPED} == TYPED, "what was typed is lost"


@pytest.fixture
def desk(sqlite_app: Flask, make: Make) -> Callable[[str], Browser]:
    """`desk(role)`: somebody with that role, whose last request was a while ago. The listing is the only one."""
    service = make.service("Kettle and Chat", organisation=make.organisation("Larkfield Circle"))

    def sit_down(role: str) -> Browser:
        organisation = service.organization if role == "editor" else None
        browser = browser_as(sqlite_app, make.user(role, organisation=organisation, name="Ines Marsh", trusted=True))
        db.session.query(UserSession).update({UserSession.seen_at: clock.now() - timedelta(minutes=5)})
        db.session.commit()
        return browser

    return sit_down


def _edited() -> tuple[str, dict[str, str]]:
    service = db.session.scalars(select(Service)).one()
    return f"/group/listings/{service.id}/edit/description", {
        "text": "Come at ten.\n\nBring “a friend”.",
        "action": "save",
    }


def _rejected() -> tuple[str, dict[str, str]]:
    service = db.session.scalars(select(Service)).one()
    editor = Make().user("editor", organisation=service.organization)
    change = changes.propose(service, {"description": "Bingo."}, by=editor, base_version=service.version, key=None)
    db.session.commit()
    return f"/moderate/changes/{change.id}/reject", {"reason": "untrue", "words": "They told us:\nno bingo."}


@pytest.mark.parametrize(("role", "form"), [("editor", _edited), ("moderator", _rejected)])
def test_who_is_signed_in_reads_on_and_sends_again_what_was_typed(
    desk: Callable[[str], Browser], other: Other, role: str, form: Callable[[], tuple[str, dict[str, str]]]
) -> None:
    browser, (path, typed) = desk(role), form()
    other.lock()
    shown = browser.get(path)
    assert "Ines Marsh" in shown.text, "a page that only reads is held up"
    hidden = {name: value for name, value in shown.form(path).items() if name in {"csrf_token", "key", "version"}}
    page = browser.post(path, hidden | typed, expect=503)
    assert "Ines Marsh" in page.text and "Try again" in page.main
    kept = page.form(path)
    assert kept == hidden | typed
    other.release()
    browser.post(path, kept, expect=303)
    db.session.rollback()
    told = {one.description for one in db.session.query(Service)} | {
        one.words for one in db.session.query(ChangeRequest)
    }
    assert {typed.get("text"), typed.get("words")} & (told - {None})


def test_where_the_database_is_gone_what_was_typed_stands_on_a_page_of_nobody(
    desk: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, (path, typed) = desk("editor"), _edited()

    def gone(*_told: object) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(sessions, "_session_of", gone)
    page = browser.post(path, typed, expect=503)
    assert page.form(path)["text"] == typed["text"] and "Ines Marsh" not in page.text


def test_passwords_files_and_what_is_very_long_are_not_repeated(locked: None, browser: Browser) -> None:
    page = browser.post(
        "/sign-in", {"email": "ines@example.org", "password": "quiet otters", "code": "123456"}, expect=503
    )
    assert set(page.form("/sign-in")) == {"csrf_token", "email"}
    for typed in ({**TYPED, "more": "a" * 200_000}, {**TYPED, "file": (BytesIO(b"a"), "a.csv")}):
        page = browser.post("/services/not-found", typed, expect=503)
        assert not page.select("main form") and "Go back and try again." in page.main


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
