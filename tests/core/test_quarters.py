from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from flask import Flask

from portal.core import clock
from portal.core.quarters import Quarter, quarter_named, quarter_of, quarters_between


def test_a_day_is_in_one_quarter() -> None:
    for month in range(1, 13):
        found = quarter_of(date(2026, month, 15))
        assert found.first <= date(2026, month, 15) <= found.last
    assert quarter_of(date(2026, 12, 31)) == Quarter(2026, 4)
    assert quarter_of(date(2027, 1, 1)) == Quarter(2026, 4).following == Quarter(2027, 1)
    assert Quarter(2027, 1).before == Quarter(2026, 4) and Quarter(2026, 4).last == date(2026, 12, 31)


def test_a_quarter_is_due_so_many_days_after_its_end_as_the_instance_waits(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarter = Quarter(2026, 3)
    for days, last_before, due in ((14, date(2026, 10, 14), date(2026, 10, 15)), (0, quarter.last, date(2026, 10, 1))):
        settings = replace(sqlite_app.extensions["portal.settings"], insight_days=days)
        monkeypatch.setitem(sqlite_app.extensions, "portal.settings", settings)
        assert quarter.due_on == due
        for day, is_due in ((last_before, False), (due, True)):
            with clock.freeze(datetime.combine(day, time(12), UTC)):
                assert quarter.is_due == is_due


def test_an_address_names_a_quarter_or_none() -> None:
    assert quarter_named("2026-q3") == Quarter(2026, 3)
    for wrong in ("", "2026-q5", "2026-q0", "1999-q1", "26-q3", "2026-q3x", "٢٠٢٦-q3", "2026-q33", "2026-3", "2026-Q3"):
        assert quarter_named(wrong) is None


def test_quarters_that_a_grant_touches(sqlite_app: Flask) -> None:
    found = list(quarters_between(date(2026, 9, 30), date(2027, 1, 1)))
    assert [one.slug for one in found] == ["2026-q3", "2026-q4", "2027-q1"]
    assert found[0].label == "July to September 2026"
