"""The calendar of a neighbourhood holds what its weeks show, in the words of each listing's own calendar."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.core import clock
from portal.directory.models import SessionException
from portal.directory.queries import listings_in
from portal.geography.queries import codes_of
from portal.neighbourhoods.views import LAST_WEEK
from portal.neighbourhoods.week import week_of
from tests.factories import MONDAY
from tests.neighbourhoods.test_neighbourhood import CODE, OTHER, cut, here
from tests.support import calendars as reader
from tests.support.calendars import events_of, times_in

pytestmark = pytest.mark.usefixtures("monday")
ADDRESS = "/neighbourhoods/clarendon-park.ics"


def calendar_of(browser, address=ADDRESS):
    answer = browser.get(address)
    assert answer.response.mimetype == "text/calendar"
    return reader.read(answer.response.data)


def weeks(neighbourhood):
    codes = codes_of(neighbourhood)
    listings = listings_in(codes)
    firsts = [clock.today() + timedelta(days=7 * number) for number in range(LAST_WEEK + 1)]
    return [slot.occurrence for first in firsts for day in week_of(listings, codes, first).days for slot in day.slots]


@pytest.mark.parametrize(
    "moment", [MONDAY, datetime(2026, 10, 5, 8, 0, tzinfo=UTC), datetime(2027, 3, 8, 8, 0, tzinfo=UTC)]
)
def test_a_program_of_others_shows_what_the_weeks_show_also_over_the_clock_changes(app, browser, make, moment):
    with clock.freeze(moment):
        made = cut()
        elsewhere = make.location(neighbourhood_code=OTHER)
        hidden = make.location(neighbourhood_code=CODE, privacy="hidden")
        night = [make.session("SA,SU", "22:00", "02:30"), make.session("-1SU", "01:30", "02:30", freq="monthly")]
        make.service("Night", location=here(make), sessions=night)
        make.service(
            "Twice", at=[here(make), here(make)], sessions=[make.session("TU"), make.session("TU", "10:00", "13:00")]
        )
        make.service("Elsewhere", at=[elsewhere, here(make)], sessions=[make.session("TH")])
        make.service("Hidden", location=hidden, areas=[CODE], sessions=[make.session("FR")])
        make.service("Screen", is_online=True, areas=[CODE], sessions=[make.session("MO", interval=2)])
        make.service("Harbour", location=here(make), needs=["abuse"], sessions=[make.session("WE")])
        slots = weeks(made.neighbourhoods[0])
        start = datetime.combine(clock.today(), time(), clock.LONDON)
        shown = times_in(calendar_of(browser), start, start + timedelta(days=70))
    assert shown == sorted((slot.start, slot.known_end) for slot in slots) and len(shown) > 40


def test_the_same_session_has_the_same_uid_here_and_in_its_own_calendar(app, browser, make):
    cut()
    session = make.session("TU")
    session.exceptions.append(SessionException(date=date(2026, 12, 1), kind="cancelled"))
    service = make.service(location=here(make), sessions=[session])
    ours, own = (
        reader.uids_of(calendar_of(browser)),
        reader.uids_of(calendar_of(browser, f"/services/{service.id}.ics")),
    )
    assert ours and ours.items() <= own.items()
    assert "Cancelled: Tuesday Table" in {name for _start, name, _sequence in ours.values()}


def test_nothing_is_told_of_hidden_places_and_of_needs_that_are_private(sqlite_app, browser, make):
    cut()
    make.service(location=here(make, privacy="hidden", address="9 Secret Row"), areas=[CODE], sessions=[make.session()])
    near = here(make, privacy="area", address="8 Secret Row", place_name="Near the park")
    make.service("Circle", location=near, sessions=[make.session()])
    make.service("Safe Harbour", needs=["abuse"], location=here(make), sessions=[make.session()])
    calendar = calendar_of(browser)
    assert {str(one["SUMMARY"]) for one in events_of(calendar)} == {"Circle", "Support near you"}
    text = calendar.to_ical().replace(b"\r\n ", b"").decode()
    assert "Secret" not in text and "Harbour" not in text and "LOCATION:Near the park" in text


def test_it_bears_the_name_of_the_neighbourhood_and_is_not_sent_twice(app, browser, make):
    cut()
    make.service(location=here(make), sessions=[make.session()])
    answer = browser.get(ADDRESS)
    calendar = reader.read(answer.response.data)
    assert str(calendar["NAME"]) == "Clarendon Park" and str(calendar["URL"]).endswith("/neighbourhoods/clarendon-park")
    assert 'filename="clarendon-park.ics"' in answer.headers["Content-Disposition"]
    assert browser.client.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_page_offers_both_ways(sqlite_app, browser, make):
    cut()
    page = browser.get("/neighbourhoods/clarendon-park")
    assert page.link("Subscribe in your calendar") == f"webcal://127.0.0.1:8000{ADDRESS}"
    assert page.link("Download a calendar file") == ADDRESS
    assert calendar_of(browser).walk("VEVENT") == []
    assert browser.get("/cy/neighbourhoods/clarendon-park.ics").status == 200
    browser.get("/neighbourhoods/nowhere.ics", expect=404)
