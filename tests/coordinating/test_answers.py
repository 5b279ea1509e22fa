"""Groups answer: by the link of a mail or signed in, in each kind; the last answer counts and earlier ones are kept."""

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.changes.models import FactCheck
from portal.coordinating.models import AskedGroup, GroupAnswer
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.organisations.models import Organization
from tests.coordinating.patch import CHRISTMAS, asked, city, group, groups, link_to, sent, written
from tests.factories import MONDAY, Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser, Page

pytestmark = pytest.mark.usefixtures("monday")
As = Callable[..., Browser]
MAIL = "shed-circle@groups.example.org"


def answer(browser: Browser, link: str, *, expect: int = 303, **told: str) -> Page:
    """Open a question and answer it."""
    hidden = {name: value for name, value in browser.get(link).form(link).items() if name in ("csrf_token", "key")}
    return browser.post(link, {**hidden, "press": "answer", **told}, expect=expect)


@pytest.mark.parametrize(
    ("kind", "choices", "told", "value", "shown"),
    [
        ("yes-no", (), {"yes_no": "no"}, "no", "No"),
        ("choice", ("Mornings", "Evenings"), {"choice": "1"}, "1", "Evenings"),
        ("number", (), {"number": " 1,200 "}, "1200", "1,200"),
        ("words", (), {"words": "Chairs, and a kettle."}, "Chairs, and a kettle.", "Chairs, and a kettle."),
    ],
)
def test_each_kind_of_answer_by_link(
    app: Flask, make: Make, as_user: As, mailbox: Mailbox, kind: str, choices: Any, told: Any, value: str, shown: str
) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    question, coordinator = (
        sent(boss, [group(make, "Shed Circle")], written("What?", kind, choices=choices)),
        as_user(boss),
    )
    link = link_to(mailbox, MAIL)
    browser = Browser(app)
    page = browser.get(link)
    assert page.words(".question-words") == ["What?"] and page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert asked(question, "Shed Circle").answer is None
    after = browser.follow(answer(browser, link, **told))
    assert "Thank you. Your answer is with the team." in after.text
    kept = asked(question, "Shed Circle")
    assert (kept.answer, kept.answers) == (value, 1)
    table = coordinator.get(f"/coordinate/questions/{question}")
    assert shown in table.words("tbody td")[0] and "1 of 1 group answered" in table.main


@pytest.mark.parametrize(
    ("kind", "told", "sentence"),
    [
        ("yes-no", {"yes_no": "perhaps"}, "Choose yes or no"),
        ("choice", {"choice": "7"}, "Choose one of the answers"),
        ("choice", {"choice": "-1"}, "Choose one of the answers"),
        ("number", {"number": "many"}, "Enter a whole number"),
        ("number", {"number": "9" * 400}, "Enter a whole number"),
        ("number", {"number": "1e5"}, "Enter a whole number"),
        ("words", {"words": " \x00 \u200b "}, "Write your answer"),
        ("words", {"words": "x" * 501}, "Use 500 characters or fewer"),
        ("space", {"space-nobody": "space"}, "Say it for one of your listings at least"),
    ],
)
def test_what_is_no_answer_is_said_and_kept_on_the_page(
    app: Flask, make: Make, mailbox: Mailbox, kind: str, told: Any, sentence: str
) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    choices = ("Mornings", "Evenings") if kind == "choice" else ()
    question = sent(boss, [group(make, "Shed Circle")], written("What?", kind, choices=choices))
    page = answer(Browser(app), link_to(mailbox, MAIL), expect=422, **told)
    assert sentence in page.one(".error-summary").get_text()
    assert asked(question, "Shed Circle").answer is None


