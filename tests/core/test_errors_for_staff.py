"""Errors of pages for staff: their menu stays above them, and one link leads on."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from tests.support.page import Browser
from tests.support.people import make_user

AsUser = Callable[..., Browser]
NOWHERE = uuid4()
AREA = "leicester"


@pytest.mark.parametrize(
    ("role", "path", "on"),
    [
        ("commissioner", "/grants/rounds/{}", "/grants"),
        ("commissioner", "/partners/{}", "/partners"),
        ("team-coordinator", "/trials/{}", "/trials"),
        ("team-coordinator", "/teams/{}", "/teams"),
        ("team-coordinator", "/coordinate/questions/{}", "/coordinate"),
        ("team-coordinator", "/neighbourhoods/nowhere/huddle/2026-11-24", "/huddle"),
    ],
)
def test_what_is_not_there_leads_on_below_the_menu_of_staff(
    sqlite_app: Flask, as_user: AsUser, role: str, path: str, on: str
) -> None:
    page = as_user(make_user(role, area=AREA)).get(path.format(NOWHERE), expect=404)
    assert page.select(".staff-header") and not page.select("form[role=search]")
    assert [link["href"] for link in page.select("main a")] == [on]


def test_who_may_not_enter_is_led_nowhere(sqlite_app: Flask, as_user: AsUser) -> None:
    page = as_user(make_user("team-coordinator", area=AREA)).get("/grants", expect=403)
    assert page.select(".staff-header") and not page.select("main a")
