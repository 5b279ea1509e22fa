"""Rubbish in every field of the forms about grants and trials, by somebody who may send them: a sentence, and no fault."""

import pytest
from flask import Flask

from tests.factories import Make
from tests.grants.world import typed_grant, typed_round, world
from tests.house.test_rubbish import RUBBISH
from tests.support.people import browser_as
from tests.trials.world import typed
from tests.trials.world import world as trial_world

pytestmark = pytest.mark.usefixtures("monday")
SCRIPT = "<script>alert(1)"


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_about_grants(app: Flask, make: Make, rubbish: str) -> None:
    here = world(make)
    group = make.organisation("Larkfield Circle")
    grant = here.grant(group)
    keeper, editor = browser_as(app, here.keeper), browser_as(app, make.user("editor", organisation=group))
    report = {"sessions": "1", "people": "1", "version": "0", "key": "k"}
    forms = {
        f"/grants/{grant.shown_reference}/report/2026-q3": report,
        f"/group/grants/{grant.shown_reference}/2026-q3": report,
        "/grants/rounds/new": typed_round(), f"/grants/rounds/{here.round.id}/edit": typed_round(version="1"),
        f"/grants/rounds/{here.round.id}/give": typed_grant(here.hoods["Eastgate"]),
        f"/grants/{grant.shown_reference}/edit": typed_grant(here.hoods["Eastgate"], version="1"),
    }  # fmt: skip
    for address, told in forms.items():
        browser = editor if address.startswith("/group") else keeper
        for names in (list(told), *([name] for name in told)):
            body = "&".join(f"{name}={rubbish if name in names else _first(value)}" for name, value in told.items())
            answered = browser.client.post(
                address,
                data=f"csrf_token={browser.csrf_token()}&{body}",
                content_type="application/x-www-form-urlencoded",
            )
            assert answered.status_code in {303, 409, 422}, (address, names, answered.status_code)
            assert SCRIPT not in answered.get_data(as_text=True), (address, names)


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_about_trials(app: Flask, make: Make, rubbish: str) -> None:
    here = trial_world(make)
    trial = here.trial()
    browser = browser_as(app, here.coordinator)
    forms = {
        "/trials/new": typed(here.here, slot="link-worker-line"),
        f"/trials/{trial.id}/learned": {"learned": "x", "version": "1"},
    }
    for address, told in forms.items():
        for names in (list(told), *([name] for name in told)):
            body = "&".join(f"{name}={rubbish if name in names else value}" for name, value in told.items())
            answered = browser.client.post(
                address,
                data=f"csrf_token={browser.csrf_token()}&{body}",
                content_type="application/x-www-form-urlencoded",
            )
            assert answered.status_code in {303, 409, 422}, (address, names, answered.status_code)
            assert SCRIPT not in answered.get_data(as_text=True), (address, names)
    for path in ("/trials", f"/trials/{trial.id}"):
        assert SCRIPT not in browser.get(path).html


def _first(value: object) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value)
