"""Answering reports and noting calls."""

from collections.abc import Callable
from dataclasses import fields

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.assurance.models import CheckCall, CheckRound, ListingReport
from portal.core import audit, clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.moderation.models import Decision
from portal.moderation.notifications import ChangeDecided
from portal.notifications.models import OutboxMessage
from tests.factories import Make
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("app")


def test_a_report_is_read_answered_and_its_sender_told(
    desk: Browser, moderator: User, report: ListingReport, service: Service
) -> None:
    assert "The time is wrong" in desk.get("/moderate/reports").main
    page = desk.get(f"/moderate/reports/{report.id}")
    assert "Shut at ten." in page.main
    assert "ana@example.org" not in page.html
    read = select(audit.AuditEntry.actor_id).where(audit.AuditEntry.action == "report.read")
    assert db.session.scalars(read).all() == [str(moderator.id)]
    assert "Choose what became of it" in desk.post(f"/moderate/reports/{report.id}", {}, expect=422).main
    desk.post(f"/moderate/reports/{report.id}", {"outcome": "fixed", "note": "They meet on Thursday."}, expect=303)
    db.session.refresh(report)
    assert (report.outcome, report.contact) == ("fixed", None)
    assert db.session.scalars(select(Decision)).one().note == "They meet on Thursday."
    assert [one.name for one in db.session.scalars(select(OutboxMessage))] == ["report-answered"]
    desk.post(f"/moderate/reports/{report.id}", {"outcome": "right"}, expect=409)


def test_what_has_closed_is_closed_and_says_so(
    desk: Browser, browser: Browser, report: ListingReport, service: Service
) -> None:
    desk.post(f"/moderate/reports/{report.id}", {"outcome": "closed"}, expect=303)
    db.session.refresh(service)
    assert service.status == "inactive"
    browser.get(f"/services/{service.id}/kettle-and-chat", expect=410)


def test_a_report_elsewhere_is_not_found(as_user: Callable[..., Browser], make: Make, report: ListingReport) -> None:
    elsewhere = as_user(make.user("moderator", area="E09000007"))
    assert "Nothing waiting." in elsewhere.get("/moderate/reports").main
    elsewhere.get(f"/moderate/reports/{report.id}", expect=404)
    elsewhere.post(f"/moderate/reports/{report.id}", {"outcome": "right"}, expect=404)


def test_a_call_is_noted_with_its_minutes(desk: Browser, call: CheckRound, service: Service) -> None:
    page = desk.get("/moderate/phone-list")
    assert "Ring Larkfield Circle" in page.main
    assert "days late" in page.main
    assert page.words(".tabs [aria-current]") == ["Overdue checks 1"]
    address = f"/moderate/phone-list/{call.id}"
    assert "0116 496 0110" in desk.get(address).main
    wrong = desk.post(address, {"outcome": "confirmed", "minutes": "six", "email": "nowhere"}, expect=422)
    assert "Enter the minutes" in wrong.main
    endless = desk.post(address, {"outcome": "confirmed", "minutes": "9" * 5_000}, expect=422)
    assert "Enter the minutes" in endless.main and "digits" not in endless.main
    assert "like hello@example.org" in wrong.main
    assert wrong.one("input[name=minutes]")["value"] == "six"
    done = desk.follow(desk.post(address, {"outcome": "confirmed", "minutes": "6"}, expect=303))
    assert "Nothing waiting." in done.main
    db.session.refresh(service)
    assert service.assured_date == clock.today()
    assert [one.minutes for one in db.session.scalars(select(CheckCall))] == [6]


def test_a_call_elsewhere_is_not_found(as_user: Callable[..., Browser], make: Make, call: CheckRound) -> None:
    elsewhere = as_user(make.user("moderator", area="E09000007"))
    assert "Nothing waiting." in elsewhere.get("/moderate/phone-list").main
    elsewhere.get(f"/moderate/phone-list/{call.id}", expect=404)


def test_keys_are_turned_on_and_off_for_one_moderator(
    desk: Browser, make: Make, as_user: Callable[..., Browser], moderator: User
) -> None:
    assert not desk.get("/moderate").select('script[src*="moderation.js"]')
    on = desk.follow(desk.post("/moderate/keys", {"keys": "y"}, expect=303))
    assert "Keys are on" in on.main
    assert on.select("input[name=keys][checked]")
    assert desk.get("/moderate").select('script[src*="moderation.js"]')
    assert not as_user(make.user("moderator")).get("/moderate").select('script[src*="moderation.js"]')
    assert "Keys are off." in desk.follow(desk.post("/moderate/keys", {}, expect=303)).main


def test_the_rules_name_every_list(desk: Browser) -> None:
    page = desk.get("/moderate/rules")
    assert "miracle*" in page.main
    assert "Not clear what is meant" in page.main


def test_the_message_to_the_author_holds_ids_alone() -> None:
    assert [one.name for one in fields(ChangeDecided)] == ["change_id", "outcome", "service_id"]
    assert ChangeDecided.topic is None
