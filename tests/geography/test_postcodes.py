import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.geography import postcodes
from portal.geography.postcodes import Postcode

OUTWARDS = ["M1", "B33", "CR2", "DN55", "W1A", "EC1A", "LE2", "N1C", "SW1A", "BS98", "L1"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("LE2 0QB", "LE2 0QB"),
        ("LE20QB", "LE2 0QB"),
        ("LE2 OQB", "LE2 0QB"),
        ("LE2OQB", "LE2 0QB"),
        ("LE 2 0QB", "LE2 0QB"),
        ("SWIA IAA", "SW1A 1AA"),
        ("NIC 4AG", "N1C 4AG"),
        ("L1 1AA", "L1 1AA"),
        ("LE2 0", "LE2 0"),
        ("LE2 O", "LE2 0"),
        ("LE2 0Q", "LE2 0"),
        ("LE2", "LE2"),
        ("NW5", "NW5"),
    ],
)
def test_a_postcode_is_read_however_it_is_typed(typed: str, meant: str) -> None:
    assert next(postcodes.readings(typed)).text == meant


def test_a_joined_part_reads_as_a_district_before_a_sector() -> None:
    assert [reading.text for reading in postcodes.readings("LE20")][:2] == ["LE20", "LE2 0"]


@pytest.mark.parametrize("typed", ["", "A", "LEICESTER", "LE2 0QB1", "ÅE2 0QB", "4567", "LE2;0QB", "٣٤٥"])
def test_what_is_no_postcode_has_no_reading(typed: str) -> None:
    assert not list(postcodes.readings(typed))


def test_a_postcode_is_found_among_other_words() -> None:
    found = next(postcodes.within("12 LARKFIELD ROAD LEICESTER LE2 0QB"))
    assert found == Postcode("LE2", "0", "QB")


def test_the_last_of_two_postcodes_is_meant() -> None:
    assert next(postcodes.within("FROM LE1 1AA TO LE2 0QB")).text == "LE2 0QB"


def test_an_address_bar_carries_a_sector_at_most() -> None:
    assert Postcode("LE2", "0", "QB").shared == "LE2 0"
    assert Postcode("LE2").shared == "LE2"


@given(
    outward=st.sampled_from(OUTWARDS),
    sector=st.sampled_from("0123456789"),
    unit=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
)
def test_the_number_of_a_postcode_is_the_same_alone_and_among_many(outward: str, sector: str, unit: str) -> None:
    letters = np.frombuffer(f"{outward:\0<4}{sector}{unit}".encode(), dtype=np.uint8).reshape(1, 7)
    packed = postcodes.pack(letters, np.array([len(outward)]))
    assert int(packed[0]) == Postcode(outward, sector, unit).bounds[0]


@given(st.sampled_from(OUTWARDS), st.sampled_from("0123456789"))
def test_every_postcode_lies_within_the_bounds_of_its_sector_and_district(outward: str, sector: str) -> None:
    key = Postcode(outward, sector, "QB").bounds[0]
    for part in (Postcode(outward, sector), Postcode(outward)):
        first, after_last = part.bounds
        assert first <= key < after_last


def test_a_district_split_by_letters_holds_all_of_them() -> None:
    first, after_last = Postcode("EC1").lettered_bounds
    assert first <= Postcode("EC1A", "1", "AA").bounds[0] < after_last
    assert first <= Postcode("EC1Z", "9", "ZZ").bounds[0] < after_last
    assert not first <= Postcode("EC1", "1", "AA").bounds[0] < after_last
    assert Postcode("W1A").lettered_bounds == (0, 0)


@pytest.mark.parametrize(
    ("typed", "is_full"), [("LE2 OQB", True), ("ZZ99 9ZZ", True), ("LE2", False), ("BELGRAVE", False)]
)
def test_we_know_when_somebody_meant_a_whole_postcode(typed: str, is_full: bool) -> None:
    assert postcodes.looks_full(typed) is is_full
