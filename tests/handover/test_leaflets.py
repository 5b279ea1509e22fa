"""Leaflets and links of ticked results: what is on them, who may make them, and that they are counted without anybody in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.core import clock, tallies
from portal.core.extensions import db
from portal.handover import signposts
from portal.handover.models import SignpostCount
from portal.shortlists.models import Shortlist
from tests.factories import Make
from tests.handover.conftest import Surgery
from tests.support.page import Browser
from tests.support.people import browser_as, make_user

PAPER, LINK = "/refer/leaflet", "/refer/link"
Counting = Callable[[], Any]


@pytest.fixture(autouse=True)
def _nothing_noted(active_app: Flask) -> None:
    for path in tallies.place(signposts.FOLDER).iterdir():
        path.unlink()


def counted() -> dict[tuple[str, str], int]:
    signposts.fold()
    return {(one.kind, one.key): one.count for one in db.session.query(SignpostCount)}


def test_ticked_results_are_printed_with_a_code_and_counted(sqlite_app: Flask, surgery: Surgery, make: Make) -> None:
    ids = [str(make.service(f"Table {number}").id) for number in range(4)]
    browser = browser_as(sqlite_app, surgery.referrer)
    printed = browser.post(PAPER, data={"service": ids}, expect=303).headers["Location"]
    page = browser.get(printed)
    (shared,) = db.session.query(Shortlist).all()
    assert shared.service_ids == ids and shared.code in page.main and page.select(".qr")
    assert "116 123" in page.main and len(page.select("article.item")) == 4
    assert "large=1" in page.html and "Carraway" not in page.html and "Tannery" not in page.html
    browser.post(LINK, data={"service": ids[:1]}, expect=303)
    told = counted()
    assert told[("leaflet", "")] == 1 and told[("leaflet", ids[3])] == 1 and told[("link", "")] == 1
    assert counted() == told
    assert {one.organization_id for one in db.session.query(SignpostCount)} == {surgery.practice.id}


def test_none_or_five_are_no_leaflet(sqlite_app: Flask, surgery: Surgery, make: Make) -> None:
    ids = [str(make.service(f"Table {number}").id) for number in range(5)]
    browser = browser_as(sqlite_app, surgery.referrer)
    for ticked, sentence in (
        ([], "Tick at least one result"),
        (ids, "A leaflet holds 4"),
        (["x"], "Tick at least one"),
    ):
        back = browser.post(PAPER, data={"service": ticked, "next": "/services?q=tea"}, expect=303).headers["Location"]
        assert back == "/services?q=tea" and sentence in browser.get(back).main
    assert db.session.query(Shortlist).count() == 0 and counted() == {}
    evil = browser.post(PAPER, data={"next": "https://evil.example/"}, expect=303)
    assert evil.headers["Location"] == "/services"


def test_what_is_about_a_private_need_is_on_paper_alone(sqlite_app: Flask, surgery: Surgery, make: Make) -> None:
    refuge = make.service("Safe Steps", needs=["abuse"])
    browser = browser_as(sqlite_app, surgery.referrer)
    printed = browser.post(PAPER, data={"service": [str(refuge.id)]}, expect=303).headers["Location"]
    assert "Safe Steps" in browser.get(printed).main and db.session.query(Shortlist).count() == 0
    assert browser.post(LINK, data={"service": [str(refuge.id)]}, expect=303).headers["Location"] == "/services"


def test_a_link_worker_gives_leaflets_for_their_team_and_other_staff_uncounted(
    sqlite_app: Flask, surgery: Surgery, make: Make
) -> None:
    ids = [str(make.service().id)]
    browser_as(sqlite_app, surgery.worker).post(PAPER, data={"service": ids}, expect=303)
    browser_as(sqlite_app, make_user("moderator")).post(PAPER, data={"service": ids}, expect=303)
    assert counted()[("leaflet", "")] == 1
    assert {one.organization_id for one in db.session.query(SignpostCount)} == {surgery.team.id}
    browser_as(sqlite_app, make_user("group-worker", organisation=surgery.team)).post(
        PAPER, data={"service": ids}, expect=403
    )
    stranger = Browser(sqlite_app).post(PAPER, data={"service": ids}, expect=303)
    assert stranger.headers["Location"].startswith("/sign-in")


def test_a_figure_under_eight_is_not_shown(sqlite_app: Flask, surgery: Surgery) -> None:
    browser = browser_as(sqlite_app, surgery.referrer)
    last_month = clock.today().replace(day=1) - timedelta(days=1)
    rows = [(clock.today(), 7), (last_month, 40)]
    for day, count in rows:
        db.session.add(SignpostCount(day=day, organization_id=surgery.practice.id, kind="leaflet", key="", count=count))
    db.session.commit()
    assert "leaflet" not in browser.get("/refer/followed").main
    signposts.note("leaflet", surgery.practice.id, [])
    signposts.fold()
    assert "This month your practice gave out 8 leaflets." in browser.get("/refer/followed").main


def test_lines_that_are_none_are_left_out(sqlite_app: Flask, surgery: Surgery) -> None:
    here = surgery.practice.id
    lines = (f"2026-11-23 {here} evil -", "2026-11-23 nobody leaflet -", "x", f"2026-13-01 {here} leaflet -", "")
    (tallies.place(signposts.FOLDER) / tallies.OPEN).write_text("\n".join(lines))
    signposts.note("leaflet", surgery.team.id, [])
    assert counted() == {("leaflet", ""): 1}


@contextmanager
def results(make: Make, index_now: Callable[[], None]) -> Iterator[None]:
    make.service("Tuesday Table")
    index_now()
    yield


def test_only_who_gives_leaflets_has_ticks_and_strangers_pay_nothing(
    sqlite_app: Flask, surgery: Surgery, make: Make, index_now: Callable[[], None], count_statements: Counting
) -> None:
    users = {"referrer": surgery.referrer, "worker": surgery.worker, "moderator": make_user("moderator")}
    browsers = {name: browser_as(sqlite_app, user) for name, user in users.items()} | {"stranger": Browser(sqlite_app)}
    with results(make, index_now):
        ticks = {name: len(one.get("/services?q=table").select("input[form=ticked]")) for name, one in browsers.items()}
        assert ticks == {"referrer": 1, "worker": 1, "moderator": 0, "stranger": 0}
        with count_statements() as seen:
            browsers["stranger"].get("/services?q=table")
        assert not [one for one in seen if "account" in one or "membership" in one or "link_team" in one]
