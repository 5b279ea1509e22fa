"""A person's name is shown where they agreed, from the moment that is recorded until the moment it is taken back."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.changes import actions, queries
from portal.changes.facts import FACTS, shown
from portal.changes.models import ChangeRequest
from portal.core import audit, clock
from portal.core.extensions import db
from portal.directory.details import details_of
from portal.directory.models import Contact, Service
from portal.directory.queries import listing
from portal.groups import editing
from portal.openreferral.documents import service_documents
from tests.factories import Make
from tests.openreferral import rich
from tests.support.page import Browser

AsUser = Callable[..., Browser]
ANN = {"number": "0116 496 0111", "about": "Coordinator", "hours": "", "person": "Ann Lark"}


@pytest.fixture
def service(app: Flask, make: Make) -> Service:
    return make.service(phone="0116 496 0999", organisation=make.organisation("Larkfield"))


@pytest.fixture
def editor(service: Service, make: Make) -> User:
    return make.user("editor", organisation=service.organization, trusted=True)


@pytest.fixture
def moderator(service: Service, make: Make) -> User:
    return make.user("moderator")


@pytest.fixture
def group(as_user: AsUser, editor: User) -> Browser:
    return as_user(editor)


def _send(group: Browser, service: Service, **typed: str) -> ChangeRequest:
    known = set(db.session.scalars(select(ChangeRequest.id)))
    db.session.refresh(service)
    address = f"/group/listings/{service.id}/edit/phone"
    group.post(address, {"action": "save", "version": service.version} | typed, expect=303)
    db.session.expire_all()
    made = db.session.scalars(select(ChangeRequest).where(ChangeRequest.id.not_in(known))).all()
    return next((one for one in made if one.state == "waiting"), made[0])


def _agree(group: Browser, service: Service, moderator: User) -> ChangeRequest:
    change = _send(group, service, **ANN, agreed="y")
    assert change.state == "waiting"
    actions.approve(change, moderator)
    db.session.commit()
    return change


def _told(service: Service) -> str:
    """All that leaves: the page's details and the document."""
    db.session.expire_all()
    found = listing(service.id)
    assert found is not None
    ((_listing, document),) = service_documents([service.id])
    names = [line.name for line in details_of(found).contacts]
    return json.dumps([names, document])


def _acts() -> list[str]:
    entries = db.session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.number))
    return [one.action for one in entries if one.action.startswith("contact.")]


def test_a_name_is_shown_once_its_person_agreed_and_never_before(
    service: Service, group: Browser, editor: User, moderator: User
) -> None:
    _send(group, service, **ANN, agreed="y")
    assert "Ann Lark" not in _told(service)
    actions.approve(db.session.scalars(select(ChangeRequest)).one(), moderator)
    db.session.commit()
    assert _told(service).count("Ann Lark") == 2
    (contact,) = service.contacts
    assert contact.name_agreed_at is not None and contact.name_agreed_by_id == editor.id
    assert _acts() == ["contact.name_agreed"]
    version = queries.version(service.id, service.version)
    assert version is not None and version.facts["phone"][0]["name"] == "Ann Lark"


def test_without_the_tick_a_name_is_not_even_kept(service: Service, group: Browser, moderator: User) -> None:
    change = _send(group, service, **ANN)
    assert "Ann" not in json.dumps(change.facts)
    actions.approve(change, moderator)
    db.session.commit()
    assert "Ann Lark" not in _told(service) and "Coordinator" in _told(service)


