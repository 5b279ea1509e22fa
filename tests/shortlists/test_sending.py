"""Sending a list to a phone or by e-mail: asked, confirmed, sent once, and nothing of the recipient kept."""

from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from sqlalchemy import text

from portal.codes.phones import mobile
from portal.core.extensions import db
from portal.directory.models import Attribute, Service
from portal.notifications.models import OutboxMessage
from portal.notifications.rendering import written
from portal.notifications.senders import current
from portal.notifications.sms import length_of
from portal.shortlists.emails import email_address
from portal.shortlists.notifications import SavedList
from tests.factories import Make
from tests.support.chromium import SIZES, check_accessible
from tests.support.mailbox import Mailbox
from tests.support.page import Browser

KEY = "a-one-time-key-of-a-form"


def _save(browser: Browser, *services: Service) -> None:
    browser.post("/list/add", {"service": [str(one.id) for one in services]}, expect=303)


def _send(browser: Browser, way: str, to: str, *, key: str = KEY, expect: int = 303) -> object:
    return browser.post(f"/list/{way}", {"to": to, "key": key, "send": "yes"}, expect=expect)


def test_a_list_is_texted_after_the_number_was_confirmed(
    app: Flask, browser: Browser, make: Make, mailbox: Mailbox
) -> None:
    _save(browser, make.service("Tuesday Table"), make.service("Mend and Make"))
    asked = browser.get(browser.get("/list").link("Text to a phone"))
    fields = asked.form("/list/text")
    check = browser.post("/list/text", {**fields, "to": "07700900982"}, expect=200)
    assert "07700 900982" in check.main and mailbox.all == []
    done = browser.post("/list/text", {**check.form("/list/text"), "send": "yes"}, expect=303)
    assert done.headers["Location"] == "/list/sent"
    assert "We have not kept the number." in browser.follow(done).main
    code = browser.get("/list").words(".short-code")[0]
    sent = mailbox.one
    assert (sent.channel, sent.to) == ("sms", "+447700900982")
    link = f"http://127.0.0.1:8000/list/{code}"
    assert sent.text == f"Hereabouts: Tuesday Table, Mend and Make. Times and places: {link}"


def test_a_list_is_emailed_with_times_places_and_numbers(
    app: Flask, browser: Browser, make: Make, mailbox: Mailbox
) -> None:
    _save(browser, make.service("Tuesday Table", phone="0116 496 0123", sessions=[make.session()]))
    check = browser.post(browser.get("/list").link("E-mail it"), {"to": "Reader@Example.org", "key": KEY}, expect=200)
    browser.post("/list/email", {**check.form("/list/email"), "send": "yes"}, expect=303)
    sent = mailbox.one
    assert sent.to == "Reader@example.org" and sent.subject == "Your list from Hereabouts"
    for told in ("Tuesday Table", "0116 496 0123", "Every Tuesday", "LE2 0QB"):
        assert told in sent.text and told in (sent.html or "")


def test_it_can_be_changed_before_it_goes(sqlite_app: Flask, browser: Browser, make: Make, mailbox: Mailbox) -> None:
    _save(browser, make.service())
    again = browser.post("/list/email", {"to": "reader@example.org", "key": KEY, "change": "yes"}, expect=200)
    assert again.one("#to")["value"] == "reader@example.org"
    assert mailbox.all == []


def test_sent_twice_it_goes_once(app: Flask, browser: Browser, make: Make, mailbox: Mailbox) -> None:
    _save(browser, make.service())
    _send(browser, "text", "07700 900 982")
    _send(browser, "text", "07700 900 982")
    assert len(mailbox.all) == 1


def test_nothing_of_the_number_is_kept_once_it_is_sent(
    app: Flask, browser: Browser, make: Make, mailbox: Mailbox
) -> None:
    _save(browser, make.service())
    _send(browser, "text", "07700 900 982")
    waiting = db.session.query(OutboxMessage).one()
    assert waiting.recipient == "+447700900982" and waiting.recipient_key is None
    assert "900982" not in str(db.session.execute(text("select * from outbox_message")).all())
    assert mailbox.one
    row = db.session.query(OutboxMessage).one()
    assert (row.recipient, row.recipient_key, row.fields) == (None, None, None)


def test_a_sensitive_need_is_never_sent(sqlite_app: Flask, browser: Browser, make: Make, mailbox: Mailbox) -> None:
    private, open_to_all = make.service("Safe Harbour"), make.service("Tuesday Table")
    _save(browser, private, open_to_all)
    db.session.add(Attribute(link_id=private.id, link_type="service", taxonomy_term_id=make.need("abuse").id))
    db.session.commit()
    _send(browser, "email", "reader@example.org")
    sent = mailbox.one
    assert "Tuesday Table" in sent.text and "Safe Harbour" not in sent.text + (sent.html or "")


