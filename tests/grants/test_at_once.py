"""Several who give, change and report at the same moment, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.grants import queries
from portal.grants.models import Grant, GrantReport
from tests.factories import Make
from tests.grants.world import World, make_area, typed_grant, typed_round, world
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


def test_a_round_that_shrinks_while_somebody_gives_gives_no_more_than_it_holds(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = world(make)
    make.organisation("Larkfield Circle")
    _changes_meanwhile(app, here, monkeypatch, "round_for", amount="10k")
    told = typed_grant(here.hoods["Eastgate"], amount="20k")
    page = browser_as(app, here.keeper).post(f"/grants/rounds/{here.round.id}/give", told, expect=422)
    assert "Only £10,000 of this round is left" in page.main
    assert db.session.query(Grant).count() == 0


def test_a_round_that_shrinks_while_a_grant_grows_holds_what_was_given(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = world(make)
    grant = here.grant()
    _changes_meanwhile(app, here, monkeypatch, "grant_for", amount="10k")
    told = typed_grant(here.hoods["Canal Side"], amount="20k", version="1")
    page = browser_as(app, here.keeper).post(f"/grants/{grant.shown_reference}/edit", told, expect=422)
    assert "Only £10,000 of this round is left" in page.main
    assert queries.given_of(here.round.id) == 500_000


def test_a_round_that_moves_to_another_area_while_somebody_gives_gives_nothing_to_places_of_the_first(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = world(make)
    make_area("camden", "Camden team areas", {"Lockside": "E02000166"})
    here.keeper = make.user("commissioner")
    make.organisation("Larkfield Circle")
    _changes_meanwhile(app, here, monkeypatch, "round_for", area="camden")
    told = typed_grant(here.hoods["Eastgate"])
    browser_as(app, here.keeper).post(f"/grants/rounds/{here.round.id}/give", told, expect=422)
    assert db.session.query(Grant).count() == 0


def _changes_meanwhile(app: Flask, here: World, monkeypatch: pytest.MonkeyPatch, reader: str, **told: str) -> None:
    """Let a colleague change the round once a request has read it; before, on SQLite, where one request writes at a time."""
    colleague = browser_as(app, here.keeper)
    address = f"/grants/rounds/{here.round.id}/edit"
    typed: dict[str, Any] = typed_round(name="Warm welcome", version="1", **told)
    typed["csrf_token"] = colleague.csrf_token()
    db.session.rollback()

    def change() -> None:
        assert colleague.client.post(address, data=typed).status_code == 303

    if db.engine.dialect.name != "postgresql":
        change()
        return
    asked, turns = getattr(queries, reader), iter([change])

    def answering(*given: Any) -> Any:
        answer = asked(*given)
        if (turn := next(turns, None)) is not None:
            with ThreadPoolExecutor(1) as apart:
                apart.submit(turn).result()
        return answer

    monkeypatch.setattr(queries, reader, answering)
