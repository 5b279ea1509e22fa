"""The database that an instance is copied to: reaching it, migrating it, and whether it may be written."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import URL, Connection, Engine, delete, func, insert, inspect, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from portal.core import clock, database
from portal.core.database import reading, writing
from portal.core.extensions import db, settings
from portal.operations import schema, upgrading
from portal.operations.copying.tables import Facts
from portal.operations.models import CopyMark

LOCK = 7_234_119_026_551_402
"""Whoever holds this advisory lock of PostgreSQL copies into that database."""


class WrongAddress(Exception):
    """The address cannot be that of a database."""


class Refused(Exception):
    """The target cannot be taken, said in a sentence."""


def address(told: str) -> URL:
    """The address of a database that the portal can use. Raises WrongAddress, whose sentence repeats no password."""
    try:
        url = make_url(told)
    except (ArgumentError, ValueError) as error:
        raise WrongAddress("The address after --to cannot be read.") from error
    if url.drivername not in ("postgresql+psycopg", "sqlite") or not url.database:
        raise WrongAddress(
            "The address after --to must begin with postgresql+psycopg:// or sqlite:/// and name a database."
        )
    return url


def shown(url: URL) -> str:
    """An address without user, password and options."""
    return URL.create(url.drivername, host=url.host, port=url.port, database=url.database).render_as_string()


@contextmanager
def opened(url: URL) -> Iterator[Engine]:
    """The target as the current application's database, so that migrations run there. Raises Refused if nobody answers."""
    address_ = url.render_as_string(hide_password=False)
    folder = schema.folder()
    if url.drivername == "sqlite" and not Path(str(url.database)).absolute().parent.is_dir():
        raise Refused(f"There is no folder {Path(str(url.database)).absolute().parent}.")
    other = Flask("portal.copy")
    other.config["SQLALCHEMY_DATABASE_URI"] = address_
    other.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(address_)
    db.init_app(other)
    schema.init_app(other, folder)
    with other.app_context():
        engine = db.engine
        database.prepare(engine)
        try:
            with reading(), engine.connect() as connection:
                connection.execute(text("select 1"))
        except (DBAPIError, OSError) as error:
            engine.dispose()
            raise Refused(f"No database answers at {shown(url)}.") from error
        try:
            with _alone(engine):
                yield engine
        finally:
            db.session.remove()
            engine.dispose()


def identity(connection: Connection) -> tuple[object, ...]:
    """The same for two connections exactly where they are to one database."""
    if connection.dialect.name == "sqlite":
        file = Path(connection.exec_driver_sql("pragma database_list").one()[2]).stat()
        return "sqlite", file.st_dev, file.st_ino
    asked = text(
        "select oid, pg_postmaster_start_time(), current_schema() from pg_database where datname = current_database()"
    )
    return "postgresql", *connection.execute(asked).one()


def fingerprint(source: Engine) -> str:
    """What the mark calls this instance. Tells nothing of its secret."""
    told = source.url.set(password=None).render_as_string()
    return hmac.new(settings().secret_key.encode(), f"copy of {told}".encode(), hashlib.sha256).hexdigest()


def prepare(engine: Engine, tables: list[Facts]) -> None:
    """Migrate the target where that changes nobody's facts. Raises Refused."""
    found, newest = upgrading.revision(), upgrading.newest_revision()
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    if found is None and names:
        raise Refused(f"The target holds tables already, such as {min(names)}. Give a database of its own.")
    if found != newest:
        held = first_that_holds_facts(engine, [one for one in tables if one.name in names])
        if found is not None and (found not in schema.known() or held):
            raise Refused(f"The target is at migration {found}, not {newest}. Give an empty database.")
        upgrading.migrate(lambda _told: None)


def claim(engine: Engine, tables: list[Facts], source: str) -> str | None:
    """Mark the target as a copy of this instance that is being made, or gives the digest with which one was finished.

    Raises Refused where the target holds other facts.
    """
    with reading(), engine.connect() as connection:
        mark = connection.execute(select(CopyMark.__table__)).one_or_none()
    if mark is not None and mark.source == source:
        return str(mark.digest) if mark.finished_at else None
    if held := first_that_holds_facts(engine, tables):
        if mark is not None:
            raise Refused("The target is a copy of another instance. Give an empty database.")
        raise Refused(f"The target holds facts already, in the table {held}. Give an empty database.")
    with writing(), engine.begin() as connection:
        connection.execute(delete(CopyMark))
        connection.execute(insert(CopyMark).values(source=source, began_at=clock.now()))
    return None


def say_unfinished(engine: Engine) -> None:
    """From now on until `say_finished` the target is half a copy."""
    with writing(), engine.begin() as connection:
        connection.execute(update(CopyMark).values(finished_at=None, digest=None))


def say_finished(engine: Engine, digest: str) -> None:
    """The target holds what the source held: this digest of all facts."""
    with writing(), engine.begin() as connection:
        connection.execute(update(CopyMark).values(finished_at=clock.now(), digest=digest))


def set_sequences(engine: Engine, tables: list[Facts]) -> None:
    """Let PostgreSQL go on counting after the numbers that were copied."""
    with writing(), engine.begin() as connection:
        count_on(connection, tables)


def count_on(connection: Connection, tables: list[Facts]) -> None:
    """Within this transaction, let PostgreSQL go on counting after the numbers that are there."""
    if connection.dialect.name != "postgresql":
        return
    for facts in tables:
        for name in facts.key:
            asked = text("select pg_get_serial_sequence(:table, :column)")
            sequence = connection.scalar(asked, {"table": f'"{facts.name}"', "column": name})
            if sequence is not None:
                last = connection.scalar(select(func.max(facts.table.c[name])))
                connection.execute(select(func.setval(sequence, last or 1, last is not None)))


def first_that_holds_facts(engine: Engine, tables: list[Facts]) -> str | None:
    """The name of a table of these that holds a row, or none."""
    with reading(), engine.connect() as connection:
        for facts in tables:
            if connection.execute(select(text("1")).select_from(facts.table).limit(1)).first():
                return facts.name
    return None


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(LOCK))):
            raise Refused("Another copy is being made into this database.")
        yield
        connection.execute(select(func.pg_advisory_unlock(LOCK)))
