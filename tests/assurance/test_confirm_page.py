"""The page behind the link: it shows, and one button confirms."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.assurance import answering
from portal.changes.checked import checks_of
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.directory.models import Service
from tests.assurance.conftest import Days, Post, checked
from tests.factories import Make
from tests.support.page import Browser, Page


@pytest.fixture
def token(due: Service, days: Days, post: Post) -> str:
    days.look()
    return post.last_token()


def press(browser: Browser, page: Page, address: str, button: tuple[str, str], **more: object) -> Page:
    """Send the page's form with a button, as a browser does."""
    sent = {**page.form(address), button[0]: button[1], **more}
    return browser.post(address, sent, expect=303)


def test_one_click_and_one_button_and_nothing_typed(
    app: Flask, due: Service, token: str, browser: Browser, days: Days
) -> None:
    address = f"/confirm/{token}"
    page = browser.get(address)
    assert "Is this still right?" in page.main and "Nothing has changed by opening this page." in page.main
    for told in ("Every Saturday", "Larkfield Hall", "Free", "0116 496 0187", "just come"):
        assert told in page.main, told
    typed = [tag for tag in page.select("main input, main textarea") if tag.get("type") != "hidden"]
    assert typed == []
    assert len(page.select("main button")) == 1
    thanks = browser.follow(press(browser, page, address, ("answer", "right")))
    assert "Thank you" in thanks.main
    db.session.refresh(due)
    assert (due.assured_date, due.assured_by, due.assured_how) == (clock.today(), "group", "e-mail")


def test_a_get_changes_nothing_however_often(due: Service, token: str, browser: Browser) -> None:
    for address in (f"/confirm/{token}", f"/confirm/{token}/closed"):
        browser.get(address)
        browser.client.head(address)
    browser.get(f"/confirm/{token}/change")
    db.session.refresh(due)
    assert due.assured_date == checked(76) and due.status == "active"
    assert db.session.scalars(select(ChangeRequest)).all() == []


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}])
def test_a_scanner_that_sends_the_form_confirms_nothing(
    due: Service, token: str, browser: Browser, headers: dict[str, str]
) -> None:
    """Without the button; and with it, from a browser that says no person pressed it."""
    page = browser.get(f"/confirm/{token}")
    sent = page.form(f"/confirm/{token}") | ({"answer": "right"} if headers else {})
    answer = browser.client.post(f"/confirm/{token}", data=sent, headers=headers)
    assert answer.status_code == 200
    db.session.refresh(due)
    assert due.assured_date == checked(76)


def test_a_person_in_a_browser_that_tells_of_them_confirms(due: Service, token: str, browser: Browser) -> None:
    page = browser.get(f"/confirm/{token}")
    headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-User": "?1"}
    sent = page.form(f"/confirm/{token}") | {"answer": "right"}
    assert browser.client.post(f"/confirm/{token}", data=sent, headers=headers).status_code == 303
    db.session.refresh(due)
    assert due.assured_date == clock.today()


def test_an_older_browser_whose_page_tells_no_site_where_it_is_can_confirm(
    due: Service, token: str, browser: Browser
) -> None:
    page = browser.get(f"/confirm/{token}")
    sent = page.form(f"/confirm/{token}") | {"answer": "right"}
    assert browser.client.post(f"/confirm/{token}", data=sent, headers={"Origin": "null"}).status_code == 303


def test_without_its_token_against_forgery_the_form_is_refused(due: Service, token: str, browser: Browser) -> None:
    browser.get(f"/confirm/{token}")
    sent = {"answer": "right", "listing": str(due.id)}
    browser.post(f"/confirm/{token}", sent, expect=400, csrf=False)
    db.session.refresh(due)
    assert due.assured_date == checked(76)


