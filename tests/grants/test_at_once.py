"""Several who give, change and report at the same moment, on both databases."""

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.grants import queries
from portal.grants.models import Grant, GrantReport
from tests.factories import Make
from tests.grants.world import typed_grant, world
from tests.support.at_once import all_know, post_all
from tests.support.people import browser_as

pytestmark = pytest.mark.usefixtures("monday")


def test_no_more_is_given_than_there_is(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world(make)
    make.organisation("Larkfield Circle")
    address = f"/grants/rounds/{here.round.id}/give"
    posts = [
        (
            browser_as(app, here.keeper),
            address,
            typed_grant(here.hoods["Eastgate"], name=f"G{n}", amount="20k", is_checked="y"),
        )
        for n in range(4)
    ]
    all_know(monkeypatch, queries, "round_for", 4)
    assert post_all(posts) == [303, 303, 422, 422], "of £50,000"
    assert queries.given_of(here.round.id) == 4_000_000


def test_a_form_that_is_sent_four_times_gives_one_grant(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = world(make)
    make.organisation("Larkfield Circle")
    address = f"/grants/rounds/{here.round.id}/give"
    told = typed_grant(here.hoods["Eastgate"], key="k" * 32)
    all_know(monkeypatch, queries, "round_for", 4)
    assert post_all([(browser_as(app, here.keeper), address, told) for _turn in range(4)]) == [303] * 4
    assert db.session.query(Grant).count() == 1


def test_one_of_two_changes_at_once_is_a_clash(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world(make)
    grant = here.grant()
    address = f"/grants/{grant.shown_reference}/edit"
    posts = [
        (browser_as(app, here.keeper), address, typed_grant(here.hoods["Canal Side"], name=name, version="1"))
        for name in ("One", "Two")
    ]
    all_know(monkeypatch, queries, "grant_for", 2)
    assert post_all(posts) == [303, 409]
    assert db.session.query(Grant).one().version == 2


def test_two_first_reports_at_once_are_one_and_a_clash(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world(make)
    group = make.organisation()
    grant = here.grant(group)
    browsers = [browser_as(app, make.user("editor", organisation=group)) for _turn in range(2)]
    address = f"/group/grants/{grant.shown_reference}/2026-q3"
    all_know(monkeypatch, queries, "held_grant", 2)
    posts = [
        (one, address, {"sessions": str(number), "people": "30", "version": "0"}) for number, one in enumerate(browsers)
    ]
    assert post_all(posts) == [303, 409]
    assert db.session.query(GrantReport).count() == 1
