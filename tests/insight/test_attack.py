"""The attack of `benchmarks/insight_attack.py` in small: it finds nothing, and does find what leaks where nobody looks first."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import delete

from benchmarks import insight_attack, insight_pages, insight_world
from benchmarks.insight_bounds import Bounds
from benchmarks.insight_listings import ELSEWHERE, listings_elsewhere, signed_in
from benchmarks.insight_tried import Attack
from portal.core import clock
from portal.core.extensions import db
from portal.insight import publishing, tables
from portal.insight.models import InsightCell, InsightPublication
from tests.factories import Make
from tests.insight.made import AFTER, area, code, people
from tests.insight.test_helped import answered


@pytest.fixture
def attacked(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], Attack]:
    """Half a year of three small areas, where small numbers lie close together, published and put together in every way."""
    few = {name: insight_world.SIZES[name] for name in ("lone", "pair", "small")}
    monkeypatch.setattr(insight_world, "SIZES", few)
    monkeypatch.setattr(insight_world, "QUARTERS", insight_world.QUARTERS[:2])

    def attack(is_audited: bool) -> Attack:
        tried = Attack()
        with clock.freeze(insight_world.NOW):
            sets = insight_world.fill(1)
            insight_world.publish_all(sets, is_audited=is_audited)
            for area, quarters in insight_attack.read_cells().items():
                for number, quarter in enumerate(sorted(quarters)):
                    past = [quarters[one] for one in sorted(quarters)[:number]]
                    insight_attack.look_at(tried, f"{area} {quarter}", quarters[quarter], past)
                    listings_elsewhere(tried, area, date.fromisoformat(quarter), quarters[quarter])
        db.session.execute(delete(InsightCell))
        db.session.execute(delete(InsightPublication))
        db.session.commit()
        return tried

    return attack


def test_nothing_is_found_in_what_is_published(attacked: Callable[[bool], Attack]) -> None:
    tried = attacked(True)
    assert tried.first == {} and tried.tried.total() > 2_000


def test_it_finds_what_leaks_where_the_auditor_is_off(attacked: Callable[[bool], Attack]) -> None:
    tried = attacked(False)
    assert tried.found["one table less another"] and tried.found["linear programming"] and tried.found[ELSEWHERE]


def test_every_page_is_read_in_every_form_and_what_one_of_them_tells_more_is_found(
    sqlite_app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, seen = area(), Attack()
    people(made, 0, "sent", 43)
    people(made, 0, "declined", 9, reason="no-capacity", need="debt")
    service = make.service("Walks", at=[make.location(neighbourhood_code=code("vale", 0))])
    answered(service, (20, 9, 1, 0))
    with clock.freeze(datetime.fromisoformat(AFTER)):
        publishing.look()
    client = signed_in(sqlite_app, make.user("commissioner", area="vale"))
    forms = list(insight_pages.forms_of("vale", "2026-q3"))
    read = [name for form in forms for name in insight_pages.read_all(client, form, seen.same)]
    assert seen.first == {} and len(forms) == 7
    assert {"referrals", "age", "unmet-declined", "unmet-gaps", "groups", "helped"} <= set(read)
    sheet = tables.Table.sheet
    monkeypatch.setattr(tables.Table, "sheet", lambda one: [[*row, "3"] for row in sheet(one)])
    for form in forms:
        told = Attack()
        insight_pages.read_all(client, form, told.same)
        assert told.found[insight_pages.ALIKE], form.page


def test_bounds_are_those_of_linear_programming() -> None:
    """10 in all (8 to 12), 10 old (8 to 12), and some young: 1 to 4."""
    bounds = Bounds()
    for name, low, high in (("all", 8, 12), ("old", 8, 12), ("young", 1, 7)):
        bounds.put(name, low, high)
    bounds.equal(["all"], ["old", "young"])
    assert (bounds.of("young"), bounds.of("all"), bounds.of("old")) == ((1, 4), (9, 12), (8, 11))
