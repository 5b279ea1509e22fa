"""A group joins, mends three facts, confirms from its mail; a moderator looks; a stranger reports; it is put right.

As a new user would do it, in a real browser and with a real mail server, with and without scripts.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts import passwords
from portal.accounts.models import Membership, User
from portal.assurance import actions as assurance
from portal.changes import risks
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from tests.factories import Make
from tests.support.mail_server import Listener
from tests.support.town import Town, mail_from

EMAIL, PASSWORD = "sam@people.example.org", "seven quiet otters swim"
DESK, DESK_SECRET = "desk@people.example.org", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
GROUP_MAIL = "hello@larkfield.example.org"


@pytest.fixture
def mail_server(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with mail_from(sqlite_app, monkeypatch) as listener:
        yield listener


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def town(
    request: pytest.FixtureRequest, sqlite_app: Flask, make: Make, site: str, chromium: Chromium, mail_server: Listener
) -> Iterator[Town]:
    town = Town(site, chromium, mail_server, script=request.param)
    yield town
    town.close()


@pytest.fixture
def listing(sqlite_app: Flask, make: Make) -> Service:
    """A listing that came from elsewhere, of a group that nobody looks after yet."""
    place = make.location(access={"step_free": True})
    return make.service(
        "Tuesday Table", organisation=make.organisation("Larkfield Circle"), location=place, email=GROUP_MAIL,
        phone="0116 496 0110", sessions=[make.session("TU", "10:00", "12:00")], cost=200,
    )  # fmt: skip


@pytest.fixture
def desk(sqlite_app: Flask, make: Make) -> User:
    return make.user(
        "moderator", email=DESK, name="Robin Hale", password_hash=passwords.hashed(PASSWORD), totp_secret=DESK_SECRET
    )


def test_a_listing_is_claimed_mended_confirmed_reported_and_put_right(
    town: Town, listing: Service, desk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risks, "ONE_IN", 2)
    listing_id = listing.id
    sam = town.person()
    join(town, sam)
    set_up_second_factor(town, sam)
    mend_three_facts(town, sam, listing_id)
    moderator = sign_in_at_desk(town)
    approve_everything(town, moderator)
    confirm_from_mail(town, listing_id)
    sample_a_trusted_change(town, sam, moderator, listing_id)
    reference = report(town, listing_id)
    put_right(town, sam, moderator, listing_id)
    answer_report(town, moderator, reference)
    assert "We have put it right." in town.mail_to("kim@people.example.org", f"What became of your report {reference}")


def join(town: Town, sam: Page) -> None:
    sam.goto(f"{town.site}/")
    sam.get_by_role("link", name="Add or claim your group").click()
    sam.get_by_label("Name of your group or organisation").fill("larkfield circle")
    sam.get_by_role("button", name="Look for this name").click()
    expect(sam.get_by_role("heading", level=1)).to_have_text("Is this you?")
    sam.locator(".join-matches").get_by_role("link").or_(
        sam.locator(".join-matches").get_by_role("button")
    ).last.click()
    sam.get_by_label("e-mail").fill(EMAIL)
    sam.locator("main form button").last.click()
    expect(sam.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    sam.goto(town.link_in(town.mail_to(EMAIL, "."), "/group/join/link/"))
    sam.get_by_label("Your name").fill("Sam Okafor")
    sam.locator("input[type=password]").fill(PASSWORD)
    sam.get_by_role("button", name="Make my account").click()
    expect(sam.get_by_role("heading", level=1)).to_contain_text("Show that you are part of")
    sam.get_by_role("button", name="E-mail it to").click()
    code = re.search(r"\b(\d{4} ?\d{4})\b", town.mail_to(GROUP_MAIL, "code"))
    assert code
    sam.get_by_label("Code").fill(code[1])
    sam.get_by_role("button", name="Use this code").click()


def set_up_second_factor(town: Town, sam: Page) -> None:
    expect(sam.get_by_role("heading", level=1)).to_contain_text("second step")
    sam.get_by_role("link", name="Set up an app").click()
    secret = sam.locator(".account-key").inner_text().replace(" ", "")
    sam.get_by_label("The code that it shows now").fill(pyotp.TOTP(secret).now())
    sam.get_by_role("button", name="Set it up").click()
    sam.get_by_role("button", name="I have kept them. Go on").click()


def mend_three_facts(town: Town, sam: Page, listing_id: object) -> None:
    """A time with its preview, the cost and the description: all wait, since Sam is new."""
    edit = f"{town.site}/group/listings/{listing_id}/edit"
    sam.goto(f"{town.site}/group")
    sam.goto(f"{edit}/sessions")
    sam.locator("#s-0-starts").fill("10.30am")
    sam.get_by_role("button", name="See how it will look").click()
    expect(sam.get_by_role("heading", level=1)).to_have_text("How the public will see it")
    sam.get_by_role("button", name="Send to a moderator").click()
    expect(sam.get_by_text("Waits for a moderator").first).to_be_visible()
    for fact, label, words in (("description", "What happens", "Tea, cake and talk."), ("cost", None, None)):
        sam.goto(f"{edit}/{fact}")
        if label:
            sam.locator("main textarea").first.fill(words or "")
        else:
            sam.get_by_label("Free", exact=True).check()
        sam.get_by_role("button", name="Send to a moderator").click()
        expect(sam.get_by_text("Waits for a moderator").first).to_be_visible()


def sign_in_at_desk(town: Town) -> Page:
    page = town.person()
    page.goto(f"{town.site}/sign-in?next=/moderate")
    page.get_by_label("E-mail address").fill(DESK)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("code", exact=False).first.fill(pyotp.TOTP(DESK_SECRET).now())
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("To review")
    return page


def approve_everything(town: Town, desk: Page) -> None:
    desk.goto(f"{town.site}/moderate/changes")
    desk.get_by_role("link", name="Start with the oldest").or_(
        desk.get_by_role("button", name="Start with the oldest")
    ).click()
    for left in (2, 1, 0):
        desk.get_by_role("button", name="Approve", exact=True).click()
        expect(desk.get_by_text("1 of" if left else "Nothing waiting").first).to_be_visible()
        expect(desk.get_by_text("Approved").first).to_be_visible()
    desk.goto(f"{town.site}/moderate/changes")
    expect(desk.get_by_text("Nothing waiting").first).to_be_visible()


def confirm_from_mail(town: Town, listing_id: object) -> None:
    """A fresh browser without an account: one click in the e-mail, one button."""
    db.session.rollback()
    service = db.session.get_one(Service, listing_id)
    service.assured_date = clock.today() - timedelta(days=80)
    db.session.commit()
    assurance.daily()
    db.session.commit()
    page = town.person()
    page.goto(town.link_in(town.mail_to(EMAIL, "Is this still right"), "/confirm/"))
    expect(page.get_by_text("10.30am").first).to_be_visible()
    page.get_by_role("button", name="Yes, this is all right").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page.goto(f"{town.site}/services/{listing_id}")
    expect(page.get_by_text("Checked this month").first).to_be_visible()
    expect(page.get_by_text("Tea, cake and talk.").first).to_be_visible()


def sample_a_trusted_change(town: Town, sam: Page, desk: Page, listing_id: object) -> None:
    """Once trusted, Sam's plain changes are live at once; one in ten is looked at afterwards, here one in two."""
    db.session.rollback()
    db.session.query(Membership).filter_by(role="editor").update({Membership.trusted_at: clock.now()})
    db.session.commit()
    for attempt in range(30):
        sam.goto(f"{town.site}/group/listings/{listing_id}/edit/description")
        sam.locator("main textarea").first.fill(f"Tea, cake and talk, {attempt} kinds.")
        sam.get_by_role("button", name="Save and show to everyone").click()
        expect(sam.get_by_text("Everyone can see it.").first).to_be_visible()
        db.session.rollback()
        if db.session.query(ChangeRequest).filter_by(is_sampled=True).count():
            break
    desk.goto(f"{town.site}/moderate/changes")
    expect(desk.get_by_text("Live already").first).to_be_visible()
    desk.locator("main").get_by_role("link", name="What happens").click()
    desk.get_by_role("button", name="This is fine").click()
    expect(desk.get_by_text("Approved").first).to_be_visible()
    desk.goto(f"{town.site}/moderate/changes")
    expect(desk.get_by_text("Nothing waiting").first).to_be_visible()


