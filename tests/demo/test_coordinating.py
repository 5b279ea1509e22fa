"""Questions of the demo to its groups: one that most answered, one that is out."""

from flask import Flask

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.demo import coordinating
from portal.demo.rows import demo_id
from tests.support.people import browser_as


def test_two_questions_are_out_in_leicester_and_one_is_over(peopled: Flask) -> None:
    assert coordinating.ensure()
    db.session.commit()
    assert not coordinating.ensure()
    work_until_idle()
    boss = browser_as(peopled, db.session.get_one(User, demo_id("account", "team-coordinator")))
    page = boss.get("/coordinate")
    assert page.words("section[aria-labelledby=out] .answered") == [
        "12 of 14 groups answered",
        "3 of 9 groups answered",
    ]
    assert len(page.select("section[aria-labelledby=new] li")) == 3
    closed = boss.get(page.link("All questions")).words("section .mark--ended")
    assert closed == ["Closed"]
