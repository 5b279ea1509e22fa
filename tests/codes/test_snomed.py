"""Ids of SNOMED CT: every one that the design names, and the three of a national list that are wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import verhoeff

from portal.codes.snomed import is_right, kind, problem

EVIDENCED = [
    "871731000000106", "871711000000103", "390893007", "837111000000105", "766561000000109", "417430008",
    "248054003", "707087005", "761571000000106",
    "864491000000105", "861931000000100", "32911000", "224226001", "105526001", "160700001", "381751000000106",
    "864131000000100", "1053561000000108",
    "306098008", "309013001", "2140231000000104",
]  # fmt: skip
WRONG = ["1054321000000100", "1076171000000100", "104586100000100"]
"""Of the national list of safeguarding concerns."""


@pytest.mark.parametrize("code", EVIDENCED)
def test_every_id_of_the_design_is_right(code: str) -> None:
    assert is_right(code) and kind(code) == "concept" and problem(code) is None


@pytest.mark.parametrize("code", WRONG)
def test_ids_of_a_national_list_with_wrong_check_digits_are_found(code: str) -> None:
    assert not is_right(code) and problem(code) == "check digit"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("", "shape"),
        ("12345", "shape"),
        ("1" * 19, "shape"),
        ("032911000", "shape"),
        ("3291100O", "shape"),
        ("\uff13\uff12\uff19\uff11\uff11\uff10\uff10\uff10", "shape"),
        ("32911001", "check digit"),
        ("23911000", "check digit"),
        ("7.66561E+14", "shortened"),
        ("7,66561e14", "shortened"),
    ],
)
def test_what_is_wrong_with_an_id_is_named(code: str, found: str) -> None:
    assert problem(code) == found and not is_right(code)


def test_an_id_of_words_about_a_concept_is_not_the_concept() -> None:
    description = _with_check_digit("7517301")
    assert kind(description) == "description" and is_right(description)
    assert problem(description) == "kind"


def test_an_id_that_says_it_is_long_and_is_short_is_refused() -> None:
    assert not is_right(_with_check_digit("3291110"))


def _with_check_digit(rest: str) -> str:
    return rest + str(verhoeff.calc_check_digit(rest))


@given(st.text("0123456789", min_size=3, max_size=15).filter(lambda digits: digits[0] != "0"))
def test_every_id_that_is_made_by_the_rule_is_right_and_with_any_other_last_digit_wrong(item: str) -> None:
    code = _with_check_digit(f"{item}00")
    assert is_right(code)
    assert [digit for digit in "0123456789" if is_right(code[:-1] + digit)] == [code[-1]]


@given(st.text("0123456789", min_size=3, max_size=15).filter(lambda digits: digits[0] != "0"), st.data())
def test_two_digits_that_changed_places_are_found(item: str, data: st.DataObject) -> None:
    code = _with_check_digit(f"{item}00")
    place = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or not is_right(swapped)
