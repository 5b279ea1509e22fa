"""Every page of a record, for those who may not open it: another team, other roles, strangers. Nothing tells that it is there."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.caseload.record_parts import PARTS
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.people.models import Consent, Goal, Person, PersonContact, PersonFlag
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.referrals import World, agree

AsUser = Callable[..., Browser]
PAGES = (
    "", "/details", "/contacts/add", "/goals", "/next-step", "/agreements", "/agreements/add", "/agreements/end",
    "/agreements/no", "/agreements/again", "/measures", "/measures/ons4", "/measures/ons4/not-taken", "/seen",
    "/seen/print", "/do-not-contact", "/contact-again", "/death", "/hand-on", "/close", "/open-again", "/flag", "/match",
    *(f"/change/{part}" for part in PARTS),
)  # fmt: skip
POSTS = (*PAGES[2:5], *PAGES[6:10], *PAGES[11:13], *PAGES[15:], "/number", "/goals/add")
"""Pages that take a form, and two that take nothing else."""
TOLD = {
    "outcome": "reached", "mode": "phone", "words": "A goal", "step": "Phone", "how": "spoken", "given_by": "person",
    "scopes": ["demographics", "needs"], "reason": "moved-away", "why": "declined", "version": "1", "area": "leicester",
    "on-day": "1", "on-month": "12", "on-year": "2026", "what_matters": "Mine.", "answer-satisfied": "1",
    "point": "before", "completed_by": "together", "given_name": "X", "ways": ["through-me"], "key": "k" * 32,
    "organisation": "all",
}  # fmt: skip


def nothing_changed(world: World) -> None:
    db.session.expire_all()
    person = db.session.get_one(Person, world.person.id)
    assert person.version == 1 and person.closed_at is None and person.death_recorded_at is None
    for kind in (Goal, PersonContact, PersonFlag):
        assert db.session.scalars(select(kind)).first() is None
    assert {one.status for one in db.session.scalars(select(Consent))} == {"active"}
    assert not db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.number_shown")).all()


def test_another_team_finds_no_record_on_any_page(app: Flask, loop: World, make: Make, as_user: AsUser) -> None:
    agree(loop.person, loop.group)
    other = as_user(make_user("link-worker", organisation=make.organisation("Another team")))
    for part in PAGES:
        page = other.get(f"/clients/{loop.person.reference}{part}", expect=404)
        assert "Quilla" not in page.html and "Vantongeren" not in page.html
    for part in POSTS:
        other.post(f"/clients/{loop.person.reference}{part}", TOLD, expect=404)
    nothing_changed(loop)
    assert not db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.read")).all()


@pytest.mark.parametrize("role", ["group-worker", "lead"])
def test_other_roles_of_the_same_organisation_are_refused(
    sqlite_app: Flask, loop: World, as_user: AsUser, role: str
) -> None:
    agree(loop.person, loop.group)
    other = as_user(make_user(role, organisation=loop.team))
    for part in PAGES:
        assert "Quilla" not in other.get(f"/clients/{loop.person.reference}{part}", expect=403).html
    for part in POSTS:
        other.post(f"/clients/{loop.person.reference}{part}", TOLD, expect=403)
    nothing_changed(loop)


def test_a_stranger_is_asked_to_sign_in(sqlite_app: Flask, loop: World, browser: Browser) -> None:
    agree(loop.person, loop.group)
    for part in PAGES:
        assert "/sign-in" in browser.get(f"/clients/{loop.person.reference}{part}", expect=303).headers["Location"]
    nothing_changed(loop)


def test_a_reference_that_is_none_leads_nowhere(sqlite_app: Flask, loop: World, as_user: AsUser) -> None:
    browser = as_user(loop.worker)
    for told in ("K7PH-4MWX", "quilla", "%00", "9" * 300):
        browser.get(f"/clients/{told}", expect=404)
