from collections.abc import Iterator

import pytest
from flask import Flask

from portal.importing.places import Spot, read_place


@pytest.fixture(autouse=True)
def _here(sqlite_app: Flask) -> Iterator[None]:
    yield


def test_a_postcode_gives_the_point_the_council_and_the_neighbourhood() -> None:
    spot, notes = read_place("Larkfield Hall, Leicester, LE2 0QB, United Kingdom.", "le20qb", None)
    assert spot is not None and notes == []
    assert (spot.postcode, spot.address, spot.authority_code) == ("LE2 0QB", "Larkfield Hall, Leicester", "E06000016")
    assert spot.latitude == pytest.approx(52.62, abs=0.02)
    assert spot.neighbourhood_code is not None


def test_a_point_near_its_postcode_is_better_than_the_postcode() -> None:
    spot, notes = read_place(None, "LE2 0QB", (52.6200, -1.1180))
    assert spot is not None and (spot.latitude, spot.longitude) == (52.62, -1.118)
    assert notes == []


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ((0.0, 0.0), "not in the United Kingdom"),
        ((48.94127, -122.75756), "not in the United Kingdom"),
        ((-1.116, 52.62), "not in the United Kingdom"),
        ((51.5, -0.12), "km from its postcode"),
        ((54.0, -5.0), "not in the United Kingdom"),
    ],
)
def test_a_wrong_point_is_not_believed_and_that_is_said(point: tuple[float, float], words: str) -> None:
    spot, notes = read_place(None, "LE2 0QB", point)
    assert spot is not None and spot.latitude == pytest.approx(52.62, abs=0.02)
    assert any(words in note for note in notes)


def test_a_point_alone_gives_the_council_and_no_neighbourhood() -> None:
    spot, _notes = read_place(None, None, (52.6200, -1.1180))
    assert spot is not None and (spot.authority_code, spot.neighbourhood_code) == ("E06000016", None)


@pytest.mark.parametrize(
    ("postcode", "words", "kept"),
    [
        ("BT1 4DN", "Northern Ireland", "BT1 4DN"),
        ("PRESTON", "not a whole postcode", None),
        ("ZZ1 1ZZ", "not one", "ZZ1 1ZZ"),
    ],
)
def test_a_postcode_without_a_place_is_kept_as_written_and_said(postcode: str, words: str, kept: str | None) -> None:
    spot, notes = read_place("1 Road", postcode, None)
    assert spot is not None and (spot.postcode, spot.latitude, spot.neighbourhood_code) == (kept, None, None)
    assert words in notes[0]


def test_a_postcode_at_the_end_of_an_address_is_found() -> None:
    spot, _notes = read_place("Larkfield Hall, LE2 0QB", None, None)
    assert spot is not None and (spot.address, spot.postcode) == ("Larkfield Hall", "LE2 0QB")


def test_where_nothing_is_told_there_is_no_place() -> None:
    assert read_place(None, None, None) == (None, [])
    assert read_place(", ,", None, None) == (None, [])
    assert read_place("Village hall", None, None) == (Spot("Village hall"), [])
