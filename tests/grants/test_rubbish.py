"""Rubbish in one field while all others are right, so that it comes further than the form: a sentence, and no fault.

`tests/house/test_rubbish.py` sends it to every field of every form at once, which forms refuse.
"""

from collections.abc import Mapping
from urllib.parse import quote_plus

import pytest
from flask import Flask

from tests.factories import Make
from tests.grants.world import typed_grant, typed_round, world
from tests.house.test_rubbish import RUBBISH
from tests.support.page import Browser
from tests.support.people import browser_as
from tests.trials.world import typed
from tests.trials.world import world as trial_world

pytestmark = pytest.mark.usefixtures("monday")
SCRIPT = "<script>alert(1)"
TURNS = (0, 3)
"""Of the pieces of rubbish each field gets two, the next one those after."""


def _send(browser: Browser, address: str, told: Mapping[str, object]) -> int:
    """Send the form once for each field and turn. Gives how often it was taken."""
    taken, token = 0, browser.csrf_token()
    for place, bad in enumerate(told):
        for turn in TURNS:
            sent = {name: quote_plus(_first(value)) for name, value in told.items()}
            sent[bad] = RUBBISH[(place + turn) % len(RUBBISH)]
            body = "&".join(f"{name}={value}" for name, value in sent.items())
            answered = browser.client.post(
                address,
                data=f"csrf_token={token}&{body}",
                content_type="application/x-www-form-urlencoded",
            )
            assert answered.status_code in {303, 409, 422}, (address, bad, answered.status_code)
            assert SCRIPT not in answered.get_data(as_text=True), (address, bad)
            taken += answered.status_code == 303
    return taken


def _first(value: object) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value)


def test_rubbish_about_grants(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    group = make.organisation("Larkfield Circle")
    grant = here.grant(group)
    keeper, editor = (
        browser_as(sqlite_app, here.keeper),
        browser_as(sqlite_app, make.user("editor", organisation=group)),
    )
    report = {"sessions": "1", "people": "1", "version": "0", "key": "k"}
    own, place = f"/grants/{grant.shown_reference}", here.hoods["Eastgate"]
    _send(editor, f"/group{own}/2026-q3", report)
    taken = [
        _send(keeper, address, told)
        for address, told in (
            (f"{own}/report/2026-q3", report),
            ("/grants/rounds/new", typed_round()),
            (f"/grants/rounds/{here.round.id}/edit", typed_round(version="1")),
            (f"/grants/rounds/{here.round.id}/give", typed_grant(place)),
            (f"{own}/edit", typed_grant(place, version="1")),
            (f"{own}/void", {"reason": "x", "version": "1"}),
        )
    ]
    assert sum(taken) > 5, "rubbish came no further than the form"
    for path in ("/grants", f"/grants/rounds/{here.round.id}", own):
        assert SCRIPT not in keeper.get(path).html


def test_rubbish_about_trials(sqlite_app: Flask, make: Make) -> None:
    here = trial_world(make)
    trial = here.trial()
    browser = browser_as(sqlite_app, here.coordinator)
    taken = _send(browser, "/trials/new", typed(here.here, slot="link-worker-line"))
    taken += _send(browser, f"/trials/{trial.id}/learned", {"learned": "x", "version": "1"})
    assert taken
    for path in ("/trials", f"/trials/{trial.id}"):
        assert SCRIPT not in browser.get(path).html
