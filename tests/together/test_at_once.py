"""The same form of a bundle posted twice at the same moment makes one set."""

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.referrals.models import Introduction, Referral
from portal.together import actions
from portal.together.models import TogetherLine
from tests.support.at_once import all_know, post_all
from tests.support.people import browser_as
from tests.together.conftest import Town, form_of


def test_two_at_once_make_one_set(town: Town, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"{town.way}/home-from-hospital"
    told = form_of(browser_as(app, town.loop.worker).get(address))
    del told["csrf_token"]
    two = [(browser_as(app, town.loop.worker), address, told) for _each in range(2)]
    all_know(monkeypatch, actions.sending, "referral_of_key", 2)
    assert post_all(two) == [303, 303]
    assert db.session.query(Referral).count() == 1
    assert db.session.query(Introduction).count() == 3 and db.session.query(TogetherLine).count() == 3
