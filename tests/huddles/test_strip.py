"""The strip "Space this week": who has space, who is full, where one can walk in tonight, and what it costs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.remembered import forget
from portal.directory.indexing import listing_changed
from portal.directory.models import Service
from portal.huddles.strip import MOST, strip_for
from tests.factories import Make
from tests.support.people import browser_as
from tests.support.teams import TeamWorld

HERE = {"neighbourhood_code": "E02002847"}
EVENING = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)


def says(service: Service, state: str, **columns: Any) -> Service:
    """What a service said of its space today."""
    service.space_state, service.space_said_at = state, clock.now()
    for name, value in columns.items():
        setattr(service, name, value)
    db.session.commit()
    forget()
    return service


def test_who_has_space_and_who_is_full_by_what_they_said(team: TeamWorld, make: Make) -> None:
    says(make.service("Gardening Mornings", place=HERE), "space")
    says(make.service("Bridge Street Debt", place=HERE), "full", space_full_until=clock.today() + timedelta(days=9))
    says(make.service("Long Ago", place=HERE), "space", space_said_at=clock.now() - timedelta(days=60))
    says(make.service("Elsewhere", place={"neighbourhood_code": "E02002001", "authority_code": "E07000208"}), "space")
    make.service("Says Nothing", place=HERE)
    forget()
    strip = strip_for(team.team.id)
    assert [one.name for one in strip.free] == ["Gardening Mornings"]
    assert [(one.name, said) for one, said in strip.full] == [("Bridge Street Debt", "Full until 3 December")]


def test_more_than_fit_are_counted(team: TeamWorld, make: Make) -> None:
    for number in range(MOST + 3):
        says(make.service(f"Number {number}", place=HERE), "space")
    strip = strip_for(team.team.id)
    assert len(strip.free) == MOST and strip.more_free == 3


def test_tonight_is_what_one_can_walk_into_and_is_not_over(team: TeamWorld, make: Make) -> None:
    cafe = [make.session("TU", "18:00", "23:00")]
    make.service("Lantern Night Cafe", needs=("crisis",), place=HERE, sessions=cafe)
    make.service("Late Table", place=HERE, sessions=[make.session("TU", "17:00", "19:00")])
    make.service("Morning Table", place=HERE, sessions=[make.session("TU", "10:00", "12:00")])
    make.service("Tomorrow", place=HERE, sessions=[make.session("WE", "18:00", "20:00")])
    make.service("By Letter", place=HERE, joining=["self_refer"], sessions=[make.session("TU", "18:00", "20:00")])
    forget()
    strip = strip_for(team.team.id)
    assert [(one.named.name, one.hours) for one in strip.tonight] == [
        ("Lantern Night Cafe", "6pm\xa0to\xa011pm"), ("Late Table", "5pm\xa0to\xa07pm"),
    ]  # fmt: skip
    assert strip.has_cafe
    with clock.freeze(EVENING):
        assert [one.named.name for one in strip_for(team.team.id).tonight] == ["Lantern Night Cafe"]


def test_what_is_over_by_the_evening_is_not_tonight(team: TeamWorld, make: Make) -> None:
    for name, starts, ends in (
        ("All Day", "09:00", "17:00"), ("Afternoon", "13:00", "17:00"), ("Tea", "16:00", "18:00"),
        ("Late Office", "09:00", "20:00"), ("Doors At Five", "17:00", "18:00"), ("No Known End", "17:30", None),
    ):  # fmt: skip
        make.service(name, place=HERE, sessions=[make.session("TU", starts, ends)])
    forget()
    tonight = strip_for(team.team.id).tonight
    assert {one.named.name for one in tonight} == {"Late Office", "Doors At Five", "No Known End"}


def test_the_evening_is_that_of_the_day_of_the_board(app: Flask, team: TeamWorld, make: Make) -> None:
    make.service("Tuesday Table", place=HERE, sessions=[make.session("TU", "18:00", "20:00")])
    make.service("Friday Table", place=HERE, sessions=[make.session("FR", "18:00", "20:00")])
    team.team.huddle_weekday = 4  # Friday
    db.session.commit()
    forget()
    browser = browser_as(app, team.worker)
    for day, heading, is_on, is_off in (
        ("2026-11-24", "Drop-ins tonight", "Tuesday Table", "Friday Table"),
        ("2026-11-27", "Drop-ins on the evening of Friday 27 November", "Friday Table", "Tuesday Table"),
    ):
        strip = browser.get(f"/neighbourhoods/saffron-vale/huddle/{day}").one(".space-strip").get_text(" ")
        assert heading in strip and is_on in strip and is_off not in strip


def test_a_bank_holiday_closes_it(team: TeamWorld, make: Make) -> None:
    make.service("Lantern Night Cafe", needs=("crisis",), place=HERE, sessions=[make.session("FR", "18:00", "23:00")])
    forget()
    with clock.freeze(datetime(2026, 12, 25, 9, 0, tzinfo=UTC)):
        assert not strip_for(team.team.id).tonight
    with clock.freeze(datetime(2026, 12, 18, 9, 0, tzinfo=UTC)):
        assert [one.named.name for one in strip_for(team.team.id).tonight] == ["Lantern Night Cafe"]


def test_it_stands_on_the_board_with_a_way_to_report_a_gap(app: Flask, team: TeamWorld, make: Make) -> None:
    says(make.service("Gardening Mornings", place=HERE), "space")
    page = browser_as(app, team.worker).get("/neighbourhoods/saffron-vale/huddle/2026-11-24")
    strip = page.one(".space-strip")
    assert "Space now Gardening Mornings" in " ".join(strip.get_text(" ").split())
    assert "None tonight." in strip.get_text() and strip.select('a[href*="/neighbourhoods/saffron-vale/gap"]')


def test_what_listings_say_is_found_out_once_in_a_while(team: TeamWorld, make: Make, count_statements: Any) -> None:
    says(make.service("Gardening Mornings", place=HERE), "space")
    with count_statements() as first:
        strip_for(team.team.id)
    with count_statements() as again:
        strip_for(team.team.id)
    assert len(first) <= 8 and len(again) == 1, (first, again)


def withdraw(service: Service) -> None:
    service.withdrawn_at = clock.now()


def hide_its_place(service: Service) -> None:
    service.service_at_locations[0].location.privacy = "hidden"


def say_full(service: Service) -> None:
    service.space_state, service.space_said_at = "full", clock.now()


@pytest.mark.parametrize("change", [withdraw, hide_its_place, say_full])
def test_what_may_be_known_no_more_is_gone_on_the_next_load(
    app: Flask, team: TeamWorld, make: Make, change: Callable[[Service], None], count_statements: Any
) -> None:
    one, _other = (
        make.service(
            name, place=HERE, sessions=[make.session("TU", "18:00", "20:00")], space_state="space",
            space_said_at=clock.now(),
        )
        for name in ("Gardening Mornings", "Late Table")
    )  # fmt: skip
    db.session.commit()
    forget()
    team_id = team.team.id
    before = strip_for(team_id)
    names = {"Gardening Mornings", "Late Table"}
    assert {found.name for found in before.free} == {found.named.name for found in before.tonight} == names
    with clock.freeze(clock.now() + timedelta(milliseconds=1)):
        change(one)
        listing_changed(one.id)
        db.session.commit()
        with count_statements() as asked:
            now = strip_for(team_id)
    assert [found.name for found in now.free] == ["Late Table"]
    assert {found.named.name for found in now.tonight} == (names if change is say_full else {"Late Table"})
    assert [found.name for found, _said in now.full] == (["Gardening Mornings"] if change is say_full else [])
    assert len(asked) == 2, "as many as where nothing was found out lately"
