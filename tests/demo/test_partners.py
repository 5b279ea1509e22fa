"""Partners of the demo: three programmes, a lead that led before, an agreement about to end, a late review, one that closed."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.demo import activity, partners
from portal.demo.rows import demo_id
from portal.insight.models import InsightCell, InsightPublication
from portal.partners import counting, queries
from portal.partners.figure_models import PartnerFigure
from portal.partners.models import Partner, Programme
from tests.support.page import Browser


def test_three_programmes_are_there_with_something_to_do(peopled: Flask, as_user: Callable[..., Browser]) -> None:
    assert partners.ensure()
    db.session.commit()
    assert not partners.ensure(), "once"
    assert {one.area for one in db.session.query(Programme)} == set(partners.HOMES)
    assert db.session.query(Partner).count() >= 18
    keeper = as_user(db.session.get_one(User, demo_id("account", "lead-provider")))
    to_do = keeper.get("/partners/agreements").main
    assert "in 24 days" in to_do and "18 days late" in to_do and "an organisation that has closed" in to_do
    assert "Led before: Braunstone Gate Alliance" in keeper.get("/partners").main
    assert "Fosse Hearing Trust" in keeper.get("/partners?show=closed").main
    assert "Close the Saffron cafe at 10pm" in keeper.get("/partners/decisions?show=withdrawn").main
    assert len(queries.decisions_for("leicester")) == 4
    for name, led in (("lead-provider-camden", "Camden"), ("lead-provider-epsom", "Surrey Downs")):
        assert led in as_user(db.session.get_one(User, demo_id("account", name))).get("/partners").main


def test_what_partners_did_is_of_the_same_year_as_the_figures_of_insight(
    peopled: Flask, as_user: Callable[..., Browser]
) -> None:
    partners.ensure()
    activity.ensure()
    partners.count()
    counting.count()
    db.session.commit()
    quarter = counting.quarters_due()[-1]
    figures = db.session.query(PartnerFigure).filter_by(quarter=quarter.first).all()
    answered = _answered(quarter)
    busy = [one for one in figures if (answered.get((one.area, one.organization_id.hex)) or 0) > 0]
    assert {one.area for one in busy} >= {"leicester", "camden"}
    assert all(one.due != 0 and one.accepted != 0 for one in busy), "answered there, and nothing to be answered here"
    idle = [one for one in figures if answered.get((one.area, one.organization_id.hex), 0) == 0]
    assert all(one.accepted == 0 for one in idle), "nobody was answered there, and somebody was accepted here"
    assert any(one.due and one.in_time is not None for one in busy)
    keeper = as_user(db.session.get_one(User, demo_id("account", "lead-provider")))
    row = next(
        one for one in keeper.get(f"/partners/capacity?quarter={quarter.slug}").select("main tbody tr")
        if "Evington Good Company" in one.get_text()
    )  # fmt: skip
    assert "none were due" not in row.get_text() and "Befriending grant: 20 places" in row.get_text()


def _answered(quarter: Quarter) -> dict[tuple[str, str], int | None]:
    """How many each group answered in a quarter, as insight tells it; None for a few."""
    wanted = select(InsightPublication.area, InsightCell.place, InsightCell.state, InsightCell.value).join(
        InsightCell, InsightCell.publication_id == InsightPublication.id
    )
    wanted = wanted.where(
        InsightPublication.quarter == quarter.first, InsightCell.measure == "answered", InsightCell.by == "group"
    )
    return {
        (area, group): value if state == "told" else None for area, group, state, value in db.session.execute(wanted)
    }
