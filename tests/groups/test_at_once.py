"""The same form sent six times at the same moment."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.changes import actions
from portal.changes.models import ChangeRequest
from portal.core.extensions import db
from portal.directory.models import Service
from tests.factories import Make
from tests.support.at_once import all_know, post_all
from tests.support.page import Browser

AsUser = Callable[..., Browser]


def test_a_listing_that_is_begun_six_times_at_once_is_begun_once(
    app: Flask, make: Make, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make.user("editor", organisation=make.organisation())
    browsers = [as_user(user) for _turn in range(6)]
    form = browsers[0].get("/group/listings/new").form("/group/listings/new")
    all_know(monkeypatch, actions, "_known", 6)
    assert post_all([(one, "/group/listings/new", form) for one in browsers]) == [303] * 6
    assert db.session.query(ChangeRequest).filter_by(kind="new").count() == 1


def test_a_change_that_is_sent_six_times_at_once_is_made_once(
    app: Flask, make: Make, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make.service(organisation=make.organisation())
    user, service_id = make.user("editor", organisation=service.organization, trusted=True), service.id
    browsers = [as_user(user) for _turn in range(6)]
    address = f"/group/listings/{service_id}/edit/description"
    form = browsers[0].get(address).form(address) | {"text": "Soup and bread.", "action": "save"}
    all_know(monkeypatch, actions, "_known", 6)
    assert post_all([(one, address, form) for one in browsers]) == [303] * 6
    assert db.session.query(ChangeRequest).count() == 1
    again = db.session.get_one(Service, service_id)
    assert (again.description, again.version) == ("Soup and bread.", 2)
