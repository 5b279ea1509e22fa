"""Invitations: for one address, once, for 7 days; opening the link changes nothing."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts import invitations, limits
from portal.accounts.models import AccountToken, Membership, User
from portal.accounts.queries import user_by_email
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.notifications.models import OutboxMessage
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser

STRONG = "seven lanterns under wet slate"
LINK = re.compile(r"/account/join/([\w-]+)")


def sent(make: Make, **options: object) -> str:
    """An invitation of an organisation's lead; gives its token."""
    here = options.pop("organisation", None) or make.organisation()
    lead = make.user("lead", organisation=here)
    _row, token = invitations.invite(
        str(options.pop("email", "new@people.example.org")), Role.EDITOR, by=lead, organization_id=here.id, **options
    )
    db.session.commit()
    return str(token)


def test_a_lead_invites_from_the_page_and_the_mail_brings_the_link(
    app: Flask, make: Make, as_user: Callable[..., Browser], browser: Browser, mailbox: Mailbox
) -> None:
    here = make.organisation("Larkfield Circle")
    people = as_user(make.user("lead", organisation=here))
    address = f"/account/people/{here.id}/invite"
    told = people.get(address).form(address) | {"email": "New.Person@people.example.org", "role": "editor"}
    answered = people.post(address, told, expect=303)
    assert "New.Person@people.example.org" in people.follow(answered).main
    letter = mailbox.one
    found = LINK.search(letter.text)
    assert found is not None and "New.Person" not in letter.text
    assert "Larkfield Circle" in browser.get(f"/account/join/{found[1]}").main
    row = db.session.query(AccountToken).one()
    assert row.expires_at - row.created_at == timedelta(days=7)


def test_opening_the_link_changes_nothing_and_the_button_makes_the_account(
    app: Flask, make: Make, browser: Browser
) -> None:
    here = make.organisation("Larkfield Circle")
    token = sent(make, organisation=here)
    for _scanner in range(3):
        assert "Larkfield Circle" in browser.get(f"/account/join/{token}").main
    assert user_by_email("new@people.example.org") is None
    answered = browser.post(f"/account/join/{token}", {"name": "Nia Ōe", "password": STRONG}, expect=303)
    user = user_by_email("NEW@people.example.org")
    assert user is not None and user.can(Permission.LISTING_EDIT, organisation_id=here.id)
    assert user.email_confirmed_at is not None and "session=" in answered.headers["Set-Cookie"]
    Browser(app).get(f"/account/join/{token}", expect=410)


def test_an_easy_password_is_refused_and_the_name_kept(sqlite_app: Flask, make: Make, browser: Browser) -> None:
    token = sent(make)
    page = browser.post(f"/account/join/{token}", {"name": "Nia", "password": "password1234"}, expect=422)
    assert page.one("#name")["value"] == "Nia" and page.select(".error-summary")
    assert user_by_email("new@people.example.org") is None


def test_who_has_an_account_signs_in_and_joins_by_one_button(
    app: Flask, make: Make, as_user: Callable[..., Browser], browser: Browser
) -> None:
    here = make.organisation()
    known = make.user(email="Known@people.example.org")
    token = sent(make, organisation=here, email="known@PEOPLE.example.org")
    assert "Sign in to join" in browser.get(f"/account/join/{token}").main
    own = as_user(known)
    own.get(f"/account/join/{token}")
    assert not known.held
    own.post(f"/account/join/{token}", expect=303)
    assert [one.role for one in known.held] == ["editor"]


def test_somebody_elses_invitation_is_refused_politely(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser]
) -> None:
    token, other = sent(make), make.user()
    page = as_user(other).get(f"/account/join/{token}", expect=403)
    assert "another e-mail address" in page.main and "new@people" not in page.html
    as_user(other).post(f"/account/join/{token}", expect=403)
    assert not other.held


@pytest.mark.parametrize("spoil", ["forged", "old", "taken back", "inviter left"])
def test_a_link_that_holds_no_more_is_gone(sqlite_app: Flask, make: Make, browser: Browser, spoil: str) -> None:
    here = make.organisation()
    token = sent(make, organisation=here)
    row = db.session.query(AccountToken).one()
    if spoil == "forged":
        token = token[:-4] + "AAAA"
    if spoil == "old":
        row.expires_at = clock.now() - timedelta(seconds=1)
    if spoil == "taken back":
        row.used_at = clock.now()
    if spoil == "inviter left":
        db.session.query(Membership).update({"ended_at": clock.now()})
    db.session.commit()
    gone = browser.post(f"/account/join/{token}", {"name": "Nia", "password": STRONG}, expect=410)
    assert gone.one("main a[href='/sign-in']"), "whoever opens an old mail finds the way in"
    assert db.session.query(User).count() == 1


def test_the_same_form_sent_six_times_at_once_sends_one_invitation(
    app: Flask, make: Make, as_user: Callable[..., Browser]
) -> None:
    here = make.organisation()
    lead = make.user("lead", organisation=here)
    browsers = [as_user(lead) for _number in range(6)]
    told = {"email": "six@people.example.org", "role": "editor", "key": "k" * 30}
    address, statuses = f"/account/people/{here.id}/invite", []
    db.session.commit()

    def send(browser: Browser) -> None:
        sending = dict(told, csrf_token=browser.csrf_token())
        statuses.append(browser.client.post(address, data=sending).status_code)

    threads = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert statuses == [303] * 6
    assert db.session.query(AccountToken).count() == 1 and db.session.query(OutboxMessage).count() == 1


def test_a_lead_can_invite_to_no_role_that_is_not_theirs_to_give(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser]
) -> None:
    here, there = make.organisation("Here"), make.organisation("There")
    browser = as_user(make.user("lead", organisation=here))
    told = {"email": "x@people.example.org", "role": "administrator", "key": "k" * 30}
    assert "Error" in browser.post(f"/account/people/{here.id}/invite", told, expect=422).text
    browser.get(f"/account/people/{there.id}", expect=404)
    browser.post(f"/account/people/{there.id}/invite", told | {"role": "editor"}, expect=404)
    assert db.session.query(AccountToken).count() == 0


def test_nobody_sends_the_town_a_letter_by_inviting_it(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "invite", limits.Limit(2, 3600))
    here = make.organisation()
    browser = as_user(make.user("lead", organisation=here))
    for number, status in enumerate((303, 303, 429)):
        told = {"email": f"n{number}@people.example.org", "role": "editor", "key": f"{number}" * 30}
        browser.post(f"/account/people/{here.id}/invite", told, expect=status)
    assert db.session.query(OutboxMessage).count() == 2


def test_a_lead_who_was_removed_meanwhile_invites_nobody(
    app: Flask, make: Make, as_user: Callable[..., Browser]
) -> None:
    here = make.organisation()
    lead, other = make.user("lead", organisation=here), make.user("lead", organisation=here)
    browser = as_user(lead)
    browser.get(f"/account/people/{here.id}/invite")
    as_user(other).post(f"/account/people/{here.id}/roles/{lead.held[0].id}/end", expect=303)
    told = {"email": "x@people.example.org", "role": "editor", "key": "k" * 30}
    browser.post(f"/account/people/{here.id}/invite", told, expect=303)
    assert db.session.query(AccountToken).filter_by(purpose="invite").count() == 0
