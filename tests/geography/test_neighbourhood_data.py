"""The neighbourhoods that ship with the portal are real, whole and where their names say."""

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from portal.geography import projection, sources
from portal.geography.atlas import Atlas
from portal.geography.locating import Locator
from portal.geography.places import Place

DOCUMENT: dict[str, Any] = sources.own_document("neighbourhoods.json")
ALL = [drawn for one in DOCUMENT["sets"] for drawn in one["neighbourhoods"]]
AREA_OF = {code: drawn["slug"] for drawn in ALL for part in drawn["parts"] for code in part["codes"]}
COUNCILS = {
    "leicester": {"Leicester"},
    "camden": {"Camden"},
    "epsom-and-surrey-downs": {"Epsom and Ewell", "Mole Valley", "Reigate and Banstead"},
}
POSTCODES = [
    # well-known buildings, by their published addresses
    ("LE1 5WW", "leicester-city-centre"),  # Leicester Royal Infirmary
    ("LE1 9BH", "leicester-city-centre"),  # De Montfort University
    ("LE1 1SA", "leicester-city-centre"),
    ("LE4 1DS", "beaumont-leys"),  # Beaumont Leys leisure centre
    ("LE4 5PE", "belgrave"),  # Belgrave Hall
    ("LE5 4PW", "evington"),  # Leicester General Hospital
    ("LE2 0DS", "highfields"),  # Highfields Centre, Melbourne Road
    ("LE2 1WP", "clarendon-park"),  # Queens Road
    ("LE5 1TL", "humberstone"),
    ("LE2 8TF", "aylestone"),
    ("WC1B 3DG", "bloomsbury"),  # British Museum
    ("WC1E 7HX", "bloomsbury"),  # Birkbeck, Malet Street
    ("NW1 2DB", "somers-town"),  # British Library
    ("N1C 4QP", "somers-town"),  # St Pancras International
    ("NW1 8AF", "camden-town"),  # Camden Lock
    ("NW5 2AA", "kentish-town"),  # Kentish Town Library
    ("NW3 1LT", "hampstead"),  # Burgh House
    ("NW3 2QG", "hampstead"),  # Royal Free Hospital
    ("NW3 3HA", "belsize-park"),  # Swiss Cottage Library
    ("NW6 1AU", "west-hampstead"),  # West Hampstead Library
    ("N19 5DH", "highgate"),  # Highgate Library, Chester Road
    ("NW5 4HE", "gospel-oak"),
    ("KT17 1UF", "ewell"),  # Bourne Hall
    ("KT18 7EG", "epsom"),  # Epsom General Hospital
    ("KT18 5LQ", "epsom"),  # Epsom Downs racecourse
    ("KT21 2BE", "ashtead"),  # Ashtead Peace Memorial Hall
    ("KT22 8DN", "leatherhead"),  # Leatherhead Theatre
    ("RH4 1SG", "dorking"),  # Dorking Halls
    ("SM7 2AW", "banstead"),  # Banstead Library
    ("KT20 5RU", "tadworth"),  # Tadworth Court
]


def hood_of(locator: Locator, text: str) -> str | None:
    found = locator.locate(text)
    return AREA_OF.get(found.neighbourhood_code or "") if isinstance(found, Place) else None


def test_there_are_eleven_nine_and_seven_neighbourhoods() -> None:
    assert {one["slug"]: len(one["neighbourhoods"]) for one in DOCUMENT["sets"]} == {
        "leicester": 11,
        "camden": 9,
        "epsom-and-surrey-downs": 7,
    }


def test_addresses_and_names_are_each_used_once_and_fit_for_an_address_bar() -> None:
    slugs = [drawn["slug"] for drawn in ALL]
    assert len(set(slugs)) == len({drawn["name"] for drawn in ALL}) == len(slugs)
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z]+)*", slug) for slug in slugs)


def test_each_neighbourhood_is_described_in_one_sentence() -> None:
    assert [drawn["slug"] for drawn in ALL if not re.fullmatch(r"[A-Z][^.!?]{30,140}\.", drawn["description"])] == []


@pytest.mark.parametrize("day", [date(2025, 4, 1), date(2026, 11, 25)])
def test_an_official_area_belongs_to_one_neighbourhood_at_a_time(day: date) -> None:
    held = Counter(
        code
        for drawn in ALL
        for part in drawn["parts"]
        if part["valid_from"] <= f"{day}" and (part["valid_to"] is None or part["valid_to"] > f"{day}")
        for code in part["codes"]
    )
    assert [code for code, times in held.items() if times > 1] == []


def test_every_code_is_a_neighbourhood_of_the_right_council_and_has_a_name(atlas: Atlas) -> None:
    for one in DOCUMENT["sets"]:
        for drawn in one["neighbourhoods"]:
            for code in (code for part in drawn["parts"] for code in part["codes"]):
                area = atlas.areas[atlas.area_numbers[code]]
                assert atlas.authorities[area.authority].name in COUNCILS[one["slug"]], code
                assert area.name == DOCUMENT["names"][code]


def test_leicester_camden_and_epsom_are_covered_whole(atlas: Atlas) -> None:
    whole = {"Leicester", "Camden", "Epsom and Ewell", "Mole Valley"}
    missing = [
        area.official
        for area in atlas.areas
        if atlas.authorities[area.authority].name in whole and area.code not in AREA_OF
    ]
    assert missing == []


def test_our_names_are_each_used_once() -> None:
    assert [name for name, times in Counter(DOCUMENT["names"].values()).items() if times > 1] == []


def test_the_middle_of_a_neighbourhood_lies_in_it(atlas: Atlas) -> None:
    for drawn in ALL:
        nearest = atlas.nearest(drawn["lat"], drawn["lon"])
        assert nearest is not None
        assert AREA_OF.get(atlas.areas[nearest[0].area].code) == drawn["slug"], drawn["slug"]


@pytest.mark.parametrize("drawn", ALL, ids=[drawn["slug"] for drawn in ALL])
def test_the_name_of_a_neighbourhood_is_found_and_lies_in_it(drawn: dict[str, Any], locator: Locator) -> None:
    assert hood_of(locator, drawn["name"]) == drawn["slug"]


@pytest.mark.parametrize(("postcode", "slug"), POSTCODES)
def test_well_known_postcodes_lie_in_the_neighbourhood_that_people_would_say(
    postcode: str, slug: str, locator: Locator
) -> None:
    assert hood_of(locator, postcode) == slug


def test_the_postcode_of_the_demo_and_its_sector_are_in_leicester(locator: Locator) -> None:
    leicester = {drawn["slug"] for drawn in DOCUMENT["sets"][0]["neighbourhoods"]}
    assert hood_of(locator, "LE2 0QB") in leicester
    assert hood_of(locator, "LE2 0") in leicester


def test_every_local_place_lies_in_a_neighbourhood_of_ours(atlas: Atlas) -> None:
    for row in sources.own_table("places.csv"):
        nearest = atlas.nearest(float(row["lat"]), float(row["lon"]))
        assert nearest is not None
        assert atlas.areas[nearest[0].area].code in AREA_OF, row["name"]


def test_no_local_place_hides_a_larger_town_of_the_same_name() -> None:
    ours = {row["name"]: (float(row["lat"]), float(row["lon"])) for row in sources.own_table("places.csv")}
    hidden = [
        row["name"]
        for row in sources.settlements()
        if row["name"] in ours
        and row["population"] > 10_000
        and float(projection.distance_km(*ours[row["name"]], row["latitude"], row["longitude"])) > 8
    ]
    assert hidden == []
