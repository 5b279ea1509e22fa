"""Migrations run while the release before reads and writes: they only add, and can be repeated and cut off."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import MetaData, Table, insert, select, text, update

from portal.core import clock
from portal.core.database import reading, writing
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.operations import upgrading
from tests.operations import moving
from tests.support.postgres import Server
from tests.support.processes import ROOT

BEFORE = "0003"
"""Where the release before stands."""


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An instance of the release before."""
    url = f"sqlite:///{tmp_path / 'before.sqlite3'}"
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        url = moving.database(server)
    with moving.opened(settings, url) as app:
        upgrade(revision=BEFORE)
        db.session.remove()
        yield app


def tables_there() -> MetaData:
    """The tables as the database has them now: all that the release before knows of it."""
    found = MetaData()
    with reading(), db.engine.connect() as connection:
        found.reflect(connection)
    return found


def _names_there() -> set[str]:
    with reading(), db.engine.connect() as connection:
        return set(sqlalchemy.inspect(connection).get_table_names())


class Release:
    """The release before, as far as the database sees it: statements that name its own columns, and nothing newer."""

    def __init__(self, tables: MetaData) -> None:
        self.tables = tables.tables
        self.written: list[object] = []

    def writes(self) -> None:
        """A visitor tells us something, an import brings a service, a job is asked for: one transaction."""
        organisation_id, service_id = self._id("organization"), self._id("service")
        with writing(), db.engine.begin() as connection:
            for name, row_id in (("organization", organisation_id), ("service", service_id), ("unmet_need", None)):
                row = self._row(self.tables[name], organisation_id)
                row["id"] = row_id or self._id("unmet_need")
                connection.execute(insert(self.tables[name]).values(row))
            service = self.tables["service"]
            connection.execute(update(service).where(service.c.id == service_id).values(name="Renamed"))
        self.written.append(service_id)

    def reads(self) -> None:
        """Every table, by its own columns."""
        with reading(), db.engine.connect() as connection:
            for table in self.tables.values():
                connection.execute(select(*table.columns).limit(5)).all()

    def _id(self, table: str) -> object:
        made = uuid4()
        return made if db.engine.dialect.name == "postgresql" else made.hex

    def _row(self, table: Table, organisation_id: object) -> dict[str, object]:
        """A value for each column that must have one."""
        by_type = {int: 1, bool: False, float: 1.0, str: "x", dict: [], list: [], UUID: None}
        row: dict[str, object] = {}
        for column in table.columns:
            if column.nullable or column.server_default is not None:
                continue
            name = column.name
            if name == "organization_id":
                row[name] = organisation_id
            elif name == "form_key":
                row[name] = uuid4().hex
            elif "date" in str(column.type).lower() or "timestamp" in str(column.type).lower():
                row[name] = clock.now()
            elif "json" in str(column.type).lower():
                row[name] = []
            else:
                row[name] = by_type.get(column.type.python_type, "x")
        return row | ({"status": "active"} if "status" in row else {})


def test_the_release_before_reads_and_writes_while_it_is_migrated_and_after(before: Flask) -> None:
    release, stop, wrong = Release(tables_there()), threading.Event(), list[Exception]()
    release.writes()

    def go_on() -> None:
        with before.app_context():
            while not stop.is_set():
                try:
                    release.writes()
                    release.reads()
                except Exception as error:
                    wrong.append(error)
                    return
            db.session.remove()

    threads = [threading.Thread(target=go_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        upgrading.migrate(lambda _told: None)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    release.writes()
    release.reads()
    assert db.session.scalar(text("select count(*) from service where name = 'Renamed'")) == len(release.written)


def test_migrations_only_add(before: Flask) -> None:
    """What the release before does not name must be able to stay empty; what it names must stay as it is."""
    old = tables_there()
    upgrading.migrate(lambda _told: None)
    new = tables_there()
    for name, table in old.tables.items():
        assert name in new.tables, f"{name} went"
        columns = new.tables[name].columns
        for column in table.columns:
            assert column.name in columns, f"{name}.{column.name} went"
            assert str(columns[column.name].type) == str(column.type), f"{name}.{column.name} changed its type"
            assert columns[column.name].nullable or not column.nullable, f"{name}.{column.name} must be filled now"
        for column in columns:
            is_free = column.nullable or column.server_default is not None
            assert column.name in table.columns or is_free, f"{name}.{column.name} must be filled by the release before"


def test_migrations_can_be_repeated_and_cut_off_between_and_within(before: Flask) -> None:
    """Each is one transaction: whatever statement a kill comes before, nothing of that migration is there."""
    versions = sorted(path.stem[:4] for path in (ROOT / "migrations" / "versions").glob("*.py"))
    for revision in [version for version in versions if version > BEFORE]:
        there = _names_there()
        statements = 0

        def cut(*_told: object) -> None:
            nonlocal statements
            statements += 1
            if statements == 6:
                raise KeyboardInterrupt

        sqlalchemy.event.listen(db.engine, "before_cursor_execute", cut)
        try:
            upgrade(revision=revision)
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            sqlalchemy.event.remove(db.engine, "before_cursor_execute", cut)
        db.session.remove()
        if upgrading.revision() != revision:
            assert _names_there() == there, f"half of {revision} stayed"
        upgrade(revision=revision)
        upgrade(revision=revision)
        db.session.remove()
        assert upgrading.revision() == revision
