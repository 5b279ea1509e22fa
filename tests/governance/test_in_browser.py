"""Pages of information governance and of breaking the glass in a real browser: what axe finds, at both ends of width."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.core.extensions import db
from portal.governance import actions, erasing
from tests.factories import Make
from tests.support.chromium import NARROW_AND_WIDE, check_at, picture
from tests.support.people import make_user
from tests.support.referrals import World, make_person
from tests.support.signed_in import pages_of

PICTURES = os.environ.get("PORTAL_PICTURES")
OpenPage = Callable[[User], Page]


@pytest.fixture
def open_page(chromium: Chromium, site: str, sqlite_app: Flask) -> Iterator[OpenPage]:
    """`open_page(user)`: a page of a browser that is signed in."""
    with pages_of(sqlite_app, chromium, site) as open_one:
        yield lambda user: open_one(user=user)


def test_every_page_is_for_everybody(sqlite_app: Flask, loop: World, make: Make, open_page: OpenPage) -> None:
    outsider = make_user("link-worker", organisation=make.organisation("Far Away Link Workers"), name="Tam Outlaw")
    governor = make.user("information-governance")
    loop.introduction("in-progress")
    reference = loop.person.reference
    erasing.erase(make_person(loop.team, worker=loop.worker, given_name="Osric"), why="due", by=None)
    actions.hold(make_person(loop.team, worker=loop.worker, given_name="Wilf"), "An inquest.", by=governor)
    actions.break_glass(loop.person, "She is in our waiting room.", by=outsider, form_key="g" * 30)
    db.session.commit()
    page = open_page(governor)
    for name in ("", f"/{reference}", "/broken", f"/{reference}/hold", f"/{reference}/note", f"/{reference}/erase"):
        _looked_at(page, f"/records{name}")
    page.get_by_label("The person objects to it").check()
    page.get_by_role("button", name="Look at what goes").click()
    expect(page.get_by_role("button", name="Erase it for good")).to_be_visible()
    check_at(page)
    page = open_page(outsider)
    for name in ("", f"/{reference}"):
        _looked_at(page, f"/records/break-glass{name}")


def _looked_at(page: Page, address: str) -> None:
    page.goto(address)
    for size in NARROW_AND_WIDE:
        check_at(page, [size])
        if PICTURES:
            picture(page, Path(PICTURES), f"{address.strip('/').replace('/', '-')}-{size}")
