import csv
import gzip
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.geography.places import SENTENCES, Place, PlaceProblem, Reason


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_a_sentence_that_says_what_to_do(sqlite_app: Flask, reason: Reason) -> None:
    sentence = PlaceProblem("LE7 7UR", reason).sentence
    assert "%(" not in sentence
    assert any(word in sentence.lower() for word in ("enter ", "we can only look up"))


def test_the_reasons_do_not_share_a_sentence(sqlite_app: Flask) -> None:
    said = [PlaceProblem("X", reason).sentence for reason in get_args(Reason)]
    assert len(set(said)) == len(said)
    assert set(SENTENCES) == {*get_args(Reason), "ended_year"}


def test_the_year_is_said_where_it_is_known(sqlite_app: Flask) -> None:
    assert "It ended in 2015" in PlaceProblem("HX1 1AB", "ended", ended="2015").sentence
    assert "no longer used, or" in PlaceProblem("HX1 1AB", "ended").sentence


def test_the_sentence_for_an_unknown_place_is_the_one_of_the_design(sqlite_app: Flask) -> None:
    assert PlaceProblem("x", "unknown").sentence == "Enter a full UK postcode or a town, like LE2 0QB or Camden Town"


def test_percent_signs_in_what_was_typed_do_no_harm(sqlite_app: Flask) -> None:
    assert "100%(year)s" in PlaceProblem("100%(year)s", "too_wide").sentence


def test_a_sentence_is_said_in_another_language_without_failing(sqlite_app: Flask) -> None:
    with force_locale("cy"):
        assert "BT1 1AA" in PlaceProblem("BT1 1AA", "northern_ireland").sentence


def place(**columns: object) -> Place:
    return Place("LE2 0QB", "LE2 0QB", "postcode", 52.6, -1.1, "postcode", **columns)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lsoa", "vintage", "rank", "decile"),
    [
        ("E01013756", 2011, 1, 1),
        ("E01013756", 2011, 3_284, 1),
        ("E01013756", 2011, 3_285, 2),
        ("E01013756", 2011, 32_844, 10),
        ("E01013756", 2021, 33_755, 10),
        ("W01000001", 2011, 1_909, 10),
        ("S01006506", 2011, 5, None),
        ("E01013756", 2011, None, None),
        (None, 2011, 5, None),
    ],
)
def test_tenths_of_deprivation_are_of_the_places_own_nation(
    lsoa: str | None, vintage: int, rank: int | None, decile: int | None
) -> None:
    assert place(lsoa_code=lsoa, vintage=vintage, deprivation_rank=rank).deprivation_decile == decile


def test_a_link_that_leaves_the_page_carries_no_full_postcode() -> None:
    assert place(sector="LE2 0").shared == "LE2 0"


@pytest.mark.needs_shared
def test_tenths_are_those_of_the_official_list(shared: Path) -> None:
    with gzip.open(shared / "data/neighbourhoods/lsoa11_lookup.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["imd2019_imd_rank"]]
    wrong = [
        row["lsoa11_code"]
        for row in rows
        if place(
            lsoa_code=row["lsoa11_code"], vintage=2011, deprivation_rank=int(float(row["imd2019_imd_rank"]))
        ).deprivation_decile
        != int(float(row["imd2019_imd_decile"]))
    ]
    assert len(rows) == 32_844
    assert wrong == []
