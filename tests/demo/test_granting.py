"""Grants and trials of the demo: each area has a round that is over and one that is open, and nothing is made twice."""

from collections.abc import Callable

from flask import Flask

from portal.accounts.models import User
from portal.core.extensions import db
from portal.demo import granting, group_desk, trying
from portal.demo.rows import SETS, demo_id
from portal.grants.models import Grant, GrantRound
from portal.trials.models import Trial
from tests.support.page import Browser


def test_rounds_reports_gaps_and_trials_are_there(peopled: Flask, as_user: Callable[..., Browser]) -> None:
    group_desk.ensure()
    assert granting.ensure() and trying.ensure()
    db.session.commit()
    assert not granting.ensure() and not trying.ensure(), "once"
    rounds = db.session.query(GrantRound).all()
    assert sorted(one.area for one in rounds) == sorted([*SETS, *SETS])
    for area in SETS:
        grants = db.session.query(Grant).join(GrantRound).filter(GrantRound.area == area).all()
        assert len(grants) >= 3 and all(one.reports and one.services and one.places for one in grants), area
    for who, area in (("commissioner", "leicester"), ("commissioner-camden", "camden")):
        keeper = as_user(db.session.get_one(User, demo_id("account", who)))
        assert "Reports that are due" in keeper.get("/grants").main
        assert "no funded session from " in keeper.get(f"/grants/gaps?area={area}").main
    lead = as_user(db.session.get_one(User, demo_id("account", "lead")))
    assert "Report on your grant" in lead.get("/group").main
    coordinator = as_user(db.session.get_one(User, demo_id("account", "team-coordinator")))
    shown = coordinator.get("/trials").main
    assert "Runs now" in shown and "Over" in shown
    over = coordinator.get(f"/trials/{demo_id('trial', 'over')}").main
    assert "There were more here than before." in over
    assert "opened more often here, not elsewhere" in over and "did not move the same way" in over, (
        "the lesson and the figures"
    )
    asked = coordinator.get(f"/trials/{demo_id('trial', 'asked')}").words("table[aria-labelledby=answered] td")
    assert asked == ["30", "10", "20", "fewer than 8"]
    assert {one.slot for one in db.session.query(Trial)} == {
        "neighbourhood-question",
        "link-worker-line",
        "listing-line",
    }
