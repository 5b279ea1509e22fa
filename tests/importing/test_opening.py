from datetime import time

import pytest

from portal.importing.opening import Opening, Times, read_opening


def told(opening: Opening) -> list[str]:
    """ "TU 10:00-12:00" for each time; hours in brackets."""
    sessions = [_said(one) for one in opening.sessions]
    return sorted(sessions + [f"[{_said(one)}]" for one in opening.hours])


def _said(times: Times) -> str:
    return f"{times.byday} {times.starts_at:%H:%M}-{times.ends_at:%H:%M}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tuesday: 10:30 - 12:00", ["TU 10:30-12:00"]),
        ("Monday: 10:30 - 12:00, Tuesday: 09:30 - 15:00", ["[MO 10:30-12:00]", "[TU 09:30-15:00]"]),
        ("Mon-Fri 9am-5pm", ["[MO,TU,WE,TH,FR 09:00-17:00]"]),
        ("every Tuesday 2-4pm", ["TU 14:00-16:00"]),
        ("1st Wednesday of the month 10am to 12 noon", ["1WE 10:00-12:00"]),
        ("1st and 3rd Monday of each month, 2pm - 4pm", ["1MO,3MO 14:00-16:00"]),
        ("Last Friday of every month 5.45pm to 8pm", ["-1FR 17:45-20:00"]),
        ("9am - 4pm, Monday-Friday", ["[MO,TU,WE,TH,FR 09:00-16:00]"]),
        ("Tuesdays 9-5pm", ["[TU 09:00-17:00]"]),
        ("Tuesdays 11-1pm", ["TU 11:00-13:00"]),
        ("Fridays midday - 2pm", ["FR 12:00-14:00"]),
        ("Saturday 10am-12", ["SA 10:00-12:00"]),
        ("Tuesday 10:00 - 13:00 / 14:00 - 17:30", ["TU 10:00-13:00", "TU 14:00-17:30"]),
        ("Monday closed, Tuesday 10am-noon, Sunday: Closed", ["TU 10:00-12:00"]),
        ("Fri-Sun 8pm-2am", ["[FR,SA,SU 20:00-02:00]"]),
        ("Every Wednesday between 10am and 12noon", ["WE 10:00-12:00"]),
        ("Monday and Wednesday, 1:00 to 3:00pm; Friday, 10:00am to 12:00pm", ["FR 10:00-12:00", "MO,WE 13:00-15:00"]),
        ("TUESDAY 10AM – 12PM", ["TU 10:00-12:00"]),
    ],
)
def test_a_text_that_can_mean_one_thing_is_read(text: str, expected: list[str]) -> None:
    assert told(read_opening(text)) == expected
    assert read_opening(text).text is None


@pytest.mark.parametrize(
    "text",
    [
        "Tuesday 1-5",
        "Wednesday 10 - 12",
        "Wednesday: 12:00 - 01:30",
        "Tuesday: 02:00 - 04:00",
        "Monday: 00:00 - 00:00",
        "Fridays 8-10pm",
        "Fridays 10am-11",
        "Tuesday 10am to 12am",
        "Tuesday, 11pm - 1pm",
        "Tuesday 4am - 6am",
        "Thursday: 13:00 - 15:00 Fortnightly",
        "Friday: 12:00 - 14:00 Monthly",
        "Every 2nd Saturday 10am - 12 noon",
        "Mon & Thur 1pm-3pm (except bank holidays)",
        "Thursday, 10:00am to midday (term time only)",
        "Saturday February 11th and 18th 10am-3pm",
        "Monday 25:00 - 26:00",
        "Monday 10:75 - 11:00",
        "Tuesday 10am-2pm Tuesday 1pm-3pm",
        "10am-12pm Monday 2pm-4pm Tuesday",
        "10:00-12:00",
        "Tuesday",
        "Open by appointment",
        "Monday: 10:30 - 12:00, Tuesday: 10:00 - 02:00",
        "x" * 5_000,
    ],
)
def test_a_text_that_could_mean_two_things_stays_a_text(text: str) -> None:
    assert read_opening(text) == Opening(text=text)


@pytest.mark.parametrize(
    ("osm", "expected"),
    [
        ("Mo-Fr 09:00-17:00", ["[MO,TU,WE,TH,FR 09:00-17:00]"]),
        ("We[1,3] 10:00-12:00", ["1WE,3WE 10:00-12:00"]),
        ("Mo,We 10:00-12:00; PH off", ["MO,WE 10:00-12:00"]),
        ("Mo-Fr 08:00-18:00; We off", ["[MO,TU,TH,FR 08:00-18:00]"]),
        ("24/7", ["[MO,TU,WE,TH,FR,SA,SU 00:00-00:00]"]),
        ("Fr 22:00-02:00", ["FR 22:00-02:00"]),
    ],
)
def test_a_plain_week_of_openstreetmap_is_read(osm: str, expected: list[str]) -> None:
    assert told(read_opening(None, osm)) == expected


@pytest.mark.parametrize(
    "osm",
    [
        "garbage", "Mo 00:00-00:00", "Tu 02:00-04:00", "Jan-Mar Mo 10:00-12:00", "sunrise-sunset", "Fr 12:00-12:00",
        'Mo 10:00-12:00 "by appointment"', "week 1-53/2 Mo 10:00-12:00", "Mo 10:00+", "Th 12:00-14:00,10:00-13:00",
    ],
)  # fmt: skip
def test_what_openstreetmap_says_with_conditions_or_wrongly_stays_a_text(osm: str) -> None:
    assert read_opening(None, osm) == Opening(text=osm)


def test_a_text_without_morning_or_evening_is_settled_by_openstreetmap_and_its_other_words_kept() -> None:
    assert read_opening("Tuesdays 2-8", "Tu 14:00-20:00").text is None
    found = read_opening("Tuesdays 2-8, Thursdays 10-5. Tea and cake.", "Tu 14:00-20:00; Th 10:00-17:00")
    assert told(found) == ["[TH 10:00-17:00]", "[TU 14:00-20:00]"]
    assert found.text == "Tuesdays 2-8, Thursdays 10-5. Tea and cake."


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        ("Thursday: 18:30 - 20:30 Monthly", "Th 18:30-20:30"),
        ("Thursday 2-4, closed 22 December", "Th 14:00-16:00"),
        ("Tuesday 12.00 to 2.00, Thursday 2.00 to 4.00", "Tu 12:00-14:00; Th 12:00-14:00"),
        ("Tuesday 2-4", "We 14:00-16:00"),
        ("Tuesday 10am-12pm", "Tu 10:00-14:00"),
        ("Monday 10-9 Friday 10-6 Saturday 10-10", "Mo 10:00-18:00; Fr 10:00-21:00; Sa 10:00-22:00"),
    ],
)
def test_a_text_that_says_otherwise_or_more_than_openstreetmap_stays_a_text(text: str, osm: str) -> None:
    assert read_opening(text, osm) == Opening(text=text)


def test_short_times_on_few_days_are_sessions_and_the_rest_are_opening_hours() -> None:
    assert read_opening("Mon, Wed and Fri 10am-2pm").sessions
    assert read_opening("Mon, Wed, Thu and Fri 10am-12pm").hours
    assert read_opening("Monday 10am-3pm").hours
    mixed = read_opening("Mon-Fri 9am-5pm; last Friday of the month 6pm-8pm")
    assert [one.byday for one in mixed.sessions] == ["-1FR"]
    assert mixed.hours[0].starts_at == time(9)
