"""The attack of `benchmarks/insight_attack.py` in small: it finds nothing, and does find what leaks where nobody looks first."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete

from benchmarks import insight_attack, insight_world
from benchmarks.insight_attack import Attack
from benchmarks.insight_bounds import Bounds
from portal.core import clock
from portal.core.extensions import db
from portal.insight.models import InsightCell, InsightPublication


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
    assert tried.found["one table less another"] and tried.found["linear programming"]


def test_bounds_are_those_of_linear_programming() -> None:
    """10 in all (8 to 12), 10 old (8 to 12), and some young: 1 to 4."""
    bounds = Bounds()
    for name, low, high in (("all", 8, 12), ("old", 8, 12), ("young", 1, 7)):
        bounds.put(name, low, high)
    bounds.equal(["all"], ["old", "young"])
    assert (bounds.of("young"), bounds.of("all"), bounds.of("old")) == ((1, 4), (9, 12), (8, 11))