def test_taking_the_tick_away_takes_the_name_back_at_once(service: Service, group: Browser, moderator: User) -> None:
    _agree(group, service, moderator)
    number = service.version
    change = _send(group, service, **ANN)
    assert change.state == "live" and "Ann Lark" not in _told(service)
    assert service.version == number + 1
    assert service.contacts[0].name is None and service.contacts[0].name_agreed_at is None
    assert _acts() == ["contact.name_agreed", "contact.name_withdrawn"]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_change_that_waits_takes_the_name_back_before_it_waits(
    service: Service, make: Make, group: Browser, as_user: AsUser, moderator: User, trusted: bool
) -> None:
    _agree(group, service, moderator)
    other = as_user(make.user("editor", organisation=service.organization, trusted=trusted))
    change = _send(other, service, **(ANN | {"number": "0116 496 0222"}))
    assert change.state != "draft"
    told = _told(service)
    assert "Ann Lark" not in told and "496 0111" in told and "496 0222" not in told
    waiting = db.session.scalars(select(ChangeRequest).where(ChangeRequest.state == "waiting")).one()
    actions.approve(waiting, moderator)
    db.session.commit()
    assert "496 0222" in _told(service) and "Ann Lark" not in _told(service)


def test_an_earlier_version_brings_no_name_back(service: Service, make: Make, group: Browser, moderator: User) -> None:
    _agree(group, service, moderator)
    agreed = queries.version(service.id, service.version)
    assert agreed is not None
    _send(group, service, **ANN)
    change = actions.restore(agreed, moderator)
    if change.state == "waiting":
        actions.approve(change, make.user("moderator"))
    db.session.commit()
    assert "Ann Lark" not in _told(service)


def test_undoing_a_withdrawal_brings_no_name_back(service: Service, group: Browser, moderator: User) -> None:
    _agree(group, service, moderator)
    actions.undo(_send(group, service, **ANN), moderator)
    db.session.commit()
    assert "Ann Lark" not in _told(service)


def test_a_copy_of_a_listing_has_no_agreement(service: Service, group: Browser, editor: User, moderator: User) -> None:
    _agree(group, service, moderator)
    assert "name_agreed_at" in json.dumps(FACTS["phone"].read(service))
    draft = editing.copy(service, by=editor, key="k1")
    assert "name_agreed_at" not in json.dumps(draft.facts)


def test_the_page_shows_what_was_agreed_and_sent_as_it_is_changes_nothing(
    service: Service, group: Browser, moderator: User
) -> None:
    _agree(group, service, moderator)
    before = FACTS["phone"].read(service)
    page = group.get(f"/group/listings/{service.id}/edit/phone")
    assert page.one("#person")["value"] == "Ann Lark" and page.one("#agreed").has_attr("checked")
    with clock.freeze(clock.now() + timedelta(minutes=5)):
        change = actions.propose(
            service, {"phone": before}, by=moderator, base_version=service.version, key=None
        )  # fmt: skip
    assert change.facts["phone"] == before and FACTS["phone"].read(service) == before


def test_another_name_needs_an_agreement_of_its_own(service: Service, group: Browser, moderator: User) -> None:
    _agree(group, service, moderator)
    old = service.contacts[0].name_agreed_at
    with clock.freeze(clock.now() + timedelta(minutes=5)):
        change = _send(group, service, **(ANN | {"person": "Bea Finch"}), agreed="y")
        assert "Ann Lark" not in _told(service) and "Bea Finch" not in _told(service)
        change = db.session.scalars(select(ChangeRequest).where(ChangeRequest.state == "waiting")).one()
        actions.approve(change, moderator)
        db.session.commit()
        assert "Bea Finch" in _told(service)
        assert service.contacts[0].name_agreed_at != old


def test_names_without_agreement_are_on_no_page_and_in_no_document(sqlite_app: Flask, make: Make) -> None:
    tea = rich.fill(make)[0]
    assert db.session.scalar(select(Contact.name).where(Contact.name == "Ann Lark").limit(1)) == "Ann Lark"
    assert "Ann Lark" not in _told(tea) and "Coordinator" in _told(tea)
    lines = " ".join(shown("phone", FACTS["phone"].read(tea)))
    assert "Ann Lark, whose name nobody else sees" in lines


def test_an_agreement_is_shown_in_words_to_those_who_decide(sqlite_app: Flask) -> None:
    value: Any = [{"name": "Ann Lark", "name_agreed_at": "2026-11-30T10:00:00+00:00", "title": "Coordinator"}]
    assert shown("phone", value) == ["Ann Lark, who agreed that everyone sees this name, Coordinator"]
