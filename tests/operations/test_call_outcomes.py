"""Calls that were noted before two more answers came to be: their rows stay, with all that holds them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from portal.assurance.models import CheckCall, CheckRound
from portal.core import clock
from portal.core.database import writing
from portal.core.extensions import db
from portal.core.settings import Settings
from tests.factories import Make
from tests.operations import moving
from tests.support.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An instance that stands before the migration."""
    url = f"sqlite:///{tmp_path / 'before.sqlite3'}"
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        url = moving.database(server)
    with moving.opened(settings, url) as app:
        upgrade(revision="0010")
        db.session.remove()
        yield app


def note(outcome: str) -> None:
    with writing():
        one = db.session.scalars(select(CheckRound)).first()
        if one is None:
            one = CheckRound(organization_id=Make().organisation().id, begun_on=clock.today())
            db.session.add(one)
        one.calls.append(CheckCall(outcome=outcome, minutes=2))
        db.session.commit()
    db.session.remove()


def held() -> list[str]:
    """What the database itself sees to in the table of calls."""
    there = inspect(db.engine)
    every = [
        *there.get_check_constraints("check_call"),
        *there.get_foreign_keys("check_call"),
        *there.get_indexes("check_call"),
    ]
    return sorted(str(one["name"]) for one in every)


def test_calls_stay_and_may_be_answered_in_two_more_ways(before: Flask) -> None:
    note("no_answer")
    was = held()
    upgrade(revision="0011")
    db.session.remove()
    assert held() == was and was.count("ck_check_call_outcome") == 1
    for outcome in ("changed", "unfinished", "confirmed"):
        note(outcome)
    with pytest.raises(IntegrityError):
        note("nothing")
    db.session.rollback()
    db.session.remove()
    assert sorted(db.session.scalars(select(CheckCall.outcome))) == ["changed", "confirmed", "no_answer", "unfinished"]
    db.session.remove()
    downgrade(revision="0010")
    db.session.remove()
    assert held() == was
    assert sorted(db.session.scalars(select(CheckCall.outcome))) == ["confirmed", "confirmed", "no_answer", "no_answer"]
