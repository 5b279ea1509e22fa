"""Answers to a question: counted by day, of nobody, without a cookie."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from portal.core import clock, tallies
from portal.core.extensions import db, settings
from portal.core.throttle import ThrottleCount
from portal.trials import answers
from portal.trials.models import TrialAnswer
from tests.factories import Make
from tests.support.page import Browser
from tests.trials.world import QUESTION, world

pytestmark = pytest.mark.usefixtures("monday")
AsUser = Callable[..., Browser]
AGENT = "Mozilla/5.0"


@pytest.fixture(autouse=True)
def _nothing_noted(app: Flask, browser: Browser) -> None:
    browser.client.environ_base["HTTP_USER_AGENT"] = AGENT
    for path in tallies.place(answers.FOLDER).iterdir():
        path.unlink()


def _counts() -> dict[int, int]:
    answers.fold()
    return {row.answer: row.count for row in db.session.query(TrialAnswer)}


def test_an_answer_is_counted_by_day_and_nothing_else_of_it_is_kept(app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    trial = here.trial(**QUESTION)
    page = browser.get(f"/neighbourhoods/{here.here.slug}")
    address = str(page.one("form[action*='/trials/']")["action"])
    for chosen in ("2", "2", "1"):
        told = browser.post(address, {"answer": chosen}, expect=303, csrf=False)
        assert "Set-Cookie" not in told.headers
    assert "Thank you for your answer" in browser.follow(told).main
    assert _counts() == {1: 1, 2: 2}
    browser.post(address, {"answer": "2"}, expect=303, csrf=False)
    assert _counts() == {1: 1, 2: 3}, "what was folded in before stays"
    kept = (settings().instance / answers.FOLDER).rglob("*")
    assert not [path for path in kept if "127.0.0.1" in path.read_text()]
    assert not db.session.query(ThrottleCount).filter(ThrottleCount.key.contains("127.0")).count()
    assert {row.trial_id for row in db.session.query(TrialAnswer)} == {trial.id}


def test_the_page_of_a_question_sets_no_cookie(app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    here.trial(**QUESTION)
    page = browser.get(f"/neighbourhoods/{here.here.slug}")
    form = page.one("form[action*='/trials/']")
    assert not form.select("input[type=hidden]"), "a token would need a cookie"


def test_what_is_no_answer_is_refused_with_a_sentence(app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    address = f"/trials/{here.trial(**QUESTION).id}/answer"
    for bad in ("", "0", "3", "99", "-1", "yes", "1" * 400, "٢", "\x00", "=1"):
        told = browser.post(address, {"answer": bad}, expect=422, csrf=False)
        assert "Choose an answer first" in told.main
    assert _counts() == {}


def test_answers_to_nothing_are_not_found(app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    words = here.trial()
    stopped = here.trial(**QUESTION, stopped_at=clock.now())
    for trial in (words, stopped):
        browser.post(f"/trials/{trial.id}/answer", {"answer": "1"}, expect=404, csrf=False)
        assert browser.get(f"/trials/{trial.id}/thanks").status == 200
    browser.post("/trials/00000000-0000-0000-0000-000000000000/answer", {"answer": "1"}, expect=404, csrf=False)


def test_pages_of_other_sites_cannot_answer(app: Flask, make: Make, browser: Browser) -> None:
    here = world(make)
    address = f"/trials/{here.trial(**QUESTION).id}/answer"
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert browser.client.post(address, data={"answer": "1"}, headers=headers).status_code == 403
    assert _counts() == {}


def test_machines_staff_and_those_who_never_stop_are_not_counted(
    app: Flask, make: Make, as_user: AsUser, browser: Browser
) -> None:
    here = world(make)
    address = f"/trials/{here.trial(**QUESTION).id}/answer"
    browser.client.environ_base["HTTP_USER_AGENT"] = "Googlebot/2.1"
    browser.post(address, {"answer": "1"}, expect=303, csrf=False)
    as_user(here.coordinator).post(address, {"answer": "1"}, expect=303)
    assert _counts() == {}
    for _turn in range(answers.MOST_AN_HOUR - 2):
        browser.post(address, {"answer": "1"}, expect=303, csrf=False)
    refused = browser.post(address, {"answer": "1"}, expect=429, csrf=False)
    assert re.search(r"Wait \d+ minutes?, then try again", refused.main)


def test_broken_lines_are_left_out(app: Flask, make: Make) -> None:
    here = world(make)
    trial = here.trial(**QUESTION)
    good = f"2026-11-23 {trial.id} 1"
    lines = "\n".join(
        (f"x {trial.id} 1", f"2026-11-23 {trial.id} 99", "2026-11-23 nobody 1", f"{good} 1", "\udcff", good, "")
    )
    (tallies.place(answers.FOLDER) / tallies.OPEN).write_bytes(lines.encode("utf-8", "replace"))
    assert _counts() == {1: 1}
