"""Whole numbers that strangers write: in addresses, in what a page is asked for, and in fields."""

import pytest
from flask import Flask

from portal.core.numbers import page_number, whole_number
from tests.factories import Make
from tests.support.people import browser_as

PAGES = {
    "": 1, "1": 1, "3": 3, "0": 1, "-2": 1, "two": 1, "1e3": 1, " 2": 1, "9999999": 9_999_999, "99999999": 1,
    "9" * 20: 1, "9" * 5_000: 1, "٣": 1, "٣" * 30: 1, "²": 1, "\x00": 1,
}  # fmt: skip
TOO_LONG = ("9" * 20, "9" * 7, "٣" * 30)


@pytest.mark.parametrize("told", PAGES)
def test_a_page_is_a_number_that_any_database_can_count_off(sqlite_app: Flask, told: str) -> None:
    with sqlite_app.test_request_context("/", query_string={"page": told}):
        assert page_number() == PAGES[told]


def test_a_whole_number_is_spelled_with_few_digits() -> None:
    assert whole_number("0") == 0 and whole_number("999999999") == 999_999_999
    assert [whole_number(told) for told in ("", "1000000000", "9" * 5_000, "²", "٣", "-1", "1.0")] == [None] * 7


def test_every_list_in_pages_answers_whatever_page_is_asked_for(app: Flask, make: Make) -> None:
    moderator, administrator = (browser_as(app, make.user(role)) for role in ("moderator", "administrator"))
    for told in TOO_LONG:
        for tab in ("", "/new", "/reports", "/duplicates"):
            moderator.get(f"/moderate{tab}?page={told}")
        for name in ("users", "organisations"):
            administrator.get(f"/admin/{name}?page={told}")


def test_a_number_that_no_database_holds_leads_to_no_page(app: Flask, make: Make) -> None:
    group = make.organisation()
    service = make.service(organisation=group)
    editor = browser_as(app, make.user("editor", organisation=group))
    for told in (*TOO_LONG, "9" * 5_000):
        editor.get(f"/group/listings/{service.id}/history/{told}", expect=404)
