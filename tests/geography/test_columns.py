from datetime import date
from typing import Any

import pytest

from portal.geography.columns import Reader, reader_of
from portal.geography.reading import OPEN_NAMES_COLUMNS

ONSPD_2021 = "pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,osward,oseast1m,osnrth1m,lat,long,lsoa11,msoa11,imd"
NSPL_2021 = "pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,lat,long,oa11,lsoa11,msoa11,laua,ward,imd"
NSPL_2023 = "pcd,pcds,doterm,laua,lat,long,lsoa21,msoa21,imd"
ONSPD_2025 = "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,lad25cd,lsoa21cd,msoa21cd,lat,long,imd20ind"
BOTH = "pcds,doterm,lad23cd,lat,long,lsoa11,msoa11,lsoa21,msoa21,imd"


def reader(header: str) -> Reader:
    found = reader_of(frozenset(header.split(",")))
    assert found is not None
    return found


def taken(header: str, **cells: str) -> dict[str, Any]:
    rows = reader(header).take({**dict.fromkeys(header.split(","), ""), **cells})
    assert isinstance(rows, list), rows
    return rows[0]


@pytest.mark.parametrize(
    ("header", "authority", "area", "vintage"),
    [
        (ONSPD_2021, "oslaua", "11", 2011),
        (NSPL_2021, "laua", "11", 2011),
        (NSPL_2023, "laua", "21", 2021),
        (ONSPD_2025, "lad25cd", "21cd", 2021),
        (BOTH, "lad23cd", "11", 2011),
    ],
)
def test_each_years_columns_mean_the_same(header: str, authority: str, area: str, vintage: int) -> None:
    cells = {
        authority: "E06000016",
        f"lsoa{area}": "E01013756",
        f"msoa{area}": "E02002849",
        "lat": "52.6",
        "long": "-1.1",
    }
    row = taken(header, pcds="LE2 0QB", **cells)
    assert (row["postcode"], row["authority_code"]) == ("LE20QB", "E06000016")
    assert (row["lsoa_code"], row["msoa_code"], row["vintage"]) == ("E01013756", "E02002849", vintage)
    assert (row["lat"], row["lon"], row["ended_date"]) == (52.6, -1.1, None)


@pytest.mark.parametrize(("typed", "day"), [("202405", date(2024, 5, 1)), ("201504.0", date(2015, 4, 1)), ("", None)])
def test_an_ended_postcode_has_its_month(typed: str, day: date | None) -> None:
    assert taken(NSPL_2021, pcds="LE2 0QB", doterm=typed)["ended_date"] == day


@pytest.mark.parametrize(
    ("header", "rank", "stored", "is_left_out"),
    [
        (NSPL_2021, "3285", 3285, False),
        (NSPL_2021, "", None, False),
        (NSPL_2021, "0", None, False),
        (BOTH, "77.0", 77, False),
        (NSPL_2023, "77", None, True),
    ],
)
def test_a_rank_is_taken_only_with_the_areas_that_it_ranks(
    header: str, rank: str, stored: int | None, is_left_out: bool
) -> None:
    assert taken(header, pcds="LE2 0QB", imd=rank)["deprivation_rank"] == stored
    assert ("another census" in reader(header).left_out) is is_left_out


def test_no_grid_reference_is_no_place() -> None:
    row = taken(NSPL_2021, pcds="JE2 3AB", lat="99.999999", long="0.000000", laua="L99999999", lsoa11="L99999999")
    assert (row["lat"], row["lon"], row["authority_code"], row["lsoa_code"], row["vintage"]) == (None,) * 5


def test_a_grid_reference_alone_gives_degrees() -> None:
    row = taken(NSPL_2021, pcds="LE2 0QB", oseast1m="459370.0", osnrth1m="304120")
    assert (row["lat"], row["lon"]) == (pytest.approx(52.6316, abs=0.001), pytest.approx(-1.1243, abs=0.001))


