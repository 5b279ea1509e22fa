""" "Is something wrong?": from a visitor to a moderator and back."""

import threading

import pytest
from flask import Flask
from sqlalchemy import Text, select, type_coerce

from portal.assurance import reporting
from portal.assurance.models import ListingReport
from portal.changes.checked import checks_of
from portal.core.audit import AuditEntry
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.directory import freshness, queries
from portal.directory.indexing import document_of
from portal.directory.models import Service
from portal.notifications.models import OutboxMessage
from tests.assurance.conftest import Days
from tests.factories import Make
from tests.support.page import Browser


def tell(
    browser: Browser, service: Service, *, come_from: str = "192.0.2.1", expect: int = 303, key: str = "", **fields: str
) -> str:
    """Fill in the form of the listing's own page and send it. Gives where it leads."""
    page = browser.get(f"/services/{service.id}/report")
    sent = page.form(f"/services/{service.id}/report") | {"kind": "wrong_time"} | fields
    sent |= {"key": key} if key else {}
    answer = browser.client.post(
        f"/services/{service.id}/report", data=sent, environ_overrides={"REMOTE_ADDR": come_from}
    )
    assert answer.status_code == expect, answer.get_data(as_text=True)[:500]
    return str(answer.headers.get("Location", ""))


def test_every_listing_asks_whether_something_is_wrong(make: Make, browser: Browser) -> None:
    service = make.service()
    page = browser.follow(browser.get(f"/services/{service.id}", expect=301))
    form = page.one(f'form[action="/services/{service.id}/report"]')
    assert [tag["value"] for tag in form.select("input[type=radio]")] == list(reporting.KINDS)
    assert page.one("details.report summary").get_text(strip=True) == "Is something wrong? What would help?"


def test_a_report_has_a_reference_and_waits_for_a_moderator(app: Flask, make: Make, browser: Browser) -> None:
    service = make.service("Tuesday Table")
    where = tell(browser, service, words="It is on Wednesdays now", contact="ann@example.org")
    page = browser.get(where)
    [one] = reporting.open_reports(make.user("moderator"))
    assert one.reference in page.main
    assert (one.kind, one.listing, one.has_words, one.has_contact, one.others) == (
        "wrong_time", "Tuesday Table", True, True, 0,
    )  # fmt: skip


