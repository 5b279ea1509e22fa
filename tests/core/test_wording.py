"""Dates, times, money and distances as people say them."""

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.core import clock, wording
from tests.factories import MONDAY


@pytest.mark.parametrize(
    ("km", "words"),
    [
        (0.0, "under half a mile"),
        (0.7, "under half a mile"),
        (0.9, "about 1 mile"),
        (3.2, "about 2 miles"),
        (40.2, "about 25 miles"),
    ],
)
def test_distances_are_rounded_miles(sqlite_app: Flask, km: float, words: str) -> None:
    assert wording.miles(km) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(10), "10am"),
        (time(9, 30), "9.30am"),
        (time(12), "midday"),
        (time(0), "midnight"),
        (time(12, 5), "12.05pm"),
        (time(23), "11pm"),
    ],
)
def test_times_are_plain(sqlite_app: Flask, at: time, words: str) -> None:
    assert wording.clock_time(at) == words


def test_a_moment_is_told_by_the_clock_in_the_united_kingdom(sqlite_app: Flask) -> None:
    assert wording.clock_time(datetime(2026, 7, 1, 9, 0, tzinfo=UTC)) == "10am"


def test_a_range_of_times_does_not_break(sqlite_app: Flask) -> None:
    assert wording.time_range(time(10), time(12)) == "10am\u00a0to\u00a0midday"
    assert wording.time_range(time(10), None) == "from\u00a010am"


def test_money_shows_pence_only_where_there_are_some(sqlite_app: Flask) -> None:
    assert (wording.money(300), wording.money(350), wording.money(123_456)) == ("£3", "£3.50", "£1,234.56")


def test_a_date_far_away_carries_its_year(sqlite_app: Flask) -> None:
    with clock.freeze(MONDAY):
        assert wording.short_date(date(2027, 1, 5)) == "5 January"
        assert wording.short_date(date(2027, 12, 5)) == "5 December 2027"


def test_dates_are_in_the_readers_language(sqlite_app: Flask) -> None:
    with force_locale("cy"):
        assert wording.full_date(date(2026, 3, 1)) == "1 Mawrth 2026"


def test_lists_join_with_a_word(sqlite_app: Flask) -> None:
    assert wording.and_list(["tea"]) == "tea"
    assert wording.and_list(["tea", "cake", "company"]) == "tea, cake and company"
    assert wording.or_list(["phone", "text"]) == "phone or text"
    assert wording.comma_list(["Grief and loss", "Exercise and sport"]) == "Grief and loss, Exercise and sport"


def test_a_long_text_ends_with_a_whole_sentence_or_a_whole_word() -> None:
    intro = "You are not the only one who has a day without talk.\nHere are people to ring. You need nobody to say yes."
    assert wording.shortened(intro, 200) == intro.replace("\n", " ")
    assert (
        wording.shortened(intro, 82) == "You are not the only one who has a day without talk. Here are people to ring."
    )
    assert wording.shortened("Tea, " * 20, 40) == "Tea, Tea, Tea, Tea, Tea, Tea, Tea…"
    assert wording.shortened("You may come. " + "We sit and talk and eat " * 6, 60).endswith(" and…")
    assert wording.shortened("x" * 50, 10) == "xxxxxxxxx…"
