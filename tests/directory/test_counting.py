"""What is counted of visits, and what is not."""

import pytest
from flask import Flask

from portal.core import clock, tallies
from portal.core.extensions import db, settings
from portal.core.small_numbers import told
from portal.directory import counting
from portal.geography.queries import locate
from tests.factories import Make
from tests.support.page import Browser

AGENT = {"User-Agent": "Mozilla/5.0"}


@pytest.fixture(autouse=True)
def _nothing_noted(app: Flask) -> None:
    for path in counting._folder().iterdir():
        path.unlink()


def _counted(kind: str, key: str) -> int:
    counting.fold()
    return counting.counts(kind, [key], clock.today()).get(key, 0)


def test_opened_pages_are_counted_once_folded(app: Flask, make: Make, browser: Browser) -> None:
    service = make.service()
    for _turn in range(3):
        browser.get(f"/services/{service.id}/tuesday-table", headers=AGENT)
    browser.get(f"/services/{service.id}/tuesday-table", headers={"User-Agent": "Googlebot/2.1"})
    assert _counted("viewed", str(service.id)) == 3
    assert _counted("viewed", str(service.id)) == 3
    browser.get(f"/services/{service.id}/tuesday-table", headers=AGENT)
    assert _counted("viewed", str(service.id)) == 4
    assert [path.name for path in counting._folder().iterdir()] == []


def test_a_search_in_vain_is_counted_by_council_and_need(app: Flask, browser: Browser) -> None:
    browser.get("/services?q=food+bank&near=LE2+0QB", headers=AGENT)
    browser.get("/services?q=domestic+violence&near=LE2+0QB", headers=AGENT)
    browser.get("/services?q=food+bank", headers=AGENT)
    assert _counted("missed", "E06000016/food") == 1
    assert db.session.query(counting.UsageCount).filter_by(kind="missed").count() == 1


def test_what_is_put_on_a_list_is_counted(app: Flask, make: Make, browser: Browser) -> None:
    service = make.service()
    browser.client.environ_base["HTTP_USER_AGENT"] = AGENT["User-Agent"]
    for _turn in range(2):
        browser.post("/list/add", {"service": str(service.id)}, expect=303)
    assert _counted("saved", str(service.id)) == 1


def test_broken_lines_are_left_out(app: Flask) -> None:
    (settings().instance / "counts" / tallies.OPEN).write_bytes(b"\xff\n2026-13-01 viewed a\nx y\n2026-11-23 evil a\n")
    counting.fold()
    assert db.session.query(counting.UsageCount).count() == 0


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (3, "fewer than 8"), (8, "10"), (422, "420"), (1998, "2,000")])
def test_small_numbers_are_never_told(sqlite_app: Flask, count: int, words: str) -> None:
    assert told(count) == words


def test_searches_near_a_place_are_counted_by_its_area_and_once(app: Flask, make: Make, browser: Browser) -> None:
    """Whatever for, and whatever was found; one about danger or abuse leaves nothing."""
    make.service()
    code = str(getattr(locate("LE2 0QB"), "neighbourhood_code", ""))
    for address in ("q=lonely&near=LE2+0QB", "near=LE2+0QB", "q=lonely&near=LE2+0QB&page=2", "q=lonely"):
        browser.get(f"/services?{address}", headers=AGENT)
    browser.get("/services?q=domestic+violence&near=LE2+0QB", headers=AGENT)
    browser.get("/services?q=lonely&near=Nowhereatall", headers=AGENT, expect=422)
    again = {**AGENT, "Referer": "http://localhost/services?q=lonely&near=LE2+0QB"}
    browser.get("/services?q=lonely&near=LE2+0QB&cost=free", headers=again)
    assert _counted("searched", code) == 2
    assert db.session.query(counting.UsageCount).filter_by(kind="searched").count() == 1
