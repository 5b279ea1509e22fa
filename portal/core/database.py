"""How connections are opened, so that SQLite keeps its promises under several processes.

SQLite: write-ahead log, synchronous FULL, foreign keys, a busy time-out, and BEGIN IMMEDIATE for whatever may write,
so that a transaction never fails half-way for want of the write lock. Source: sqlite.org "Isolation", "WAL".
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

BUSY_TIMEOUT_SECONDS = 5.0
LEAST_BYTES_TO_COUNT = 10_000_000

_reading: ContextVar[bool] = ContextVar("reading", default=False)
_waiting: ContextVar[bool] = ContextVar("waiting", default=True)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside take no write lock."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside take the write lock at once, also within `reading()`."""
    token = _reading.set(False)
    try:
        yield
    finally:
        _reading.reset(token)


def is_reading() -> bool:
    """Whether transactions that are begun here take no write lock."""
    return _reading.get()


@contextmanager
def without_waiting() -> Iterator[None]:
    """Transactions begun inside fail at once where another holds the write lock of SQLite: for what can be left for later."""
    token = _waiting.set(False)
    try:
        yield
    finally:
        _waiting.reset(token)


def engine_options(database_url: str) -> dict[str, Any]:
    """Options for `create_engine` that suit the database of this address."""
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_TIMEOUT_SECONDS, "isolation_level": None}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10}


def prepare(engine: Engine) -> None:
    """Set up each new connection of a SQLite engine. PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-20000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if _reading.get() or _waiting.get():
        connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")
        return
    patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")


def one_at_a_time(session: Session, lock: int) -> None:
    """Let no other transaction pass here until this one ends. SQLite lets one write at a time anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(lock)))


def put_into(session: Session, target: Any) -> Any:
    """An insert into a table, or the table of a model, that can say what becomes of a row whose key stands there already, by
    `on_conflict_do_update` or `on_conflict_do_nothing`. Both databases have it, each in a class of its own.
    """
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return make(target)


def learn(engine: Engine) -> None:
    """After much has been saved at once, and once a day: let the database count what it holds, or it plans for empty tables.

    PostgreSQL read ten listings four times as slowly; SQLite looked at every listing there is for three that are near, 270 ms in
    place of 10. A small SQLite plans well without, and its counts would soon be wrong; one that is being written is left for next
    time. Source: sqlite.org "ANALYZE".
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("analyze")
        return
    with suppress(OperationalError), writing(), without_waiting(), engine.begin() as connection:
        if _bytes_of(connection) >= LEAST_BYTES_TO_COUNT:
            connection.exec_driver_sql("analyze")


def _bytes_of(connection: Connection) -> int:
    """How large a SQLite database is."""
    pages, size = (connection.exec_driver_sql(f"pragma {name}").scalar() or 0 for name in ("page_count", "page_size"))
    return int(pages) * int(size)
