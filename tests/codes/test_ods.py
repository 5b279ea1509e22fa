"""Codes of organisations of the health service, by their shape."""

import csv
import gzip
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from wtforms import StringField

from portal.codes.ods import PracticeCode, organisation, practice
from portal.core.forms import PageForm
from tests.codes.forms import sent


class Asked(PageForm):
    practice = StringField("Practice", [PracticeCode()])


@pytest.mark.parametrize(
    "typed", ["C82031", " c82031 ", "C 82031", "\uff2382031".replace("\uff23", "c"), "Y00013", "W91016", "ALD001"]
)
def test_codes_of_practices_are_read_in_capitals(typed: str) -> None:
    assert practice(typed) == typed.replace(" ", "").upper()


@pytest.mark.parametrize(
    "typed", [None, "", "82031", "C8203", "C820311", "I82031", "CC2031", "RT5", "C8203l", "C82O31", "Ç82031", "ALD1234"]
)
def test_what_is_no_code_of_a_practice_is_refused(typed: str | None) -> None:
    assert practice(typed) is None


@pytest.mark.parametrize("typed", ["RT5", "RWEAA", "QK1", "U12345", "8HK12", "C82031", "fa123"])
def test_codes_of_other_organisations_are_read(typed: str) -> None:
    assert organisation(typed) == typed.upper()


@pytest.mark.parametrize("typed", ["", "R", "RT", "A" * 13, "RT.5", "ßß5", "RT5<script>", "A" * 5_000])
def test_what_is_no_code_of_an_organisation_is_refused(typed: str) -> None:
    assert organisation(typed) is None


@given(st.text())
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    for code in (practice(typed), organisation(typed)):
        assert code is None or (
            code.isascii() and code.isalnum() and code == code.upper() and organisation(code) == code
        )


def test_a_form_says_what_to_enter(sqlite_app: Flask) -> None:
    assert sent(sqlite_app, Asked, {"practice": "82031"}).problems() == [
        ("practice", "Enter a practice code, like C82031")
    ]
    assert sent(sqlite_app, Asked, {"practice": "c82031"}).problems() == []


@pytest.mark.needs_shared
def test_every_practice_of_england_has_a_code_of_this_shape(shared: Path) -> None:
    with gzip.open(shared / "data" / "gp" / "gp_practices_england.csv.gz", "rt", encoding="utf-8") as file:
        codes = [row["ods_code"] for row in csv.DictReader(file)]
    assert len(codes) > 6_000 and [code for code in codes if practice(code) != code] == []
