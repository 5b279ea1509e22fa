"""What somebody who asked for themselves writes to the group, and answers."""

from typing import Any

import pytest
from flask import Flask

from portal.core.extensions import db
from portal.referrals import answering
from portal.referrals.actors import Actor
from portal.referrals.models import Introduction, Message
from portal.referrals.transitions import Who
from tests.selfreferral import walking
from tests.support.page import Browser
from tests.support.referrals import World

KEY = "one-time-key-0000000000000000"


@pytest.fixture
def address(app: Flask, browser: Browser, loop: World) -> str:
    """The page of somebody who asked for themselves, opened in this browser."""
    start = f"/refer/{loop.service.id}"
    sent = walking.send(browser, start, walking.walk(browser, start, walking.REFER))
    reference, code = walking.code_of(sent)
    return str(browser.post("/my-referral", {"reference": reference, "code": code}, expect=303).headers["Location"])


def _one() -> Introduction:
    db.session.rollback()
    return db.session.query(Introduction).one()


def _typed(**changed: Any) -> dict[str, Any]:
    return {"of": _one().reference, "key": KEY, "words": "Yes, I can manage gravel.", **changed}


def test_a_question_is_read_and_answered_once_and_the_clock_runs_on(
    browser: Browser, address: str, loop: World
) -> None:
    one = _one()
    group = Actor(Who.PROVIDER, user=loop.group_worker, organization_id=loop.group.id)
    answering.ask(one, "Can you manage a gravel path?", by=group)
    db.session.commit()
    page = browser.get(address)
    assert "Can you manage a gravel path?" in page.main and "Answer their question" in page.main
    for _ in range(2):
        browser.post(f"{address}/write", _typed(), expect=303)
    one = _one()
    assert one.state == "in-review" and one.clock_since is not None
    assert [(said.side, said.kind) for said in one.messages] == [("group", "question"), ("referrer", "answer")]
    assert "Yes, I can manage gravel." in browser.get(address).main


def test_too_long_stays_and_danger_leads_to_help_first(browser: Browser, address: str) -> None:
    page = browser.post(f"{address}/write", _typed(words="long " * 200), expect=422)
    assert page.one("textarea[name=words]").get_text().strip() == ("long " * 200).strip()
    danger = _typed(words="I want to end my life")
    page = browser.post(f"{address}/write", danger, expect=200)
    assert page.words("h1") == ["Does someone need help right now?"]
    assert db.session.query(Message).count() == 0
    browser.post(f"{address}/write", danger | {"send": "yes"}, expect=303)
    assert db.session.query(Message).one().words == danger["words"]


def test_nobody_writes_for_whom_a_link_worker_asked(browser: Browser, loop: World, address: str) -> None:
    other = loop.introduction("accepted")
    browser.post(f"{address}/write", {"of": other.reference, "key": KEY, "words": "Hello"}, expect=303)
    assert db.session.query(Message).count() == 0
