"""What groups tell of a quarter: by themselves or typed for them, never of a quarter to come, and read as small numbers allow."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.grants.models import GrantReport
from portal.grants.reminding import remind
from tests.factories import Make
from tests.grants.world import world
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import browser_as

pytestmark = pytest.mark.usefixtures("monday")
AsUser = Callable[..., Browser]


def test_a_group_tells_two_numbers_and_the_manager_reads_no_small_one(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    group = make.organisation()
    grant = here.grant(group)
    theirs = as_user(make.user("editor", organisation=group))
    assert "July to September 2026" in theirs.get("/group/grants").main
    address = f"/group/grants/{grant.shown_reference}/2026-q3"
    form = theirs.get(address).form(address)
    told = theirs.post(address, {**form, "sessions": "11", "people": "6"}, expect=303)
    assert "Report sent." in (shown := theirs.follow(told)).main and " 11 " in shown.main and " 6 " in shown.main
    seen = as_user(here.keeper).get(f"/grants/{grant.shown_reference}").main
    assert "fewer than 8" in seen and " 6 " not in seen and "The group told this" in seen
    table = as_user(here.keeper).get(f"/grants/rounds/{here.round.id}.csv").html
    assert '"11","fewer than 8","The group"' in table
    entry = db.session.query(AuditEntry).filter_by(action="grant.reported").one()
    assert entry.details == {"quarter": "2026-q3"}


def test_a_manager_types_it_for_them_and_does_not_read_their_number_of_people(
    app: Flask, make: Make, as_user: AsUser
) -> None:
    here = world(make)
    grant = here.grant(reports={"2026-q3": (11, 6)})
    keeper = as_user(here.keeper)
    address = f"/grants/{grant.shown_reference}/report/2026-q3"
    page = keeper.get(address)
    assert page.one("#sessions")["value"] == "11" and not page.one("#people").get("value")
    keeper.post(address, {**page.form(address), "sessions": "12", "people": ""}, expect=422)
    keeper.post(address, {**page.form(address), "sessions": "12", "people": "44"}, expect=303)
    row = db.session.query(GrantReport).one()
    assert (row.sessions, row.people, row.told_by) == (12, 44, "manager")
    assert "Typed for the group" in keeper.get(f"/grants/{grant.shown_reference}").main


def test_a_quarter_that_is_not_over_cannot_be_told(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    grant = here.grant()
    keeper = as_user(here.keeper)
    for quarter, day in (("2026-q4", "31 December 2026"), ("2027-q1", "31 March 2027")):
        address = f"/grants/{grant.shown_reference}/report/{quarter}"
        assert f"This quarter runs until {day}. Report it after that." in keeper.get(address).main
        keeper.post(address, {"sessions": "1", "people": "1", "version": "0"}, expect=422)
    for outside in ("2026-q2", "2027-q2", "2026-q5", "soon"):
        keeper.get(f"/grants/{grant.shown_reference}/report/{outside}", expect=404)
    assert db.session.query(GrantReport).count() == 0
    ended = here.grant(name="Short", starts_on=date(2026, 10, 1), ends_on=date(2026, 11, 22))
    address = f"/grants/{ended.shown_reference}/report/2026-q4"
    keeper.post(address, {"sessions": "3", "people": "12", "version": "0"}, expect=303)


def test_two_who_tell_one_quarter_lose_nothing(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    group = make.organisation()
    grant = here.grant(group)
    address = f"/group/grants/{grant.shown_reference}/2026-q3"
    one, other = (as_user(make.user("editor", organisation=group)) for _each in range(2))
    mine, theirs = one.get(address).form(address), other.get(address).form(address)
    other.post(address, {**theirs, "sessions": "9", "people": "40"}, expect=303)
    clash = one.post(address, {**mine, "sessions": "10", "people": "40"}, expect=409)
    assert "What stands now 9 What you wrote 10" in clash.main and clash.one("#sessions")["value"] == "10"
    one.post(address, {**mine, "sessions": "9", "people": "40"}, expect=303)  # the same again changes nothing
    one.post(address, {**clash.form(address), "sessions": "10", "people": "40"}, expect=303)
    db.session.expire_all()
    assert [(row.sessions, row.version) for row in db.session.query(GrantReport)] == [(10, 2)]


def test_grants_of_others_are_not_found(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    grant = here.grant(make.organisation("One"))
    far = as_user(make.user("lead", organisation=make.organisation("Other")))
    for address in (f"/group/grants/{grant.shown_reference}", f"/group/grants/{grant.shown_reference}/2026-q3"):
        far.get(address, expect=404)
    far.post(f"/group/grants/{grant.shown_reference}/2026-q3", {"sessions": "1", "people": "1"}, expect=404)
    assert "no grant that is kept here" in far.get("/group/grants").main


def test_a_reminder_goes_twice_and_not_once_it_is_told(app: Flask, make: Make, mailbox: Mailbox) -> None:
    here = world(make)
    group = make.organisation("Larkfield Circle")
    grant, lead = here.grant(group), make.user("lead", organisation=group).email
    grant_id, reference = grant.id, grant.shown_reference
    for day in (5, 8, 9, 20, 29, 30):
        with clock.freeze(datetime(2026, 10, day, 9, tzinfo=UTC)):
            remind()
            assert len(mailbox.to(lead)) == (0 if day < 8 else 1 if day < 29 else 2)
    sent = mailbox.to(lead)
    assert [one.subject for one in sent] == [f"A report about your grant {reference} is due"] * 2
    body = sent[0].text
    assert f"/group/grants/{reference}/2026-q3" in body
    assert "Larkfield" not in body and "Lunch club" not in body and "5,000" not in body
    db.session.add(GrantReport(grant_id=grant_id, quarter=date(2026, 10, 1), sessions=1, people=9, told_by="group"))
    db.session.commit()
    with clock.freeze(datetime(2027, 1, 20, 9, tzinfo=UTC)):
        remind()
        assert len(mailbox.to(lead)) == 2


def test_what_is_late_stands_on_the_first_page(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    here.grant(make.organisation("Slow Group"))
    here.grant(make.organisation("Quick Group"), name="Other", reports={"2026-q3": (1, 9)})
    page = browser_as(sqlite_app, here.keeper).get("/grants")
    late = " ".join(page.words("section[aria-labelledby=late]"))
    assert "Slow Group" in late and "Quick Group" not in late


def test_a_report_that_is_due_stands_among_what_the_group_has_to_do(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    group = make.organisation()
    theirs = as_user(make.user("editor", organisation=group))
    assert "Our grants" not in theirs.get("/group").main
    grant = here.grant(group)
    page = theirs.get("/group")
    assert page.link("Report on your grant for Lunch club") == f"/group/grants/{grant.shown_reference}/2026-q3"
    assert page.link("Our grants") == "/group/grants"
    here.grant(group, name="Told", reports={"2026-q3": (1, 9)})
    assert "for Told" not in theirs.get("/group").main
