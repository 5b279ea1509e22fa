"""Fixtures for every test: the application on SQLite and on a real PostgreSQL, factories, a page client, a real browser."""

import gc
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from contextvars import Context
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

gc.disable()  # until all is read in: see `pytest_collection_finish`

import hypothesis
import psycopg
import pytest
from flask import Flask, current_app, has_app_context
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser as Chromium
from sqlalchemy import event
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.core import clock
from portal.core.database import reading
from portal.core.extensions import Base, db
from portal.core.queue import work_until_idle
from portal.core.settings import Settings
from portal.geography.building import ensure_built
from portal.search import current as search
from portal.search.whoosh_engine import WhooshEngine
from tests.factories import MONDAY, Make
from tests.support import chromium as chromium_support
from tests.support import memory, postgres
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import browser_as
from tests.support.processes import KEY, SECRET

LONG_FILES = (
    "tests/operations/",
    "tests/journeys/",
    "in_browser",
    "test_accessible",
    "test_walk",
    "test_rubbish",
    "senders",
    "delivering",
)
PAGE_FIXTURES = frozenset({"browser", "as_user", "site"})
"""Tests that ask for one of these ask for pages."""
ON_ONE = (
    "tests/importing/",
    "tests/exporting/",
    "tests/feed/",
    "tests/sources/",
    "tests/together/",
    "tests/coordinating/",
    "tests/bundles/",
)
"""Parts of names of files whose tests of one thing are so many that one database each is enough."""
ON_BOTH = ("at_once", "tests/core/", "tests/house/", "two_editors")
"""Parts of names of files whose tests ask for pages because of the database."""
ON_POSTGRESQL = 6
"""Of so many tests of pages one runs there: it takes twice as long."""
A_PART = 1_000
"""Of so few tests each runs on both databases."""
MANY = 500
"""Rows of one table."""
MEMORY_NEEDED = 2 << 30
"""Bytes of an instance."""
ROOT = Path(__file__).parent.parent
GEOGRAPHY = ROOT / ".pytest_cache" / "geography"
TEMPLATES = ROOT / ".pytest_cache" / "templates"
"""What is made of a template, for all processes of a run."""
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def geography_folder() -> Path:
    """The built postcode structure, made once and kept between runs."""
    GEOGRAPHY.mkdir(parents=True, exist_ok=True)
    with _only_one(GEOGRAPHY.parent / "geography.lock"):
        ensure_built(GEOGRAPHY)
    return GEOGRAPHY


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    server = postgres.start(is_in_memory=True)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def instance_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of most tests: in memory where there is room. That commits reach the disk has tests of its own."""
    if not memory.has_room(MEMORY_NEEDED):
        yield tmp_path_factory.mktemp("instance")
        return
    with TemporaryDirectory(prefix="portal-tests-", dir=memory.FOLDER) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def settings(instance_folder: Path, geography_folder: Path) -> Settings:
    """Settings of a test instance, whose postcode structure is the shared one."""
    instance = instance_folder
    (instance / "geography").symlink_to(geography_folder, target_is_directory=True)
    return Settings(
        instance=instance,
        secret_key=SECRET,
        data_keys=(KEY,),
        database_url=f"sqlite:///{instance / 'portal.sqlite3'}",
        testing=True,
        log_level="error",
        password_memory=1,
    )


@pytest.fixture
def no_dumps(settings: Settings) -> Iterator[None]:
    """No dump is there before a test, nor after it: where the clock stands, two of one moment have one name."""
    shutil.rmtree(settings.instance / "dumps", ignore_errors=True)
    yield
    shutil.rmtree(settings.instance / "dumps", ignore_errors=True)


@pytest.fixture(scope="session")
def _sqlite_application(settings: Settings) -> Iterator[Flask]:
    """With a connection of its own that empties it, and asks no foreign key."""
    app = _application(settings)
    with closing(sqlite3.connect(settings.instance / "portal.sqlite3")) as connection:
        app.extensions["tests.emptying"] = connection
        yield app


@pytest.fixture(scope="session")
def _postgresql_application(settings: Settings, postgres_server: postgres.Server) -> Iterator[Flask]:
    """With a connection that empties it, and asks no foreign key."""
    with psycopg.connect(postgres_server.conninfo(), autocommit=True) as connection:
        connection.execute("create database portal")
    app = _application(replace(settings, database_url=postgres_server.url("portal")))
    with psycopg.connect(postgres_server.conninfo("portal"), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        app.extensions["tests.emptying"] = connection
        yield app


class FreshClient(FlaskClient):
    """A client whose requests know nothing of the test's own application context, as in life."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        is_in_test = has_app_context()
        if is_in_test:
            db.session.commit()
        response = Context().run(super().open, *args, **options)
        if is_in_test:
            db.session.expire_all()
        return response