@pytest.mark.parametrize(
    "cells",
    [{"pcds": ""}, {"pcds": "=cmd()"}, {"pcds": "LE2 0QB", "doterm": "soon"}, {"pcds": "LE2 0QB", "doterm": "202413"},
     {"pcds": "LE2 0QB", "lat": "north", "long": "1"}, {"pcds": "LE2 0QB", "imd": "inf"}, {"pcds": "LE2 0QB", "imd": "nan"}],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_refused_with_its_reason(cells: dict[str, str]) -> None:
    assert isinstance(reader(NSPL_2021).take({**dict.fromkeys(NSPL_2021.split(","), ""), **cells}), str)


@pytest.mark.parametrize("header", ["a,b,c", "name,email", "pcds,lat", "msoa11hclnm,msoa11nm"])
def test_other_tables_are_not_ours(header: str) -> None:
    assert reader_of(frozenset(header.split(","))) is None


OPEN_NAMES = ",".join(OPEN_NAMES_COLUMNS)
CARDIFF = {
    "id": "osgb4000000074553605", "name1": "Caerdydd", "name1_lang": "cym", "name2": "Cardiff", "name2_lang": "eng",
    "type": "populatedPlace", "local_type": "City", "geometry_x": "318000", "geometry_y": "176500",
    "district_borough": "", "county_unitary": "Caerdydd - Cardiff", "country": "Wales",
}  # fmt: skip


def test_a_place_of_two_languages_is_found_by_both_names() -> None:
    rows = reader(OPEN_NAMES).take({**dict.fromkeys(OPEN_NAMES_COLUMNS, ""), **CARDIFF})
    assert isinstance(rows, list)
    assert [(row["key"], row["lang"], row["kind"], row["country"]) for row in rows] == [
        ("caerdydd", "cym", "City", "Wales"),
        ("cardiff", "eng", "City", "Wales"),
    ]
    assert len({row["id"] for row in rows}) == 2
    assert rows[0]["lat"] == pytest.approx(51.48, abs=0.02)


def test_roads_and_postcodes_of_open_names_are_not_meant_for_us() -> None:
    row = {**dict.fromkeys(OPEN_NAMES_COLUMNS, ""), **CARDIFF, "type": "transportNetwork"}
    assert reader(OPEN_NAMES).take(row) == []


@pytest.mark.parametrize(
    "cells", [{"geometry_x": "west"}, {"geometry_x": "-5"}, {"id": ""}, {"name1": "", "name2": "!"}]
)
def test_a_place_without_a_name_or_a_spot_is_refused(cells: dict[str, str]) -> None:
    assert isinstance(reader(OPEN_NAMES).take({**dict.fromkeys(OPEN_NAMES_COLUMNS, ""), **CARDIFF, **cells}), str)


def test_a_plain_list_of_places_is_taken_without_its_postcode_districts() -> None:
    header = "name,district,type,lat,lon"
    row = taken(header, name="Headingley", district="Leeds", type="a", lat="53.82", lon="-1.58")
    assert (row["kind"], row["within"], row["country"]) == ("Suburban Area", "Leeds", "")
    assert reader(header).take({"name": "NW5", "district": "", "type": "", "lat": "51.5", "lon": "-0.1"}) == []


def test_names_of_areas_are_taken_with_their_welsh() -> None:
    header = "msoa11cd,msoa11nm,msoa11nmw,msoa11hclnm,msoa11hclnmw,Laname".lower()
    row = taken(header, msoa11cd="W02000386", msoa11hclnm="Canton", msoa11hclnmw="Treganna")
    assert (row["code"], row["vintage"], row["name"], row["name_cy"], row["key"]) == (
        "W02000386", 2011, "Canton", "Treganna", "canton",
    )  # fmt: skip
    assert isinstance(reader(header).take(dict.fromkeys(header.split(","), "")), str)
