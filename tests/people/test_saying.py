"""Ways to reach somebody, in the middle of a sentence and at its beginning."""

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.people import saying
from portal.people.items import WAYS


def test_ways_are_one_phrase_in_the_order_of_the_table(sqlite_app: Flask) -> None:
    assert saying.ways_told(["text", "phone"]) == "Phone or text"
    assert saying.ways_told(["e-mail", "phone", "through-me"]) == "Phone, e-mail or through me"
    assert saying.ways_told(["pigeon"]) == saying.ways_told(None) == ""
    assert set(saying.WITHIN) == set(WAYS)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("After 2pm", "after 2pm"),
        ("Mornings, not Monday", "mornings, not Monday"),
        ("Mondays after 2pm", "Mondays after 2pm"),
        ("I am in after 6", "I am in after 6"),
        ("GP hours", "GP hours"),
        ("2pm", "2pm"),
        ("", ""),
    ],
)
def test_what_was_typed_stands_after_other_words(sqlite_app: Flask, typed: str, told: str) -> None:
    with force_locale("cy"):
        assert saying.within(typed) == told


def test_an_age_group_is_told_in_words(sqlite_app: Flask) -> None:
    assert saying.age_words("65-over") == "65 or over"
    assert saying.age_words("60 to 69") == "60 to 69"
    assert saying.age_words(None) is None
