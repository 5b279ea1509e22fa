"""One question to many groups: written, checked, sent once, reminded once, closed."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.coordinating import asking, reminding
from portal.coordinating.models import AnswerLink, AskedGroup, GroupQuestion
from portal.core import clock
from portal.core.blind_index import blind
from portal.core.extensions import db
from portal.core.queue import work_until_idle
from portal.core.transactions import unit
from portal.notifications.models import Bounce
from tests.coordinating.patch import CHRISTMAS, WEST, asked, city, group, groups, link_to, sent, written
from tests.factories import MONDAY, Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser, Page

pytestmark = pytest.mark.usefixtures("monday")
As = Callable[..., Browser]
DAY = {"answer_by-day": "4", "answer_by-month": "12", "answer_by-year": "2026"}


def write(browser: Browser, **told: str) -> Page:
    """Type a question and go on. Gives the page on which groups are chosen."""
    form = browser.get("/coordinate/questions/new").form("/coordinate/questions/new")
    answer = browser.post(
        "/coordinate/questions/new", {**form, "words": CHRISTMAS, "kind": "yes-no", **DAY, **told}, expect=303
    )
    return browser.follow(answer)


def choose(browser: Browser, page: Page, **told: Any) -> Page:
    """Choose groups and go on. Gives the page to check."""
    action = str(page.one("form.choose")["action"])
    return browser.follow(browser.post(action, told, expect=303))


def send(browser: Browser, page: Page) -> Page:
    """Press the button of the page to check. Gives the table."""
    action = str(page.one("main form")["action"])
    return browser.follow(browser.post(action, page.form(action), expect=303))


def test_a_question_goes_to_every_group_once(app: Flask, make: Make, as_user: As, mailbox: Mailbox) -> None:
    city()
    groups(make, 3)
    boss = as_user(make.user("team-coordinator", area="leicester"))
    check = choose(boss, write(boss), who="all")
    assert check.words("h2") == ["The question", "It reaches 3 groups"]
    assert "Tuesday" not in check.words(".question-words")
    action = str(check.one("main form")["action"])
    table = send(boss, check)
    assert table.words("h1") == ["Answers to your question"]
    assert "Sent to 3 groups." in table.text and "0 of 3 groups answered" in table.main
    boss.follow(boss.post(action, {}, expect=303))
    assert sorted(one.to for one in mailbox.all) == [f"group-00{n}@groups.example.org" for n in (1, 2, 3)]
    work_until_idle()
    assert len(mailbox.all) == 3
    mail = mailbox.all[0]
    assert str(mail.subject).startswith("A question for Group 00")
    assert CHRISTMAS not in mail.text and "Friday 4 December" in mail.text


def test_the_same_form_twice_makes_one_draft(app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle")
    boss = as_user(make.user("team-coordinator", area="leicester"))
    form = boss.get("/coordinate/questions/new").form("/coordinate/questions/new")
    told = {**form, "words": CHRISTMAS, "kind": "yes-no", **DAY}
    first = boss.post("/coordinate/questions/new", told, expect=303)
    again = boss.post("/coordinate/questions/new", told, expect=303)
    assert first.headers["Location"] == again.headers["Location"]
    assert db.session.query(GroupQuestion).count() == 1


def test_the_write_job_may_run_twice(app: Flask, make: Make, mailbox: Mailbox) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    question = sent(boss, groups(make, 60))
    assert len(mailbox.all) == 60
    for _time in range(2):
        with unit():
            asking.write.run(question_id=str(question))
        work_until_idle()
    assert len(mailbox.all) == 60 and db.session.query(AnswerLink).count() == 60


def test_groups_are_chosen_by_need_by_neighbourhood_or_by_ticks(app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle", needs=("nature-gardening",))
    group(make, "Canal Walkers", code=WEST, needs=("loneliness",))
    third = group(make, "Talk Table", needs=("loneliness",))
    boss = as_user(make.user("team-coordinator", area="leicester"))
    page = write(boss)
    by_need = choose(boss, page, who="need", need="loneliness")
    assert by_need.words(".reach .sheet__row bdi") == ["Canal Walkers", "Talk Table"]
    by_place = choose(boss, page, who="place", place="leicester-west")
    assert by_place.words(".reach .sheet__row bdi") == ["Canal Walkers"]
    ticked = choose(boss, page, who="ticked", tick=[str(third.id), "nonsense", "0" * 36])
    assert ticked.words(".reach .sheet__row bdi") == ["Talk Table"]


def test_the_check_says_whom_it_reaches_and_who_is_left_out_and_why(
    app: Flask, make: Make, as_user: As, mailbox: Mailbox
) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    with_editors, often = group(make, "Shed Circle"), group(make, "Asked Often")
    group(make, "Talk Table", email=None)
    group(make, "Bounced")
    for number in range(4):
        make.user("editor", organisation=with_editors, email=f"editor{number}@people.example.org")
    key = blind("bounced@groups.example.org")
    db.session.add(Bounce(source_id="b", kind="hard", channel="email", recipient_key=key, reason="x"))
    for number in range(2):
        sent(boss, [often], key=f"often-{number}" * 4)
    browser = as_user(boss)
    check = choose(browser, write(browser), who="all")
    assert check.words(".reach .sheet__row") == ["Shed Circle 3 people with an account"]
    left = " ".join(check.words("section[aria-labelledby=left-out] .sheet__row"))
    assert (
        "Asked Often You asked this group 2 questions in the last 7 days. Ask it again from Monday 30 November." in left
    )
    assert "Bounced Our last e-mail to this group came back. Phone them." in left
    assert "Talk Table We hold no e-mail address for this group. Phone them." in left
    table = send(browser, check)
    assert "3 groups were not asked" in table.main
    out = db.session.query(AskedGroup).filter(AskedGroup.left_out.is_not(None))
    assert {(one.organization.name, one.left_out) for one in out} == {
        ("Asked Often", "often"), ("Bounced", "came-back"), ("Talk Table", "no-address"),
    }  # fmt: skip
    to = [one.to for one in mailbox.all if "people.example.org" in one.to]
    assert len(to) == 3


def test_a_group_may_be_asked_again_after_a_week(app: Flask, make: Make, as_user: As) -> None:
    city()
    boss, other = (make.user("team-coordinator", area="leicester") for _number in range(2))
    often = group(make, "Asked Often")
    for number in range(2):
        sent(boss, [often], key=f"often-{number}" * 4)
    assert "It reaches 1 group" in choose(as_user(other), write(as_user(other)), who="all").main
    with clock.freeze(MONDAY + timedelta(days=7, minutes=1)):
        later = as_user(boss)
        assert "It reaches 1 group" in choose(later, write(later), who="all").main


def test_a_question_that_reaches_nobody_is_not_sent(app: Flask, make: Make, as_user: As) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    one = group(make, "Shed Circle")
    browser = as_user(boss)
    check = choose(browser, write(browser), who="all")
    one.email = None
    db.session.commit()
    action = str(check.one("main form")["action"])
    page = browser.post(action, check.form(action), expect=422)
    assert "This question reaches no group now." in page.one(".error-summary").get_text()
    assert db.session.query(GroupQuestion).one().sent_at is None


def test_one_reminder_by_the_button_brings_a_new_link(app: Flask, make: Make, as_user: As, mailbox: Mailbox) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    boss_id, question = boss.id, sent(boss, groups(make, 2))
    browser = as_user(boss)
    first = link_to(mailbox, "group-001@groups.example.org")
    done = Browser(app)
    other = link_to(mailbox, "group-002@groups.example.org")
    done.post(other, {**done.get(other).form(other), "yes_no": "yes", "press": "answer"}, expect=303)
    address = f"/coordinate/questions/{question}"
    page = browser.get(address)
    assert "Remind 1 group" not in page.words("button") and "remind them yourself from tomorrow" in page.main
    browser.post(f"{address}/remind", {}, expect=303)
    assert len(mailbox.all) == 2, "nobody is reminded of what came today"
    with clock.freeze(MONDAY + timedelta(days=1)):
        next_day = as_user(db.session.get_one(User, boss_id))
        assert "Remind 1 group" in next_day.get(address).words("button.button--second")
        for _time in range(2):
            next_day.follow(next_day.post(f"{address}/remind", {}, expect=303))
        assert len(mailbox.all) == 3
    assert [one.to for one in mailbox.all][2:] == ["group-001@groups.example.org"]
    assert mailbox.all[-1].subject == "Not answered yet: a question for Group 001"
    assert "Reminded once" in browser.get(address).main
    assert Browser(app).get(first, expect=410).words("h1") == ["This link is too old"]
    second = link_to(mailbox, "group-001@groups.example.org")
    assert second != first and Browser(app).get(second).status == 200


def test_the_clock_reminds_two_working_days_before_and_closes_in_the_end(
    app: Flask, make: Make, mailbox: Mailbox
) -> None:
    city()
    question = sent(make.user("team-coordinator", area="leicester"), groups(make, 2), written(days=7))
    for days, mails, is_open in ((0, 2, True), (2, 2, True), (3, 4, True), (5, 4, True), (14, 4, True), (15, 4, False)):
        with clock.freeze(MONDAY + timedelta(days=days)):
            for _time in range(2):
                with unit():
                    reminding.look.run()
            db.session.expire_all()
            assert len(mailbox.all) == mails, days
            assert db.session.get_one(GroupQuestion, question).is_open is is_open, days


def test_closing_takes_no_more_answers(app: Flask, make: Make, as_user: As, mailbox: Mailbox) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    question, browser = sent(boss, groups(make, 1), written("What helps?", "words")), as_user(boss)
    link = link_to(mailbox, "group-001@groups.example.org")
    group_page = Browser(app)
    form = group_page.get(link).form(link)
    browser.post(f"/coordinate/questions/{question}/close", {}, expect=303)
    page = group_page.post(link, {**form, "words": "Chairs and <tea>", "press": "answer"}, expect=409)
    assert "nothing was changed" in page.main and "Chairs and <tea>" in page.main
    assert group_page.get(link, expect=410).words("h1") == ["This question is closed"]
    assert asked(question, "Group 001").answer is None


def test_the_table_as_csv_and_on_paper(app: Flask, make: Make, as_user: As, mailbox: Mailbox) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    told = [*groups(make, 2), group(make, "No Mail", email=None)]
    question, browser = sent(boss, told, written("What helps?", "words")), as_user(boss)
    link = link_to(mailbox, "group-001@groups.example.org")
    page = Browser(app)
    page.post(link, {**page.get(link).form(link), "words": 'Chairs,\n"tea"', "press": "answer"}, expect=303)
    answer = browser.get(f"/coordinate/questions/{question}/answers.csv")
    rows = list(csv.reader(answer.response.get_data(as_text=True).removeprefix("\ufeff").splitlines()))
    assert rows[0] == ["Group", "Standing", "Answer", "Answered on", "How", "Times changed"]
    assert rows[1] == ["Group 001", "Answered", 'Chairs, "tea"', "2026-11-23", "from the e-mail", "0"]
    assert rows[2][:3] == ["Group 002", "Not answered yet", ""]
    assert rows[3][:2] == ["No Mail", "Not asked: We hold no e-mail address for this group. Phone them."]
    assert answer.headers["Content-Disposition"] == "attachment; filename=answers-2026-11-23.csv"
    paper = browser.get(f"/coordinate/questions/{question}/print")
    assert "Group 001" in paper.main and "Not answered yet: 1" in paper.main


def test_drafts_are_seen_and_thrown_away_by_who_wrote_them(app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle")
    mine, theirs = (as_user(make.user("team-coordinator", area="leicester")) for _number in range(2))
    page = write(mine)
    address = str(page.one("form.choose")["action"])
    theirs.get(address, expect=404)
    theirs.post(address.replace("/groups", "/discard"), {}, expect=404)
    assert CHRISTMAS in mine.get("/coordinate?view=questions").main
    assert CHRISTMAS not in theirs.get("/coordinate?view=questions").main
    mine.follow(mine.post(address.replace("/groups", "/discard"), {}, expect=303))
    assert db.session.query(GroupQuestion).count() == 0


def test_two_windows_on_one_draft(app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle")
    boss = as_user(make.user("team-coordinator", area="leicester"))
    address = str(write(boss).one("form.choose")["action"]).replace("/groups", "/edit")
    form = boss.get(address).form(address)
    told = {**form, "kind": "yes-no", **DAY}
    boss.post(address, {**told, "words": "First window?"}, expect=303)
    page = boss.post(address, {**told, "words": "Second window?"}, expect=409)
    assert "First window?" in page.one(".frame").get_text() and "Second window?" in page.words("textarea")
    again = page.form(address)
    boss.post(address, {**told, **again, "words": "Second window?"}, expect=303)
    db.session.expire_all()
    assert db.session.query(GroupQuestion).one().words == "Second window?"


def test_old_links_drafts_and_questions_are_forgotten(app: Flask, make: Make, mailbox: Mailbox) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    question = sent(boss, groups(make, 1))
    assert len(mailbox.all) == 1
    reminding.close(db.session.get_one(GroupQuestion, question), by=None)
    db.session.commit()
    with clock.freeze(MONDAY + timedelta(days=52)):
        reminding.tidy.run()
        db.session.commit()
        assert db.session.query(AnswerLink).count() == 0 and db.session.query(GroupQuestion).count() == 1
    with clock.freeze(MONDAY + timedelta(days=731)):
        reminding.tidy.run()
        db.session.commit()
    assert db.session.query(GroupQuestion).count() == db.session.query(AskedGroup).count() == 0


def test_another_area_finds_nothing_of_a_question(app: Flask, make: Make, as_user: As) -> None:
    city()
    question = sent(make.user("team-coordinator", area="leicester"), groups(make, 1))
    other = as_user(make.user("team-coordinator", area="camden"))
    address = f"/coordinate/questions/{question}"
    for path in ("", "/print", "/answers.csv", "/edit", "/groups", "/check"):
        other.get(f"{address}{path}", expect=404)
    for path in ("/remind", "/close", "/discard", "/check"):
        other.post(f"{address}{path}", {}, expect=404)
    assert CHRISTMAS not in other.get("/coordinate").text
