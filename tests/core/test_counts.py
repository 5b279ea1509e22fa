"""A database plans by counts of what it holds: without them SQLite reads whole tables where an index tells a few rows."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from portal.core import database
from portal.core.extensions import db
from portal.core.jobs import HANDLERS
from portal.core.queue import work_until_idle
from portal.operations.counts import count
from portal.worker import TIMETABLE

NEAR = "explain query plan select * from place join tag on tag.of = place.id and tag.kind = 'service' where lat between 1 and 2"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Ten thousand places, each with a tag of one kind: an index of kinds tells nothing."""
    url = f"sqlite:///{tmp_path / 'own'}"
    made = create_engine(url, **database.engine_options(url))
    database.prepare(made)
    with made.begin() as connection:
        for statement in (
            "create table place (id integer primary key, lat real)",
            "create table tag (id integer primary key, kind text, of integer)",
            "create index by_lat on place (lat)",
            "create index by_kind on tag (kind, of)",
            f"insert into place (lat) values {', '.join(f'({number / 50})' for number in range(10_000))}",
            "insert into tag select id, 'service', id from place",
        ):
            connection.exec_driver_sql(statement)
    return made


def plan(engine: Engine) -> str:
    engine.dispose()
    with engine.connect() as connection:
        return " ".join(str(row[3]) for row in connection.exec_driver_sql(NEAR))


def test_once_it_has_counted_it_begins_with_what_is_near(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    database.learn(engine)
    assert "by_lat" not in plan(engine), "a small one is left alone"
    monkeypatch.setattr(database, "LEAST_BYTES_TO_COUNT", 1)
    database.learn(engine)
    assert "by_lat" in plan(engine)


def test_one_that_is_being_written_is_left_for_the_next_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LEAST_BYTES_TO_COUNT", 1)
    with engine.begin():
        database.learn(engine)
    assert "by_lat" not in plan(engine)


def test_the_worker_has_it_counted_once_a_day(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("portal.operations.counts.learn", asked.append)
    assert "database.counts" in HANDLERS and any(one.handler is count for one in TIMETABLE)
    count.later()
    db.session.commit()
    work_until_idle()
    assert asked == [db.engine]
