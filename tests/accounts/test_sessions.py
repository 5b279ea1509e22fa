"""Sessions: rows found by a hash, ended by time, by sign-out, and by whoever changes what they rest on."""

from contextvars import Context
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import sessions
from portal.accounts.models import User, UserSession
from portal.core import clock
from portal.core.access import requires, signed_in
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from tests.conftest import _application
from tests.factories import Make
from tests.support.people import browser_as, session_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_the_token_itself_is_not_in_the_database(app: Flask, make: Make) -> None:
    _name, token = session_of(app, make.user("editor", organisation=make.organisation()))
    row = db.session.scalars(select(UserSession)).one()
    assert token not in {row.token_hash, str(row.id)} and len(row.token_hash) == 64 and len(token) >= 43


def _who(app: Flask, token: str) -> object:
    def look() -> object:
        with app.test_request_context(headers={"Cookie": f"session={token}"}):
            return viewer().id

    return Context().run(look)


LASTS = {
    "lead": (12 * HOUR, 7 * 24 * HOUR),
    "editor": (12 * HOUR, 7 * 24 * HOUR),
    "moderator": (HOUR / 2, 12 * HOUR),
    "administrator": (HOUR / 2, 12 * HOUR),
    "referrer": (HOUR / 2, 12 * HOUR),
}
"""How long a session lasts unused, and in all."""


def _user(make: Make, role: str) -> User:
    return make.user(role, organisation=make.organisation() if role in {"lead", "editor", "referrer"} else None)


@pytest.mark.parametrize("role", LASTS)
def test_a_session_ends_when_left_alone(sqlite_app: Flask, make: Make, role: str) -> None:
    idle, _longest = LASTS[role]
    user, began = _user(make, role), clock.now()
    _name, token = session_of(sqlite_app, user)
    for uses in (1, 2):
        with clock.freeze(began + uses * (idle - MINUTE)):
            assert _who(sqlite_app, token) == user.id
    with clock.freeze(began + 2 * (idle - MINUTE) + idle + MINUTE):
        assert _who(sqlite_app, token) is None


@pytest.mark.parametrize("role", LASTS)
def test_a_session_does_not_outlive_its_longest_time_however_busy(sqlite_app: Flask, make: Make, role: str) -> None:
    idle, longest = LASTS[role]
    began = clock.now()
    _name, token = session_of(sqlite_app, _user(make, role))
    at = began
    while (at := at + idle * 0.7) < began + longest - MINUTE:
        with clock.freeze(at):
            assert _who(sqlite_app, token) is not None
    for minutes, is_in in ((-1, True), (1, False)):
        with clock.freeze(began + longest + minutes * MINUTE):
            assert (_who(sqlite_app, token) is not None) == is_in


def test_ended_sessions_and_deactivated_users_are_nobody(app: Flask, make: Make) -> None:
    user = make.user()
    _name, first = session_of(app, user)
    _name, second = session_of(app, user)
    kept = db.session.scalars(select(UserSession.id).order_by(UserSession.created_at.desc())).first()
    sessions.end_all(user.id, but=kept)
    db.session.commit()
    assert (_who(app, first), _who(app, second)) == (None, user.id)
    user.deactivated_at = clock.now()
    db.session.commit()
    assert _who(app, second) is None


def test_signed_in_pages_are_shut_to_strangers_and_to_the_wrong_role(
    settings: object, make: Make, sqlite_app: Flask
) -> None:
    app = _application(sqlite_app.extensions["portal.settings"])
    app.add_url_rule("/any", "any", signed_in()(lambda: "in"))
    app.add_url_rule("/queue", "queue", requires(Permission.MODERATE)(lambda: "in"))
    editor = browser_as(app, make.user("editor", organisation=make.organisation())).client
    moderator = browser_as(app, make.user("moderator")).client
    assert app.test_client().get("/any").status_code in {303, 404}
    assert (editor.get("/any").status_code, editor.get("/queue").status_code) == (200, 403)
    assert "Your role does not open this page." in editor.get("/queue").text
    assert moderator.get("/queue").status_code == 200
    assert moderator.get("/queue").headers["Cache-Control"] == "no-store"


def test_who_needs_a_second_factor_is_led_to_it_first(make: Make, sqlite_app: Flask) -> None:
    app = _application(sqlite_app.extensions["portal.settings"])
    app.add_url_rule("/queue", "queue", requires(Permission.MODERATE)(lambda: "in"))
    weak = browser_as(app, make.user("moderator"), is_strong=False).client
    answer = weak.get("/queue")
    assert (answer.status_code, answer.headers["Location"]) == (303, sessions.SET_UP_FACTOR)


def test_nobody_may_do_anything_before_their_second_factor(sqlite_app: Flask, make: Make) -> None:
    user = make.user("moderator")

    def may(token: str) -> tuple[bool, object]:
        def look() -> tuple[bool, object]:
            with sqlite_app.test_request_context(headers={"Cookie": f"session={token}"}):
                return viewer().can(Permission.MODERATE), viewer().organisations_with(Permission.MODERATE)

        return Context().run(look)

    assert may(session_of(sqlite_app, user)[1]) == (True, None)
    assert may(session_of(sqlite_app, user, is_strong=False)[1]) == (False, frozenset())
