"""Dates of birth in three boxes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from flask import Flask, get_template_attribute
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser as Chromium

from portal.codes.dates import Unclear, age_group, age_on, birth_date_field, read
from portal.core import clock
from portal.core.forms import PageForm
from portal.core.i18n import lazy_gettext as _l
from tests.codes.forms import sent
from tests.support.chromium import SIZES, check_accessible

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Asked(PageForm):
    born = birth_date_field(needed=_l("Enter the date of birth"))


class MayBeAsked(PageForm):
    born = birth_date_field()


def _typed(day: str = "", month: str = "", year: str = "") -> dict[str, str]:
    return {"born-day": day, "born-month": month, "born-year": year}


def _asked(app: Flask, *parts: str, form: type[PageForm] = Asked) -> Any:
    with clock.freeze(NOON):
        return sent(app, form, _typed(*parts))


@pytest.mark.parametrize(
    "parts",
    [
        ("27", "3", "1964"),
        ("27", "03", " 1964 "),
        ("27", "March", "1964"),
        ("27", "mar.", "1964"),
        ("\uff12\uff17", "\uff13", "\uff11\uff19\uff16\uff14"),
        ("۲۷", "۳", "۱۹۶۴"),
    ],
)
def test_a_date_is_read_however_it_is_typed(sqlite_app: Flask, parts: tuple[str, ...]) -> None:
    form = _asked(sqlite_app, *parts)
    assert form.problems() == [] and form.born.data == date(1964, 3, 27)


def test_months_may_be_named_in_the_language_of_the_page(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context(), force_locale("cy"):
        assert read({"day": "27", "month": "Mawrth", "year": "1964"}) == date(1964, 3, 27)
        assert read({"day": "27", "month": "march", "year": "1964"}) == date(1964, 3, 27)


@pytest.mark.parametrize(
    ("parts", "told", "wrong"),
    [
        (("", "", ""), "Enter the date of birth", {"day", "month", "year"}),
        (("27", "3", ""), "Enter the year as well, like 1964", {"year"}),
        (("", "3", "1964"), "Enter the day as well, like 27", {"day"}),
        (("", "", "1964"), "Enter the day and the month as well", {"day", "month"}),
        (("32", "3", "1964"), "Enter the day as a number from 1 to 31", {"day"}),
        (("0", "3", "1964"), "Enter the day as a number from 1 to 31", {"day"}),
        (("-1", "3", "1964"), "Enter the day as a number from 1 to 31", {"day"}),
        (("27", "13", "1964"), "Enter the month as a number from 1 to 12", {"month"}),
        (("27", "Marsh", "1964"), "Enter the month as a number from 1 to 12", {"month"}),
        (("27", "3", "64"), "Enter the year with all 4 digits, like 1964", {"year"}),
        (("27", "3", "0064"), "Enter the year with all 4 digits, like 1964", {"year"}),
        (("27", "3", "19644"), "Enter the year with all 4 digits, like 1964", {"year"}),
        (("x", "y", "z"), "Enter the day as a number from 1 to 31", {"day", "month", "year"}),
        (("29", "2", "1965"), "February 1965 has 28 days. Check the day and the year", {"day", "year"}),
        (("29", "2", "1900"), "February 1900 has 28 days. Check the day and the year", {"day", "year"}),
        (("30", "2", "1964"), "That month has no such day. Check the day and the month", {"day", "month"}),
        (("31", "4", "1964"), "That month has no such day. Check the day and the month", {"day", "month"}),
        (("27", "3", "1850"), "This date is more than 130 years ago. Check the year of birth", {"year"}),
        (("23", "11", "1895"), "This date is more than 130 years ago. Check the year of birth", {"year"}),
        (
            ("27", "3", "2090"),
            "This date is in the future. Enter the date of birth, like 27 3 1964",
            {"day", "month", "year"},
        ),
        (
            ("24", "11", "2026"),
            "This date is in the future. Enter the date of birth, like 27 3 1964",
            {"day", "month", "year"},
        ),
        (("9" * 5_000, "3", "1964"), "Enter the day as a number from 1 to 31", {"day"}),
    ],
)
def test_what_is_no_date_of_birth_is_said_and_marked(
    sqlite_app: Flask, parts: tuple[str, ...], told: str, wrong: set[str]
) -> None:
    form = _asked(sqlite_app, *parts)
    assert form.problems() == [("born", told)]
    assert form.born.wrong == wrong


@pytest.mark.parametrize(
    "parts", [("23", "11", "2026"), ("24", "11", "1895"), ("29", "2", "1964"), ("29", "2", "2000")]
)
def test_the_first_and_last_days_on_which_somebody_can_be_born_are_taken(
    sqlite_app: Flask, parts: tuple[str, ...]
) -> None:
    assert _asked(sqlite_app, *parts).problems() == []


def test_who_need_not_say_may_leave_it_empty_but_not_half(sqlite_app: Flask) -> None:
    assert _asked(sqlite_app, form=MayBeAsked).problems() == []
    assert _asked(sqlite_app, form=MayBeAsked).born.data is None
    assert _asked(sqlite_app, "27", form=MayBeAsked).problems() == [("born", "Enter the month and the year as well")]


def test_what_was_typed_is_kept_and_what_is_on_record_is_shown(sqlite_app: Flask) -> None:
    assert _asked(sqlite_app, "31", "4", "1964").born.parts == {"day": "31", "month": "4", "year": "1964"}
    with sqlite_app.test_request_context():
        form = Asked(None, born=date(1964, 3, 7), meta={"csrf": False})
    assert form.born.parts == {"day": "7", "month": "3", "year": "1964"} and form.born.data == date(1964, 3, 7)


@given(st.dates(date(1000, 1, 1)))
def test_every_date_is_read_as_itself(day: date) -> None:
    assert read({"day": str(day.day), "month": f"{day.month:02}", "year": str(day.year)}) == day


@given(st.fixed_dictionaries({part: st.text("0123456789 -/x٣", max_size=5) for part in ("day", "month", "year")}))
def test_whatever_is_typed_is_a_date_or_a_sentence(sqlite_app_words: None, parts: dict[str, str]) -> None:
    try:
        assert read(parts) is None or all(parts.values())
    except Unclear as problem:
        assert str(problem) and problem.parts


@pytest.fixture(scope="module")
def sqlite_app_words(_sqlite_application: Flask) -> Any:
    with _sqlite_application.test_request_context():
        yield


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1964, 3, 27), date(2026, 3, 26), 61),
        (date(1964, 3, 27), date(2026, 3, 27), 62),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
    ],
)
def test_an_age_grows_on_the_birthday(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@given(st.dates(date(1850, 1, 1), date(2100, 1, 1)), st.integers(0, 45_000))
def test_ages_are_those_of_the_library_but_for_leap_days(born: date, days: int) -> None:
    day = date.fromordinal(born.toordinal() + days)
    if (born.month, born.day) != (2, 29):
        assert age_on(born, day) == relativedelta(day, born).years


@pytest.mark.parametrize(
    ("years", "group"),
    [(0, "Under 18"), (17, "Under 18"), (18, "18 to 29"), (29, "18 to 29"), (30, "30 to 39"),
     (62, "60 to 69"), (89, "80 to 89"), (90, "90 and over"), (112, "90 and over")],
)  # fmt: skip
def test_an_age_is_told_roughly(sqlite_app: Flask, years: int, group: str) -> None:
    with sqlite_app.test_request_context():
        assert age_group(date(2026 - years, 1, 1), date(2026, 6, 1)) == group


def _drawn(app: Flask, *parts: str) -> str:
    with clock.freeze(NOON), app.test_request_context(method="POST", data=_typed(*parts)):
        form = Asked(meta={"csrf": False})
        form.validate()
        return str(get_template_attribute("components/date-fields.html", "date_fields")(form.born))


def test_the_first_box_that_is_wrong_is_where_the_problem_leads(sqlite_app: Flask) -> None:
    drawn = _drawn(sqlite_app, "27", "3", "64")
    assert 'id="born" name="born-year"' in drawn and drawn.count('aria-invalid="true"') == 1
    assert 'id="born-day" name="born-day"' in drawn and drawn.count('autocomplete="off"') == 3
    assert 'aria-describedby="born-hint born-error"' in drawn and "all 4 digits" in drawn
    assert 'value="64"' in drawn and 'value="27"' in drawn


def test_what_was_typed_is_escaped(sqlite_app: Flask) -> None:
    assert "<b>" not in _drawn(sqlite_app, "<b>", '">', "'")


def test_the_question_passes_axe_and_fits_a_phone(sqlite_app: Flask, site: str, chromium: Chromium) -> None:
    drawn = _drawn(sqlite_app, "27", "3", "64")
    page = chromium.new_page(viewport=SIZES["narrow"])
    page.goto(f"{site}/accessibility")
    page.evaluate("drawn => document.querySelector('main').insertAdjacentHTML('beforeend', drawn)", drawn)
    check_accessible(page)
    edges = page.eval_on_selector_all(
        ".date-fields input", "boxes => boxes.map(box => getComputedStyle(box).borderTopColor)"
    )
    assert edges[0] == edges[1] != edges[2]
    page.close()