def test_pressing_twice_says_thank_you_and_counts_once(due: Service, token: str, browser: Browser, days: Days) -> None:
    address = f"/confirm/{token}"
    page = browser.get(address)
    press(browser, page, address, ("answer", "right"))
    days.set(clock.now() + timedelta(days=2))
    again = browser.post(address, page.form(address) | {"answer": "right"}, expect=200)
    assert "Thank you, already confirmed on 23 November" in again.main
    assert "error" not in again.main.lower()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "listing.confirmed")).all()
    assert [entry.actor_kind for entry in entries] == ["person"]


def test_a_used_link_says_so_on_any_day_after(due: Service, token: str, browser: Browser, days: Days) -> None:
    page = browser.get(f"/confirm/{token}")
    press(browser, page, f"/confirm/{token}", ("answer", "right"))
    days.set(clock.now() + timedelta(days=60))
    assert "Thank you, already confirmed on 23 November" in browser.get(f"/confirm/{token}").main


def test_a_reminders_link_answers_for_the_first_and_both_say_thank_you(
    due: Service, token: str, browser: Browser, days: Days, post: Post
) -> None:
    days.pass_by(7)
    reminder = post.last_token()
    assert reminder != token
    page = browser.get(f"/confirm/{reminder}")
    press(browser, page, f"/confirm/{reminder}", ("answer", "right"))
    assert "Thank you, already confirmed on 30 November" in browser.get(f"/confirm/{token}").main


def test_an_aged_link_says_so(due: Service, token: str, browser: Browser, days: Days) -> None:
    days.set(clock.now() + timedelta(days=29, hours=23))
    page = browser.get(f"/confirm/{token}")
    days.set(clock.now() + timedelta(hours=2))
    assert "This link is too old" in browser.get(f"/confirm/{token}", expect=410).main
    sent = page.form(f"/confirm/{token}") | {"answer": "right"}
    browser.post(f"/confirm/{token}", sent, expect=410)
    db.session.refresh(due)
    assert due.assured_date == checked(106)


@pytest.mark.parametrize("forged", ["x" * 43, "a", "..", "%00", "A" * 4000])
def test_a_forged_link_opens_nothing(due: Service, token: str, browser: Browser, forged: str) -> None:
    answer = browser.client.get(f"/confirm/{forged}")
    assert answer.status_code == 404
    assert "Tannery" not in answer.get_data(as_text=True)


def test_a_link_of_somebody_who_is_no_longer_of_the_group_opens_nothing(
    due: Service, make: Make, browser: Browser, days: Days, post: Post
) -> None:
    mary = make.user("editor", organisation=due.organization, email="mary@tannery.example")
    days.look()
    [membership] = mary.memberships
    membership.ended_at = clock.now()
    db.session.commit()
    page = browser.get(f"/confirm/{post.last_token()}", expect=410)
    assert "This link is no longer for you" in page.main
    assert "0116" not in page.text


def test_a_link_opens_the_listings_of_its_own_digest_alone(
    due: Service, token: str, make: Make, browser: Browser
) -> None:
    other = make.service("Quiet Hour", assured_date=checked(80))
    page = browser.get(f"/confirm/{token}")
    sent = page.form(f"/confirm/{token}") | {"answer": "right", "listing": str(other.id)}
    browser.post(f"/confirm/{token}", sent, expect=303)
    db.session.refresh(other)
    assert other.assured_date == checked(80)


def test_of_several_listings_those_that_are_ticked_are_confirmed(
    due: Service, make: Make, browser: Browser, days: Days, post: Post
) -> None:
    soup = make.service("Soup Wednesdays", organisation=due.organization, assured_date=checked(80))
    days.look()
    address = f"/confirm/{post.last_token()}"
    page = browser.get(address)
    assert len(page.select("input[type=checkbox][checked]")) == 2
    none = browser.post(address, {"answer": "right"}, expect=422)
    assert "Tick each listing that is all right" in none.main
    browser.post(address, {"answer": "right", "listing": [str(soup.id)]}, expect=303)
    db.session.refresh(due)
    db.session.refresh(soup)
    assert soup.assured_date == clock.today() and due.assured_date == checked(76)
    rest = browser.get(address)
    assert "Shed Saturdays" in rest.main and "Soup Wednesdays" not in rest.main


