"""What is acknowledged is on the disk: the settings that make it so, on every connection, and the doctor who looks at them."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from portal.core import database
from portal.core.extensions import db
from portal.operations import doctor, upgrading
from portal.operations.readiness import Check


@pytest.fixture(autouse=True)
def migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' tables are made without migrations, at which the doctor would stop."""
    monkeypatch.setattr(upgrading, "revision", upgrading.newest_revision)


def power_loss() -> Check:
    return next(check for check in doctor.examine() if check.name == "power loss")


def test_every_connection_to_sqlite_syncs_each_commit(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'a.sqlite'}"
    engine = create_engine(address, **database.engine_options(address))
    database.prepare(engine)
    with database.reading(), engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.scalar(text("pragma synchronous")) == 2
            assert connection.scalar(text("pragma journal_mode")) == "wal"
    engine.dispose()


def test_the_doctor_finds_a_database_that_does_not_sync(app: Flask) -> None:
    """The tests' own PostgreSQL does not sync, to be quick: the doctor must say so."""
    if db.engine.dialect.name == "sqlite":
        assert power_loss().is_good
        return
    found = power_loss()
    assert not found.is_good
    assert "fsync is off" in found.sentence and "full_page_writes is off" in found.sentence
    assert "synchronous_commit" not in found.sentence, "the portal's own connections wait for the commit"


def test_the_doctor_finds_a_lax_setting_of_sqlite(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.SYNCED["sqlite"], "synchronous", ("select 1", frozenset({"2"})))
    found = power_loss()
    assert not found.is_good
    assert "synchronous is 1" in found.sentence
