"""What a private place hides stays hidden at every door that the public can open."""

from datetime import date
from unittest.mock import Mock
from urllib.parse import quote_plus

import pytest

from portal.core.extensions import db
from portal.directory import queries
from portal.directory.cards import slug_of
from portal.directory.reading import TEXTS
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.organisations.models import Organization
from portal.search.current import engine
from portal.search.port import IndexUnavailable
from tests.factories import MONDAY

pytestmark = pytest.mark.usefixtures("monday")
SECRETS = ("9 Lantern Row", "lantern-row", "LE2 3ZZ", "LE23ZZ", "Lighthouse Rooms", "52.61234", "-1.11234", "Turn left")
CODE = "E02002840"


@pytest.fixture
def neighbourhood(active_app):
    cut = NeighbourhoodSet(slug="city", name="City", area="Leicester", valid_from=date(2026, 1, 1))
    here = Neighbourhood(slug="here", name="Here", lat=52.6, lon=-1.1)
    here.parts.append(NeighbourhoodPart(kind="msoa", code=CODE, vintage=2021, valid_from=date(2026, 1, 1)))
    cut.neighbourhoods.append(here)
    db.session.add(cut)
    db.session.commit()
    return here


def private(make, level):
    """A service whose private address is repeated in every text that a group may write."""
    place = make.location(
        privacy=level,
        name="Lighthouse Rooms",
        address="9 Lantern Row",
        postcode="LE2 3ZZ",
        point=(52.61234, -1.11234),
        neighbourhood_code=CODE,
        getting_there="Turn left at 9 Lantern Row",
        access={"step_free": True},
    )
    text = "We meet at Lighthouse Rooms, 9 Lantern Row, LE2 3ZZ."
    return make.service(
        "Circle at 9 Lantern Row",
        organisation=make.organisation("Circle", description=text),
        location=place,
        sessions=[make.session("TU", note=text), make.session("WE", name="Lighthouse Rooms")],
        description=text,
        summary=text,
        who_for=text,
        how_to_join=text,
        opening_text=text,
        alert=text,
        fees=text,
        first_visit=[text],
    )


@pytest.mark.parametrize("level", ["area", "hidden"])
def test_no_public_page_tells_a_private_address(app, browser, make, neighbourhood, level):
    service = private(make, level)
    make.service("Other", needs=["loneliness"])
    slug = slug_of("Circle at …")
    browser.post("/list/add", {"service": str(service.id)}, expect=303)
    browser.post("/list/share", {}, expect=303)
    code = browser.get("/list").words(".short-code")[0]
    doors = [
        f"/services/{service.id}/{slug}",
        f"/services/{service.id}.ics",
        f"/organisations/{service.organization_id}/circle",
        "/list",
        "/list/print",
        f"/list/{code}",
        f"/list/{code}/print",
        f"/list/print?service={service.id}",
        "/neighbourhoods",
        "/neighbourhoods/here",
        "/neighbourhoods/here/timetable",
        "/sitemap.xml?part=services-1",
        "/sitemap.xml?part=organisations-1",
    ]
    for door in doors:
        answer = browser.client.get(door)
        assert answer.status_code == 200, door
        whole = (answer.get_data(as_text=True) + str(answer.headers)).replace("\r\n ", "")
        told = [secret for secret in SECRETS if secret in whole]
        assert not told, f"{door} tells {told}"


def test_an_area_only_place_says_near(sqlite_app, browser, make):
    place = make.location(privacy="area", place_name="Clarendon Park", neighbourhood_code=CODE)
    page = browser.get(f"/services/{make.service(location=place).id}/tuesday-table")
    assert "Near Clarendon Park. The address is given when you get in touch." in page.main
    assert "Directions" not in page.main


def test_a_hidden_place_is_told_when_you_get_in_touch(sqlite_app, browser, make):
    page = browser.get(f"/services/{make.service(location=make.location(privacy='hidden')).id}/tuesday-table")
    assert "The address is given when you get in touch." in page.main
    assert "Near" not in page.words(".fact-sheet")[0] and "Leicester" not in page.main


def test_sessions_at_a_hidden_place_stand_in_no_neighbourhood(app, browser, make, neighbourhood):
    private(make, "hidden")
    page = browser.get("/neighbourhoods/here")
    assert "Circle" not in page.main
    assert "0 places and groups." in page.main


