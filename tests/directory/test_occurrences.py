"""When things happen: clock changes, midnight, bank holidays of each nation, fortnights, nth weekdays, dated courses."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.directory.occurrences import (
    Change,
    Occurrence,
    Timetable,
    bank_holidays,
    cancelled_dates,
    merged,
    occurrences,
    upcoming,
)

LONDON = ZoneInfo("Europe/London")


def moment(text: str) -> datetime:
    """A time on a clock in the United Kingdom."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def starts(table: Timetable, first: str, last: str) -> list[str]:
    """Starts between two times, as a clock on the wall shows them."""
    found = occurrences(table, moment(first), moment(last))
    return [one.start.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") for one in found]


def weekly(byday: str = "TU", **changes: Any) -> Timetable:
    given = {"starts_at": time(10), "ends_at": time(12), "byday": byday, "first_date": date(2026, 1, 1), **changes}
    return Timetable("weekly", **given)


def test_a_weekly_session_keeps_its_hour_across_the_spring_change() -> None:
    found = occurrences(weekly("SU"), moment("2026-03-22"), moment("2026-04-05"))
    assert [one.start.hour for one in found] == [10, 9]
    assert starts(weekly("SU"), "2026-03-22", "2026-04-05") == ["2026-03-22 10:00", "2026-03-29 10:00"]


def test_a_weekly_session_keeps_its_hour_across_the_autumn_change() -> None:
    assert starts(weekly("SU"), "2026-10-18", "2026-11-01") == ["2026-10-18 10:00", "2026-10-25 10:00"]


def test_a_start_that_the_spring_change_skips_is_an_hour_later_by_the_clock() -> None:
    table = weekly("SU", starts_at=time(1, 30), ends_at=time(3))
    (one,) = occurrences(table, moment("2026-03-29T00:00"), moment("2026-03-30T00:00"))
    assert one.start.astimezone(LONDON).time() == time(2, 30)
    assert one.end is not None and one.end > one.start


def test_an_end_that_the_spring_change_swallows_keeps_the_length() -> None:
    table = weekly("SU", starts_at=time(0, 50), ends_at=time(1, 20))
    (one,) = occurrences(table, moment("2026-03-29T00:00"), moment("2026-03-30T00:00"))
    assert one.end is not None and one.end > one.start


def test_a_time_that_the_autumn_change_repeats_is_the_first_of_the_two() -> None:
    table = weekly("SU", starts_at=time(1, 30), ends_at=time(4))
    (one,) = occurrences(table, moment("2026-10-25T00:00"), moment("2026-10-26T00:00"))
    assert one.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_night_across_the_autumn_change_lasts_an_hour_longer() -> None:
    table = weekly("SA", starts_at=time(22), ends_at=time(2))
    (one,) = occurrences(table, moment("2026-10-24T12:00"), moment("2026-10-25T12:00"))
    assert one.end is not None and one.end - one.start == timedelta(hours=5)


def test_a_session_past_midnight_ends_on_the_next_day_and_is_on_after_midnight() -> None:
    table = weekly("FR", starts_at=time(18), ends_at=time(1))
    (one,) = occurrences(table, moment("2026-11-28T00:30"), moment("2026-11-28T00:31"))
    assert one == Occurrence(moment("2026-11-27T18:00"), moment("2026-11-28T01:00"))


def test_a_session_that_ends_at_midnight_ends_with_its_own_day() -> None:
    table = weekly("FR", starts_at=time(20), ends_at=time(0))
    assert occurrences(table, moment("2026-11-28T00:00"), moment("2026-11-28T12:00")) == []


def test_what_is_over_is_not_found_and_what_is_on_is() -> None:
    assert starts(weekly(), "2026-11-24T12:00", "2026-11-25") == []
    assert starts(weekly(), "2026-11-24T11:59", "2026-11-25") == ["2026-11-24 10:00"]


def test_a_session_without_an_end_is_taken_for_an_hour() -> None:
    table = weekly(ends_at=None)
    assert starts(table, "2026-11-24T10:59", "2026-11-25") == ["2026-11-24 10:00"]
    assert starts(table, "2026-11-24T11:00", "2026-11-25") == []


def test_every_fortnight_is_counted_from_the_first_date() -> None:
    table = weekly("TU", interval=2, first_date=date(2026, 11, 3))
    assert starts(table, "2026-11-01", "2026-12-10") == ["2026-11-03 10:00", "2026-11-17 10:00", "2026-12-01 10:00"]


def test_a_fortnight_on_several_days_stays_in_the_same_week() -> None:
    table = weekly("MO,WE", interval=2, first_date=date(2026, 11, 4))
    assert starts(table, "2026-11-01", "2026-11-20") == ["2026-11-04 10:00", "2026-11-16 10:00", "2026-11-18 10:00"]


def test_a_weekly_session_without_days_is_on_the_weekday_of_its_first_date() -> None:
    assert starts(weekly("", first_date=date(2026, 11, 5)), "2026-11-09", "2026-11-16") == ["2026-11-12 10:00"]


def test_nth_weekdays_of_the_month() -> None:
    table = Timetable("monthly", time(14), time(15), byday="1MO,-1FR", first_date=date(2026, 1, 1))
    assert starts(table, "2026-10-01", "2026-12-01") == [
        "2026-10-05 14:00", "2026-10-30 14:00", "2026-11-02 14:00", "2026-11-27 14:00",
    ]  # fmt: skip


def test_a_fifth_weekday_comes_only_in_months_that_have_one() -> None:
    table = Timetable("monthly", time(14), time(15), byday="5MO", first_date=date(2026, 1, 1))
    assert starts(table, "2026-10-01", "2027-01-01") == ["2026-11-30 14:00"]


def test_every_second_month_is_counted_from_the_first_date() -> None:
    table = Timetable("monthly", time(14), time(15), byday="1TH", interval=2, first_date=date(2026, 9, 3))
    assert starts(table, "2026-09-01", "2027-01-20") == ["2026-09-03 14:00", "2026-11-05 14:00", "2027-01-07 14:00"]


def test_days_of_the_month_skip_months_that_lack_them() -> None:
    table = Timetable("monthly", time(9), None, bymonthday="31", first_date=date(2026, 1, 31))
    assert starts(table, "2026-10-01", "2027-02-01") == ["2026-10-31 09:00", "2026-12-31 09:00", "2027-01-31 09:00"]


def test_a_dated_course_is_on_its_dates_alone() -> None:
    changes = (Change(date(2026, 12, 1), "extra"), Change(date(2026, 12, 3), "extra", time(18), time(19)))
    table = Timetable("dates", time(10), time(12), changes=changes)
    assert starts(table, "2026-11-01", "2027-01-01") == ["2026-12-01 10:00", "2026-12-03 18:00"]


def test_a_cancelled_date_is_off_and_a_moved_one_is_where_it_was_moved_to() -> None:
    changes = (Change(date(2026, 12, 1), "cancelled"), Change(date(2026, 12, 2), "extra", time(13), time(14)))
    assert starts(weekly(changes=changes), "2026-11-30", "2026-12-09") == ["2026-12-02 13:00", "2026-12-08 10:00"]


def test_nothing_happens_before_the_first_date_or_after_the_last() -> None:
    table = weekly(first_date=date(2026, 11, 10), last_date=date(2026, 11, 17))
    assert starts(table, "2026-10-01", "2026-12-31") == ["2026-11-10 10:00", "2026-11-17 10:00"]


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 12, 25), {"england", "wales", "scotland", "northern_ireland"}),
        (date(2026, 12, 28), {"england", "wales", "scotland", "northern_ireland"}),
        (date(2027, 1, 4), {"scotland"}),
        (date(2026, 4, 6), {"england", "wales", "northern_ireland"}),
        (date(2026, 8, 3), {"scotland"}),
        (date(2026, 8, 31), {"england", "wales", "northern_ireland"}),
        (date(2026, 11, 30), {"scotland"}),
        (date(2026, 3, 17), {"northern_ireland"}),
        (date(2026, 7, 13), {"northern_ireland"}),
    ],
)
def test_bank_holidays_are_those_of_the_nation(day: date, closed: set[str]) -> None:
    nations: Any = ("england", "wales", "scotland", "northern_ireland")
    assert {nation for nation in nations if day in bank_holidays(nation, day.year)} == closed