def test_a_list_with_nothing_to_send_leads_back(sqlite_app: Flask, browser: Browser, mailbox: Mailbox) -> None:
    for way in ("text", "email"):
        assert "/list" in browser._open("GET", f"/list/{way}").headers["Location"]
        _send(browser, way, "07700 900 982")
    assert "There is nothing on your list that can be shared." in browser.get("/list").main
    assert mailbox.all == []


@pytest.mark.parametrize(
    "typed", ["", "0116 496 0123", "070 1234 5678", "+33 6 12 34 56 78", "999", "118 118", "<b>", "0" * 400, "٠٧٧٠٠"]
)
def test_what_is_no_mobile_phone_is_said_beside_the_field(
    sqlite_app: Flask, browser: Browser, make: Make, mailbox: Mailbox, typed: str
) -> None:
    _save(browser, make.service())
    wrong = _send(browser, "text", typed, expect=422)
    assert "Enter a UK mobile phone number, like 07700 900 982" in wrong.main  # type: ignore[attr-defined]
    assert wrong.one("#to")["aria-invalid"] == "true"  # type: ignore[attr-defined]
    assert mailbox.all == []


@pytest.mark.parametrize(
    "typed", ["", "reader", "a@b", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "@"]
)
def test_what_is_no_address_is_said_beside_the_field(
    sqlite_app: Flask, browser: Browser, make: Make, mailbox: Mailbox, typed: str
) -> None:
    _save(browser, make.service())
    wrong = _send(browser, "email", typed, expect=422)
    assert "Enter an e-mail address, like name@example.org" in wrong.main  # type: ignore[attr-defined]
    assert mailbox.all == []


def test_one_phone_gets_few_and_one_place_sends_few(
    sqlite_app: Flask, browser: Browser, make: Make, mailbox: Mailbox
) -> None:
    _save(browser, make.service())
    for number in range(3):
        _send(browser, "text", "07700 900 982", key=KEY + str(number))
    assert _send(browser, "text", "+44 7700 900982", key=KEY + "3", expect=429).headers["Retry-After"]  # type: ignore[attr-defined]
    for number in range(4, 10):
        _send(browser, "text", f"07700 900 00{number}", key=KEY + str(number))
    _send(browser, "email", "reader@example.org", key=KEY + "10", expect=429)
    assert len(mailbox.all) == 9


def test_without_a_sender_there_is_no_button(
    sqlite_app: Flask, browser: Browser, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    _save(browser, make.service())
    monkeypatch.setitem(sqlite_app.extensions, current.NAME, {"email": sqlite_app.extensions[current.NAME]["email"]})
    assert "Text to a phone" not in browser.get("/list").text and "E-mail it" in browser.get("/list").text
    browser.get("/list/text", expect=404)
    monkeypatch.setitem(sqlite_app.extensions, current.NAME, {})
    assert "E-mail it" not in browser.get("/list").text
    browser.get("/list/email", expect=404)


@pytest.mark.parametrize("locale", ["en", "cy", "ur"])
@pytest.mark.parametrize(
    "names", [["A" * 60] * 4, ["Ťuesday Tåble of Łarkfield"] * 3, ["منگل کی میز"] * 3, ["Tea & talk"]]
)
def test_a_text_fits_whatever_the_names(sqlite_app: Flask, make: Make, locale: str, names: list[str]) -> None:
    ids = tuple(str(make.service(name).id) for name in names)
    shown = written(SavedList(code="7K4PQH", service_ids=ids), channel="sms", locale=locale).text
    length = length_of(shown)
    assert length.parts <= {"gsm": 1, "ucs2": 2}[length.alphabet], (length, shown)
    assert shown.endswith("/list/7K4PQH") and names[0][:8] in shown


@given(st.text(max_size=50))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_a_mobile_phone_an_address_or_none(typed: str) -> None:
    phone, email = mobile(typed), email_address(typed)
    assert phone is None or phone.startswith("+447")
    assert email is None or email.count("@") == 1


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without"])
def test_a_list_is_sent_in_a_real_browser(
    sqlite_app: Flask, make: Make, site: str, chromium: Chromium, mailbox: Mailbox, has_script: bool
) -> None:
    service = make.service(f"Tuesday Table {uuid4().hex[:4]}")
    page = chromium.new_page(viewport=SIZES["narrow"], java_script_enabled=has_script)
    page.goto(f"{site}/services/{service.id}/tuesday-table")
    page.get_by_role("button", name="Save to my list").first.click()
    page.goto(f"{site}/list")
    page.get_by_role("link", name="Text to a phone").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a UK mobile phone number")
    page.get_by_label("Mobile phone number").fill("07700 900 982")
    if has_script:
        check_accessible(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Is this phone number right?")).to_be_visible()
    if has_script:
        check_accessible(page)
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.get_by_role("heading", name="Your list is on its way")).to_be_visible()
    if has_script:
        check_accessible(page)
    assert service.name in mailbox.one.text
    page.close()