def test_what_was_typed_is_unreadable_in_the_database_and_in_no_audit(
    make: Make, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(browser, make.service(), words="It is on Wednesdays now", contact="ann@example.org")
    raw = db.session.execute(
        select(type_coerce(ListingReport.words, Text), type_coerce(ListingReport.contact, Text))
    ).one()
    assert "Wednesdays" not in raw[0] and "ann" not in raw[1]
    logged = capsys.readouterr().err
    told = str([(entry.details, entry.why) for entry in db.session.scalars(select(AuditEntry))])
    assert "ann@" not in logged + told and "Wednesdays" not in logged + told


def test_nothing_chosen_and_a_wrong_contact_are_said_twice_and_kept(make: Make, browser: Browser) -> None:
    service = make.service()
    sent = {"words": "<b>Closed</b>", "contact": "ann"}
    page = browser.post(f"/services/{service.id}/report", sent, expect=422)
    assert "Choose what is wrong" in page.main and "Enter a phone number or an e-mail address" in page.main
    assert page.one("textarea").get_text().strip() == "<b>Closed</b>"
    assert page.one("title").get_text().startswith("Error:")
    assert db.session.scalars(select(ListingReport)).all() == []


def test_the_same_form_sent_twice_is_kept_once_with_one_reference(make: Make, browser: Browser) -> None:
    service, key = make.service(), "k" * 32
    assert tell(browser, service, key=key) == tell(browser, service, key=key)
    assert len(db.session.scalars(select(ListingReport)).all()) == 1


def test_six_at_once_with_one_key_are_kept_once(app: Flask, make: Make) -> None:
    service_id = make.service().id
    db.session.remove()
    told = reporting.Told("closed", None, None, "p" * 32)
    found: list[str] = []

    def send() -> None:
        with app.test_request_context():
            from portal.core.transactions import unit

            with unit():
                found.append(reporting.report(service_id, told, asked_by="192.0.2.9", language="en", urgent_kinds=()))

    senders = [threading.Thread(target=send) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(found) == 6 and len(set(found)) == 1
    assert len(db.session.scalars(select(ListingReport)).all()) == 1


def test_too_many_from_one_address_are_asked_to_wait(make: Make, browser: Browser) -> None:
    service = make.service()
    for _ in range(reporting.MOST_AN_HOUR):
        tell(browser, service)
    tell(browser, service, expect=429)
    tell(browser, service, come_from="192.0.2.77")


def test_two_visitors_lower_freshness_and_one_visitor_twice_does_not(app: Flask, make: Make, browser: Browser) -> None:
    service = make.service()
    before = document_of(queries.public_listings([service.id])[service.id]).demerit
    tell(browser, service)
    tell(browser, service)
    assert freshness.of_listing(queries.public_listings([service.id])[service.id]).state == "this_month"
    tell(browser, service, come_from="192.0.2.2")
    listing = queries.public_listings([service.id])[service.id]
    assert freshness.label(freshness.of_listing(listing)) == "Someone told us this may be wrong - phone first"
    assert document_of(listing).demerit > before
    page = browser.follow(browser.get(f"/services/{service.id}", expect=301))
    assert "Someone told us this may be wrong - phone first" in page.main
    assert "Checked this month" not in page.words("ul.tags li")


def test_one_household_of_ipv6_is_one_visitor(make: Make, browser: Browser) -> None:
    service = make.service()
    tell(browser, service, come_from="2001:db8:1:1::1")
    tell(browser, service, come_from="2001:db8:1:1:ffff::2")
    db.session.refresh(service)
    assert service.doubted_at is None
    tell(browser, service, come_from="2001:db8:1:2::1")
    db.session.refresh(service)
    assert service.doubted_at is not None


def test_an_answer_is_mailed_once_and_the_contact_is_wiped(app: Flask, make: Make, browser: Browser) -> None:
    service = make.service()
    tell(browser, service, contact="ann@example.org")
    tell(browser, service, come_from="192.0.2.2")
    moderator = make.user("moderator")
    first, second = reporting.open_reports(moderator)
    for _ in range(2):
        reporting.answer_report(first.id, "fixed", by=moderator)
        db.session.commit()
    [mail] = db.session.scalars(select(OutboxMessage)).all()
    assert (mail.name, mail.recipient) == ("report-answered", "ann@example.org")
    row = db.session.get_one(ListingReport, first.id)
    assert (row.contact, row.visitor_key, row.outcome) == (None, None, "fixed")
    db.session.refresh(service)
    assert service.doubted_at is None
    assert set(checks_of(service.id)) == {"sessions", "opening"}
    assert [one.id for one in reporting.open_reports(moderator)] == [second.id]


def test_a_mobile_is_texted_and_a_landline_is_left_to_a_call(make: Make, browser: Browser) -> None:
    moderator = make.user("moderator")
    service = make.service()
    tell(browser, service, contact="07700 900 982")
    tell(browser, service, contact="0116 496 0187")
    for one in reporting.open_reports(moderator):
        reporting.answer_report(one.id, "right", by=moderator)
    db.session.commit()
    [text] = db.session.scalars(select(OutboxMessage)).all()
    assert (text.channel, text.recipient) == ("sms", "+447700900982")


def test_words_of_danger_show_help_first_and_never_stop_the_report(make: Make, browser: Browser) -> None:
    service = make.service()
    page = browser.post(
        f"/services/{service.id}/report", {"kind": "other", "words": "He hits me and I am scared"}, expect=200
    )
    assert "Does someone need help right now?" in page.main and "0808 2000 247" in page.text
    assert db.session.scalars(select(ListingReport)).all() == []
    tell(browser, service, kind="other", words="He hits me and I am scared", send="yes")
    tell(browser, service)
    urgent, plain = reporting.open_reports(make.user("moderator"))
    assert urgent.urgent_kinds == ("abuse",) and plain.urgent_kinds == ()


@pytest.mark.parametrize("role", [None, "editor", "lead", "referrer"])
def test_reports_are_for_moderators_alone(make: Make, browser: Browser, role: str | None) -> None:
    service = make.service()
    tell(browser, service)
    [row] = db.session.scalars(select(ListingReport)).all()
    who = make.user(role, organisation=service.organization) if role else make.user()
    assert reporting.open_reports(who) == []
    for refused in (
        lambda: reporting.report_for(who, row.id),
        lambda: reporting.answer_report(row.id, "right", by=who),
    ):
        with pytest.raises(NotFound):
            refused()


def test_reading_a_report_is_an_entry_of_the_audit(make: Make, browser: Browser) -> None:
    tell(browser, make.service(), words="It moved", contact="ann@example.org")
    moderator = make.user("moderator")
    [one] = reporting.open_reports(moderator)
    assert reporting.report_for(moderator, one.id).words == "It moved"
    assert db.session.scalar(select(AuditEntry.action).order_by(AuditEntry.number.desc())) == "report.read"


@pytest.mark.parametrize("state", ["withdrawn", "closed", "unknown"])
def test_what_is_not_shown_cannot_be_reported(make: Make, browser: Browser, state: str, days: Days) -> None:
    from portal.core import clock

    service = make.service()
    if state == "withdrawn":
        service.withdrawn_at = clock.now()
    if state == "closed":
        service.status = "defunct"
    db.session.commit()
    wanted = service.id if state != "unknown" else make.organisation().id
    browser.get(f"/services/{wanted}/report", expect=404)


def test_a_reference_of_another_listing_is_not_found(make: Make, browser: Browser) -> None:
    one, other = make.service(), make.service("Other")
    where = tell(browser, one)
    browser.get(where.replace(str(one.id), str(other.id)), expect=404)
