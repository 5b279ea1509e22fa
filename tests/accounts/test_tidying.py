"""What the worker forgets of sessions and steps."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.accounts import steps, tidying
from portal.accounts.models import AccountToken, UserSession
from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.worker import TIMETABLE
from tests.factories import MONDAY, Make
from tests.support.people import session_of


def test_sessions_and_steps_are_forgotten_once_they_are_of_no_use(app: Flask, make: Make) -> None:
    with clock.freeze(MONDAY):
        session_of(app, make.user("moderator"))
        with unit():
            steps.begin("passkey", challenge="c")
    for days, sessions, open_steps in ((0, 1, 1), (2, 1, 0), (7, 1, 0), (8, 0, 0)):
        with clock.freeze(MONDAY + timedelta(days=days)):
            with unit():
                tidying.tidy()
            assert len(db.session.scalars(select(UserSession.id)).all()) == sessions
            assert len(db.session.scalars(select(AccountToken.id)).all()) == open_steps
            db.session.rollback()


def test_the_worker_tidies_by_the_clock() -> None:
    assert tidying.tidy in [row.handler for row in TIMETABLE]
