"""Telephone numbers of people."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from wtforms import StringField

from portal.codes.phones import Phone, is_mobile, mobile, read, shown
from portal.core.forms import PageForm
from tests.codes.forms import sent


class Asked(PageForm):
    phone = StringField("Phone", [Phone()])


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900 982",
        "+44 7700 900982",
        "+44 (0)7700 900982",
        "0044 7700 900982",
        "07700-900-982",
        "07700.900.982",
        "٠٧٧٠٠ ٩٠٠ ٩٨٢",
        "\uff10\uff17\uff17\uff10\uff10 900982",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert read(typed) == "+447700900982"


@pytest.mark.parametrize(
    ("typed", "dialled", "written", "takes_texts"),
    [
        ("0116 496 0123", "+441164960123", "0116 496 0123", False),
        ("01632 960123", "+441632960123", "01632 960123", False),
        ("020 7946 0123", "+442079460123", "020 7946 0123", False),
        ("07700900982", "+447700900982", "07700 900982", True),
        ("07400 123456", "+447400123456", "07400 123456", True),
        ("+353 85 012 3456", "+353850123456", "+353 85 012 3456", False),
        ("00 353 85 012 3456", "+353850123456", "+353 85 012 3456", False),
    ],
)
def test_a_number_is_kept_as_dialled_and_shown_as_said(
    typed: str, dialled: str, written: str, takes_texts: bool
) -> None:
    assert read(typed) == dialled and shown(dialled) == written and is_mobile(dialled) is takes_texts


@pytest.mark.parametrize(
    "typed",
    [None, "", "12", "999", "116 123", "0770 900 98", "077009009823", "07700 900982 ext 3", "07700 900982 (mum)",
     "call 07700 900982", "0800 FLOWERS", "09098 790123", "+", "()", "+44", "7" * 5_000],
)  # fmt: skip
def test_what_cannot_be_dialled_or_kept_whole_is_refused(typed: str | None) -> None:
    assert read(typed) is None


@given(st.text("0123456789+() -", max_size=30))
def test_whatever_is_typed_is_a_number_that_reads_the_same_again_or_none(typed: str) -> None:
    dialled = read(typed)
    assert dialled is None or (read(dialled) == dialled and read(shown(dialled)) == dialled)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ring 07400 123456", "+447400123456"),
        ("07700 900982", "+447700900982"),
        ("0116 496 0123", None),
        ("+353 85 012 3456", None),
        ("Ann", None),
        ("", None),
    ],
)
def test_a_mobile_number_is_found_beside_words(typed: str, found: str | None) -> None:
    assert mobile(typed) == found


def test_a_form_says_what_to_enter(sqlite_app: Flask) -> None:
    told = "Enter a phone number, like 07700 900 982"
    assert sent(sqlite_app, Asked, {"phone": "0770"}).problems() == [("phone", told)]
    assert sent(sqlite_app, Asked, {"phone": "07700 900 982"}).problems() == []
