"""The loop as people live it: a surgery hands over, a link worker refers, a group answers by its mail, and everybody hears.

In a real browser with and without scripts, on SQLite and on PostgreSQL, with a real mail server. After each journey everything
that the instance wrote is searched for the person. PORTAL_TEST_EVERY_PLACE adds both databases with and without scripts.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.core import audit, clock, logs
from portal.core.extensions import db
from portal.core.jobs import HANDLERS, Handler
from portal.core.queue import work_once
from portal.people.models import Person
from portal.referrals import events, sweeping
from portal.referrals.models import Introduction
from tests.factories import MONDAY, Make
from tests.support import traces
from tests.support.people import browser_as
from tests.support.referrals import make_team
from tests.support.town import Town, mail_from

TEAM_MAIL, GROUP_MAIL, CLINIC_MAIL = (
    "lena@people.example.org",
    "hello@larkfield.example.org",
    "anneka@people.example.org",
)
STORY = "Company for marzipan afternoons, and a reason to go out."
PRIVATE = {
    "first name": "Quilla",
    "surname": "Vantongeren",
    "birth date": "1964-03-27",
    "birth date in words": "27 March 1964",
    "NHS number": "999 000 0018",
    "phone": "7700 900 982",
    "e-mail": "oddsocks@letters.example.net",
    "address": "Zeppelin Rise",
    "postcode": "LE3 9QA",
    "story": STORY,
    "word of the story": "marzipan",
}
PLACES = {"sqlite, script": ("sqlite", True), "postgresql, no script": ("postgresql", False)}
if os.environ.get("PORTAL_TEST_EVERY_PLACE"):
    PLACES |= {"sqlite, no script": ("sqlite", False), "postgresql, script": ("postgresql", True)}


@dataclass
class Place:
    """Who takes part."""

    app: Flask
    town: Town
    clinician_id: UUID
    worker_id: UUID
    queued: list[str]
    monkeypatch: pytest.MonkeyPatch
    caplog: pytest.LogCaptureFixture
    capsys: pytest.CaptureFixture[str]

    def signed_in(self, user_id: UUID) -> Page:
        """A page of somebody who has signed in."""
        return self.town.signed_in(self.app, db.session.get_one(User, user_id))


@pytest.fixture(params=PLACES.values(), ids=list(PLACES))
def place(
    request: pytest.FixtureRequest,
    chromium: Chromium,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Place]:
    """A surgery, a link worker team that it hands over to, and two groups without an account."""
    from tests.conftest import _clean
    from tests.support import chromium as chromiums

    database, script = request.param
    caplog.set_level("INFO", logger="werkzeug")
    for app in _clean(request.getfixturevalue(f"_{database}_application")):
        with (
            clock.freeze(MONDAY),
            mail_from(app, monkeypatch) as mails,
            chromiums.served(app) as site,
            traces.put_into_queues() as queued,
        ):
            make = Make()
            surgery, team = make.organisation("Tannery Row Surgery"), make.organisation("Saffron Vale Link Workers")
            make_team(team, practices=(surgery.id,))
            for name in ("Tuesday Table", "Thursday Choir"):
                group = make.organisation(f"{name} Circle", email=GROUP_MAIL)
                make.service(name, organisation=group, sessions=[make.session("TU", "10:00", "12:00")])
            clinician = make.user("referrer", organisation=surgery, name="Dr Anneka Boyle", email=CLINIC_MAIL)
            worker = make.user("link-worker", organisation=team, name="Lena Arkwright", email=TEAM_MAIL)
            ids = clinician.id, worker.id
            town = Town(site, chromium, mails, script=script)
            town.work()
            logs.configure("debug")
            yield Place(app, town, *ids, queued, monkeypatch, caplog, capsys)
            logs.configure("error")
            town.close()


def test_from_the_surgery_to_how_it_ended(place: Place) -> None:
    hand_over(place)
    worker = take_on(place)
    fill_in(place, worker)
    refer(place, worker, "Tuesday Table")
    accept_by_link(place, first_date=True)
    say_they_came(place)
    finish(place)
    told = [
        str(mail["Subject"])
        for mail, to in zip(place.town.mails.mails, place.town.mails.recipients, strict=True)
        if to == CLINIC_MAIL
    ]
    assert len(told) <= 2, told
    db.session.expire_all()
    assert {one.state for one in introductions("service")} == {"completed"}
    nothing_is_told_or_broken(place)


def test_declined_and_offered_to_another(place: Place) -> None:
    hand_over(place)
    worker = take_on(place)
    refer(place, worker, "Tuesday Table")
    group = open_link(place)
    group.get_by_label("Decline").check()
    group.get_by_label("Full", exact=True).check()
    group.get_by_role("button", name="Send answer").click()
    expect(group.locator("h1")).to_be_visible()
    place.town.mail_to(TEAM_MAIL, ".")
    worker.goto(f"{place.town.site}/caseload")
    worker.get_by_role("link", name="Choose another group").first.click()
    expect(worker.get_by_text("Declined").first).to_be_visible()
    refer(place, worker, "Thursday Choir")
    assert sorted(one.state for one in introductions("service")) == ["declined", "sent"]
    nothing_is_told_or_broken(place)


def test_from_the_waiting_list_to_the_first_visit(place: Place) -> None:
    hand_over(place)
    worker = take_on(place)
    refer(place, worker, "Tuesday Table")
    group = open_link(place)
    group.get_by_label("Put on our waiting list").check()
    group.get_by_label("About how many weeks?").fill("3")
    group.get_by_role("button", name="Send answer").click()
    expect(group.locator("h1")).to_be_visible()
    db.session.expire_all()
    [one] = introductions("service")
    assert (one.state, one.waiting_place, one.waiting_weeks) == ("waiting-list", 1, 3)
    with clock.freeze(MONDAY + timedelta(weeks=3)):
        sweep(place)
        accept_by_link(place, first_date=True)
        db.session.expire_all()
        assert introductions("service")[0].state == "booked"
        say_they_came(place, weeks=4)
    assert introductions("service")[0].state == "in-progress"
    nothing_is_told_or_broken(place)


def test_who_takes_it_back_is_seen_by_nobody_any_more(place: Place) -> None:
    hand_over(place)
    worker = take_on(place)
    refer(place, worker, "Tuesday Table")
    refer(place, worker, "Thursday Choir")
    group = open_link(place)
    group.get_by_label("Accept").check()
    person = db.session.query(Person).one()
    worker.goto(f"{place.town.site}/clients/{person.reference}/agreements")
    worker.get_by_role("link", name="They agree no more, with anybody").click()
    worker.locator("input[name=how]").first.check()
    worker.get_by_role("button", name="End it now").click()
    expect(worker.locator("main")).not_to_contain_text("Vantongeren")
    group.get_by_role("button", name="Send answer").click()
    expect(group.locator("main")).not_to_contain_text("Loneliness")
    db.session.expire_all()
    assert {one.state for one in introductions("service")} == {"withdrawn"}
    worker.goto(f"{place.town.site}/clients/{person.reference}")
    expect(worker.locator("main")).not_to_contain_text("Vantongeren")
    nothing_is_told_or_broken(place)


def hand_over(place: Place) -> None:
    page = place.signed_in(place.clinician_id)
    page.goto(f"{place.town.site}/refer/link-worker")
    page.get_by_label("Name", exact=True).fill("Quilla Vantongeren")
    page.get_by_label("NHS number or date of birth").fill("27 3 1964")
    page.get_by_label("Phone or e-mail", exact=True).fill("07700 900 982")
    page.get_by_label("Phone", exact=True).check()
    page.get_by_label("What would help, in a line").fill(STORY)
    page.get_by_label("They said yes").check()
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Handed over")


def take_on(place: Place) -> Page:
    place.town.mail_to(TEAM_MAIL, ".")
    page = place.signed_in(place.worker_id)
    page.goto(f"{place.town.site}/caseload/new")
    page.get_by_role("link", name="Answer for Q.V.").click()
    page.get_by_label("Take them on").check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Q.V.")
    return page


def record(place: Place, page: Page) -> None:
    reference = db.session.query(Person).one().reference
    page.goto(f"{place.town.site}/clients/{reference}")


def fill_in(place: Place, page: Page) -> None:
    """What else a link worker writes down of somebody."""
    reference = db.session.query(Person).one().reference
    page.goto(f"{place.town.site}/clients/{reference}/change/identity")
    page.get_by_label("NHS number", exact=True).fill(PRIVATE["NHS number"])
    page.get_by_label("Postcode", exact=True).fill(PRIVATE["postcode"])
    page.get_by_role("button", name="Save").click()
    page.goto(f"{place.town.site}/clients/{reference}/change/contact")
    page.get_by_label("E-mail", exact=True).last.fill(PRIVATE["e-mail"])
    page.get_by_label("Address for letters").fill(f"4 {PRIVATE['address']}")
    page.locator("input[name=voicemail]").last.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: Safe contact")).to_be_visible()
    db.session.rollback()
    kept = db.session.query(Person).one()
    assert (kept.nhs_number, kept.contact["email"]) == ("9990000018", PRIVATE["e-mail"])


def refer(place: Place, page: Page, service: str) -> None:
    record(place, page)
    page.get_by_role("link", name="Find support for this person").first.click()
    card = page.locator("article.service-card").filter(has_text=service)
    card.locator(".refer-part__link").click()
    expect(page.locator("#reason")).to_have_value(STORY)
    page.get_by_label("They told me").or_(page.get_by_label("They told me again")).first.check()
    page.get_by_role("button", name="Check before you send").click()
    page.get_by_role("button", name="Send 1 referral").click()
    expect(page.get_by_role("heading", level=1, name="1 referral sent")).to_be_visible()


def open_link(place: Place, path: str = "/respond/") -> Page:
    page = place.town.person()
    page.goto(place.town.link_in(place.town.mail_to(GROUP_MAIL, "."), path))
    expect(page.locator("main")).not_to_contain_text("Vantongeren")
    expect(page.locator("main")).not_to_contain_text(STORY)
    return page


def accept_by_link(place: Place, *, first_date: bool) -> None:
    page = open_link(place)
    page.get_by_label("Accept").check()
    if first_date:
        page.get_by_label("First date").select_option(index=1)
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator("h1")).to_be_visible()


def say_they_came(place: Place, *, weeks: int = 1) -> None:
    with clock.freeze(MONDAY + timedelta(weeks=weeks, days=2)):
        sweep(place)
        page = open_link(place)
        page.get_by_label("They came", exact=True).check()
        page.get_by_role("button", name="Send").click()
        expect(page.locator("h1")).to_be_visible()
    db.session.expire_all()


def finish(place: Place) -> None:
    with clock.freeze(MONDAY + timedelta(weeks=9)):
        sweep(place)
        page = open_link(place)
        page.get_by_label("It has finished").check()
        page.get_by_label("It helped in part").check()
        last = clock.today()
        for label, value in (("Day", last.day), ("Month", last.month), ("Year", last.year)):
            page.get_by_label(label, exact=True).fill(str(value))
        page.locator("input[name=why_no_measure]").first.check()
        page.get_by_role("button", name="Send").click()
        expect(page.locator("h1")).to_be_visible()
    place.town.work()


def sweep(place: Place) -> None:
    """What the worker asks for by the clock."""
    sweeping.look.later()
    db.session.commit()
    place.town.work()


def introductions(kind: str) -> list[Introduction]:
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Introduction).filter_by(kind=kind).all()


def nothing_is_told_or_broken(place: Place) -> None:
    """Nothing that was written or said names anybody or says what they said; every event stands in the chain."""
    place.town.work()
    told = {"the page of an error": what_a_fault_tells(place)}
    told |= {f"rows of {name}": rows for name, rows in traces.in_rows(db.engine).items()}
    told |= {f"mail {number}": mail for number, mail in enumerate(traces.in_mails(place.town.mails))}
    told["the queues"] = "\n".join(place.queued)
    told["the index"] = traces.in_index(place.app)
    told["the figures"] = place.app.test_client().get("/metrics").text
    told["the addresses that were opened"] = place.caplog.text
    told["the logs"] = place.capsys.readouterr().err
    found = traces.look_for(PRIVATE, told)
    assert not found, "\n".join(found)
    for where, word in {
        "the page of an error": "Something went wrong",
        "rows of audit_entry": "person.",
        "rows of person": "gAAAA",
        "rows of job": "BrokenOnPurpose",
        "mail 0": "Subject: ",
        "the queues": "notifications.send",
        "the index": "Tuesday Table",
        "the figures": 'endpoint="caseload.record"',
        "the addresses that were opened": "GET /caseload/new ",
        "the logs": "request.failed",
    }.items():
        assert word in told[where], f"nothing of use was looked at in {where}: {told[where][-600:]}"
    assert not list(events.broken()) and audit.verify()[1] is None


class BrokenOnPurpose(Exception):
    """A fault whose message holds all that is private."""


def what_a_fault_tells(place: Place) -> str:
    """Break a page of the record, a change of it and a job, each with the person's words in hand; gives the page of the error."""

    def broken(**_told: object) -> None:
        raise BrokenOnPurpose(PRIVATE)

    views, record, change = place.app.view_functions, "caseload.record", "caseload.change"
    browser = browser_as(place.app, db.session.get_one(User, place.worker_id))
    address = f"/clients/{db.session.query(Person).one().reference}"
    with place.monkeypatch.context() as patched:
        patched.setitem(HANDLERS, "test.broken", Handler("test.broken", broken))
        patched.setitem(views, record, wraps(views[record])(broken))
        patched.setitem(views, change, wraps(views[change])(broken))
        HANDLERS["test.broken"].later()
        page = browser.get(address, expect=500)
        browser.post(f"{address}/change/matters", {"what_matters": STORY}, expect=500)
        assert work_once()
    return page.html
