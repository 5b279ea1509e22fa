"""The same question sent, and the same answer given, six times at the same moment."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.coordinating import asking, links, questions, reaching
from portal.coordinating.models import AskedGroup, GroupAnswer, GroupQuestion
from portal.core.extensions import db
from tests.coordinating.patch import asked, city, group, groups, link_to, sent
from tests.coordinating.test_asking import DAY, choose, write
from tests.factories import Make
from tests.support.at_once import all_know, post_all
from tests.support.mailbox import Mailbox
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("monday")
As = Callable[..., Browser]


def test_a_draft_that_is_begun_six_times_at_once_is_begun_once(
    app: Flask, make: Make, as_user: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    browsers = [as_user(boss) for _turn in range(6)]
    write(browsers[0], words="Which phrases tell of danger is read at the first question.")
    told = {"words": "Open?", "kind": "yes-no", "area": "leicester", "key": "k" * 40, **DAY}
    all_know(monkeypatch, asking, "_columns", 6)
    assert post_all([(one, "/coordinate/questions/new", told) for one in browsers]) == [303] * 6
    assert db.session.query(GroupQuestion).filter_by(form_key="k" * 40).count() == 1
    assert db.session.query(GroupQuestion).count() == 2


def test_a_question_that_is_sent_six_times_at_once_is_sent_once(
    app: Flask, make: Make, as_user: As, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    city()
    groups(make, 2)
    boss = make.user("team-coordinator", area="leicester")
    browsers = [as_user(boss) for _turn in range(6)]
    address = str(choose(browsers[0], write(browsers[0]), who="all").one("main form")["action"])
    all_know(monkeypatch, questions, "question_for", 6)
    assert post_all([(one, address, {}) for one in browsers]) == [303] * 6
    assert len(mailbox.all) == 2 and db.session.query(AskedGroup).count() == 2


def test_two_questions_that_are_sent_at_once_do_not_pass_what_a_group_gets_in_a_week(
    app: Flask, make: Make, as_user: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    sent(boss, [group(make, "Shed Circle")])
    browsers = [as_user(boss) for _turn in range(2)]
    addresses = [
        str(choose(one, write(one, key=mark * 40), who="all").one("main form")["action"])
        for one, mark in zip(browsers, "xy", strict=True)
    ]
    all_know(monkeypatch, asking, "reach_of", 2)
    posts = [(one, address, {}) for one, address in zip(browsers, addresses, strict=True)]
    assert post_all(posts) == [303, 422]
    went = db.session.query(AskedGroup).join(GroupQuestion).filter(GroupQuestion.sent_at.is_not(None))
    assert went.filter(AskedGroup.left_out.is_(None)).count() == reaching.MOST_A_WEEK


def test_an_answer_that_is_given_six_times_at_once_is_given_once(
    app: Flask, make: Make, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    city()
    question = sent(make.user("team-coordinator", area="leicester"), [group(make, "Shed Circle")])
    link = link_to(mailbox, "shed-circle@groups.example.org")
    browsers = [Browser(app) for _turn in range(6)]
    told = {"key": "j" * 40, "press": "answer", "yes_no": "yes"}
    all_know(monkeypatch, links, "opened", 6)
    assert post_all([(one, link, told) for one in browsers]) == [303] * 6
    assert db.session.query(GroupAnswer).count() == 1 and asked(question, "Shed Circle").answers == 1


def test_a_draft_that_is_thrown_away_four_times_at_once_is_gone(
    app: Flask, make: Make, as_user: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    browsers = [as_user(boss) for _turn in range(4)]
    write(browsers[0])
    address = f"/coordinate/questions/{db.session.query(GroupQuestion).one().id}/discard"
    all_know(monkeypatch, questions, "draft_for", 4)
    statuses = post_all([(one, address, {}) for one in browsers])
    assert 303 in statuses and set(statuses) <= {303, 404}
    assert db.session.query(GroupQuestion).count() == 0
