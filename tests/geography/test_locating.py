import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.geography.locating import Locator, cleaned
from portal.geography.models import PostcodeFact
from portal.geography.places import Place, PlaceProblem

LEICESTER = "E06000016"


def place(locator: Locator, text: str) -> Place:
    found = locator.locate(text)
    assert isinstance(found, Place), found
    return found


def problem(locator: Locator, text: str) -> PlaceProblem:
    found = locator.locate(text)
    assert isinstance(found, PlaceProblem), found
    return found


@pytest.mark.parametrize(
    "typed",
    [
        "LE2 0QB", "LE20QB", "le2 oqb", "LE2 OQB", "Le2  0qB.", " LE2\t0QB ", "LE2-0QB", "l e 2 0 q b", "near LE2 0QB",
        "LE2 0QB, Leicester", "12 Larkfield Road, Leicester LE2 0QB", "\u200eLE2 0QB\u200f", "ＬＥ２ ０ＱＢ",
    ],
)  # fmt: skip
def test_one_postcode_is_found_however_it_is_typed(typed: str, locator: Locator) -> None:
    found = place(locator, typed)
    assert (found.kind, found.text, found.precision) == ("postcode", "LE2 0QB", "postcode")
    assert (found.authority_code, found.nation) == (LEICESTER, "england")


def test_a_postcode_knows_every_area_that_it_lies_in(locator: Locator) -> None:
    found = place(locator, "KT19 8AG")
    assert {"E92000001", "E10000030", "E07000208", "E02006342"} <= found.area_codes
    assert (found.neighbourhood_code, found.vintage) == ("E02006342", 2011)
    assert found.lsoa_code is None
    assert found.deprivation_decile is None


@pytest.mark.parametrize(
    ("typed", "kind", "shared"),
    [
        ("LE2", "district", "LE2"),
        ("LE2 0", "sector", "LE2 0"),
        ("LE20", "sector", "LE2 0"),
        ("le2 o", "sector", "LE2 0"),
        ("W1", "district", "W1"),
    ],
)
def test_part_of_a_postcode_is_its_middle(typed: str, kind: str, shared: str, locator: Locator) -> None:
    found = place(locator, typed)
    assert (found.kind, found.precision, found.shared) == (kind, kind, shared)


def test_a_district_is_not_put_into_one_neighbourhood(locator: Locator) -> None:
    found = place(locator, "LE2")
    assert (found.neighbourhood_code, found.certainty) == (None, None)
    assert place(locator, "LE2 0").certainty == "near"


def test_near_the_edge_we_say_near_and_well_inside_we_say_in(locator: Locator) -> None:
    assert place(locator, "LE2 0QB").is_near_edge
    assert place(locator, "SW1A 1AA").certainty == "in"


def test_a_city_is_not_put_into_one_neighbourhood_and_a_suburb_is_near_one(locator: Locator) -> None:
    assert place(locator, "Leicester").neighbourhood_code is None
    suburb = place(locator, "Clarendon Park")
    assert (suburb.neighbourhood_code, suburb.certainty) == ("E02002856", "near")
    assert suburb.precision == "place"


def test_a_neighbourhood_is_found_by_its_official_name(locator: Locator) -> None:
    found = place(locator, "Leicester 030")
    assert (found.kind, found.neighbourhood_code, found.certainty) == ("neighbourhood", "E02002856", "in")


def test_a_county_reaches_what_serves_the_county(locator: Locator) -> None:
    found = place(locator, "Surrey")
    assert found.kind == "county"
    assert "E10000030" in found.area_codes


def test_scotland_has_a_council_alone(locator: Locator) -> None:
    found = place(locator, "EH1 1YZ")
    assert (found.nation, found.authority_name) == ("scotland", "City of Edinburgh")
    assert (found.neighbourhood_code, found.certainty, found.vintage) == (None, None, None)


