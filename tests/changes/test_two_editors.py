"""R9 and R10: the same form sent by six at once makes one change; of two editors none overwrites the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from functools import partial
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import OperationalError

from portal.accounts.models import User
from portal.changes import actions, queries
from portal.changes.applying import Clash
from portal.changes.models import ChangeRequest
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.directory.models import Service
from tests.factories import Make

EDITS = 50
"""Of each of two editors."""


def _apart(app: Flask, run: Callable[[], str]) -> str:
    """Run in an application context of its own, as a request does."""

    def inside() -> str:
        with app.app_context():
            return run()

    return Context().run(inside)


def _edit(service_id: UUID, user_id: UUID, line: str, key: str | None = None) -> str:
    """Add a line to the description as it was read a moment ago. Gives what became of it."""
    try:
        with unit():
            service, user = db.session.get_one(Service, service_id), db.session.get_one(User, user_id)
            told, seen = service.description, service.version
            db.session.rollback()
            facts = {"description": f"{told}\n{line}"}
            actions.propose(service, facts, by=user, base_version=seen, key=key)
        return "saved"
    except Clash:
        return "again"
    except OperationalError:  # SQLite was busy for five seconds: the page says to try again
        return "again"


def test_none_of_a_hundred_edits_by_two_people_is_lost(app: Flask, make: Make) -> None:
    service = make.service()
    users = [make.user("editor", organisation=service.organization, trusted=True) for _each in range(2)]
    service_id, user_ids = service.id, [user.id for user in users]

    def of_one(who: int) -> list[str]:
        done = []
        for number in range(EDITS):
            line = f"editor {who} line {number}."
            while _apart(app, partial(_edit, service_id, user_ids[who], line)) == "again":
                clashes.append(line)
            done.append(line)
        return done

    clashes: list[str] = []
    with ThreadPoolExecutor(2) as pool:
        lines = [line for done in pool.map(of_one, range(2)) for line in done]
    db.session.rollback()
    db.session.expire_all()
    service = db.session.get_one(Service, service_id)
    assert sorted((service.description or "").split("\n")[1:]) == sorted(lines)
    assert service.version == 1 + 2 * EDITS
    assert [one.number for one in queries.versions_of(service_id, 500)] == list(range(1 + 2 * EDITS, 0, -1))


def test_six_posts_of_one_form_make_one_change(app: Flask, make: Make) -> None:
    service = make.service()
    user = make.user("editor", organisation=service.organization, trusted=True)
    service_id, user_id = service.id, user.id

    def send() -> str:
        with unit():
            service, user = db.session.get_one(Service, service_id), db.session.get_one(User, user_id)
            db.session.rollback()
            change = actions.propose(service, {"description": "Once."}, by=user, base_version=1, key="k" * 32)
            return str(change.id)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _turn: _apart(app, send), range(6)))
    db.session.rollback()
    assert len(set(answers)) == 1
    assert db.session.query(ChangeRequest).count() == 1
    assert [one.number for one in queries.versions_of(service_id)] == [2, 1]
