"""How the database goes about a filter: never through a whole table for each listing."""

from datetime import time

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from portal.core.extensions import db
from portal.directory.models import Schedule
from portal.feed import queries
from portal.feed.asked import asked_of
from tests.factories import Make


@pytest.mark.parametrize("asked", [{"day": "TU"}, {"start_time": "09:00"}, {"day": "TU", "end_time": "20:00"}])
@pytest.mark.parametrize("endpoint", ["services", "service_at_locations"])
def test_times_are_found_once_and_not_for_each_listing(
    sqlite_app: Flask, make: Make, endpoint: str, asked: dict[str, str]
) -> None:
    """Nearly all schedules are of places: once SQLite has counted, it would rather read all of them than use an index."""
    for number in range(20):
        make.service(
            f"Group {number}", opening=[Schedule(freq="WEEKLY", byday="TU", opens_at=time(10)) for _ in range(3)]
        )
    db.session.commit()
    db.session.execute(text("analyze"))
    find = queries.services if endpoint == "services" else queries.places
    wanted = find(asked_of(endpoint, MultiDict(asked))).ids  # type: ignore[arg-type]
    statement = str(wanted.compile(db.engine, compile_kwargs={"literal_binds": True}))
    plan = [(row[0], row[1], row[3]) for row in db.session.execute(text(f"explain query plan {statement}"))]
    correlated = {row[0] for row in plan if "CORRELATED" in row[2]}
    assert not [row for row in plan if row[1] in correlated and row[2].startswith("SCAN")], plan
    db.session.rollback()
