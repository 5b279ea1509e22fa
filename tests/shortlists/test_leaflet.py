"""A list on paper: what somebody needs to go there, and where to turn now."""

from datetime import UTC, datetime

import pytest

from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with clock.freeze(datetime(2026, 11, 25, 9, 0, tzinfo=UTC)):
        yield


def leaflet_of(browser, *services, more=""):
    asked = "&".join(f"service={one.id}" for one in services)
    return browser.get(f"/list/print?{asked}{more}")


def facts_of(page):
    return dict(zip(page.words(".item dt"), page.words(".item dd"), strict=True))


def test_each_service_has_its_phone_times_place_and_way_in(app, browser, make):
    service = make.service(
        sessions=[make.session("TU", "10:00", "12:00")], phone="01164960142", place={"access": {"step_free": True}}
    )
    page = leaflet_of(browser, service)
    assert page.words(".item__phone") == ["0116 496 0142"]
    assert facts_of(page) == {
        "When": "Every Tuesday, 10am to midday",
        "Where": "Larkfield Hall, 1 Larkfield Road LE2 0QB Step-free",
        "Join": "Drop in Free No appointment needed",
    }


def test_crisis_numbers_stand_in_the_foot_of_every_leaflet(sqlite_app, browser, make):
    foot = leaflet_of(browser, make.service()).words(".help-now")[0]
    for number in ("999", "111", "116 123", "85258"):
        assert number in foot
    assert "999" in browser.get("/list/print").words(".help-now")[0]


def test_a_leaflet_for_wales_has_the_numbers_of_wales(sqlite_app, browser, make):
    english = leaflet_of(browser, make.service()).words(".help-now")
    welsh = leaflet_of(browser, make.service(place={"authority_code": "W06000015"})).words(".help-now")
    assert "999" in welsh[0]
    assert english[0].count("111") == 1


def test_large_print_is_a_link_away(sqlite_app, browser, make):
    service = make.service()
    page = leaflet_of(browser, service)
    assert "large" not in page.one("html").get("class", [])
    large = browser.get(page.link("Large print"))
    assert large.one("html")["class"] == ["large"]
    assert large.link("Ordinary print") == f"/list/print?service={service.id}"


def test_one_service_has_a_square_that_leads_to_its_page(sqlite_app, browser, make):
    page = leaflet_of(browser, make.service())
    assert page.select(".paper__square svg") and page.words(".short-code") == []


def test_a_leaflet_has_a_neutral_title(sqlite_app, browser, make):
    page = leaflet_of(browser, make.service("Safe Harbour", needs=["abuse"]))
    assert page.one("title").get_text().startswith("Support near you")


def test_closed_services_are_said_to_be_closed(sqlite_app, browser, make):
    service = make.service("Gone", status="defunct")
    assert leaflet_of(browser, service, make.service()).words(".closed") == ["Closed: Gone"]


def test_many_sessions_are_not_all_printed(sqlite_app, browser, make):
    sessions = [make.session(day) for day in ("MO", "TU", "WE", "TH", "FR")]
    told = facts_of(leaflet_of(browser, make.service(sessions=sessions)))["When"]
    assert told.count("Every") == 3 and told.endswith("Phone to ask about other times")


def test_a_service_by_phone_says_so(sqlite_app, browser, make):
    assert facts_of(leaflet_of(browser, make.service(is_online=True)))["Where"] == "Online By phone"


def test_nonsense_in_the_address_prints_an_empty_leaflet(sqlite_app, browser):
    page = browser.get("/list/print?service=x&service=&large=2")
    assert "You have not saved anything yet." in page.main
    assert db.session.query(Service).count() == 0
