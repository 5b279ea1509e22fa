"""Times and dates as people type them."""

from datetime import date, time

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.core import wording
from portal.groups.typed_times import Unclear, lines_of, typed_date, typed_spans, typed_time

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _in_app(sqlite_app: Flask, monday: None) -> None:
    pass


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10am", time(10)),
        ("7.30pm", time(19, 30)),
        ("7:30 PM", time(19, 30)),
        ("7.30 p.m.", time(19, 30)),
        (" midday ", time(12)),
        ("Noon", time(12)),
        ("midnight", time(0)),
        ("12pm", time(12)),
        ("19:30", time(19, 30)),
        ("1930", time(19, 30)),
        ("09:30", time(9, 30)),
        ("14.00", time(14)),
    ],
)
def test_times(text: str, meant: time) -> None:
    assert typed_time(text) == meant


@pytest.mark.parametrize(
    "text", ["", "10", "7.30", "12am", "25:00", "10.75am", "13pm", "soon", "<b>10am</b>", "-1pm", "٣"]
)
def test_what_is_no_time_or_could_be_two(text: str) -> None:
    with pytest.raises(Unclear):
        typed_time(text)


@pytest.mark.parametrize("locale", ["en", "cy", "ur"])
def test_our_own_words_can_be_typed_back(locale: str) -> None:
    with force_locale(locale):
        for at in (time(0), time(9, 30), time(12), time(19, 45)):
            assert typed_time(wording.clock_time(at)) == at
        days = [date(2026, 12, 22), date(2026, 12, 23), date(2027, 1, 5)]
        assert [day for span in typed_spans(lines_of(days)) for day in span.days] == days


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("22 December", date(2026, 12, 22)),
        ("22 dec 2027", date(2027, 12, 22)),
        ("Tuesday 22nd December", date(2026, 12, 22)),
        ("1 of May", date(2027, 5, 1)),
        ("22/12/2026", date(2026, 12, 22)),
        ("5.1.27", date(2027, 1, 5)),
        ("2026-12-22", date(2026, 12, 22)),
        ("5 January", date(2027, 1, 5)),
        ("29 February", date(2028, 2, 29)),
        ("1 Sept", date(2027, 9, 1)),
    ],
)
def test_dates(text: str, meant: date) -> None:
    assert typed_date(text) == meant


@pytest.mark.parametrize(
    "text", ["", "31 April", "22", "December", "22/13/2026", "0/0/0000", "1 May 9999", "two of May"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(Unclear):
        typed_date(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("22 to 29 December", date(2026, 12, 22), date(2026, 12, 29)),
        ("22-29 December 2026", date(2026, 12, 22), date(2026, 12, 29)),
        ("22 December - 2 January", date(2026, 12, 22), date(2027, 1, 2)),
        ("22 December to 2 January 2028", date(2027, 12, 22), date(2028, 1, 2)),
        ("2026-12-22 to 2026-12-24", date(2026, 12, 22), date(2026, 12, 24)),
    ],
)
def test_ranges(text: str, first: date, last: date) -> None:
    (span,) = typed_spans(text)
    assert (span.first, span.last) == (first, last)


def test_several_lines_and_commas() -> None:
    assert len(typed_spans("22 December\n\n24 December, 26 to 28 December; 5 January 2027")) == 4


@pytest.mark.parametrize("text", ["29 to 22 December", "1 January to 1 June", "22 December to", "1 to 2 to 3 May"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(Unclear):
        typed_spans(text)


def test_a_day_of_very_many_digits_is_unclear_and_no_fault() -> None:
    for digits in (11, 30, 5_000):
        with pytest.raises(Unclear):
            typed_spans(f"{'9' * digits} to 29 December 2026", today=TODAY)
