"""Migrations: an empty database comes to the newest form, that form is the models', and data survives the way down and up."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from portal.app import create_app
from portal.core.extensions import Base, db
from portal.core.settings import Settings
from portal.operations import upgrading
from tests.factories import Make

ROOT = Path(__file__).parent.parent.parent
VERSIONS = ROOT / "migrations" / "versions"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database in which nothing has been made yet."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        name = f"m{uuid4().hex[:12]}"
        with sqlalchemy.create_engine(server.url(), isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"create database {name}"))
        url = server.url(name)
    app = create_app(replace(settings, database_url=url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _differences() -> list[object]:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": False}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def test_an_empty_database_comes_to_the_form_of_the_models(empty: Flask) -> None:
    told: list[str] = []
    upgrading.migrate(told.append)
    assert upgrading.revision() == upgrading.newest_revision()
    assert _differences() == []
    upgrading.migrate(told.append)
    assert told[1].startswith("The database is at")


def test_data_survives_the_way_down_and_up(empty: Flask) -> None:
    upgrade()
    make = Make()
    make.service("Tuesday Table", sessions=[make.session()])
    db.session.remove()
    scripts = list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())
    there = [str(script.revision) for script in scripts]
    for step, to in [(downgrade, one) for one in there[1:]] + [(upgrade, one) for one in reversed(there[:-1])]:
        step(revision=to)
        db.session.remove()
        assert db.session.scalar(text("select count(*) from service")) == 1, f"lost on the way to {to}"
        db.session.remove()
    downgrade(revision="base")  # and what went up again goes down again
    tables = set(sqlalchemy.inspect(db.engine).get_table_names())
    assert tables <= {"alembic_version"}


def test_the_head_file_names_the_newest_migration() -> None:
    """Two branches that each add a migration clash in git here, and not in production."""
    newest = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    assert (ROOT / "migrations" / "head.txt").read_text(encoding="utf-8").strip() == newest


def test_migrations_are_numbered_and_named() -> None:
    names = sorted(path.stem for path in VERSIONS.glob("*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert all(name[4] == "_" and name == name.lower() for name in names)


def test_a_migration_that_fails_half_way_leaves_nothing_and_can_be_run_again(empty: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("create table service (id integer)"))
    with pytest.raises(sqlalchemy.exc.DBAPIError):
        upgrade()
    db.session.remove()
    assert upgrading.revision() is None
    with db.engine.begin() as connection:
        connection.execute(text("drop table service"))
    upgrading.migrate(lambda _told: None)
    assert upgrading.revision() == upgrading.newest_revision()
