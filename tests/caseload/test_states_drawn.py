"""Tags and tracks of introductions: every state has its drawing, and amber is for who must act."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template_string

from portal.referrals.models import Introduction
from portal.referrals.states import STATES, State

TAG = '{% from "components/state-tag.html" import state_tag %}{{ state_tag(one, side) }}'
TRACK = '{% from "components/track.html" import track %}{{ track(one) }}'


def drawn(app: Flask, template: str, state: State, side: str = "referrer", **columns: bool) -> BeautifulSoup:
    with app.test_request_context("/"):
        one = Introduction(state=state.value, **columns)
        return BeautifulSoup(render_template_string(template, one=one, side=side), "html.parser")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("side", ["referrer", "group", "person"])
def test_each_state_has_a_word_and_a_drawing(sqlite_app: Flask, state: State, side: str) -> None:
    found = drawn(sqlite_app, TAG, state, side)
    tag, told = found.find("span", class_="state-tag"), STATES[state]
    words = {"group": told.label_group, "person": told.label_person}.get(side) or told.label
    assert tag is not None and tag.get_text(strip=True) == str(words)
    assert found.find("svg", class_=f"icon--{told.icon}") is not None


def test_amber_is_for_the_referrer_until_they_acted(sqlite_app: Flask) -> None:
    def tone(state: State, side: str, **columns: bool) -> bool:
        return "needs-you" in str(drawn(sqlite_app, TAG, state, side, **columns))

    assert tone(State.DECLINED, "referrer") and not tone(State.DECLINED, "referrer", is_acted_on=True)
    assert tone(State.INFO_REQUESTED, "referrer") and not tone(State.INFO_REQUESTED, "person")
    assert not tone(State.DECLINED, "group")


@pytest.mark.parametrize(
    ("state", "now"),
    [
        (State.SENT, "Sent"),
        (State.IN_REVIEW, "Seen"),
        (State.INFO_REQUESTED, "Answer"),
        (State.WAITING_LIST, "Waiting"),
        (State.BOOKED, "First visit"),
        (State.COMPLETED, None),
        (State.DRAFT, None),
    ],
)
def test_the_track_says_how_far_it_has_come(sqlite_app: Flask, state: State, now: str | None) -> None:
    found = drawn(sqlite_app, TRACK, state).select('[aria-current="step"]')
    assert [step.get_text(strip=True) for step in found] == ([now] if now else [])
