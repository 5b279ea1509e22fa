"""The menu of staff pages in a real browser: one row on a desk for every role, in English and in Urdu, on public pages too."""

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from tests.factories import Make
from tests.support.chromium import check_at
from tests.support.people import session_of

PAGES = {
    "team-coordinator": "/voice", "commissioner": "/grants", "moderator": "/voice", "link-worker": "/caseload",
    "administrator": "/admin",
}  # fmt: skip


@pytest.mark.parametrize("language", ["", "/ur"], ids=["English", "Urdu"])
@pytest.mark.parametrize("role", PAGES)
def test_each_menu_is_one_row_on_a_desk(
    sqlite_app: Flask, chromium: Chromium, site: str, make: Make, role: str, language: str
) -> None:
    area = {"area": "leicester"} if role in {"team-coordinator", "commissioner", "moderator"} else {}
    who = make.user(role, organisation=None if area or role == "administrator" else make.organisation(), **area)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    name, token = session_of(sqlite_app, who)
    context.add_cookies([{"name": name, "value": token, "url": site}])
    page = context.new_page()
    for path, menu in ((PAGES[role], "nav.staff-header__parts"), ("/", ".header__links")):
        answered = page.goto(f"{site}{language}{path}")
        assert answered is not None and answered.status == 200
        page.set_viewport_size({"width": 1280, "height": 900})
        for one in page.locator(menu).all():
            tops = [box["y"] for item in one.locator(":scope li:not(li li)").all() if (box := item.bounding_box())]
            assert len(tops) > 1 and max(tops) - min(tops) < 12, tops
        check_at(page, ["narrow", "phone", "desk"])
    context.close()
