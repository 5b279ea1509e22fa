"""A group that was never here: from the mail, over a code to what is on record and a second step, to the story."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from sqlalchemy import select

from portal.accounts.models import AccountToken, User
from portal.accounts.queries import user_by_email
from portal.assurance import recorded
from portal.core import clock, short_codes
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.queue import work_until_idle
from portal.core.tokens import hash_of
from portal.directory.models import Service
from portal.notifications.models import OutboxMessage
from portal.notifications.senders import current
from portal.organisations.models import Organization
from portal.referrals import sending
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction, IntroductionLink
from portal.referrals.sending import Wanted
from portal.referrals.transitions import Who
from portal.responding import enrolling
from tests.factories import Make
from tests.responding.test_by_link import EMAIL, WHO, link
from tests.support.chromium import SIZES, check_accessible, served
from tests.support.mail_server import Listener, listening, text_of
from tests.support.page import Browser
from tests.support.people import browser_as, make_user
from tests.support.referrals import World, agree

PASSWORD = "seven quiet otters swim"


@pytest.fixture
def mail_server(active_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with listening() as listener:
        settings = replace(active_app.extensions["portal.settings"], mail_url=listener.url)
        monkeypatch.setitem(active_app.extensions, current.NAME, current.senders_of(settings))
        yield listener


@pytest.fixture
def new_group(loop: World) -> World:
    """A group of which nobody answers yet; a phone and an e-mail address are on record."""
    for one in loop.group_worker.memberships:
        db.session.delete(one)
    db.session.commit()
    return loop


def _code() -> str:
    [mail] = (
        db.session.query(OutboxMessage)
        .filter_by(name="referral-code")
        .order_by(OutboxMessage.created_at.desc())
        .limit(1)
    )
    found = re.search(r'"code": "([\d ]+)"', str(mail.fields))
    assert found
    return found[1]


def test_a_first_time_group_gets_from_the_mail_to_the_story_without_script(
    sqlite_app: Flask, new_group: World, mail_server: Listener, chromium: Chromium
) -> None:
    made = new_group.introduction("sent")
    reference = made.shown_reference
    db.session.commit()
    work_until_idle()
    mail = next(one for one in mail_server.mails if one["To"] == EMAIL)
    words = text_of(mail)
    assert not [word for word in WHO if word in words]
    [path] = set(re.findall(r"http://127\.0\.0\.1:8000(/respond/[\w-]+)", words))
    db.session.remove()
    with served(sqlite_app) as site:
        page = chromium.new_page(viewport=SIZES["phone"], java_script_enabled=False)
        page.goto(site + path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Can you take this referral?")
        page.get_by_role("link", name="Read the story first").click()
        page.get_by_label("Your name").fill("Gus Ferndale")
        page.get_by_label("A password").fill(PASSWORD)
        page.get_by_role("button", name="Make my account").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Show that you are part of the group")
        page.get_by_role("button", name="E-mail it to h…@larkfield.example.org").click()
        expect(page.get_by_label("The code")).to_be_visible()
        with sqlite_app.app_context():
            work_until_idle()
        sent = next(text_of(one) for one in mail_server.mails if "code" in str(one["Subject"]).lower())
        page.get_by_label("The code").fill(re.search(r"\d{4} \d{4}", sent)[0])  # type: ignore[index]
        page.get_by_role("button", name="Use this code").click()
        expect(page).to_have_url(re.compile("/account/second-factor$"))
        page.goto(f"{site}/group/referrals/{reference}")
        expect(page).to_have_url(re.compile("/account/second-factor$"))  # the story stays shut until then
        page.get_by_role("link", name="Set up an app").click()
        secret = page.locator(".account-key").inner_text().replace(" ", "")
        page.get_by_label("The code that it shows now").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Set it up").click()
        page.get_by_role("button", name="I have kept them. Go on").click()
        expect(page).to_have_url(f"{site}/group/referrals/{reference}")
        expect(page.get_by_text("Company, and a reason to go out.")).to_be_visible()
        check_no_surname(page.content())
        page.get_by_label("Accept").check()
        page.get_by_role("button", name="Send answer").click()
        expect(page.get_by_text("Quilla Vantongeren")).to_be_visible()
        page.close()


def check_no_surname(html: str) -> None:
    assert "Vantongeren" not in html and "07700" not in html


def test_a_wrong_code_gives_nothing_and_tries_are_counted(
    sqlite_app: Flask, new_group: World, browser: Browser
) -> None:
    address, user, signed_in = _with_account(new_group, sqlite_app)
    assert user.held == []
    signed_in.post(f"{address}/code", {"to": "0"}, expect=303)
    right = _code()
    row = db.session.query(AccountToken).filter_by(purpose=enrolling.PURPOSE).one()
    told = f"{enrolling.PURPOSE}:{user.id}:{new_group.group.id}:{right.replace(' ', '')}"
    assert short_codes.is_kept(row.token_hash, told) and row.token_hash != hash_of(told)
    page = signed_in.post(f"{address}/prove", {"code": "1"}, expect=422)
    assert "This code is not right" in page.main
    for _try in range(4):
        signed_in.post(f"{address}/prove", {"code": "00000001"}, expect=422)
    signed_in.post(f"{address}/prove", {"code": right}, expect=429)
    assert not _can(user)


def test_an_empty_press_is_told_and_counts_as_no_try(sqlite_app: Flask, new_group: World, browser: Browser) -> None:
    address, user, signed_in = _with_account(new_group, sqlite_app)
    signed_in.post(f"{address}/code", {"to": "0"}, expect=303)
    for _press in range(enrolling.MOST_TRIES_AN_HOUR + 1):
        assert "Enter the code" in signed_in.post(f"{address}/prove", {"code": " "}, expect=422).main
    signed_in.post(f"{address}/prove", {"code": _code()}, expect=303)
    assert _can(user)


def test_the_lead_of_the_group_hears_who_came_by_a_link(sqlite_app: Flask, new_group: World, make: Make) -> None:
    lead = make.user("lead", organisation=new_group.group)
    elsewhere = make.user("lead", organisation=make.organisation("Far Away"))
    address, user, signed_in = _with_account(new_group, sqlite_app)
    signed_in.post(f"{address}/code", {"to": "0"}, expect=303)
    signed_in.post(f"{address}/prove", {"code": _code()}, expect=303)
    told = db.session.query(OutboxMessage).filter_by(name="referral-answerer").all()
    assert [one.user_id for one in told] == [lead.id] and elsewhere.id != lead.id
    page = browser_as(sqlite_app, lead).get(f"/account/people/{new_group.group.id}")
    assert "Gus Ferndale" in page.main and str(user.id) in page.html


def test_an_older_code_and_one_of_somebody_else_are_of_no_use(sqlite_app: Flask, new_group: World, make: Make) -> None:
    address, user, signed_in = _with_account(new_group, sqlite_app)
    signed_in.post(f"{address}/code", {"to": "0"}, expect=303)
    old = _code()
    signed_in.post(f"{address}/code", {"to": "0"}, expect=303)
    new = _code()
    signed_in.post(f"{address}/prove", {"code": old}, expect=422)
    other = make.user(name="Orla Dunmore")
    browser_as(sqlite_app, other).post(f"{address}/prove", {"code": new}, expect=303)
    assert not _can(other)
    signed_in.post(f"{address}/prove", {"code": new}, expect=303)
    assert _can(user) and [one.role for one in _again(user).held] == ["group-worker"]
    # Once somebody answers, the next are invited by the lead.
    page = browser_as(sqlite_app, other).get(f"{address}/story")
    assert "Ask your lead to invite you" in page.main
    browser_as(sqlite_app, other).post(f"{address}/code", {"to": "0"}, expect=404)


def test_an_address_with_an_account_signs_in_and_a_colleague_goes_straight_on(
    sqlite_app: Flask, loop: World, browser: Browser, make: Make
) -> None:
    made = loop.introduction("sent")
    address = link(made)
    page = browser.get(f"{address}/story")
    assert "Make my account" not in page.main and "/sign-in?next=" in page.link("Sign in")
    straight = browser_as(sqlite_app, loop.group_worker).get(f"{address}/story", expect=303)
    assert straight.headers["Location"] == f"/group/referrals/{made.shown_reference}"
    browser.post(f"{address}/account", {"name": "Sly", "password": PASSWORD}, expect=303)
    assert user_by_email(EMAIL) is None


def test_the_link_of_a_team_leads_its_link_worker_to_the_handover(
    sqlite_app: Flask, loop: World, browser: Browser
) -> None:
    by = Actor(Who.PERSON)
    wanted = Wanted(route="self", reason="Company.")
    referral = sending.new_referral(loop.person, wanted, by=by, organization_id=None, user_id=None)
    made = sending.to_team(referral, loop.team.id, by=by)
    sending.send(made, agree(loop.person, loop.team), by=by)
    address = link(made)
    page = browser.get(f"{address}/story")
    assert "Link workers of the team sign in" in page.main and "Ask your lead" not in page.main
    other = browser_as(sqlite_app, loop.group_worker).get(f"{address}/story")
    assert "Link workers of this team read it" in other.main
    stranger = browser_as(sqlite_app, make_user(email="sly@people.example.org"), is_strong=False)
    stranger.post(f"{address}/code", {"to": "0"}, expect=404)
    stranger.post(f"{address}/prove", {"code": "12345678"}, expect=404)
    straight = browser_as(sqlite_app, loop.worker)
    to = straight.get(f"{address}/story", expect=303).headers["Location"]
    assert to == f"/caseload/new/{made.shown_reference}"
    assert made.shown_reference in straight.get(to).main


def test_an_easy_password_is_refused_and_the_name_kept(sqlite_app: Flask, new_group: World, browser: Browser) -> None:
    address = link(new_group.introduction("sent"))
    typed = hidden_of(browser, f"{address}/story") | {"name": "Gus Ferndale", "password": "password1234"}
    page = browser.post(f"{address}/account", typed, expect=422)
    assert page.one("#name")["value"] == "Gus Ferndale" and page.words(".error-summary")
    assert user_by_email(EMAIL) is None


@pytest.mark.parametrize("state", ["withdrawn", "declined", "expired"])
def test_no_way_to_the_story_is_left_once_it_is_over(
    sqlite_app: Flask, new_group: World, browser: Browser, state: str
) -> None:
    address = link(new_group.introduction(state))
    page = browser.get(f"{address}/story", expect=200 if state == "declined" else 410)
    assert "Make my account" not in page.main
    browser.post(f"{address}/account", {"name": "Gus", "password": PASSWORD}, expect=404)


@pytest.mark.parametrize("how", ["aged", "replaced"])
def test_a_link_that_has_aged_enrols_nobody_though_the_referral_was_accepted(
    sqlite_app: Flask, new_group: World, browser: Browser, how: str
) -> None:
    made = new_group.introduction("accepted")
    address, user = link(made), make_user(email="gus@people.example.org")
    signed_in = browser_as(sqlite_app, user, is_strong=False)
    hashed = hash_of(address.removeprefix("/respond/"))
    row = db.session.scalars(select(IntroductionLink).where(IntroductionLink.token_hash == hashed)).one()
    signed_in.post(f"{address}/code", {"to": "0"}, expect=303)
    code = _code()
    if how == "aged":
        row.expires_at = clock.now()
    else:
        row.is_dead = True
    db.session.commit()
    page = browser.get(f"{address}/story")
    assert "Make my account" not in page.main and page.link("Sign in") and "Use the newest e-mail" in page.main
    page = signed_in.get(f"{address}/story")
    assert "Use the newest e-mail" in page.main and not page.select("form.sheet")
    told = browser.post(f"{address}/account", {"name": "Gus", "password": PASSWORD}, expect=404)
    assert "Use the newest e-mail" in told.main and user_by_email(EMAIL) is None
    signed_in.post(f"{address}/code", {"to": "0"}, expect=404)
    signed_in.post(f"{address}/prove", {"code": code}, expect=404)
    assert not _can(user)


def test_where_a_phone_is_on_record_the_mailbox_alone_makes_nobody_a_member(
    sqlite_app: Flask, new_group: World, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link came to that mailbox: a code that goes there too would prove nothing more."""
    make.service("Kettle and Chat", organisation=new_group.group, phone="07700 900 982")
    monkeypatch.setattr(recorded, "can_text", lambda: True)
    group = db.session.get_one(Organization, new_group.group.id)
    assert [one.channel for one in enrolling.places_of(group)] == ["sms"]
    monkeypatch.setattr(recorded, "can_text", lambda: False)
    assert [one.channel for one in enrolling.places_of(group)] == ["email"]


