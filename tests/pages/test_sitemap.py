"""What search engines may read."""

from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest

from portal.core.extensions import db
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.pages import sitemap


def addresses_in(browser, address):
    answer = browser.client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    root = ElementTree.fromstring(answer.data)
    return [one.text.removeprefix("http://127.0.0.1:8000") for one in root.findall(".//{*}loc")]


def test_the_index_names_parts_that_are_there(app, browser, make):
    make.service()
    parts = addresses_in(browser, "/sitemap.xml")
    assert parts == [f"/sitemap.xml?part={name}" for name in ("pages", "services-1", "organisations-1")]
    assert all(addresses_in(browser, part) for part in parts)


def test_every_public_page_stands_once_and_answers(app, browser, make):
    services = [make.service(f"Group {number}") for number in range(3)]
    found = addresses_in(browser, "/sitemap.xml?part=services-1")
    assert sorted(found) == sorted(f"/services/{one.id}/group-{n}" for n, one in enumerate(services))
    for address in [*found, *addresses_in(browser, "/sitemap.xml?part=organisations-1")]:
        browser.get(address)


def test_what_is_not_public_is_not_listed(sqlite_app, browser, make):
    make.service("Closed", status="defunct")
    make.service("Withdrawn", withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC))
    make.service("Old", assured_date=date(2020, 1, 1))
    kept = make.service("Kept")
    merged = make.service("Copy", merged_into_id=kept.id)
    assert addresses_in(browser, "/sitemap.xml?part=services-1") == [f"/services/{kept.id}/kept"]
    assert str(merged.organization_id) not in " ".join(addresses_in(browser, "/sitemap.xml?part=organisations-1"))


def test_last_changes_are_told(sqlite_app, browser, make):
    make.service(last_modified=datetime(2026, 5, 31, 23, 30, tzinfo=UTC))
    assert b"<lastmod>2026-06-01</lastmod>" in browser.client.get("/sitemap.xml?part=services-1").data


def test_long_lists_come_in_parts_and_batches(sqlite_app, browser, make, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 4)
    monkeypatch.setattr(sitemap, "BATCH", 2)
    place, group = make.location(), make.organisation()
    for number in range(9):
        make.service(f"Group {number}", location=place, organisation=group)
    parts = [part for part in addresses_in(browser, "/sitemap.xml") if "services" in part]
    found = [addresses_in(browser, part) for part in parts]
    assert [len(one) for one in found] == [4, 4, 1]
    assert len({address for one in found for address in one}) == 9


@pytest.mark.parametrize("part", ["", "services", "services-0", "services-99", "services--1", "x", "services-1' or 1"])
def test_an_unknown_part_is_not_found(sqlite_app, browser, make, part):
    make.service()
    assert browser.client.get("/sitemap.xml", query_string={"part": part}).status_code == 404


def test_pages_and_neighbourhoods_are_listed(sqlite_app, browser):
    cut = NeighbourhoodSet(slug="city", name="City", area="Leicester", valid_from=date(2026, 1, 1))
    cut.neighbourhoods.append(Neighbourhood(slug="clarendon-park", name="Clarendon Park"))
    db.session.add(cut)
    db.session.commit()
    found = addresses_in(browser, "/sitemap.xml?part=pages")
    assert {"/", "/urgent-help", "/neighbourhoods", "/neighbourhoods/clarendon-park"} <= set(found)
    assert "/list" not in found


def test_robots_stay_out_of_lists_and_searches(sqlite_app, browser):
    told = browser.client.get("/robots.txt")
    assert told.mimetype == "text/plain"
    lines = told.get_data(as_text=True).splitlines()
    assert {"Disallow: /list", "Disallow: /services?", "Disallow: /*/list"} <= set(lines)
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in lines


def test_a_demo_is_not_for_search_engines(sqlite_app, browser):
    before = sqlite_app.extensions["portal.settings"]
    sqlite_app.extensions["portal.settings"] = replace(before, demo=True)
    try:
        assert browser.client.get("/robots.txt").get_data(as_text=True) == "User-agent: *\nDisallow: /\n"
    finally:
        sqlite_app.extensions["portal.settings"] = before
