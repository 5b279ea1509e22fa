"""Trials as coordinators set them up: what is refused, what is not theirs, and what two do at once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.trials.models import Trial
from tests.factories import Make
from tests.grants.world import make_area
from tests.support.page import Browser
from tests.support.people import browser_as
from tests.trials.world import typed, world

pytestmark = pytest.mark.usefixtures("monday")
AsUser = Callable[..., Browser]
ASKED = {"slot": "neighbourhood-question", "text_en": "Is it easy?", "answers_en": "Yes\nNo\n\nNo"}


def test_a_trial_is_set_up_once_and_shown(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    browser = as_user(here.coordinator)
    key = browser.get("/trials/new").form("/trials/new")["key"]
    sent = typed(here.here, key=key, text_cy="Beth fyddai’n eich helpu?")
    made = browser.post("/trials/new", sent, expect=303)
    assert browser.post("/trials/new", sent, expect=303).headers["Location"] == made.headers["Location"]
    shown = browser.follow(made).main
    assert "What would help you?" in shown and "Beth fyddai" in shown and "Still to come" in shown
    assert "Figures of a period are told some days after it has ended, and never change after that." in shown
    trial = db.session.query(Trial).one()
    assert (trial.texts.keys(), trial.area) == ({"en", "cy"}, "leicester")
    assert (trial.starts_on, trial.ends_on) == (date(2026, 12, 7), date(2027, 1, 3))
    assert db.session.query(AuditEntry).filter_by(action="trial.begun").one().details == {"slot": "search-label"}
    assert "Here" in browser.get("/trials").main


def test_the_trial_that_runs_stands_out_and_one_that_is_over_does_not(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    here.trial()
    here.trial(slot="listing-line", starts_on=date(2026, 9, 14), ends_on=date(2026, 10, 11))
    marks = browser_as(sqlite_app, here.coordinator).get("/trials").select(".list-table .mark")
    looks = {one.get_text(): set(one["class"]) for one in marks}
    assert "mark--done" in looks["Runs now"] and looks["Over"] >= {"mark", "mark--ended"}
    assert all("trial-state" in look for look in looks.values()), "kept on one line"


def test_a_question_has_its_answers_each_once(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    browser = as_user(here.coordinator)
    browser.post("/trials/new", typed(here.here, **ASKED), expect=303)
    assert db.session.query(Trial).one().answers == {"en": ["Yes", "No"]}


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"starts_on": "2026-12-08"}, "Choose one of the answers"),
        ({"starts_on": "2026-12-14"}, "Choose one of the answers"),
        ({"starts_on": "2026-11-09"}, "Choose one of the answers"),
        ({"weeks": "5"}, "Choose one of the answers"),
        ({"weeks": "28"}, "Choose one of the answers"),
        ({"text_en": ""}, "Enter the words in at least one language"),
        ({"text_en": "x" * 81}, "Use 80 letters or fewer in this place"),
        ({"answers_en": "Yes\nNo"}, "This place is not for a question"),
        ({**ASKED, "answers_en": "Yes"}, "Enter two to six answers, one a line"),
        ({**ASKED, "answers_en": "1\n2\n3\n4\n5\n6\n7"}, "Enter two to six answers, one a line"),
        ({**ASKED, "answers_en": "Yes\n" + "x" * 81}, "Use 80 letters or fewer for an answer"),
        ({**ASKED, "text_en": "", "text_cy": "Hawdd?", "answers_cy": "A\nB"}, "Enter the question as well"),
        ({**ASKED, "text_cy": "Hawdd?", "answers_cy": "A\nB\nC"}, "Give the same number of answers in each language"),
        ({"hope": ""}, "Say what you hope for"),
        ({"slot": "urgent-help"}, "Choose one of the answers"),
        ({"neighbourhood": "x"}, "Choose one of the answers"),
        ({"text_en": "\u202e\x00"}, "Enter the words in at least one language"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    sqlite_app: Flask, make: Make, told: dict[str, str], sentence: str
) -> None:
    here = world(make)
    shown = browser_as(sqlite_app, here.coordinator).post("/trials/new", typed(here.here, **told), expect=422)
    assert sentence in shown.main
    assert shown.one("#hope").get_text().strip() == typed(here.here, **told)["hope"]
    assert db.session.query(Trial).count() == 0


def test_one_trial_of_a_slot_and_neighbourhood_at_a_time(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    browser = as_user(here.coordinator)
    here.trial(starts_on=date(2026, 11, 9), ends_on=date(2027, 1, 3))
    refused = browser.post("/trials/new", typed(here.here), expect=422)
    told = "Another trial of the same place in pages runs in this neighbourhood from 9 November 2026 to 3 January 2027"
    assert told in refused.main
    browser.post("/trials/new", typed(here.there), expect=303)
    browser.post("/trials/new", typed(here.here, slot="link-worker-line"), expect=303)
    browser.post("/trials/new", typed(here.here, starts_on="2027-01-04"), expect=303)


def test_words_of_a_trial_that_has_begun_stay(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    trial, browser = here.trial(), as_user(here.coordinator)
    assert "Change the trial" not in browser.get(f"/trials/{trial.id}").main
    assert "Stop it and begin another" in browser.get(f"/trials/{trial.id}/edit", expect=409).main
    browser.post(f"/trials/{trial.id}/edit", typed(here.here, version="1"), expect=409)
    browser.post(f"/trials/{trial.id}/stop", expect=303)
    browser.post(f"/trials/{trial.id}/stop", expect=303)
    assert "Stopped early" in browser.get(f"/trials/{trial.id}").main
    assert db.session.query(AuditEntry).filter_by(action="trial.stopped").count() == 1
    browser.post("/trials/new", typed(here.here), expect=303)  # the stopped one is in nobody's way


def test_a_trial_that_is_still_to_come_can_be_changed_or_taken_away(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    trial = here.trial(starts_on=date(2026, 12, 7), ends_on=date(2027, 1, 31))
    browser, address = as_user(here.coordinator), f"/trials/{trial.id}/edit"
    form = browser.get(address).form(address)
    browser.post(address, typed(here.here, version=form["version"], text_en="First"), expect=303)
    clash = browser.post(address, typed(here.here, version=form["version"], text_en="Second"), expect=409)
    assert "What stands now First What you wrote Second" in clash.main
    browser.post(address, typed(here.here, version=str(clash.one("#version")["value"]), text_en="Second"), expect=303)
    db.session.expire_all()
    assert db.session.query(Trial).one().texts == {"en": "Second"}
    browser.post(f"/trials/{trial.id}/stop", expect=303)
    assert db.session.query(Trial).count() == 0


def test_two_who_write_what_was_learned_lose_nothing(sqlite_app: Flask, make: Make) -> None:
    here = world(make)
    trial, browser = here.trial(), browser_as(sqlite_app, here.coordinator)
    version = browser.get(f"/trials/{trial.id}").form(f"/trials/{trial.id}/learned")["version"]
    told = {"version": version, "learned": "Shorter is better <b>"}
    browser.post(f"/trials/{trial.id}/learned", told, expect=303)
    clash = browser.post(f"/trials/{trial.id}/learned", {**told, "learned": "Longer is better"}, expect=409)
    assert "Shorter is better <b>" in clash.main and clash.one("#learned").get_text().strip() == "Longer is better"
    browser.post(f"/trials/{trial.id}/learned", {**told, "learned": "x" * 1001}, expect=422)


def test_other_areas_are_not_found(app: Flask, make: Make, as_user: AsUser) -> None:
    here = world(make)
    make_area("camden", "Camden", {"Lockside": "E02000166"})
    trial, far = here.trial(), as_user(make.user("team-coordinator", area="camden"))
    for path in ("", "/edit"):
        far.get(f"/trials/{trial.id}{path}", expect=404)
    for path in ("/edit", "/stop", "/learned"):
        far.post(f"/trials/{trial.id}{path}", typed(here.here), expect=404)
    assert "Here" not in far.get("/trials").main
    assert "Choose one of the answers" in far.post("/trials/new", typed(here.here), expect=422).main
    as_user(make.user("commissioner", area="leicester")).get("/trials", expect=403)
    nowhere = as_user(make.user("team-coordinator", area="nowhere")).get("/trials")
    assert "nothing can be tried" in nowhere.main


def test_pages_ask_the_database_as_much_for_forty_trials_as_for_four(
    app: Flask, make: Make, as_user: AsUser, count_statements: Callable[[], Any]
) -> None:
    here = world(make)
    browser, counts = as_user(here.coordinator), []
    for most in (4, 40):
        for number in range(db.session.query(Trial).count(), most):
            here.trial(starts_on=date(2025, 1, 1 + number % 28), ends_on=date(2025, 6, 1))
        with count_statements() as statements:
            browser.get("/trials")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 15, counts