class KeptTemplates(FileSystemBytecodeCache):
    """What is made of templates, kept where there is space: a test whose disk is full goes without, as the portal does."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _application(settings: Settings) -> Flask:
    app = create_app(settings)
    app.test_client_class = FreshClient
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = KeptTemplates(str(TEMPLATES))
    with app.app_context():
        db.create_all()
        db.session.remove()
    app.extensions["tests.search"] = (
        app.extensions["portal.search"] if settings.is_on_postgresql else WhooshEngine(None)
    )
    return app


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with an empty database and index: once on SQLite, once on PostgreSQL."""
    yield from _clean(request.getfixturevalue(f"_{request.param}_application"))


@pytest.fixture
def sqlite_app(_sqlite_application: Flask) -> Iterator[Flask]:
    """The application on SQLite alone, for what does not depend on the database."""
    yield from _clean(_sqlite_application)


def _clean(app: Flask) -> Iterator[Flask]:
    """SQLite's with an index in memory, which is quick to empty; PostgreSQL's with its own."""
    search.init_app(app, app.extensions["tests.search"])
    app.extensions["portal.search"].rebuild([])
    for forgotten in ("portal.geography.loaded", "portal.choices", "portal.remembered", "portal.synonyms"):
        app.extensions.pop(forgotten, None)
    with app.app_context(), reading():
        yield app
        db.session.rollback()
        db.session.remove()
        _empty()


def _empty() -> None:
    """Take away every row. Most tests write into few tables, and emptying is slower than asking which.

    By a connection of its own: the long question is read and planned once, and the portal's forget no plan for it.
    """
    tables = tables_in_order()
    emptying = current_app.extensions["tests.emptying"]
    if isinstance(emptying, sqlite3.Connection):
        with emptying:
            filled = {name for (name,) in emptying.execute(_which_are_filled())}
            for name in (one for one in tables if one in filled):
                emptying.execute(f'delete from "{name}"')
        return
    with emptying.transaction():
        filled = {name for (name,) in emptying.execute(_which_are_filled(), prepare=True)}
        for name in (one for one in tables if one in filled):
            _left[name] += emptying.execute(f'delete from "{name}"').rowcount
            if _left[name] > MANY:  # or every later look goes through what is left of them
                emptying.execute(f'truncate "{name}" cascade')
                del _left[name]


@cache
def _which_are_filled() -> str:
    """The question for the names of all tables with rows."""
    return " union all ".join(
        f"select '{name}' from (select 1 from \"{name}\" limit 1) as one" for name in tables_in_order()
    )


_left = Counter[str]()
"""Rows that were deleted from each table since it was last cut short: nothing else tidies them up (see support/postgres.py)."""


@cache
def tables_in_order() -> tuple[str, ...]:
    """The names of all tables, each before those that it refers to."""
    return tuple(table.name for table in reversed(Base.metadata.sorted_tables))


