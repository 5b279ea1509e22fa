"""Flags to the coordinator: those of their own areas alone, by initials and reference, noted as read."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.geography.actions import ensure_sets
from portal.people.actions import flag
from portal.people.models import PersonFlag
from portal.referrals import withdrawing
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import World

AsUser = Callable[..., Browser]


@pytest.fixture
def flagged(loop: World) -> PersonFlag:
    flag(loop.person, "leicester", "Three of us see them, and nobody leads.", by=loop.worker)
    db.session.commit()
    return db.session.query(PersonFlag).one()


def test_a_coordinator_reads_marks_and_closes(
    sqlite_app: Flask, loop: World, flagged: PersonFlag, as_user: AsUser
) -> None:
    browser = as_user(make_user("team-coordinator", area="leicester"))
    page = browser.get("/caseload/flags")
    assert "Three of us see them, and nobody leads." in page.main
    assert "Q.V." in page.main
    assert loop.person.shown_reference in page.main
    assert "Vantongeren" not in page.html
    read = db.session.query(AuditEntry).filter_by(action="person.read", subject_id=str(loop.person.id)).one()
    assert read.details == {"what": "flag"}
    browser.post(f"/caseload/flags/{flagged.id}/seen", expect=303)
    assert flagged.seen_at is not None
    assert flagged.closed_at is None
    assert "Mark as seen" not in browser.get("/caseload/flags").main
    browser.post(f"/caseload/flags/{flagged.id}/closed", expect=303)
    assert flagged.closed_at is not None
    assert "Nobody is flagged" in browser.get("/caseload/flags").main


def test_another_area_and_other_roles_do_not_see_it(
    sqlite_app: Flask, loop: World, flagged: PersonFlag, as_user: AsUser, browser: Browser
) -> None:
    elsewhere = as_user(make_user("team-coordinator", area="camden"))
    assert "Nobody is flagged" in elsewhere.get("/caseload/flags").main
    elsewhere.post(f"/caseload/flags/{flagged.id}/closed", expect=404)
    as_user(loop.worker).get("/caseload/flags", expect=403)
    as_user(loop.worker).post(f"/caseload/flags/{flagged.id}/closed", expect=403)
    browser.get("/caseload/flags", expect=303)
    assert flagged.closed_at is None


def test_who_coordinates_a_council_sees_those_of_its_sets(
    sqlite_app: Flask, loop: World, flagged: PersonFlag, as_user: AsUser
) -> None:
    ensure_sets()
    db.session.commit()
    for council, is_seen in (("E06000016", True), ("E09000007", False)):
        page = as_user(make_user("team-coordinator", area=council)).get("/caseload/flags")
        assert ("and nobody leads" in page.main) is is_seen


def test_a_coordinator_opens_no_record(sqlite_app: Flask, loop: World, flagged: PersonFlag, as_user: AsUser) -> None:
    browser = as_user(make_user("team-coordinator", area="leicester"))
    browser.get("/caseload", expect=403)
    browser.get(f"/clients/{loop.person.reference}", expect=403)


def test_who_no_longer_agrees_is_no_longer_flagged(
    sqlite_app: Flask, loop: World, flagged: PersonFlag, as_user: AsUser
) -> None:
    browser = as_user(make_user("team-coordinator", area="leicester"))
    withdrawing.withdraw_consent(loop.person, None, by="person", how="online")
    page = browser.get("/caseload/flags")
    assert "Nobody is flagged" in page.main and loop.person.shown_reference not in page.html
    browser.post(f"/caseload/flags/{flagged.id}/seen", expect=404)
