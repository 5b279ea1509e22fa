"""NHS numbers: read however they are typed, refused where their check digit is wrong."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from wtforms import StringField

from portal.codes.nhs_numbers import NhsNumber, ending, masked, read, shown
from portal.core.forms import PageForm
from tests.codes.forms import sent

EXAMPLE = "9991234551"


class Asked(PageForm):
    number = StringField("NHS number", [NhsNumber()])


@pytest.mark.parametrize(
    "typed",
    [
        EXAMPLE,
        "999 123 4551",
        "999-123-4551",
        " 999\u00a0123 \u2013 4551 ",
        "\uff19\uff19\uff19 \uff11\uff12\uff13 \uff14\uff15\uff15\uff11",
        "۹۹۹ ۱۲۳ ۴۵۵۱",
        "999\u200b1234551",
    ],
    ids=["plain", "spaces", "dashes", "wide", "full width", "of Urdu", "with what nobody sees"],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert read(typed) == EXAMPLE


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        "999123455",
        "99912345510",
        "9991234550",
        "9991234561",
        "0000000000",
        "9999999999",
        "9991234S51",
        "999.123.4551",
        "\u00b2991234551",
        "9" * 10_000,
        " " * 10_000 + EXAMPLE + "x",
    ],
)
def test_what_is_none_is_refused(typed: str | None) -> None:
    assert read(typed) is None


def test_every_number_of_one_digit_is_refused() -> None:
    assert [digit for digit in "0123456789" if read(digit * 10)] == []


def _check_digit(nine: str) -> int:
    """By the weights of the NHS Data Dictionary: 10 to 2, 11 less the remainder; 11 is 0, and 10 is none."""
    left = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return 0 if left == 11 else left


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 9))
def test_the_last_digit_is_the_one_that_the_data_dictionary_reckons(nine: str, last: int) -> None:
    number = f"{nine}{last}"
    assert (read(number) == number) is (last == _check_digit(nine) and len(set(number)) > 1)


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(nine: str, place: int, more: int) -> None:
    number = f"{nine}{_check_digit(nine)}"[:10]
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert read(number) is None or read(wrong) is None


@given(st.text())
def test_whatever_is_typed_is_a_number_or_none(typed: str) -> None:
    number = read(typed)
    assert number is None or (
        len(number) == 10 and number.isascii() and number.isdecimal() and read(shown(number)) == number
    )


def test_a_number_is_shown_as_it_is_read_out_and_hidden_but_for_its_end() -> None:
    assert shown(EXAMPLE) == "999 123 4551"
    assert masked(EXAMPLE) == "••• ••• •551"
    assert ending(EXAMPLE) == "551"


def test_a_form_says_what_to_enter(sqlite_app: Flask) -> None:
    told = "Enter a 10 digit NHS number, like 999 123 4551"
    assert sent(sqlite_app, Asked, {"number": "999 123 4550"}).problems() == [("number", told)]
    assert sent(sqlite_app, Asked, {"number": "999 123 4551"}).problems() == []
    assert sent(sqlite_app, Asked, {"number": ""}).problems() == []


def test_the_example_of_the_sentence_is_a_number() -> None:
    assert read(str(NhsNumber.sentence)[-12:]) == EXAMPLE