def test_every_text_of_a_listing_is_cleared_of_a_private_address(app, make):
    """Also of one that is added later: the texts are those of the model."""
    place = make.location(name="Lantern Rooms", address="9 Lantern Row", postcode="LE2 3ZZ", privacy="hidden")
    service = make.service("Circle", location=place)
    for name in TEXTS:
        setattr(service, name, "At 9 Lantern Row, LE2 3ZZ.")
    db.session.commit()
    told = queries.public_listings([service.id])[service.id].service
    assert {"description", "fees", "alert"} <= set(TEXTS)
    assert [name for name in TEXTS if "Lantern" in (getattr(told, name) or "")] == []


@pytest.mark.parametrize("ending", [{"status": "inactive"}, {"assured_date": date(2024, 1, 1)}])
def test_a_private_address_stays_private_when_the_listing_has_ended(app, browser, make, ending):
    service = private(make, "hidden")
    browser.post("/list/add", {"service": str(service.id)}, expect=303)
    for name, value in ending.items():
        setattr(service, name, value)
    db.session.commit()
    page = f"/services/{service.id}/{slug_of('Circle at …')}"
    for door, status in ((page, 410), ("/list", 200), ("/list/print", 200), (f"/list/print?service={service.id}", 200)):
        answer = browser.client.get(door)
        assert answer.status_code == status, door
        told = [secret for secret in SECRETS if secret in answer.get_data(as_text=True)]
        assert not told, f"{door} tells {told}"


@pytest.mark.parametrize("ending", ["status", "withdrawn_at"])
def test_a_group_tells_no_private_address_of_what_has_ended(app, browser, make, ending):
    service = private(make, "hidden")
    make.service("Other", organisation=db.session.get(Organization, service.organization_id))
    setattr(service, ending, {"status": "inactive", "withdrawn_at": MONDAY}[ending])
    db.session.commit()
    page = browser.get(f"/organisations/{service.organization_id}/circle")
    assert "Other" in page.main and "We meet at" in page.main
    assert not [secret for secret in SECRETS if secret in page.html]


@pytest.mark.parametrize("has_index", [True, False])
def test_no_search_finds_or_measures_a_private_address(app, browser, make, index_now, monkeypatch, has_index):
    private(make, "hidden")
    make.service("Other", organisation=make.organisation("Neighbours"), place={"point": (52.65, -1.13)})
    index_now()
    if not has_index:
        for asked in ("search", "count", "suggest"):
            monkeypatch.setattr(engine(), asked, Mock(side_effect=IndexUnavailable))
    assert "Circle" in browser.get("/services?q=circle").main
    for words in ("lantern row", "lantern", "Lighthouse Rooms", "lighth*", "lantren", "lihgthouse", "9 lantern row"):
        page = browser.client.get("/services", query_string={"q": words}).get_data(as_text=True)
        seen = page.replace(words, "").replace(quote_plus(words), "").casefold()
        assert not [secret for secret in ("circle", "lantern", "lighthouse") if secret in seen], words
    for within in ("1", "10", "all"):
        page = browser.get(f"/services?near=LE2+0QB&within={within}&sort=nearest")
        assert "Circle" not in page.main


def test_no_listing_of_a_group_tells_a_private_address_of_another(app, make):
    """Also where that other one has ended; but a group's own public street stays in its text."""
    group = make.organisation("Lighthouse")
    hidden = make.location(name="Lantern Rooms", address="9 Lantern Row", postcode="LE2 3ZZ", privacy="hidden")
    make.service("Refuge", organisation=group, location=hidden)
    ended = make.location(name="Beacon Rooms", address="4 Beacon Street", postcode="LE2 4ZZ", privacy="hidden")
    make.service("Old refuge", organisation=group, location=ended, status="defunct")
    text = "Ask at 9 Lantern Row, behind Beacon Street, or at 12 Market Lane."
    office = make.service("Office", organisation=group, place={"address": "12 Market Lane"}, description=text)
    other = make.service("Stranger", organisation=make.organisation("Others"), description=text)
    found = queries.public_listings([office.id, other.id])
    assert found[office.id].service.description == "Ask at …, behind …, or at 12 Market Lane."
    assert found[other.id].service.description == text