def test_opening_a_link_or_a_scanner_that_posts_changes_nothing(app: Flask, make: Make, mailbox: Mailbox) -> None:
    city()
    question = sent(make.user("team-coordinator", area="leicester"), [group(make, "Shed Circle")])
    link = link_to(mailbox, MAIL)
    browser = Browser(app)
    form = browser.get(link).form(link)
    browser.client.head(link)
    browser.post(link, {**form, "yes_no": "yes"}, expect=200)
    headers = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
    told = {**form, "yes_no": "yes", "press": "answer", "csrf_token": browser.csrf_token()}
    browser.client.post(link, data=told, headers=headers)
    assert asked(question, "Shed Circle").answer is None


def test_the_last_answer_of_a_group_counts_and_the_first_is_kept(
    app: Flask, make: Make, as_user: As, mailbox: Mailbox
) -> None:
    city()
    boss, one = make.user("team-coordinator", area="leicester"), group(make, "Shed Circle")
    first, second = (make.user("editor", organisation=one, email=f"e{n}@people.example.org") for n in (1, 2))
    question, coordinator, signed_in = sent(boss, [one]), as_user(boss), as_user(second)
    del first
    link = link_to(mailbox, "e1@people.example.org")
    by_link = Browser(app)
    answer(by_link, link, yes_no="yes")
    page = signed_in.get("/group")
    assert CHRISTMAS not in page.main
    here = signed_in.get("/group/questions").link(CHRISTMAS)
    seen = signed_in.get(here)
    assert "What your group answered on 23 November" in seen.main and "Yes" in seen.main
    with clock.freeze(MONDAY + timedelta(hours=1)):
        answer(signed_in, here, yes_no="no")
    kept = asked(question, "Shed Circle")
    assert (kept.answer, kept.answers) == ("no", 2)
    assert [(row.value, row.how) for row in db.session.query(GroupAnswer).order_by(GroupAnswer.given_at)] == [
        ("yes", "e-mail"), ("no", "site"),
    ]  # fmt: skip
    table = coordinator.get(f"/coordinate/questions/{question}")
    assert "Changed 1 time" in table.main and "23 November: Yes" in table.main
    assert table.words(".summed > div") == ["No 1 group"]


def test_the_home_page_of_a_group_shows_what_it_was_asked(app: Flask, make: Make, as_user: As) -> None:
    city()
    one = group(make, "Shed Circle")
    editor = as_user(make.user("editor", organisation=one))
    sent(make.user("team-coordinator", area="leicester"), [one])
    page = editor.get("/group")
    assert "Answer a question from your neighbourhood team" in page.main
    here = page.link("Answer a question from your neighbourhood team")
    answer(editor, here, yes_no="yes")
    assert "Answer a question" not in editor.get("/group").main


def test_the_same_form_twice_answers_once(app: Flask, make: Make, mailbox: Mailbox) -> None:
    city()
    question = sent(make.user("team-coordinator", area="leicester"), [group(make, "Shed Circle")])
    link = link_to(mailbox, MAIL)
    browser = Browser(app)
    told = {**browser.get(link).form(link), "press": "answer", "yes_no": "yes"}
    browser.post(link, told, expect=303)
    browser.post(link, {**told, "yes_no": "no"}, expect=303)
    kept = asked(question, "Shed Circle")
    assert (kept.answer, kept.answers, db.session.query(GroupAnswer).count()) == ("yes", 1, 1)


