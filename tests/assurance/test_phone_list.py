"""The telephone list: whom to ring, what to ask, what follows."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.assurance import phoning
from portal.assurance.models import CheckCall
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.directory.models import Service
from portal.organisations.models import Organization
from tests.assurance.conftest import Days, Post
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import browser_as


@pytest.fixture
def moderator(make: Make) -> User:
    return make.user("moderator")


@pytest.fixture
def call(due: Service, days: Days, post: Post, moderator: User) -> phoning.ToPhone:
    """A call that is due because nobody answered for three weeks."""
    days.look()
    days.pass_by(21)
    [found] = phoning.phone_list(moderator)
    return found


def test_the_list_says_whom_to_ring_why_and_what_to_ask(call: phoning.ToPhone, due: Service) -> None:
    assert call.organisation == "Tannery Park Allotment Group"
    assert call.listings == ((due.id, "Shed Saturdays"),)
    assert [phone.text for phone in call.phones] == ["0116 496 0187"]
    assert (call.why, call.days_late, call.since) == ("silent", 7, clock.today())
    assert len(phoning.SCRIPT) >= 5 and call.why in phoning.WHY


def test_confirmed_by_telephone_is_checked_by_us(
    app: Flask, call: phoning.ToPhone, due: Service, moderator: User
) -> None:
    phoning.answer_call(call.round_id, "confirmed", minutes=6, by=moderator)
    db.session.commit()
    assert (due.assured_date, due.assured_by, due.assured_how) == (clock.today(), "moderator", "telephone")
    assert phoning.phone_list(moderator) == [] and phoning.phone_list_size() == 0
    assert phoning.minutes_spent(clock.today()) == 6
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "check.call"))
    assert entry is not None and entry.actor_id == str(moderator.id)
    assert entry.details == {"outcome": "confirmed", "minutes": 6}


def test_nobody_answered_is_tried_again_after_three_days_and_rests_after_three_calls(
    call: phoning.ToPhone, due: Service, moderator: User, days: Days
) -> None:
    waits = []
    for _ in range(4):
        phoning.answer_call(call.round_id, "no_answer", minutes=1, by=moderator)
        db.session.commit()
        assert phoning.phone_list(moderator) == []
        begun = clock.today()
        while not phoning.phone_list(moderator):
            days.pass_by(1)
        waits.append((clock.today() - begun).days)
    assert waits == [3, 3, 14, 3]


def test_a_wrong_number_is_said_to_readers_and_stays_on_the_list(
    call: phoning.ToPhone, due: Service, moderator: User
) -> None:
    phoning.answer_call(call.round_id, "wrong_number", minutes=2, by=moderator)
    db.session.commit()
    assert due.doubted_at is not None
    [later] = phoning.phone_list(moderator, with_later=True)
    assert [outcome for outcome, _day in later.calls] == ["wrong_number"]


def test_they_have_closed(call: phoning.ToPhone, due: Service, moderator: User, days: Days, post: Post) -> None:
    phoning.answer_call(call.round_id, "closed", minutes=4, by=moderator)
    db.session.commit()
    assert due.status == "inactive"
    assert [change.kind for change in db.session.scalars(select(ChangeRequest))] == ["close"]
    days.pass_by(120)
    assert len(post.mails()) == 2 and phoning.phone_list_size() == 0


def test_a_new_address_is_written_to_from_then_on(
    call: phoning.ToPhone, due: Service, moderator: User, days: Days, post: Post
) -> None:
    phoning.answer_call(call.round_id, "confirmed", minutes=6, by=moderator, email="new@tannery.example")
    db.session.commit()
    days.pass_by(76)
    assert post.mails()[-1][:2] == ("first", "new@tannery.example")


def test_what_is_no_address_is_refused_and_nothing_is_noted(call: phoning.ToPhone, moderator: User) -> None:
    with pytest.raises(DomainError):
        phoning.answer_call(call.round_id, "confirmed", minutes=6, by=moderator, email="new@")
    with pytest.raises(DomainError):
        phoning.answer_call(call.round_id, "confirmed", minutes=9_999, by=moderator)
    db.session.rollback()
    assert db.session.scalars(select(CheckCall)).all() == []
    assert db.session.scalars(select(Organization.email)).all() == ["hello@tannery.example"]


def test_a_call_that_was_answered_meanwhile_is_not_needed(call: phoning.ToPhone, moderator: User) -> None:
    phoning.answer_call(call.round_id, "confirmed", minutes=6, by=moderator)
    db.session.commit()
    with pytest.raises(NotFound):
        phoning.answer_call(call.round_id, "no_answer", minutes=1, by=moderator)


@pytest.mark.parametrize("role", ["editor", "lead", "referrer", "administrator"])
def test_the_list_is_for_moderators_alone(call: phoning.ToPhone, due: Service, make: Make, role: str) -> None:
    who = make.user(role, organisation=due.organization if role in {"editor", "lead", "referrer"} else None)
    with pytest.raises(NotFound):
        phoning.phone_list(who)
    with pytest.raises(NotFound):
        phoning.answer_call(call.round_id, "confirmed", minutes=6, by=who)


def test_staff_alone_see_what_is_out_of_date_and_it_is_marked(
    sqlite_app: Flask, make: Make, days: Days, browser: Browser
) -> None:
    service = make.service("Old Table", assured_date=clock.today().replace(year=2025))
    service.assured_date = service.assured_date.replace(month=1)
    db.session.commit()
    address = f"/services/{service.id}/old-table"
    assert "so we do not show it" in browser.get(address, expect=410).main
    editor = make.user("editor", organisation=service.organization)
    browser_as(sqlite_app, editor).get(address, expect=410)
    link_worker = make.user("link-worker", organisation=make.organisation("Surgery"))
    page = browser_as(sqlite_app, link_worker).get(address)
    assert "Only staff see this page." in page.main and "phone first" in page.main
    assert page.headers["Cache-Control"] == "no-store"
