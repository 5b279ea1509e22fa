"""A PostgreSQL of its own for a measurement, filled with the same made-up services."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask
from sqlalchemy import create_engine, text

from benchmarks import peers
from benchmarks.instance import with_listings


@contextmanager
def on_postgresql(listings: int | None) -> Iterator[Flask]:
    """The application over a fresh PostgreSQL server. Says "not run" and exits with 2 where none can be started."""
    try:
        from tests.support import postgres

        server = postgres.start()
    except (ImportError, OSError, RuntimeError) as fault:
        print(f"not run: no PostgreSQL: {fault}")
        raise SystemExit(peers.NOT_RUN) from None
    try:
        with create_engine(server.url(), isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("create database portal"))
        yield with_listings(listings, server.url("portal"))
    finally:
        with suppress(RuntimeError):
            server.stop()
