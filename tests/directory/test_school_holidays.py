"""School holidays: from an operator's file, by council, kept out of every list of dates."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.directory import queries, school_holidays
from portal.directory.occurrences import upcoming
from portal.directory.school_holidays import SchoolHolidaysProblem
from tests.factories import Make
from tests.support.page import Browser

GOOD = "E06000016: [[2026-12-19, 2027-01-03]]\n"


@pytest.fixture
def known(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "terms.yaml").write_text(GOOD)
    monkeypatch.setitem(app.extensions, school_holidays.EXTENSION, school_holidays.read(str(tmp_path / "terms.yaml")))


@pytest.mark.usefixtures("known", "monday")
def test_a_session_of_term_time_leaves_the_holidays_out(make: Make, browser: Browser) -> None:
    term, always = make.session(in_school_holidays=False), make.session("WE")
    service = make.service(sessions=[term, always])
    listing = queries.listing(service.id)
    assert listing is not None
    coming = upcoming(listing.all_timetables, datetime(2026, 12, 14, tzinfo=UTC), 5)
    assert [one.start.date() for one in coming] == [
        date(2026, 12, 15), date(2026, 12, 16), date(2026, 12, 23), date(2026, 12, 30), date(2027, 1, 5),
    ]  # fmt: skip
    assert "Not in school holidays" in browser.get(f"/services/{service.id}/tuesday-table").text


@pytest.mark.usefixtures("known", "monday")
def test_a_group_of_that_council_is_asked_and_sees_the_dates(make: Make, as_user: object) -> None:
    service = make.service(sessions=[make.session()])
    group = as_user(make.user("editor", organisation=service.organization, trusted=True))  # type: ignore[operator]
    address = f"/group/listings/{service.id}/edit/sessions"
    page = group.get(address)
    assert "Do you meet in school holidays?" in page.text
    fields = page.form(address) | {"s-0-day": "TU", "s-0-often": "weekly", "school": "no", "ends": "no", "bank": "no"}
    dates = group.post(address, fields | {"action": "dates"}, expect=200).words(".next-dates__one--off")
    assert [one[:10] for one in dates] == ["Tue 22 Dec", "Tue 29 Dec"]
    group.post(address, fields | {"action": "save"}, expect=303)
    db.session.expire_all()
    assert [one.in_school_holidays for place in service.service_at_locations for one in place.sessions] == [False]


def test_without_a_file_nobody_is_asked(sqlite_app: Flask, make: Make, as_user: object) -> None:
    service = make.service(sessions=[make.session()])
    group = as_user(make.user("editor", organisation=service.organization, trusted=True))  # type: ignore[operator]
    assert "school holidays" not in group.get(f"/group/listings/{service.id}/edit/sessions").text


@pytest.mark.parametrize(
    "text", ["- 1", "E06: [[2026-12-19]]", "E06: [[a, b]]", "E06: [[2027-01-03, 2026-12-19]]", "\t:"]
)
def test_a_file_that_cannot_be_used_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "terms.yaml").write_text(text)
    with pytest.raises(SchoolHolidaysProblem):
        school_holidays.read(str(tmp_path / "terms.yaml"))