def test_space_is_one_optional_tap_and_a_check_of_space_alone(
    due: Service, token: str, browser: Browser, days: Days
) -> None:
    address = f"/confirm/{token}"
    thanks = browser.follow(press(browser, browser.get(address), address, ("answer", "right")))
    assert "Do you have space now?" in thanks.main
    browser.post(f"{address}/space", {"space": "full", "listing": str(due.id)}, expect=303)
    db.session.refresh(due)
    assert due.space_state == "full"
    assert set(checks_of(due.id)) == {"space"}
    days.set(clock.now() + timedelta(hours=2))
    assert "Do you have space now?" not in browser.get(address).main
    browser.post(f"{address}/space", {"space": "space", "listing": str(due.id)}, expect=303)
    db.session.refresh(due)
    assert due.space_state == "full"


def test_space_is_not_said_by_a_link_that_confirmed_nothing(due: Service, token: str, browser: Browser) -> None:
    browser.post(f"/confirm/{token}/space", {"space": "full", "listing": str(due.id)}, expect=303)
    db.session.refresh(due)
    assert due.space_state is None


def test_to_change_a_fact_an_editor_is_led_to_its_page_by_way_of_signing_in(
    due: Service, make: Make, browser: Browser, days: Days, post: Post
) -> None:
    make.user("editor", organisation=due.organization, email="mary@tannery.example")
    days.look()
    address = f"/confirm/{post.last_token()}"
    change = next(str(tag["href"]) for tag in browser.get(address).select(".check-sheet__change a"))
    assert browser.get(change, expect=303).headers["Location"] == f"/group/listings/{due.id}/edit/sessions"
    assert browser.get(f"{address}/change", expect=303).headers["Location"] == f"/group/listings/{due.id}/edit"
    away = browser.get(f"{address}/change?fact=//evil.example&listing=x", expect=303).headers["Location"]
    assert away == f"/group/listings/{due.id}/edit"


def test_whoever_has_no_account_is_led_to_get_one_or_to_tell_us(due: Service, token: str, browser: Browser) -> None:
    page = browser.get(f"/confirm/{token}/change")
    assert page.link("Look after this listing") == f"/group/join/ask/{due.organization_id}"
    assert page.link("Say what is not right about Shed Saturdays") == f"/services/{due.id}/report"


def test_closing_waits_for_a_moderator_and_is_asked_about_no_more(
    due: Service, token: str, browser: Browser, days: Days, post: Post
) -> None:
    address = f"/confirm/{token}/closed"
    page = browser.get(address)
    thanks = browser.follow(press(browser, page, address, ("answer", "closed")))
    assert "Our team has a short look" in thanks.main
    [change] = db.session.scalars(select(ChangeRequest)).all()
    assert (change.kind, change.state, change.service_id) == ("close", "waiting", due.id)
    db.session.refresh(due)
    assert due.status == "active"
    days.pass_by(30)
    assert len(post.mails()) == 1


def test_the_address_of_the_link_is_kept_nowhere(
    due: Service, token: str, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in ("", "/closed", "/change"):
        page = browser.get(f"/confirm/{token}{path}")
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert "noindex" in page.headers["X-Robots-Tag"]
    browser.get("/confirm/nothing", expect=404)
    logged = capsys.readouterr()
    assert token not in logged.err + logged.out
    assert token not in str([entry.details for entry in db.session.scalars(select(AuditEntry))])


def test_the_database_holds_no_token(due: Service, token: str) -> None:
    assert answering.link_of(token).letter.token_hash != token
    assert token not in str(db.session.execute(select(db.metadata.tables["check_letter"])).all())