def test_a_session_is_off_on_a_bank_holiday_unless_it_says_otherwise() -> None:
    table = weekly("MO", nation="scotland")
    assert starts(table, "2026-11-30", "2026-12-01") == []
    assert starts(weekly("MO", nation="england"), "2026-11-30", "2026-12-01") == ["2026-11-30 10:00"]
    assert starts(weekly("MO", nation="scotland", on_bank_holidays=True), "2026-11-30", "2026-12-01") != []


def test_days_off_are_told() -> None:
    table = weekly("FR", changes=(Change(date(2026, 12, 11), "cancelled"),))
    assert cancelled_dates(table, date(2026, 12, 1), date(2027, 1, 2)) == [
        date(2026, 12, 11), date(2026, 12, 25), date(2027, 1, 1),
    ]  # fmt: skip


def test_the_next_times_of_several_sessions_come_in_order_and_once() -> None:
    tables = [weekly("TU"), weekly("TU"), weekly("WE", starts_at=time(9), ends_at=time(10))]
    found = upcoming(tables, moment("2026-11-24T11:00"), 3)
    assert [one.start.astimezone(LONDON).strftime("%a %H") for one in found] == ["Tue 10", "Wed 09", "Tue 10"]


def test_a_yearly_event_is_found_and_an_ended_one_is_not() -> None:
    yearly = Timetable("monthly", time(10), None, byday="1SU", interval=12, first_date=date(2025, 11, 2))
    assert len(upcoming([yearly], moment("2026-11-25"), 1)) == 1
    assert upcoming([weekly(last_date=date(2026, 1, 31))], moment("2026-11-25"), 1) == []


DAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
TABLES = st.builds(
    Timetable,
    st.sampled_from(["weekly", "monthly", "dates"]),
    st.times(timezones=st.none()),
    st.one_of(st.none(), st.times(timezones=st.none())),
    interval=st.integers(1, 6),
    byday=st.lists(DAYS, max_size=3).map(",".join),
    bymonthday=st.sampled_from(["", "1", "31", "1,15", "-1"]),
    first_date=st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2027, 1, 1))),
    last_date=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2028, 1, 1))),
    nation=st.sampled_from(["england", "wales", "scotland", "northern_ireland"]),
)


@settings(max_examples=120, deadline=None)
@given(TABLES, st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(1, 70))
def test_times_are_in_order_within_bounds_and_never_end_before_they_start(table: Any, day: date, length: int) -> None:
    after = datetime(day.year, day.month, day.day, tzinfo=UTC)
    before = after + timedelta(days=length)
    found = occurrences(table, after, before)
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(one.known_end > after and one.start < before and one.known_end > one.start for one in found)
    middle = after + timedelta(days=length / 2)
    assert found == merged([table], after, middle) + [one for one in found if one.start >= middle]
