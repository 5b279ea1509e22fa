"""Pages about sources in a real browser: what axe finds at each size, and pictures where they are asked for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.sources import actions, queries
from portal.sources.running import perform_run
from tests.factories import Make
from tests.sources.town import Town, town
from tests.support.chromium import SIZES, check_at, picture
from tests.support.people import session_of

PICTURES = os.environ.get("PORTAL_PICTURES")


@pytest.fixture
def busy(sqlite_app: Flask, make: Make) -> Iterator[Town]:
    with town(make, make.user("moderator")) as found:
        yield found


@pytest.fixture
def desk(sqlite_app: Flask, make: Make, busy: Town, site: str, chromium: Chromium) -> Iterator[Page]:
    """An administrator's browser."""
    name, token = session_of(sqlite_app, make.user("administrator", name="Robin Hale"))
    page = chromium.new_page(viewport=SIZES["desk"], base_url=site)
    page.context.add_cookies([{"name": name, "value": token, "url": site}])
    yield page
    page.close()


def look(page: Page, address: str, name: str) -> None:
    answer = page.goto(address)
    assert answer is not None and answer.ok, f"{address}: {answer and answer.status}"
    if PICTURES:
        for size in ("phone", "desk"):
            page.set_viewport_size(SIZES[size])
            picture(page, Path(PICTURES), f"{name}-{SIZES[size]['width']}")
    check_at(page)


def test_pages_of_a_reading_that_waits(desk: Page, busy: Town) -> None:
    look(desk, "/admin/sources", "sources")
    look(desk, "/admin/sources/new", "source-add")
    look(desk, f"/admin/sources/{busy.source_id}", "source")
    look(desk, f"/admin/sources/{busy.source_id}/remove", "source-remove")
    look(desk, f"/admin/sources/runs/{busy.waiting}", "run")
    look(desk, f"/admin/sources/runs/{busy.waiting}?show=changed", "run-changed")
    look(desk, f"/admin/sources/records/{busy.record('doubtful')}", "record-doubtful")
    look(desk, f"/admin/sources/records/{busy.record('new')}", "record-new")
    look(desk, f"/admin/sources/listings/{busy.edited}", "origin")


def test_pages_of_what_follows(desk: Page, busy: Town) -> None:
    look(desk, "/admin/sources/tasks", "tasks-none")
    with unit():
        actions.accept_run(queries.run_of(busy.waiting), by="operator", in_worker=False)
    perform_run(busy.waiting)
    db.session.remove()
    look(desk, "/admin/sources/tasks", "tasks")
    look(desk, f"/admin/sources/tasks/{busy.tasks[0]}", "task")
    look(desk, f"/admin/sources/runs/{busy.waiting}", "run-applied")
    look(desk, "/admin", "admin-home")


def test_pages_read_from_right_to_left_fit_too(desk: Page, busy: Town) -> None:
    for address in (
        "/admin/sources", "/admin/sources/new", f"/admin/sources/{busy.source_id}", f"/admin/sources/runs/{busy.waiting}",
        f"/admin/sources/records/{busy.record('doubtful')}", f"/admin/sources/listings/{busy.edited}",
    ):  # fmt: skip
        desk.goto(f"/ur{address}")
        assert desk.locator("html").get_attribute("dir") == "rtl"
        check_at(desk, ("narrow",))


def test_lines_in_urdu_do_not_run_into_each_other(desk: Page, busy: Town) -> None:
    """Nastaliq hangs low: what is enough for Latin letters laid a heading over the line before it."""
    desk.goto(f"/ur/admin/sources/runs/{busy.waiting}")
    for part, least in (("main h1", 1.55), ("main .frame p", 1.7)):
        lines = desk.locator(part).first.evaluate(
            "one => parseFloat(getComputedStyle(one).lineHeight) / parseFloat(getComputedStyle(one).fontSize)"
        )
        assert lines >= least, part