@pytest.mark.parametrize(("typed", "meant"), [("Caerdydd", "Cardiff"), ("Abertawe", "Swansea")])
def test_a_welsh_town_is_found_by_its_welsh_name(typed: str, meant: str, locator: Locator) -> None:
    assert place(locator, typed).authority_name == meant


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" . ", "empty"),
        ("LE7 7UR", "ended"),
        ("le77ur", "ended"),
        ("BT1 1AA", "northern_ireland"),
        ("BT1", "northern_ireland"),
        ("JE2 3AB", "crown_dependency"),
        ("GY1 1AA", "crown_dependency"),
        ("IM1 1AA", "crown_dependency"),
        ("IM1", "crown_dependency"),
        ("BF1 2AA", "forces"),
        ("BFPO 801", "forces"),
        ("GIR 0AA", "post_only"),
        ("BX1 1LT", "post_only"),
        ("XX10 1AA", "post_only"),
        ("ZZ99 9ZZ", "unknown_postcode"),
        ("LE2 0ZZ", "unknown_postcode"),
        ("England", "too_wide"),
        ("Atlantis", "unknown"),
        ("12345", "unknown"),
        ("75001 Paris", "unknown"),
        ("🏠", "unknown"),
    ],
)
def test_what_cannot_be_used_says_why(typed: str, reason: str, locator: Locator) -> None:
    assert problem(locator, typed).reason == reason


def test_an_ended_postcode_offers_its_sector_and_still_knows_its_council(locator: Locator) -> None:
    found = problem(locator, "LE7 7UR")
    assert (found.try_instead, found.authority_name) == ("LE7 7", "Charnwood")
    assert place(locator, found.try_instead or "").kind == "sector"


def test_northern_ireland_is_told_apart_by_nation(locator: Locator) -> None:
    assert problem(locator, "BT1 1AA").nation == "northern_ireland"
    assert place(locator, "Belfast").nation == "northern_ireland"


def test_a_slip_in_a_name_is_offered_and_never_taken_unasked(locator: Locator) -> None:
    assert problem(locator, "Clarendn Park").try_instead == "Clarendon Park"


def with_fact(locator: Locator, **columns: object) -> Locator:
    fact = PostcodeFact(**{"vintage": 2011, **columns})
    return Locator(
        locator.atlas,
        look_up=locator.look_up,
        fact_of=lambda postcode: fact if postcode == fact.postcode else None,
        area_name=lambda code: "Loaded name" if code == "E02002849" else None,
    )


def test_a_loaded_file_goes_before_the_outline(locator: Locator) -> None:
    known = with_fact(
        locator,
        postcode="LE20QB",
        msoa_code="E02002849",
        lsoa_code="E01013756",
        deprivation_rank=3_285,
        lat=52.6,
        lon=-1.1,
    )
    found = place(known, "LE2 0QB")
    assert (found.neighbourhood_code, found.neighbourhood_name, found.certainty) == (
        "E02002849",
        "Loaded name",
        "exact",
    )
    assert (found.lsoa_code, found.deprivation_decile) == ("E01013756", 2)
    assert {"E02002849", "E01013756"} <= found.area_codes
    assert "E02006850" not in found.area_codes


def test_codes_of_another_census_stand_beside_those_of_the_outline(locator: Locator) -> None:
    known = with_fact(locator, postcode="LE20QB", msoa_code="E02007045", vintage=2021)
    found = place(known, "LE2 0QB")
    assert (found.neighbourhood_code, found.vintage) == ("E02007045", 2021)
    assert {"E02007045", "E02006850"} <= found.area_codes


def test_a_postcode_that_only_a_file_knows_is_found(locator: Locator) -> None:
    known = with_fact(locator, postcode="BT11AA", lat=54.6, lon=-5.93, authority_code="N09000003", msoa_code=None)
    found = place(known, "BT1 1AA")
    assert (found.nation, found.authority_name, found.certainty) == ("northern_ireland", "Belfast", None)


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "LE2 0QB " * 5_000, "((((" * 500, "O0I1" * 50, "\x00\x01LE2\x7f", "%s%(x)s{0}", "' or 1=1 --"],
)
def test_hostile_text_is_answered_quickly(text: str, locator: Locator) -> None:
    began = time.perf_counter()
    locator.locate(text)
    assert time.perf_counter() - began < 0.5


@given(text=st.text(max_size=60))
def test_any_text_has_an_answer(text: str, locator: Locator) -> None:
    found = locator.locate(text)
    assert len(found.text) <= 140


@given(text=st.text(max_size=400))
def test_what_was_typed_is_said_again_without_tricks(text: str) -> None:
    kept = cleaned(text)
    assert len(kept) <= 120
    assert kept.isprintable()
    assert cleaned(kept) == kept


def test_a_look_up_takes_well_under_a_millisecond(locator: Locator) -> None:
    texts = ["LE2 0QB", "NW5 2AA", "KT19 8AG", "EH1 1YZ"] * 250
    began = time.perf_counter()
    for text in texts:
        locator.locate(text)
    assert (time.perf_counter() - began) / len(texts) < 0.001
