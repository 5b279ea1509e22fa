"""Ids as documents tell them, and those that we make."""

from typing import Any

import pytest

from portal.openreferral.ids import LONGEST, is_made, made_id, told_id


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("a1", "a1"), (" a1 ", "a1"), (17, "17"), ("x" * LONGEST, "x" * LONGEST), ("x" * (LONGEST + 1), None), ("", None),
        (" ", None), (".", None), ("..", None),
        ("a\0b", None), ("\ud800", None), ("a\nb", None), ("é", "é"), (True, None), (1.5, None), (None, None), ({"id": 1}, None),
    ],
)  # fmt: skip
def test_an_id_is_one_that_can_be_asked_for(told: Any, found: str | None) -> None:
    assert told_id({"id": told}) == found


def test_what_is_no_document_has_no_id() -> None:
    assert told_id(None) is told_id([{"id": "a1"}]) is told_id("id") is told_id({}) is None


def test_an_id_that_we_made_is_known_again_and_the_same_each_time() -> None:
    made = made_id("tuesday table\n12 elderflower lane")
    assert is_made(made) and made == made_id("tuesday table\n12 elderflower lane") != made_id("tuesday table")
    assert not is_made("6b0d9b0a-5b7e-4f5e-8c73-2b8a4f0e9d12") and not is_made("17")
