"""How migrations run: on the application's own engine, in batch mode so that SQLite can change tables.

The release before goes on writing meanwhile. On PostgreSQL a migration that does not get its locks at once gives way and is
tried again: it would hold everybody up behind it, and in a deadlock the server might end the visitor's transaction.
"""

import random
import time

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from portal.core.database import writing

LOCK_MS = 400
"""Shorter than PostgreSQL's deadlock_timeout (1 s), so that it is never a visitor who is ended."""
GIVE_UP_SECONDS = 600.0
"""A backup that is being made may read for minutes."""
NOT_NOW = ("55P03", "40P01", "database is locked")

migrate = current_app.extensions["migrate"]
engine = migrate.db.engine


def run() -> None:
    until = time.monotonic() + GIVE_UP_SECONDS
    while True:
        try:
            with writing(), engine.connect() as connection:
                _run(connection)
                return
        except OperationalError as error:
            told = getattr(error.orig, "sqlstate", None) or str(error.orig)
            if told not in NOT_NOW or time.monotonic() > until:
                raise
        time.sleep(random.uniform(0.1, 0.6))


def _run(connection: Connection) -> None:
    if engine.dialect.name == "sqlite":
        _check_foreign_keys(connection, "off")
    else:
        connection.exec_driver_sql(f"set lock_timeout = {LOCK_MS}")
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=migrate.db.metadata,
        transaction_per_migration=True,
        **migrate.configure_args,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    finally:
        connection.rollback()
        if engine.dialect.name == "sqlite":
            _check_foreign_keys(connection, "on")
        else:
            connection.exec_driver_sql("reset lock_timeout")
            connection.commit()


def _check_foreign_keys(connection: Connection, on: str) -> None:
    """SQLite hears this outside a transaction alone, and drops the children of a table that batch mode makes anew otherwise."""
    cursor = connection.connection.cursor()
    cursor.execute(f"pragma foreign_keys = {on}")
    found = cursor.execute("pragma foreign_keys").fetchone()[0]
    cursor.close()
    assert found == (on == "on"), "SQLite did not hear"


run()