@pytest.fixture
def active_app(request: pytest.FixtureRequest) -> Flask:
    """Whichever application the test asked for; SQLite's where it asked for none."""
    name = "app" if "app" in request.fixturenames else "sqlite_app"
    return request.getfixturevalue(name)


@pytest.fixture
def make(active_app: Flask) -> Make:
    """Factories: each gives a saved row that is valid by default."""
    return Make()


@pytest.fixture
def browser(active_app: Flask) -> Browser:
    """A client that checks every page it fetches."""
    return Browser(active_app)


@pytest.fixture
def as_user(active_app: Flask) -> Callable[..., Browser]:
    """`as_user(user)`: a browser that is signed in as this user, with a second factor unless `is_strong=False`."""
    return partial(browser_as, active_app)


@pytest.fixture
def mailbox(active_app: Flask) -> Mailbox:
    """What the portal has sent."""
    return Mailbox(active_app)


@pytest.fixture
def monday() -> Iterator[None]:
    """The clock stands still on a Monday morning without holidays near: for pages that say what is on."""
    with clock.freeze(MONDAY):
        yield


@pytest.fixture
def index_now(active_app: Flask) -> Callable[[], None]:
    """Run every waiting job, so that what was changed can be found."""

    def run() -> None:
        db.session.commit()
        work_until_idle()

    return run


@pytest.fixture
def count_statements(active_app: Flask) -> Callable[[], Any]:
    """A context manager that gives the list of SQL statements run inside it."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            # What a process reads every half minute, or every second, belongs to no page.
            if (
                "site_choice" not in statement
                and "FROM synonym" not in statement
                and (
                    not statement.lstrip()
                    .upper()
                    .startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE"))
                )
            ):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """A real browser. `chromium.new_page(viewport=..., java_script_enabled=...)`."""
    with chromium_support.started() as started:
        yield started


@pytest.fixture
def site(active_app: Flask) -> Iterator[str]:
    """The address of the running site for the real browser."""
    db.session.commit()
    with chromium_support.served(active_app) as address:
        yield address


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project. Tests that need it are marked `needs_shared`."""
    return SHARED


def _is_for_the_other_database(item: pytest.Item) -> bool:
    """Whether this is one of two runs of a test of pages or of imports, the one to leave out: its name settles which for ever.

    Pages are put together alike on both databases; what is asked of these has tests of its own, which run on both.
    """
    databases = ["sqlite", "postgresql"]
    database = (
        item.callspec.params.get("app") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    )
    asks_for_pages = PAGE_FIXTURES & set(getattr(item, "fixturenames", ()))
    if database not in databases or not (asks_for_pages or any(part in item.nodeid for part in ON_ONE)):
        return False
    if any(part in item.nodeid for part in ON_BOTH):
        return False
    lot = crc32(item.nodeid.replace(database, "", 1).encode())
    return database != ("postgresql" if lot % ON_POSTGRESQL == 0 else "sqlite")


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    import fcntl

    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def pytest_configure(config: pytest.Config) -> None:
    # How long an example takes says how busy the machine is: no test is timed.
    hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis.settings.load_profile("untimed")
    config.addinivalue_line("markers", "needs_shared: reads the real data beside the project, where it is there")


def pytest_collection_finish() -> None:
    """What is there now stays: going through it again and again would take minutes of a run. What comes mostly goes by itself."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "PORTAL_TEST_EVERY_PLACE" not in os.environ and len(items) > A_PART:
        left_out = {item for item in items if _is_for_the_other_database(item)}
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    # Files that start servers and browsers take longest, so that none is left for one process at the end.
    items.sort(key=lambda item: not any(part in item.nodeid for part in LONG_FILES))
    if SHARED.is_dir() and "PORTAL_TEST_WITHOUT_SHARED" not in os.environ:
        return
    for item in items:
        if item.get_closest_marker("needs_shared"):
            item.add_marker(pytest.mark.skip(reason="there is no real data beside the project"))
