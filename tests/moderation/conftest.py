"""A listing, those who change it, and a moderator."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.assurance.models import CheckItem, CheckRound, ListingReport
from portal.changes import actions
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.organisations.models import OrganizationIdentifier
from portal.registers import flagging
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


@pytest.fixture
def report(service: Service) -> ListingReport:
    """A visitor wrote that a time is wrong, and left a contact."""
    row = ListingReport(
        service_id=service.id, reference="ABC234", kind="wrong_time", words="Shut at ten.", contact="ana@example.org",
        form_key="k" * 24,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


@pytest.fixture
def call(service: Service) -> CheckRound:
    """The group did not answer our mails, so it is to be rung."""
    today = clock.today()
    service.assured_date = today - timedelta(days=120)
    row = CheckRound(
        organization_id=service.organization_id, begun_on=today - timedelta(days=21), phone_on=today, try_on=today,
        why_phone="silent",
    )  # fmt: skip
    row.items.append(CheckItem(service_id=service.id))
    db.session.add(row)
    db.session.commit()
    return row


def remove_from_register(service: Service, make: Make) -> None:
    """The group of a listing was a charity, and its register removed it."""
    number = OrganizationIdentifier(
        organization_id=service.organization_id,
        identifier_scheme="GB-CHC",
        identifier_type="charity",
        identifier="1999999",
    )
    db.session.add(number)
    make.register_entry("1999999", status="Removed", is_removed=True)
    flagging.look()


def phone(number: str) -> list[dict[str, Any]]:
    """A value of the fact `phone`."""
    return [{"title": "Enquiries", "phones": [{"number": number}]}]
