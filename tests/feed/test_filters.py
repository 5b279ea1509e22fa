"""A filter gives only what matches, and all of it: told by the documents of the feed itself, one by one, over the demo."""

import math
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.demo import actions as demo
from portal.directory.indexing import listings_changed
from portal.directory.models import Service, Taxonomy, TaxonomyTerm
from portal.feed import limits
from portal.feed.params import DAYS
from portal.geography.places import Place
from portal.geography.queries import locate
from tests.factories import Make
from tests.feed.conftest import Reader

Item = dict[str, Any]
Fits = Callable[[Item], bool]


@pytest.fixture
def demo_reader(app: Flask, reader: Reader) -> Iterator[Reader]:
    app.config["FEED_REQUESTS_A_MINUTE"] = 1_000_000
    with unit():
        demo.load()
    with unit():
        listings_changed(db.session.scalars(db.select(Service.id)).all())
    yield reader
    app.config["FEED_REQUESTS_A_MINUTE"] = limits.A_MINUTE


def _schedules(item: Item) -> Iterator[Item]:
    yield from item.get("schedules", ())
    for place in item.get("service_at_locations", ()):
        yield from place.get("schedules", ())


def _is_on(schedule: Item, day: str) -> bool:
    if "byday" in schedule:
        return day in schedule["byday"]
    is_week = schedule.get("freq", "WEEKLY") == "WEEKLY"
    return is_week and "dtstart" in schedule and DAYS[date.fromisoformat(schedule["dtstart"]).weekday()] == day


def _has_time(day: str | None = None, start: str | None = None, end: str | None = None) -> Fits:
    def fits(schedule: Item) -> bool:
        return (
            (day is None or _is_on(schedule, day))
            and (start is None or ("opens_at" in schedule and schedule["opens_at"] >= start))
            and (end is None or ("closes_at" in schedule and schedule["closes_at"] <= end))
        )

    return lambda item: any(map(fits, _schedules(item)))


def _place(postcode: str) -> Place:
    found = locate(postcode)
    assert isinstance(found, Place)
    return found


def _near(postcode: str, metres: float) -> Fits:
    centre = _place(postcode)

    def distance(location: Item) -> float:
        lat, lon = (math.radians(location[name]) for name in ("latitude", "longitude"))
        lat0, lon0 = math.radians(centre.lat), math.radians(centre.lon)
        angle = math.acos(
            min(1.0, math.sin(lat) * math.sin(lat0) + math.cos(lat) * math.cos(lat0) * math.cos(lon - lon0))
        )
        return 6_371_008.8 * angle

    def is_near(item: Item) -> bool:
        places = [one["location"] for one in item.get("service_at_locations", ())]
        return any(distance(one) <= metres for one in places if "latitude" in one)

    return is_near


def _serves(postcode: str) -> Fits:
    codes = _place(postcode).area_codes

    def serves(item: Item) -> bool:
        areas = item.get("service_areas", [])
        return not areas or any(
            one.get("extent_type") == "nationwide" or (one.get("extent_type") == "code" and one["extent"] in codes)
            for one in areas
        )

    return serves


def _says(*words: str) -> Fits:
    def says(item: Item) -> bool:
        texts = [item["name"], item.get("description", ""), item.get("hereabouts", {}).get("summary", "")]
        folded = [text.casefold() for text in (*texts, item["organization"]["name"])]
        return all(any(word.casefold() in text for text in folded) for word in words)

    return says


def _terms(item: Item) -> Iterator[Item]:
    for one in item.get("attributes", ()):
        yield one["taxonomy_term"]


CASES: list[tuple[dict[str, str], Fits]] = [
    ({"minimum_age": "18"}, lambda item: item.get("minimum_age", -1) >= 18),
    ({"minimum_age": "0"}, lambda item: "minimum_age" in item),
    ({"maximum_age": "25"}, lambda item: item.get("maximum_age", 999) <= 25),
    (
        {"minimum_age": "11", "maximum_age": "25"},
        lambda item: item.get("minimum_age", -1) >= 11 and item.get("maximum_age", 999) <= 25,
    ),
    *(({"day": day}, _has_time(day)) for day in DAYS),
    ({"day": "sunday"}, _has_time("SU")),
    ({"start_time": "18:00"}, _has_time(start="18:00")),
    ({"end_time": "12:00"}, _has_time(end="12:00")),
    ({"day": "TU", "start_time": "10:00", "end_time": "12:30"}, _has_time("TU", "10:00", "12:30")),
    ({"search": "tea"}, _says("tea")),
    ({"search": "TEA  Walk"}, _says("tea", "walk")),
    ({"search": "100%"}, _says("100%")),
    ({"search": "_"}, _says("_")),
    ({"search": "caf\u00e9"}, _says("caf\u00e9")),
    ({"search": "garden", "day": "WE"}, lambda item: _says("garden")(item) and _has_time("WE")(item)),
]  # fmt: skip


