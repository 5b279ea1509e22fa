"""Statements that are compiled once give what SQLAlchemy gives, on both databases, however they are run."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.extensions import db
from portal.directory import compiled, queries, statements
from portal.directory.models import SessionException

pytestmark = pytest.mark.usefixtures("monday")
ALL = ("SERVICES", "VENUES", "TIMETABLES", "FACTS")


def _rich(make: Any, number: int) -> UUID:
    """A service with a value in every kind of column."""
    session = make.session("TU")
    session.exceptions.append(SessionException(date=clock.today() + timedelta(days=14), kind="cancelled"))
    service = make.service(
        f"Group {number}",
        needs=["loneliness", "bereavement"],
        location=make.location(privacy=("public", "area", "hidden")[number % 3], access={"step_free": True}),
        sessions=[session],
        opening=[make.opening("MO")],
        cost=250,
        languages=["gu"],
        areas=["E06000016", "*"],
        first_visit=["Ring the bell", "Ask for “Bea”"],
        audiences=["men_only"],
        anyone_welcome=False,
        assured_date=clock.today(),
        space_said_at=clock.now(),
    )
    found: UUID = service.id
    return found


@pytest.fixture(params=[True, False], ids=["watched", "alone"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run by SQLAlchemy, and by the driver's own cursor."""
    monkeypatch.setattr(compiled, "is_watched", lambda _connection: request.param)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("name", ALL)
def test_rows_are_those_that_sqlalchemy_gives(app: Any, make: Any, name: str) -> None:
    ids = [_rich(make, number) for number in range(3)]
    statement: compiled.Compiled = getattr(statements, name)
    connection = db.session.connection()
    expected = connection.execute(statement.statement, {"ids": ids}).all()
    found = statement.rows(connection, ids)
    assert expected
    assert sorted(map(repr, map(tuple, found))) == sorted(map(repr, map(tuple, expected)))
    assert found[0]._fields == expected[0]._fields


@pytest.mark.usefixtures("either_way")
def test_any_number_of_ids_is_read_each_once(app: Any, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "SIZES", (1, 2))
    ids = [_rich(make, number) for number in range(5)]
    expected = list(ids)
    assert list(queries.public_listings([*ids, uuid4()])) == expected
    assert all(list(queries.public_listings(ids[:count])) == ids[:count] for count in range(1, 6))


@pytest.mark.usefixtures("either_way")
def test_a_list_that_was_read_can_be_changed(app: Any, make: Any) -> None:
    one = _rich(make, 0)
    queries.public_listings([one])[one].service.audiences.append("over_50s")
    queries.public_listings([one])[one].service.excluded_audiences.append("parents")
    again = queries.public_listings([one])[one].service
    assert (again.audiences, again.excluded_audiences) == (["men_only"], [])


def test_other_json_than_lists_of_texts_is_read_whole() -> None:
    process = json.loads
    for text in ("[]", '["a"]', '[["a"]]', '{"a": [1]}', "null", "[1]", '["' + "a" * 300 + '"]'):
        first, second = (compiled._from_json(process, text) for _ in range(2))
        assert first == second == process(text)
        assert first is None or first is not second


@pytest.mark.usefixtures("either_way")
def test_what_fails_fails_as_in_sqlalchemy(app: Any) -> None:
    connection = db.session.connection()
    with pytest.raises(DBAPIError):
        compiled._run(connection, "select 1 from nowhere_at_all", ())
    db.session.rollback()


def test_who_counts_statements_sees_them(app: Any, make: Any, count_statements: Any) -> None:
    one = _rich(make, 0)
    with count_statements() as seen:
        statements.SERVICES.rows(db.session.connection(), [one])
    assert len(seen) == 1