def test_where_nothing_is_on_record_the_moderators_are_the_way(sqlite_app: Flask, new_group: World) -> None:
    address, _user, signed_in = _with_account(new_group, sqlite_app)
    db.session.get_one(Organization, new_group.group.id).email = None
    db.session.get_one(Service, new_group.service.id).email = None
    db.session.commit()
    page = signed_in.get(f"{address}/story")
    assert page.link("Ask to look after the listings of your group")


def test_the_pages_are_accessible_and_fold_what_is_not_chosen(
    sqlite_app: Flask, loop: World, chromium: Chromium
) -> None:
    path, reference = link(loop.introduction("sent")), db.session.query(Introduction).one().shown_reference
    with served(sqlite_app) as site:
        for size in ("phone", "desk", "narrow"):
            page = chromium.new_page(viewport=SIZES[size])
            page.goto(site + path)
            expect(page.get_by_label("Your question")).to_be_hidden()
            page.get_by_label("Ask a question").check()
            expect(page.get_by_label("Your question")).to_be_visible()
            page.get_by_label("Decline").check()
            expect(page.get_by_label("Outside our area")).to_be_visible()
            check_accessible(page)
            page.close()
    assert reference


def _with_account(world: World, app: Flask) -> tuple[str, User, Browser]:
    """The link, and who has an account with no role yet, signed in."""
    user = make_user(email="gus@people.example.org", name="Gus Ferndale")
    return link(world.introduction("sent")), user, browser_as(app, user, is_strong=False)


def _again(user: User) -> User:
    db.session.expire_all()
    return db.session.get_one(User, user.id)


def _can(user: User) -> bool:
    return _again(user).can(Permission.INTRODUCTION_ANSWER)


def hidden_of(browser: Browser, path: str) -> dict[str, str]:
    """What the forms of a page bring of their own."""
    return {str(one["name"]): str(one["value"]) for one in browser.get(path).select("form.sheet input[type=hidden]")}
