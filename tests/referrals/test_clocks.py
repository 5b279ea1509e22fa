"""Clocks run in working days of the nation, by dates in the United Kingdom; a question of the group's stops them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

import pytest
from flask import Flask

from portal.core import clock, working_days
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.core.working_days import Nation
from portal.referrals import answering, clocks, showing
from portal.referrals.clocks import Clocks
from portal.referrals.models import Introduction
from portal.referrals.states import State
from tests.factories import MONDAY
from tests.referrals.test_sweeping import look_at
from tests.support.referrals import STEPS, World

NATIONS: tuple[Nation, ...] = get_args(Nation)


def morning(day: date, at: time = time(9)) -> datetime:
    """Of a day, on a clock in the United Kingdom."""
    return datetime.combine(day, at, clock.LONDON)


def started(day: date, nation: str, at: time = time(9)) -> Introduction:
    """One whose clock began then; not kept."""
    one = Introduction(nation=nation, state=State.SENT.value, clock_spent=0, clock_step=0)
    with clock.freeze(morning(day, at)):
        clocks.start(one)
    return one


def days_of_marks(one: Introduction) -> list[date]:
    """On which days something happens while nobody answers."""
    found = []
    while one.clock_on is not None:
        found.append(one.clock_on)
        with clock.freeze(morning(one.clock_on)):
            assert len(clocks.pass_marks(one)) == 1
    return found


@pytest.mark.parametrize(
    ("nation", "sent", "days"),
    [
        ("england", "2026-12-23", "12-29 01-04 01-06 01-11"),
        ("wales", "2026-12-23", "12-29 01-04 01-06 01-11"),
        ("scotland", "2026-12-23", "12-29 01-05 01-07 01-12"),
        ("northern_ireland", "2026-12-23", "12-29 01-04 01-06 01-11"),
        ("england", "2026-12-25", "12-30 01-05 01-07 01-12"),
        ("england", "2027-03-15", "03-17 03-22 03-24 03-31"),
        ("scotland", "2027-03-15", "03-17 03-22 03-24 03-30"),
        ("northern_ireland", "2027-03-15", "03-18 03-23 03-25 04-01"),
        ("scotland", "2026-11-27", "12-02 12-07 12-09 12-14"),
        ("england", "2026-11-27", "12-01 12-04 12-08 12-11"),
        ("northern_ireland", "2027-07-09", "07-14 07-19 07-21 07-26"),
        ("england", "2027-07-09", "07-13 07-16 07-20 07-23"),
        ("scotland", "2027-07-30", "08-04 08-09 08-11 08-16"),
        ("england", "2027-08-27", "09-01 09-06 09-08 09-13"),
        ("england", "2026-10-23", "10-27 10-30 11-03 11-06"),
        ("england", "2027-03-26", "03-31 04-05 04-07 04-12"),
    ],
)
def test_each_deadline_over_bank_holidays_christmas_easter_and_clock_changes(
    sqlite_app: Flask, nation: str, sent: str, days: str
) -> None:
    found = days_of_marks(started(date.fromisoformat(sent), nation))
    assert " ".join(f"{day:%m-%d}" for day in found) == days


@pytest.mark.parametrize("nation", NATIONS)
def test_on_every_day_of_three_years_each_deadline_is_so_many_working_days_later(
    sqlite_app: Flask, nation: Nation
) -> None:
    for number in range(3 * 365):
        day = date(2026, 1, 1) + timedelta(days=number)
        found = days_of_marks(started(day, nation))
        assert all(working_days.is_working_day(one, nation) for one in found), day
        assert [working_days.between(day, one, nation) for one in found] == list(Clocks().marks), day


@pytest.mark.parametrize("at", [time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(23, 59)])
@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28), date(2026, 12, 31)])
def test_the_hour_moves_no_deadline_not_even_where_clocks_change(sqlite_app: Flask, day: date, at: time) -> None:
    assert days_of_marks(started(day, "england", at)) == days_of_marks(started(day, "england"))


def test_a_day_begins_by_the_clock_of_the_united_kingdom(sqlite_app: Flask) -> None:
    one = Introduction(nation="england", state="sent", clock_spent=0, clock_step=0)
    with clock.freeze(datetime(2026, 7, 5, 23, 30, tzinfo=UTC)):  # Monday already, half past midnight in summer
        clocks.start(one)
    assert (one.clock_since, one.clock_on) == (date(2026, 7, 6), date(2026, 7, 8))


def test_the_clock_stands_while_the_group_waits_for_an_answer(sqlite_app: Flask, loop: World) -> None:
    with clock.freeze(morning(date(2026, 12, 21))):
        one = loop.introduction("sent")
    with clock.freeze(morning(date(2026, 12, 22))):
        STEPS["ask"](loop, one)
        assert (clocks.waited(one), one.clock_on) == (1, None)
    with clock.freeze(morning(date(2027, 1, 20))):
        assert clocks.waited(one) == 1
        answering.reply(one, "Yes, they can.", by=loop.asks(one))
        assert (one.clock_on, one.respond_by) == (date(2027, 1, 21), date(2027, 1, 26))
        assert days_of_marks(one) == [date(2027, 1, day) for day in (21, 26, 28)] + [date(2027, 2, 2)]


def test_an_answer_stops_it(sqlite_app: Flask, loop: World) -> None:
    one = loop.introduction("accepted")
    assert (one.clock_on, one.clock_since) == (None, None)


def test_each_clock_is_a_setting_and_what_runs_follows(sqlite_app: Flask, loop: World) -> None:
    with clock.freeze(morning(date(2026, 11, 23))):
        one = loop.introduction("sent")
        assert one.clock_on == date(2026, 11, 25)
        one_id = one.id
        with unit():
            clocks.set_clocks(Clocks(remind_first=1, remind_again=3, tell_referrer=4, expire=6))
        again = db.session.get_one(Introduction, one_id)
        assert again.clock_on == date(2026, 11, 23)
        assert clocks.pass_marks(again) == []
        assert again.clock_on == date(2026, 11, 24)
        assert days_of_marks(again) == [date(2026, 11, day) for day in (24, 26, 27)] + [date(2026, 12, 1)]


@pytest.mark.parametrize(("days", "is_hidden"), [(179, False), (181, True)])
def test_details_of_what_has_finished_are_hidden_from_the_group_after_six_months(
    sqlite_app: Flask, loop: World, days: int, is_hidden: bool
) -> None:
    one = loop.introduction("completed")
    with clock.freeze(clock.now() + timedelta(days=days)):
        assert showing.is_shut(one) is is_hidden
        assert showing.told_to_group(one, is_signed_in=True).is_shut is is_hidden


@pytest.mark.parametrize("off", [timedelta(hours=-3), timedelta(hours=3), timedelta(days=400)])
def test_a_clock_that_is_wrong_breaks_nothing(sqlite_app: Flask, loop: World, off: timedelta) -> None:
    """Sent by one clock, looked at by another."""
    with clock.freeze(MONDAY):
        one_id = loop.introduction("sent").id
    look_at(MONDAY + off)
    look_at(MONDAY + timedelta(hours=1))
    one = db.session.get_one(Introduction, one_id)
    assert one.state == ("expired" if off > timedelta(days=30) else "sent")
