"""A lost second factor: who may take it away, and what follows."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.models import Membership, User
from portal.core import clock
from portal.core.extensions import db
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.people import browser_as

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def people(active_app: Flask, make: Make) -> tuple[User, User, User]:
    """A lead, an editor of the same organisation with a second factor, and the lead of another."""
    here, there = make.organisation("Larkfield Circle"), make.organisation("Tannery Park Allotment Group")
    return (
        make.user("lead", organisation=here, totp_secret=SECRET),
        make.user("editor", organisation=here, email="ed@people.example.org", totp_secret=SECRET),
        make.user("lead", organisation=there, totp_secret=SECRET),
    )


def _path(user: User, *, act: bool = False) -> str:
    path = f"/account/people/{user.memberships[0].organization_id}/{user.id}"
    return f"{path}/second-factor" if act else path


def test_a_lead_takes_it_away_from_one_of_their_people_who_is_told(
    sqlite_app: Flask, people: tuple[User, User, User], mailbox: Mailbox
) -> None:
    lead, editor, _other = people
    editor_id, path, act = editor.id, _path(editor), _path(editor, act=True)
    theirs, mine = browser_as(sqlite_app, editor), browser_as(sqlite_app, lead)
    assert "A lost phone or passkey" in mine.get(path).main
    assert "The second step was taken away" in mine.follow(mine.post(act, expect=303)).main
    assert not db.session.get_one(User, editor_id).has_second_factor
    theirs.get("/account", expect=303)
    assert "taken away" in mailbox.to("ed@people.example.org")[0].text
    assert "A lost phone or passkey" not in mine.get(path).main


def test_nobody_takes_it_from_people_of_others_from_themselves_or_from_who_is_more_than_theirs(
    sqlite_app: Flask, people: tuple[User, User, User]
) -> None:
    lead, editor, other = people
    browser_as(sqlite_app, other).post(_path(editor, act=True), expect=404)
    browser_as(sqlite_app, lead).post(_path(lead, act=True), expect=404)
    db.session.add(Membership(user_id=editor.id, role="moderator"))
    db.session.commit()
    lead, editor, other = (db.session.get_one(User, one.id) for one in people)
    browser_as(sqlite_app, lead).post(_path(editor, act=True), expect=404)
    browser_as(sqlite_app, editor).post(_path(editor, act=True), expect=403)
    assert db.session.get_one(User, editor.id).has_second_factor


def test_it_is_asked_again_who_takes_it_away(sqlite_app: Flask, people: tuple[User, User, User]) -> None:
    lead, editor, _other = people
    browser, act = browser_as(sqlite_app, lead), _path(editor, act=True)
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        assert browser.post(act, expect=303).headers["Location"].startswith("/account/prove")
    assert db.session.get_one(User, editor.id).has_second_factor
