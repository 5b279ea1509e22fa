"""What runs by the clock runs once a period, whichever worker is first."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.extensions import db
from portal.core.jobs import Job, job
from portal.core.timetable import Every, ask_for_due, last_run_at
from portal.worker import TIMETABLE
from tests.factories import MONDAY


@job("tests.clock")
def by_the_clock() -> None:
    """Does nothing."""


ROWS = (Every(by_the_clock, timedelta(hours=1)),)


def test_a_row_is_asked_for_once_a_period(app: Flask) -> None:
    with clock.freeze(MONDAY):
        assert ask_for_due(ROWS) == ["tests.clock"]
        assert ask_for_due(ROWS) == []
    with clock.freeze(MONDAY + timedelta(minutes=59)):
        assert ask_for_due(ROWS) == []
    with clock.freeze(MONDAY + timedelta(hours=1)):
        assert ask_for_due(ROWS) == ["tests.clock"]
        assert last_run_at() == MONDAY + timedelta(hours=1)
    assert len(db.session.scalars(select(Job)).all()) == 2


def test_the_worker_has_a_row_for_each_thing_that_ages(app: Flask) -> None:
    names = {row.handler.name for row in TIMETABLE}
    assert names >= {"search.refresh", "throttle.tidy", "shortlists.tidy", "unmet.tidy", "encryption.renew"}
