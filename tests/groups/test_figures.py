"""Figures that repay the effort: what a group's own listings did, and what people of its council looked for in vain."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.directory.counting import UsageCount
from portal.directory.needs import NEEDS
from tests.factories import Make
from tests.support.page import Browser

AsUser = Callable[..., Browser]
HERE, CAMDEN = "E06000016", "E09000007"


def _count(kind: str, key: object, count: int, *, days_ago: int = 1) -> None:
    day = clock.today() - timedelta(days=days_ago)
    db.session.add(UsageCount(day=day, kind=kind, key=str(key), count=count))
    db.session.commit()


def _group(make: Make, **columns: Any) -> tuple[Any, Any]:
    """An editor and the two listings of their group, which lie in Leicester."""
    owner = make.organisation("Tannery Park Allotment Group")
    listings = [make.service(name, organisation=owner, **columns) for name in ("Gardening mornings", "Shed Saturdays")]
    return make.user("editor", organisation=owner), listings


def _told(mine: Browser) -> list[str]:
    return mine.get("/group").words(".figures dd")[:2]


def test_views_and_saves_of_all_its_own_listings_are_added_up_and_rounded(
    app: Flask, make: Make, as_user: AsUser
) -> None:
    user, (gardening, shed) = _group(make)
    other = make.service("Other", organisation=make.organisation("Other"))
    mine = as_user(user)
    assert _told(mine) == ["0", "0"]
    _count("viewed", gardening.id, 300)
    _count("viewed", gardening.id, 100, days_ago=80)
    _count("viewed", shed.id, 12)
    _count("viewed", shed.id, 5_000, days_ago=120)
    _count("viewed", other.id, 9_000)
    _count("saved", shed.id, 21)
    _count("saved", other.id, 700)
    assert _told(mine) == ["410", "20"]


def test_small_counts_are_not_told(sqlite_app: Flask, make: Make, as_user: AsUser) -> None:
    user, (gardening, _shed) = _group(make)
    _count("viewed", gardening.id, 7)
    _count("saved", gardening.id, 1)
    mine = as_user(user)
    assert _told(mine) == ["fewer than 8"] * 2
    assert "Counts of 1 to 7 show as “fewer than 8”." in mine.get("/group").main


def test_searches_in_vain_of_its_own_council_alone_are_told(app: Flask, make: Make, as_user: AsUser) -> None:
    user, _listings = _group(make)
    sensitive = next(need.id for need in NEEDS.values() if need.is_sensitive)
    _count("missed", f"{HERE}/food", 32)
    _count("missed", f"{HERE}/loneliness", 7)
    _count("missed", f"{HERE}/{sensitive}", 90)
    _count("missed", f"{CAMDEN}/food", 400)
    _count("missed", f"{CAMDEN}/loneliness", 400)
    page = as_user(user).get("/group")
    assert page.words(".missed dt") == [str(NEEDS["food"].label)]
    assert page.words(".missed dd") == ["30 searches"], (
        "what another council counted, a small count and a sensitive need stay out"
    )


@pytest.mark.parametrize("privacy", ["public", "area", "hidden"])
def test_a_place_that_is_hidden_does_not_show_by_the_searches_near_it(
    sqlite_app: Flask, make: Make, as_user: AsUser, privacy: str
) -> None:
    user, _listings = _group(make, location=make.location(privacy=privacy))
    _count("missed", f"{HERE}/food", 32)
    assert bool(as_user(user).get("/group").select("#missed")) is (privacy != "hidden")
