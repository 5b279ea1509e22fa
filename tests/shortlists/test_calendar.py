"""The calendar of a shared list: the sessions of what is on it today, and nothing of what it is for."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.shortlists import actions
from portal.shortlists.models import Shortlist
from tests.factories import MONDAY
from tests.support import calendars as reader
from tests.support.calendars import events_of

pytestmark = pytest.mark.usefixtures("monday")


def listed(*services, code="7K4PQH"):
    ids = [str(one.id) for one in services]
    db.session.add(Shortlist(code=code, service_ids=ids, expires_at=clock.now() + timedelta(days=90)))
    db.session.commit()
    return f"/list/{code}.ics"


def calendar_of(browser, address):
    answer = browser.get(address)
    assert answer.response.mimetype == "text/calendar"
    return reader.read(answer.response.data)


def test_it_holds_the_sessions_of_each_in_the_words_of_its_own_calendar(app, browser, make):
    one, other = (
        make.service("One", sessions=[make.session("TU")]),
        make.service("Other", sessions=[make.session("WE")]),
    )
    never = make.service("Never")
    ours = reader.uids_of(calendar_of(browser, listed(one, other, never)))
    own = [reader.uids_of(calendar_of(browser, f"/services/{service.id}.ics")) for service in (one, other)]
    assert ours == own[0] | own[1]


def test_what_became_sensitive_or_closed_is_not_in_it_and_what_was_merged_stands_once(app, browser, make):
    kept = make.service("Kept", sessions=[make.session("TU")])
    private = make.service("Safe Harbour", needs=["abuse"], sessions=[make.session("TU")])
    merged = make.service("Merged", sessions=[make.session("TU")], merged_into_id=kept.id)
    closed = make.service("Closed", status="defunct", sessions=[make.session("TU")])
    gone = make.service("Gone", withdrawn_at=MONDAY, sessions=[make.session("TU")])
    calendar = calendar_of(browser, listed(kept, private, merged, closed, gone))
    assert {str(event["SUMMARY"]) for event in events_of(calendar)} == {"Kept"}


def test_it_says_neither_its_code_nor_what_it_is_for(sqlite_app, browser, make):
    hidden = make.service(
        "Quiet", location=make.location(privacy="hidden", address="9 Secret Row"), sessions=[make.session()]
    )
    answer = browser.get(listed(hidden))
    calendar = reader.read(answer.response.data)
    text = calendar.to_ical().decode()
    assert str(calendar["NAME"]) == "Support near you" and "7K4PQH" not in text and "Secret" not in text
    assert "7K4PQH" not in answer.headers["Content-Disposition"] and "URL" not in calendar


def test_a_list_that_is_gone_answers_that_there_is_none(app, browser, make):
    address = listed(make.service(sessions=[make.session()]))
    with clock.freeze(MONDAY + timedelta(days=91)):
        assert "There is no list with this code." in browser.get(address, expect=404).text
    browser.get("/list/zzzzzz.ics", expect=404)
    browser.get("/list/%00.ics", expect=404)


def test_codes_cannot_be_tried_here_more_often_than_on_the_page(sqlite_app, browser, make):
    address = listed(make.service(sessions=[make.session()]))
    for _try in range(actions.MOST_LOOKUPS):
        browser.client.get("/list/222222.ics")
    answer = browser.get(address, expect=429)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_later_change_of_a_listing_reaches_the_calendar(sqlite_app, browser, make):
    service = make.service(sessions=[make.session("TU")])
    address = listed(service)
    tag = browser.get(address).headers["ETag"]
    assert browser.client.get(address, headers={"If-None-Match": tag}).status_code == 304
    row = db.session.get(Service, service.id)
    row.name, row.last_modified = "Renamed", MONDAY + timedelta(seconds=1)
    again = browser.client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 200 and b"Renamed" in again.data


def test_pages_of_lists_with_a_code_offer_it(sqlite_app, browser, make):
    service = make.service(sessions=[make.session()])
    browser.post("/list/add", {"service": str(service.id)}, expect=303)
    assert "Subscribe in your calendar" not in browser.get("/list").main
    browser.post("/list/share", {}, expect=303)
    page = browser.get("/list")
    code = page.words(".short-code")[0]
    assert page.link("Subscribe in your calendar") == f"webcal://127.0.0.1:8000/list/{code}.ics"
    assert browser.get(f"/list/{code}").link("Download a calendar file") == f"/list/{code}.ics"
    undated = listed(make.service("Never"), code="7K4PQK").removesuffix(".ics")
    assert "calendar" not in browser.get(undated).main
