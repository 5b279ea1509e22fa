"""Partners of the demo: three programmes, a lead that led before, an agreement about to end, a late review, one that closed."""

from collections.abc import Callable

from flask import Flask

from portal.accounts.models import User
from portal.core.extensions import db
from portal.demo import partners
from portal.demo.rows import demo_id
from portal.partners import queries
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
    assert len(queries.decisions_for("leicester")) == 3
    for name, led in (("lead-provider-camden", "Camden"), ("lead-provider-epsom", "Surrey Downs")):
        assert led in as_user(db.session.get_one(User, demo_id("account", name))).get("/partners").main
