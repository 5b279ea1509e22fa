"""A group with a listing whose check is due, and days that pass."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.assurance import actions
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.notifications.models import Bounce, OutboxMessage
from tests.factories import MONDAY, Make


class Days:
    """A clock that the test moves on. `pass_by` lives through days with the daily job on each."""

    def __init__(self) -> None:
        self.frozen: Any = None
        self.set(MONDAY)

    def set(self, moment: datetime) -> None:
        if self.frozen is not None:
            self.frozen.__exit__(None, None, None)
        self.frozen = clock.freeze(moment)
        self.frozen.__enter__()

    def pass_by(self, days: int) -> None:
        for _ in range(days):
            self.set(clock.now() + timedelta(days=1))
            self.look()

    def look(self) -> None:
        """The daily job of today."""
        db.session.commit()
        actions.daily()
        db.session.commit()

    def end(self) -> None:
        self.frozen.__exit__(None, None, None)


@pytest.fixture
def days() -> Iterator[Days]:
    found = Days()
    yield found
    found.end()


class Post:
    """What was put into the outbox, oldest first: (step, address, token)."""

    def mails(self) -> list[tuple[str, str, str]]:
        db.session.rollback()
        rows = db.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.name == "still-right")
            .order_by(OutboxMessage.created_at, OutboxMessage.id)
        )
        told = [(json.loads(row.fields or "{}"), row.recipient or "") for row in rows]
        return [(one["step"], address, one["token"]) for one, address in told]

    def last_token(self) -> str:
        return self.mails()[-1][2]

    def comes_back(self, address_key: str) -> None:
        db.session.add(
            Bounce(source_id=address_key, kind="hard", channel="email", recipient_key=address_key, reason="550")
        )
        db.session.commit()


@pytest.fixture
def post(active_app: Flask) -> Post:
    return Post()


@pytest.fixture
def due(make: Make, days: Days) -> Service:
    """A group without accounts whose one listing was checked 76 days ago; it has sessions."""
    group = make.organisation("Tannery Park Allotment Group", email="hello@tannery.example")
    return make.service(
        "Shed Saturdays",
        organisation=group,
        sessions=[make.session("SA", "10:00", "13:00")],
        phone="0116 496 0187",
        assured_date=checked(76),
    )


def checked(days_ago: int) -> date:
    """The day on which something was checked."""
    return clock.today() - timedelta(days=days_ago)