def test_each_filter_gives_what_matches_and_all_of_it(demo_reader: Reader) -> None:
    """One test, since loading the demo takes longer than asking."""
    whole = demo_reader.items("/services", full="true")
    assert len(whole) > 600
    organisation = whole[0]["organization"]["id"]
    term = next(one for item in whole for one in _terms(item))
    taxonomy = term["taxonomy_detail"]["id"]
    moment = sorted(item["last_modified"] for item in whole)[len(whole) // 2]
    cases = [
        *CASES,
        ({"organization_id": organisation}, lambda item: item["organization"]["id"] == organisation),
        ({"taxonomy_term_id": term["id"]}, lambda item: any(one["id"] == term["id"] for one in _terms(item))),
        ({"taxonomy_id": taxonomy}, lambda item: any(one["taxonomy_detail"]["id"] == taxonomy for one in _terms(item))),
        ({"modified_after": moment, "minimum_age": "0"}, lambda item: item["last_modified"] >= moment and "minimum_age" in item),
        *(
            ({"postcode": postcode, "proximity": str(metres)}, _near(postcode, metres))
            for postcode in ("LE2 0QB", "NW1 8AA", "KT19 8AA")
            if isinstance(locate(postcode), Place)
            for metres in (0, 300, 1500, 20_000)
        ),
        ({"postcode": "LE2 0QB"}, _serves("LE2 0QB")),
        ({"postcode": "NW1 8AN"}, _serves("NW1 8AN")),
        ({"postcode": "LE2 0QB", "proximity": "3000", "day": "MO", "search": "a"}, None),
    ]  # fmt: skip
    some_narrow = 0
    for query, fits in cases:
        if fits is None:
            near, monday, says = _near("LE2 0QB", 3000), _has_time("MO"), _says("a")
            wanted = {item["id"] for item in whole if near(item) and monday(item) and says(item)}
        else:
            wanted = {item["id"] for item in whole if fits(item)}
        assert demo_reader.ids("/services", **query) == wanted, query
        assert demo_reader.json("/services", **query)["total_items"] == len(wanted), query
        some_narrow += 0 < len(wanted) < len(whole)
    assert some_narrow > len(cases) * 0.6, "most of these should tell something from something"
    _places_match_too(demo_reader)


def _places_match_too(reader: Reader) -> None:
    """The same at each place: its own distance, its own times and those that hold everywhere."""
    whole = reader.items("/service_at_locations", full="true")
    services = {one["id"]: one for one in reader.items("/services", full="true")}
    near = _near("LE2 0QB", 1500)
    cases: list[tuple[dict[str, str], Fits]] = [
        ({"postcode": "LE2 0QB", "proximity": "1500"}, lambda item: near({"service_at_locations": [item]})),
        (
            {"day": "FR"},
            lambda item: any(
                _is_on(one, "FR")
                for one in (*item.get("schedules", ()), *services[item["service_id"]].get("schedules", ()))
            ),
        ),
        ({"search": "tea"}, lambda item: _says("tea")(services[item["service_id"]])),
        ({"minimum_age": "18"}, lambda item: item["service"].get("minimum_age", -1) >= 18),
    ]
    for query, fits in cases:
        wanted = {item["id"] for item in whole if fits(item)}
        assert 0 < len(wanted) < len(whole), query
        assert reader.ids("/service_at_locations", **query) == wanted, query


def test_terms_are_found_by_vocabulary_and_place_in_the_tree(app: Flask, make: Make, reader: Reader) -> None:
    one, other = (Taxonomy(name=name, description=name) for name in ("One", "\u00c9tage"))
    db.session.add_all([one, other])
    db.session.flush()
    top = TaxonomyTerm(name="Top", description="Of all", taxonomy_id=one.id, term="top")
    db.session.add(top)
    db.session.flush()
    below = TaxonomyTerm(name="Below", description="\u00c9lan", taxonomy_id=one.id, parent_id=top.id)
    apart = TaxonomyTerm(name="Apart", description="Of 100%", taxonomy_id=other.id)
    db.session.add_all([below, apart])
    db.session.commit()
    ids = {row.name: str(row.id) for row in (top, below, apart)}
    for query, names in (
        ({}, {"Top", "Below", "Apart"}),
        ({"taxonomy_id": str(one.id)}, {"Top", "Below"}),
        ({"top_only": "true"}, {"Top", "Apart"}),
        ({"parent_id": str(top.id)}, {"Below"}),
        ({"search": "\u00e9lan"}, {"Below"}),
        ({"search": "of"}, {"Top", "Apart"}),
        ({"search": "100%"}, {"Apart"}),
        ({"top_only": "true", "taxonomy_id": str(other.id)}, {"Apart"}),
    ):
        assert reader.ids("/taxonomy_terms", **query) == {ids[name] for name in names}, query
    assert reader.ids("/taxonomies", search="\u00e9tage") == {str(other.id)}
    whole = reader.json(f"/taxonomies/{one.id}")
    assert {row["id"] for row in whole["taxonomy_terms"]} == {ids["Top"], ids["Below"]}
    assert reader.json(f"/taxonomy_terms/{below.id}")["parent_id"] == str(top.id)


def test_organisations_are_those_that_offer_something(app: Flask, make: Make, reader: Reader) -> None:
    offers, stopped, nothing = (make.organisation(name) for name in ("Offers", "Stopped", "Nothing"))
    make.service("Walk", organisation=offers)
    make.service("Talk", organisation=offers)
    make.service("Gone", organisation=stopped, status="inactive")
    assert reader.ids("/organizations") == {str(offers.id)}
    for one in (stopped, nothing):
        reader.json(f"/organizations/{one.id}", status=404)
    whole = reader.json(f"/organizations/{offers.id}")
    assert sorted(service["name"] for service in whole["services"]) == ["Talk", "Walk"]
    assert "service_at_locations" not in whole["services"][0]
    full = reader.json(f"/organizations/{offers.id}", full_service="true")
    assert len(full["services"][0]["service_at_locations"]) == 1
    assert reader.items("/organizations", full="true") == [whole]
    assert reader.items("/organizations", full_service="true") == [full]
    assert reader.ids("/organizations", search="OFF") == {str(offers.id)}
    assert reader.ids("/organizations", search="walk") == set()