def test_an_answer_about_space_is_said_of_the_listings(app: Flask, make: Make, as_user: As, mailbox: Mailbox) -> None:
    city()
    one = group(make, "Shed Circle")
    make.service("Shed Saturdays", organisation=one, place={"neighbourhood_code": "E02002840"})
    other = group(make, "Far Circle")
    foreign = str(db.session.query(Service).filter_by(organization_id=other.id).one().id)
    ids = {row.name: str(row.id) for row in db.session.query(Service)}
    boss = make.user("team-coordinator", area="leicester")
    question, coordinator = sent(boss, [one], written("Is there space over Christmas?", "space")), as_user(boss)
    link = link_to(mailbox, MAIL)
    browser = Browser(app)
    page = browser.get(link)
    assert page.words("fieldset legend") == ["Shed Circle meeting", "Shed Saturdays"]
    answer(browser, link, **{f"space-{ids['Shed Saturdays']}": "full", f"space-{foreign}": "full"})
    db.session.expire_all()
    service = db.session.query(Service).filter_by(name="Shed Saturdays").one()
    assert service.space_state == "full" and service.space_said_at == clock.now()
    check = db.session.query(FactCheck).filter_by(service_id=service.id, fact="space").one()
    assert (check.by_kind, check.how) == ("group", "e-mail")
    assert db.session.get_one(Service, service.id.__class__(foreign)).space_state is None
    table = coordinator.get(f"/coordinate/questions/{question}")
    assert "Shed Saturdays: Full now" in table.main


def test_a_link_is_dead_after_21_days_and_for_who_no_longer_speaks_for_the_group(
    app: Flask, make: Make, mailbox: Mailbox
) -> None:
    city()
    sent(make.user("team-coordinator", area="leicester"), [group(make, "Shed Circle")], written(days=21))
    link = link_to(mailbox, MAIL)
    browser = Browser(app)
    with clock.freeze(MONDAY + timedelta(days=20, hours=23)):
        assert browser.get(link).words("h1") == ["A question from your neighbourhood team"]
    with clock.freeze(MONDAY + timedelta(days=21, minutes=1)):
        old = browser.get(link, expect=410)
        assert old.words("h1") == ["This link is too old"] and CHRISTMAS not in old.text
    one = db.session.query(Organization).filter_by(name="Shed Circle").one()
    one.email = "new@groups.example.org"
    db.session.commit()
    foreign = browser.get(link, expect=410)
    assert foreign.words("h1") == ["This link is no longer for you"]
    assert CHRISTMAS not in foreign.text and "Shed Circle" not in foreign.main
    browser.get("/answer/" + "k" * 43, expect=404)


def test_a_question_to_another_group_is_not_found(app: Flask, make: Make, as_user: As) -> None:
    city()
    one, other = groups(make, 2)
    question = sent(make.user("team-coordinator", area="leicester"), [one])
    stranger = as_user(make.user("editor", organisation=other))
    here = f"/group/questions/{asked(question, 'Group 001').id}"
    stranger.get(here, expect=404)
    stranger.post(here, {"press": "answer", "yes_no": "yes"}, expect=404)
    as_user(make.user("group-worker", organisation=one)).get(here, expect=403)
    assert stranger.get("/group/questions").words("h2") == ["No question is open"]
    assert db.session.query(AskedGroup).one().answer is None


def test_how_an_answer_came_is_said_in_the_language_of_who_reads_the_table(
    sqlite_app: Flask, make: Make, as_user: As, mailbox: Mailbox
) -> None:
    city()
    boss, one = make.user("team-coordinator", area="leicester"), group(make, "Shed Circle")
    editor = make.user("editor", organisation=one, email="e1@people.example.org")
    question, coordinator, signed_in = sent(boss, [one]), as_user(boss), as_user(editor)

    def said(language: str) -> str:
        whole = coordinator.get(f"{language}/coordinate/questions/{question}/answers.csv").response.get_data(
            as_text=True
        )
        how = next(csv.reader([whole.splitlines()[1]]))[4]
        assert how in coordinator.get(f"{language}/coordinate/questions/{question}").main
        return how

    answer(Browser(sqlite_app), link_to(mailbox, "e1@people.example.org"), yes_no="yes")
    assert (said(""), said("/cy")) == ("from the e-mail", "o’r e-bost")
    here = signed_in.get("/group/questions").link(CHRISTMAS)
    with clock.freeze(MONDAY + timedelta(minutes=5)):
        answer(signed_in, here, yes_no="no")
        assert (said(""), said("/cy")) == ("signed in", "wedi mewngofnodi")
