"""Two coordinators who begin and change trials at the same moment, on both databases."""

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.trials import areas, queries
from portal.trials import views as trial_views
from portal.trials.models import Trial
from tests.factories import Make
from tests.support.at_once import all_know, post_all
from tests.support.people import browser_as
from tests.trials.world import typed, world

pytestmark = pytest.mark.usefixtures("monday")


def test_one_of_two_that_are_begun_at_once_is_refused(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world(make)
    assert trial_views.neighbourhoods_of is areas.neighbourhoods_of
    all_know(monkeypatch, trial_views, "neighbourhoods_of", 2)
    posts = [(browser_as(app, here.coordinator), "/trials/new", typed(here.here, hope=hope)) for hope in ("A", "B")]
    assert post_all(posts) == [303, 422]
    assert db.session.query(Trial).count() == 1


def test_one_of_two_changes_at_once_is_a_clash(app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world(make)
    trial = here.trial()
    address = f"/trials/{trial.id}/learned"
    all_know(monkeypatch, queries, "trial_for", 2)
    told = [{"learned": words, "version": "1"} for words in ("One", "Two")]
    assert post_all([(browser_as(app, here.coordinator), address, one) for one in told]) == [303, 409]
    assert db.session.query(Trial).one().version == 2
