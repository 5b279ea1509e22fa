"""The demo's made-up register: something to add, something to claim, and something that was removed."""

from flask import Flask

from portal.core.extensions import db
from portal.core.transactions import unit
from portal.demo import registering
from portal.demo.actions import load
from portal.groups import matching
from portal.registers.models import RegisterEntry, RegisterFlag
from tests.support.page import Browser


def test_the_demo_has_a_register_to_join_from(sqlite_app: Flask, browser: Browser) -> None:
    with unit():
        load()
        assert registering.ensure()
    with unit():
        assert not registering.ensure(), "once"
    assert db.session.query(RegisterEntry).count() == 7
    assert [flag.number for flag in db.session.query(RegisterFlag)] == ["9900102"]
    (bread,) = matching.by_name("Belgrave Bread Oven")
    assert bread.organisation_id is None and bread.number == "9900104"
    (circle,) = matching.by_number("9900101")
    assert circle.organisation_id is not None and circle.listings
    assert "Is this you?" in browser.get("/group/join?number=9900104").main
