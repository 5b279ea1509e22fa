"""The booklet of a neighbourhood: each listing once, by need, on paper that a reader can trust."""

import pytest

from portal.neighbourhoods import booklet
from tests.neighbourhoods.test_neighbourhood import CODE, OTHER, cut, here

pytestmark = pytest.mark.usefixtures("monday")
ADDRESS = "/neighbourhoods/clarendon-park/booklet"


def facts_of(page, number=1):
    """What one entry says, by name."""
    entry = f"#entry-{number}"
    return dict(zip(page.words(f"{entry} dt"), page.words(f"{entry} dd"), strict=True))


def test_each_listing_tells_what_somebody_needs_to_go_there(app, browser, make):
    cut()
    make.service(
        sessions=[make.session("TU", "10:00", "12:00")],
        location=here(make, access={"step_free": True, "parking": False}),
        phone="01164960142",
        languages=["en", "gu"],
    )
    page = browser.get(ADDRESS)
    assert page.words("h1") == ["What there is in Clarendon Park"]
    assert page.words(".entry h3") == ["1 Tuesday Table"] and page.words(".entry__group") == ["Larkfield Circle"]
    assert facts_of(page) == {
        "Phone": "0116 496 0142",
        "When": "Every Tuesday, 10am to midday",
        "Where": "Larkfield Hall, 1 Larkfield Road LE2 0QB Getting in: Step-free",
        "Cost": "Free",
        "Join": "Drop in, no appointment needed",
        "Languages": "English, Gujarati",
    }
    assert page.words(".entry__checked") == ["Checked on 23 November 2026"]


def test_it_says_when_it_was_printed_where_to_look_and_whom_to_call(sqlite_app, browser, make):
    cut()
    make.service(location=here(make))
    page = browser.get(ADDRESS)
    assert "Printed 23 November 2026." in page.main and "Listings change: phone first." in page.main
    assert page.words(".booklet__address") == ["127.0.0.1:8000/neighbourhoods/clarendon-park"] and page.select(".qr")
    for number in ("999", "111", "116 123", "85258"):
        assert number in page.words(".help-now")[0]


def test_a_listing_stands_once_under_its_first_need_and_is_named_under_its_others(app, browser, make):
    cut()
    make.service("Both", location=here(make), needs=["debt", "loneliness"])
    make.service("Debt alone", location=here(make), needs=["debt"])
    make.service("Housing alone", location=here(make), needs=["housing"])
    make.service("No need told", location=here(make), needs=[])
    page = browser.get(ADDRESS)
    assert page.words(".entry h3") == ["1 Both", "2 Debt alone", "3 Housing alone", "4 No need told"]
    assert page.words(".need h2") == [
        "Feeling lonely or cut off", "Debt and money advice", "Housing advice and eviction", "Other help"
    ]  # fmt: skip
    assert page.words(".need__also") == ["These help with it too: Both ( 1 )"]
    assert page.words(".contents h3") == [
        "People and things to do", "Money, food and work", "Home, safety and rights", "Other help"
    ]  # fmt: skip
    targets = [link["href"] for link in page.select(".contents a, .need__also a")]
    assert len(targets) == 5 and all(page.select(target) for target in targets)


def test_the_contents_say_where_to_look_for_a_need_whose_listings_stand_elsewhere(app, browser, make):
    cut()
    make.service("Cafe", location=here(make), needs=["loneliness", "crisis"])
    make.service("Lamp", location=here(make), needs=["arts-music", "crisis", "debt"])
    make.service("Own", location=here(make), needs=["debt"])
    assert browser.get(ADDRESS).words(".contents li") == [
        "Feeling lonely or cut off 1",
        "Art, music, singing and crafts 2",
        "Mental health crisis and drop-in cafes see 1 and 2",
        "Debt and money advice 3",
    ]


def test_what_is_elsewhere_or_closed_is_not_in_it_and_what_serves_the_area_is(app, browser, make):
    cut()
    make.service("Elsewhere", location=make.location(neighbourhood_code=OTHER))
    make.service("Withdrawn", location=here(make), status="defunct")
    make.service("Screen", is_online=True, areas=[CODE], url="https://screen.example/")
    page = browser.get(ADDRESS)
    assert page.words(".entry h3") == ["1 Screen"]
    assert facts_of(page)["Where"] == "Online By phone" and facts_of(page)["Get in touch"] == "screen.example"


def test_withheld_addresses_are_not_on_paper(app, browser, make):
    cut()
    near = here(make, privacy="area", address="9 Secret Row", name="Quiet House", place_name="Queens Road")
    make.service("Circle", location=near, opening_text="Come to 9 Secret Row")
    hidden = here(make, privacy="hidden", address="7 Hidden Lane", name="Harbour House", access={"step_free": True})
    make.service("Harbour", location=hidden, areas=[CODE])
    page = browser.get(ADDRESS)
    assert page.words(".entry h3") == ["1 Circle", "2 Harbour"]
    assert facts_of(page, 1)["Where"] == "Near Queens Road. The address is given when you get in touch"
    assert facts_of(page, 2)["Where"] == "The address is given when you get in touch"
    assert not {"Secret", "Quiet House", "Hidden Lane", "Harbour House"} & set(page.html.split())
    for word in ("Secret Row", "Quiet House", "Hidden Lane", "Harbour House"):
        assert word not in page.html


def test_a_booklet_is_bounded_and_says_so(sqlite_app, browser, make, monkeypatch):
    monkeypatch.setattr(booklet, "MOST_ENTRIES", 2)
    cut()
    make.service("Serves", is_online=True, areas=[CODE])
    make.service("Near", location=here(make))
    make.service("Nearer", location=here(make), opening_text="word " * 400)
    page = browser.get(ADDRESS)
    assert page.words(".entry h3") == ["1 Near", "2 Nearer"]
    assert "2 places and groups." in page.main and "There are 3 in all." in page.main
    assert len(facts_of(page, 2)["When"]) <= booklet.LONGEST_TEXT


def test_it_comes_large_small_and_in_every_language(sqlite_app, browser, make):
    cut()
    make.service(location=here(make))
    page = browser.get(ADDRESS)
    large = browser.get(page.link("Large print"))
    assert large.one("html")["class"] == ["large"] and large.link("Ordinary print") == ADDRESS
    small = browser.get(large.link("On A5 paper"))
    assert small.link("On A4 paper") == f"{ADDRESS}?large=1" and "booklet-a5" in small.html
    for language, direction in (("cy", "ltr"), ("ur", "rtl")):
        told = browser.get(f"/{language}{ADDRESS}").one("html")
        assert (told["lang"], told["dir"]) == (language, direction)
    for odd in ("paper=a3", "paper=%00", "large=2", "paper=a5&paper=a4", f"paper={'x' * 5000}"):
        assert browser.get(f"{ADDRESS}?{odd}").status == 200


def test_an_empty_neighbourhood_and_one_that_is_none(sqlite_app, browser):
    cut()
    assert "We know of no places and groups here yet." in browser.get(ADDRESS).main
    assert browser.get("/neighbourhoods/clarendon-park").link("Print a booklet of everything here") == ADDRESS
    browser.get("/neighbourhoods/nowhere/booklet", expect=404)


def test_a_booklet_takes_few_statements(sqlite_app, browser, make, count_statements):
    cut()
    for number in range(30):
        make.service(f"Group {number}", location=here(make), phone="0116 496 0142")
    browser.get(ADDRESS)
    with count_statements() as said:
        browser.get(ADDRESS)
    assert len(said) < 25
