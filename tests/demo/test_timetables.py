"""The short notes that the demo's times are written in."""

from datetime import date, time
from itertools import pairwise
from random import Random

import pytest

from portal.demo import timetables

WEDNESDAY = date(2026, 11, 25)


def test_a_weekly_note_gives_days_and_times() -> None:
    (session,) = timetables.sessions("MO,TH 10-12.30", WEDNESDAY, Random(1))
    assert (session.freq, session.interval, session.byday) == ("weekly", 1, "MO,TH")
    assert (session.starts_at, session.ends_at) == (time(10), time(12, 30))


def test_a_course_gives_its_dates_one_week_apart_and_ahead() -> None:
    (session,) = timetables.sessions("6xTU 18-20", WEDNESDAY, Random(1))
    days = [change.date for change in session.changes]
    assert session.freq == "dates" and len(days) == 6
    assert days[0] > WEDNESDAY and {day.weekday() for day in days} == {1}
    assert {(later - sooner).days for sooner, later in pairwise(days)} == {7}


def test_fortnights_months_and_late_nights_are_read() -> None:
    fortnight, month, late = timetables.sessions("2/FR 14-15; -1SU 11-13; daily 18-0.30 +bh", WEDNESDAY, Random(1))
    assert (fortnight.interval, month.freq, month.byday) == (2, "monthly", "-1SU")
    assert late.ends_at == time(0, 30) and late.on_bank_holidays
    assert [(change.date, change.note) for change in late.changes] == [(date(2026, 12, 25), "Closed 25 December")]


def test_a_twin_meets_on_the_day_of_its_name_and_says_so() -> None:
    shift = timetables.shift_for("TU 10-12", "Thursday Table", "Come any Tuesday", Random(1))
    (session,) = timetables.sessions("TU 10-12", WEDNESDAY, Random(1), shift)
    assert session.byday == "TH"
    assert timetables.moved_words("Come any Tuesday", shift) == "Come any Thursday"


def test_a_twin_stays_on_the_day_that_its_text_names() -> None:
    assert timetables.shift_for("TU 10-12", "Long Table", "Come any Tuesday", Random(1)) == 0


def test_a_note_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="Tuesdays at ten"):
        timetables.sessions("Tuesdays at ten", WEDNESDAY, Random(1))
