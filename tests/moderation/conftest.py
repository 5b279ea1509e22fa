"""A listing, those who change it, and a moderator."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.changes import actions
from portal.changes.models import ChangeRequest
from portal.core.extensions import db
from portal.directory.models import Service
from tests.factories import Make
from tests.support.page import Browser

Propose = Callable[..., ChangeRequest]


@pytest.fixture
def service(active_app: Flask, make: Make) -> Service:
    return make.service("Kettle and Chat", sessions=[make.session()], phone="0116 496 0110")


@pytest.fixture
def editor(service: Service, make: Make) -> User:
    return make.user("editor", organisation=service.organization)


@pytest.fixture
def trusted(service: Service, make: Make) -> User:
    return make.user("editor", organisation=service.organization, trusted=True)


@pytest.fixture
def moderator(active_app: Flask, make: Make) -> User:
    return make.user("moderator", name="Robin Hale")


@pytest.fixture
def desk(moderator: User, as_user: Callable[..., Browser]) -> Browser:
    """The browser of the moderator."""
    return as_user(moderator)


@pytest.fixture
def propose(service: Service) -> Propose:
    """`propose(by, description="...")`: a change of the listing, sent."""

    def send(by: User, about: Service | None = None, **facts: Any) -> ChangeRequest:
        listing = about or service
        change = actions.propose(listing, facts, by=by, base_version=listing.version, key=None)
        db.session.commit()
        return change

    return send


def phone(number: str) -> list[dict[str, Any]]:
    """A value of the fact `phone`."""
    return [{"title": "Enquiries", "phones": [{"number": number}]}]
