"""The form of sessions: what can be said, how it maps to the fact and back, next dates, errors."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.changes.facts import FACTS
from portal.core.extensions import db
from portal.directory.models import Session, SessionException
from portal.groups.session_rows import told_of
from portal.groups.sessions_form import SessionsForm
from tests.factories import Make


@pytest.fixture(autouse=True)
def _in_app(sqlite_app: Flask, monday: None) -> None:
    pass


def sent(*rows: dict[str, str], standing: Any = None, **others: str) -> SessionsForm:
    data: dict[str, str] = {"ends": "no", "bank": "no", "school": "yes"} | others
    for number, row in enumerate(rows):
        told = {"day": "TU", "often": "weekly", "starts": "10am", "ends": "midday"} | row
        data |= {f"s-{number}-{name}": value for name, value in told.items()}
    return SessionsForm.sent(MultiDict(data), standing)


def rules(form: SessionsForm) -> list[str]:
    value = form.value()
    assert value is not None, form.errors
    return [line.replace("\u00a0", " ") for line in FACTS["sessions"].shown(value)]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({}, "Every Tuesday, 10am to midday"),
        ({"day": "MO", "often": "1"}, "On the first Monday of the month, 10am to midday"),
        ({"day": "FR", "often": "-1"}, "On the last Friday of the month, 10am to midday"),
        ({"day": "SA", "often": "2,4"}, "On the second Saturday and fourth Saturday of the month, 10am to midday"),
        ({"often": "fortnightly", "first": "1 December"}, "Every second Tuesday, 10am to midday. Starts on 1 December"),
        ({"day": "MO,TU,WE,TH,FR", "ends": ""}, "Monday to Friday, from 10am"),
        (
            {"often": "dates", "dates": "1 December\n8 to 9 December"},
            "On set dates, 10am to midday. Starts on 1 December",
        ),
        ({"name": "Beginners", "note": "Bring a cup."}, "Beginners: Every Tuesday, 10am to midday. Bring a cup"),
        ({"starts": "10pm", "ends": "1am"}, "Every Tuesday, 10pm to 1am"),
    ],
)
def test_what_can_be_said(row: dict[str, str], rule: str) -> None:
    assert rules(sent(row))[0] == rule


def test_next_dates_tell_what_is_off() -> None:
    form = sent({}, {"day": "SA", "often": "2,4", "ends": "1pm"}, closed="22 to 29 December 2026")
    value = form.value()
    assert value is not None
    dates = [(one.day, one.is_off) for one in form.next_dates(value, "england")]
    assert dates[:3] == [("Tue 24 Nov", False), ("Sat 28 Nov", False), ("Tue 1 Dec", False)]
    assert ("Tue 22 Dec", True) in dates and ("Sat 26 Dec", True) in dates
    assert ("Tue 22 Dec", False) not in dates


def test_bank_holidays_are_off_unless_they_are_not() -> None:
    for answer, is_off in (("no", True), ("yes", False)):
        form = sent({"day": "FR"}, bank=answer)
        value = form.value()
        assert value is not None and value[0]["on_bank_holidays"] is (answer == "yes")
        dates = {one.day: one.is_off for one in form.next_dates(value, "england")}
        assert dates["Fri 25 Dec"] is is_off


@pytest.mark.parametrize(
    ("row", "others", "field", "words"),
    [
        ({"ends": "9am"}, {}, "s-0-ends", "the finish time must be after 10am"),
        ({"starts": "10"}, {}, "s-0-starts", "Say if it is am or pm"),
        ({"starts": "<b>"}, {}, "s-0-starts", "Enter a time"),
        ({"often": "fortnightly"}, {}, "s-0-first", "give the first date"),
        ({"often": "dates"}, {}, "s-0-dates", "at least one date"),
        ({"day": "MO,TU,WE,TH,FR", "often": "1"}, {}, "s-0-day", "choose one day"),
        ({}, {"closed": "some day"}, "closed", "We cannot read “some day” as a date"),
        ({}, {"ends": "yes", "until": ""}, "until", "We cannot read"),
        ({}, {"ends": "yes", "until": "1/1/2020"}, "until", "is over already"),
    ],
)
def test_errors_name_their_field(row: dict[str, str], others: dict[str, str], field: str, words: str) -> None:
    form = sent(row, **others)
    assert form.value() is None
    assert words in form.errors[field]


def test_unknown_answers_and_fields_do_no_harm() -> None:
    form = sent({"day": "<script>", "often": "yearly", "evil": "1"}, ends="x", bank="x")
    assert rules(form)[0] == "Every Monday, 10am to midday"


@pytest.fixture
def imported(make: Make) -> Any:
    """Sessions as imports bring them, among them what the form has no words for."""
    several = make.session("MO,WE", "09:00", "10:00", name="Early")
    several.exceptions = [SessionException(date=several.dtstart.replace(year=2026, month=12, day=23), kind="cancelled")]
    quarterly = Session(freq="monthly", interval=3, byday="1TU", dtstart=several.dtstart, starts_at=several.starts_at)
    both = Session(freq="monthly", byday="1MO,-1FR", dtstart=several.dtstart, starts_at=several.starts_at)
    extra = make.session("TU", valid_to=several.dtstart.replace(year=2027))
    extra.exceptions = [
        SessionException(
            date=several.dtstart.replace(year=2026, month=12, day=19), kind="extra", starts_at=several.starts_at
        )
    ]
    return FACTS["sessions"].read(make.service(sessions=[several, quarterly, both, extra]))


def test_what_the_form_cannot_say_is_told_and_stays(imported: Any) -> None:
    form = SessionsForm.of(imported)
    assert [one["interval"] for one in form.told.kept.values()] == [3]
    assert len(form.rows) == 5 and form.ends == "stand"
    value = form.value()
    assert value is not None
    assert [row for row in value if row["interval"] == 3] == [row for row in imported if row["interval"] == 3]
    form.removed = frozenset(form.told.kept)
    assert not [row for row in form.value() or () if row["interval"] == 3]


def test_saving_what_stands_moves_no_date(imported: Any) -> None:
    form = SessionsForm.of(imported)
    value = form.value()
    assert value is not None, form.errors
    before = [(one.day, one.times) for one in form.next_dates(imported, "england") if not one.is_off]
    assert [(one.day, one.times) for one in form.next_dates(value, "england") if not one.is_off] == before
    again = SessionsForm.of(value)
    assert again.value() == value
    assert any(one["date"] == "2026-12-19" for row in value for one in row.get("exceptions", ()))


def test_a_plain_session_goes_round_unchanged(make: Make) -> None:
    service = make.service(sessions=[make.session(), make.session("SA", "10:00", "13:00")])
    value = FACTS["sessions"].read(service)
    assert sorted(SessionsForm.of(value).value() or (), key=repr) == sorted(value, key=repr)
    FACTS["sessions"].write(service, SessionsForm.of(value).value())
    assert not db.session.new


def test_rows_come_and_go_without_being_saved() -> None:
    form = sent({}, {"day": "SA"})
    form.add()
    assert [row.day for row in form.rows] == ["TU", "SA", "MO"]
    form.remove(0)
    form.remove(9)
    assert [row.day for row in form.rows] == ["SA", "MO"]


def test_closed_dates_are_shown_as_ranges_again() -> None:
    value = sent({}, closed="22 to 29 December 2026").value()
    assert told_of(value).closed == "22 December 2026 to 29 December 2026"