def report(town: Town, listing_id: object) -> str:
    page = town.person()
    page.goto(f"{town.site}/services/{listing_id}")
    page.get_by_text("Is something wrong?").click()
    page.get_by_label(re.compile("number is wrong|phone number", re.IGNORECASE)).check()
    page.locator("details.report").get_by_label(re.compile("How to reach you")).fill("kim@people.example.org")
    page.get_by_role("button", name="Tell us").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us")
    found = re.search(r"reference is ([\w-]+)", page.locator("main .lead").inner_text())
    assert found
    return found[1]


def put_right(town: Town, sam: Page, desk: Page, listing_id: object) -> None:
    """A number is a fact that people rely on most: it waits for a moderator whoever changes it."""
    sam.goto(f"{town.site}/group/listings/{listing_id}/edit/phone")
    sam.locator("main input[type=tel], main input[name*=number]").first.fill("0116 496 0172")
    sam.get_by_role("button", name="Send to a moderator").click()
    expect(sam.get_by_text("Waits for a moderator").first).to_be_visible()
    desk.goto(f"{town.site}/moderate/changes")
    desk.locator("main").get_by_role("link", name="Phone", exact=True).click()
    expect(desk.get_by_text("First, phone the old number").first).to_be_visible()
    desk.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.get_by_text("Approved").first).to_be_visible()
    sam.goto(f"{town.site}/services/{listing_id}")
    expect(sam.get_by_text("0116 496 0172").first).to_be_visible()


def answer_report(town: Town, desk: Page, reference: str) -> None:
    desk.goto(f"{town.site}/moderate/reports")
    desk.locator("main").get_by_role("link", name="The phone number is wrong").click()
    expect(desk.get_by_text(reference).first).to_be_visible()
    desk.get_by_label(re.compile("put (it )?right|mended", re.IGNORECASE)).first.check()
    desk.get_by_role("button", name="Answer the report").click()
    expect(desk.get_by_text("Answered").first).to_be_visible()
