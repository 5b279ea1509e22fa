"""HTML, formulas, rubbish and danger in questions, choices and answers."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.coordinating.models import GroupQuestion
from portal.core.extensions import db
from portal.directory.models import Service
from tests.coordinating.patch import asked, city, group, link_to, sent, written
from tests.coordinating.test_answers import answer
from tests.coordinating.test_asking import DAY, choose, send, write
from tests.factories import Make
from tests.support.mailbox import Mailbox
from tests.support.page import Browser

pytestmark = pytest.mark.usefixtures("monday")
As = Callable[..., Browser]
MAIL = "shed-circle@groups.example.org"
SCRIPT = "<script>alert(1)</script> & <b>bold</b>"
FORMULA = '=cmd|"/c calc"!A1'


def test_html_in_a_question_its_choices_and_answers_is_text(
    app: Flask, make: Make, as_user: As, mailbox: Mailbox
) -> None:
    city()
    group(make, "Shed Circle")
    boss = as_user(make.user("team-coordinator", area="leicester"))
    check = choose(
        boss, write(boss, words=SCRIPT, kind="choice", choices=f"{SCRIPT}\n{FORMULA}\n\n{FORMULA}"), who="all"
    )
    assert check.words(".question-words") == [SCRIPT] and check.words(".sheet li bdi")[:2] == [SCRIPT, FORMULA]
    table = send(boss, check)
    link = link_to(mailbox, MAIL)
    assert "<script>" not in str(mailbox.all[-1].html) and "cmd" not in mailbox.all[-1].text
    browser = Browser(app)
    assert browser.get(link).words("label") == [SCRIPT, FORMULA]
    answer(browser, link, choice="1")
    address = table.link("Print").removesuffix("/print")
    assert FORMULA in boss.get(address).main
    text = boss.get(f"{address}/answers.csv").response.get_data(as_text=True).removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(text)))[1][2] == f"'{FORMULA}"


@pytest.mark.parametrize("typed", [FORMULA, "@SUM(1)", "-1+1", "+44", "\t=1", "＝1"])
def test_formulas_in_answers_are_disarmed_in_the_download(
    sqlite_app: Flask, make: Make, as_user: As, mailbox: Mailbox, typed: str
) -> None:
    city()
    boss = make.user("team-coordinator", area="leicester")
    question, browser = sent(boss, [group(make, "Shed Circle")], written("What?", "words")), as_user(boss)
    answer(Browser(sqlite_app), link_to(mailbox, MAIL), words=typed)
    text = (
        browser.get(f"/coordinate/questions/{question}/answers.csv")
        .response.get_data(as_text=True)
        .removeprefix("\ufeff")
    )
    cell = list(csv.reader(io.StringIO(text)))[1][2]
    assert cell.startswith("'") and cell[1:] == asked(question, "Shed Circle").answer


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"words": ""}, "Write your question"),
        ({"words": "x" * 301}, "Use 300 characters or fewer"),
        ({"kind": "poem"}, "Choose what kind of answer you need"),
        ({"kind": "choice", "choices": "Only one\nOnly one"}, "Write at least 2 answers"),
        ({"kind": "choice", "choices": "\n".join(map(str, range(9)))}, "Write 8 answers or fewer"),
        ({"kind": "choice", "choices": f"{'x' * 81}\ny"}, "Use 80 characters or fewer for each answer"),
        ({"answer_by-year": "2025"}, "Enter a date in the future"),
        ({"answer_by-month": "2", "answer_by-day": "31"}, "That month has no such day"),
        ({"answer_by-year": "9999"}, "Enter a date within 3 weeks"),
        ({"answer_by-day": "", "answer_by-month": "", "answer_by-year": ""}, "Enter the day by which"),
        ({"area": "camden"}, "Choose one of your areas"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_and_what_was_typed_is_kept(
    sqlite_app: Flask, make: Make, as_user: As, told: dict[str, str], sentence: str
) -> None:
    city()
    boss = as_user(make.user("team-coordinator", area="leicester"))
    form = boss.get("/coordinate/questions/new").form("/coordinate/questions/new")
    sends = {**form, "words": "Are you open?", "kind": "yes-no", **DAY, **told}
    page = boss.post("/coordinate/questions/new", sends, expect=422)
    assert sentence in page.one(".error-summary").get_text()
    assert page.one("#words").get_text() == sends["words"] and db.session.query(GroupQuestion).count() == 0


def test_rubbish_in_every_field(sqlite_app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle")
    boss = as_user(make.user("team-coordinator", area="leicester"))
    rubbish = "\x00\ud800\u202e".encode("utf-8", "surrogatepass").decode("latin-1") + "9" * 300
    boss.post(
        "/coordinate/questions/new",
        dict.fromkeys(("words", "kind", "area", "choices", "version", *DAY), rubbish),
        expect=422,
    )
    page = write(boss, words="Open?\x00\u202e")
    assert page.words(".question-words") == ["Open?"]
    action = str(page.one("form.choose")["action"])
    for told in (
        {},
        {"who": rubbish},
        {"who": "ticked"},
        {"who": "place", "place": rubbish},
        {"who": "need", "need": rubbish},
    ):
        boss.post(action, told, expect=422)
    boss.get(f"/coordinate?view=groups&page={'9' * 40}&in={'x' * 900}")
    boss.get("/coordinate/questions/not-an-id", expect=404)


@pytest.mark.parametrize("kind", ["question", "answer"])
def test_words_of_danger_bring_help_first_and_then_go_on(
    sqlite_app: Flask, make: Make, as_user: As, mailbox: Mailbox, kind: str
) -> None:
    city()
    one = group(make, "Shed Circle")
    coordinator = make.user("team-coordinator", area="leicester")
    danger = "One of us wants to kill himself"
    if kind == "question":
        browser: Any = as_user(coordinator)
        here = "/coordinate/questions/new"
        told: dict[str, str] = {"words": danger, "kind": "words", **DAY}
    else:
        question, browser = sent(coordinator, [one], written("What?", "words")), Browser(sqlite_app)
        here, told = link_to(mailbox, MAIL), {"words": danger, "press": "answer"}
    page = browser.post(here, {**browser.get(here).form(here), **told}, expect=200)
    assert page.words("h1") == ["Does someone need help right now?"]
    assert page.form(here)["words"] == danger
    again = browser.post(here, {**page.form(here), "change": "yes"}, expect=200)
    assert danger in again.words("textarea")
    browser.post(here, {**page.form(here), "send": "yes"}, expect=303)
    if kind == "answer":
        assert asked(question, "Shed Circle").answer == danger
    else:
        assert db.session.query(GroupQuestion).one().words == danger


def test_a_group_without_any_listing_left_is_not_asked(sqlite_app: Flask, make: Make, as_user: As) -> None:
    city()
    group(make, "Shed Circle")
    gone = group(make, "Closed Club")
    boss = as_user(make.user("team-coordinator", area="leicester"))
    check = choose(boss, write(boss), who="all")
    for service in gone_services(gone.id):
        service.status = "inactive"
    db.session.commit()
    page = boss.get(str(check.one("main form")["action"]))
    assert "Closed Club This group has no open listing any more." in " ".join(
        page.words("section[aria-labelledby=left-out] li")
    )
    send(boss, page)


def gone_services(organisation_id: Any) -> list[Any]:
    """The listings of a group."""
    return db.session.query(Service).filter_by(organization_id=organisation_id).all()


def test_a_one_time_key_of_another_form_makes_nothing_of_somebody_else(
    app: Flask, make: Make, as_user: As, mailbox: Mailbox
) -> None:
    city()
    first, second = group(make, "Shed Circle"), group(make, "Talk Table")
    mine, theirs = (as_user(make.user("team-coordinator", area="leicester")) for _number in range(2))
    question = sent(make.user("team-coordinator", area="leicester"), [first, second])
    told = {"words": "Open?", "kind": "yes-no", "area": "leicester", "key": "k" * 40, **DAY}
    one = mine.post("/coordinate/questions/new", told, expect=303).headers["Location"]
    other = theirs.post("/coordinate/questions/new", told, expect=303).headers["Location"]
    assert one != other and theirs.get(other).status == 200
    for address, answered in (("shed-circle", "yes"), ("talk-table", "no")):
        link = link_to(mailbox, f"{address}@groups.example.org")
        answer(Browser(app), link, yes_no=answered, key="j" * 40)
    assert [asked(question, name).answer for name in ("Shed Circle", "Talk Table")] == ["yes", "no"]
