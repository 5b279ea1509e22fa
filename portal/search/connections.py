"""Connections to the database for the index alone, apart from those of requests, which may be in a transaction."""

import os
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.pq import Format
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from portal.search.port import IndexUnavailable

CONNECT_SECONDS: Final = 5
STATEMENT_SECONDS: Final = 15
POOL: Final = 4
MOST_BESIDE: Final = 8


class Away(IndexUnavailable):
    """The database does not answer. Says nothing about the index."""


class _BinaryCursor(psycopg.Cursor[Any]):
    """Packed numbers come as they are, not spelt out."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.format = Format.BINARY


class Connections:
    """A small pool. One that was lost is replaced, and what was read on it is read once more."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=POOL,
            max_overflow=MOST_BESIDE,
            pool_timeout=CONNECT_SECONDS,
            connect_args={"cursor_factory": _BinaryCursor, "connect_timeout": CONNECT_SECONDS},
        )
        event.listen(self._engine, "connect", _limit)
        _forget_in_children(self._engine)

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> Sequence[Sequence[Any]]:
        """The rows of one statement. Raises Away."""
        try:
            return self._rows(statement, parameters)
        except DBAPIError as fault:
            if not fault.connection_invalidated:
                raise Away(type(fault).__name__) from fault
        except SQLAlchemyError as fault:
            raise Away(type(fault).__name__) from fault
        try:
            return self._rows(statement, parameters)
        except SQLAlchemyError as fault:
            raise Away(type(fault).__name__) from fault

    def _rows(self, statement: str, parameters: Sequence[object]) -> Sequence[Sequence[Any]]:
        with self._engine.connect() as connection:
            return connection.exec_driver_sql(statement, tuple(parameters)).all()

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """A transaction on a connection of the driver, committed in the end. Raises Away."""
        try:
            with self._engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                try:
                    with driver.transaction():
                        driver.execute("set local statement_timeout = 0")
                        yield driver
                finally:
                    if driver.closed:
                        connection.invalidate()
        except (SQLAlchemyError, psycopg.Error) as fault:
            raise Away(type(fault).__name__) from fault

    def close(self) -> None:
        """Close what is open."""
        self._engine.dispose()


def _limit(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.execute(f"set statement_timeout = {STATEMENT_SECONDS * 1000}")
    connection.commit()


def _forget_in_children(engine: Engine) -> None:
    """A process that is forked off opens connections of its own."""
    held = weakref.ref(engine)

    def forget() -> None:
        if (found := held()) is not None:
            found.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
