"""A coordinator asks 14 groups one question; they answer by mail or signed in; two are reminded; the table is taken.

In a real browser with and without scripts, with a real mail server.
"""

import csv
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from tests.coordinating.patch import city, group
from tests.factories import MONDAY, Make
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_at, check_fits
from tests.support.mail_server import Listener
from tests.support.page import Browser
from tests.support.town import Town, mail_from

WORDS = "Do you have space over Christmas?"
GROUPS = 14
SUBJECT = "A question for Group"


@pytest.fixture
def mail_server(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    with mail_from(sqlite_app, monkeypatch) as listener:
        yield listener


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def town(
    request: pytest.FixtureRequest, sqlite_app: Flask, make: Make, site: str, chromium: Chromium, mail_server: Listener
) -> Iterator[Town]:
    with clock.freeze(MONDAY):
        town = Town(site, chromium, mail_server, script=request.param)
        yield town
        town.close()


def address_of(number: int) -> str:
    return f"group-{number:02d}@groups.example.org"


def test_one_question_to_fourteen_groups(sqlite_app: Flask, make: Make, town: Town) -> None:
    city()
    for number in range(1, GROUPS + 1):
        group(make, f"Group {number:02d}", email=address_of(number))
    group(make, "Without Mail", email=None)
    last = db.session.query(Service).filter_by(name=f"Group {GROUPS:02d} meeting").one().organization
    editor = town.signed_in(sqlite_app, make.user("editor", organisation=last, email="editor@people.example.org"))
    coordinator = make.user("team-coordinator", area="leicester")
    coordinator_id = coordinator.id
    boss = town.signed_in(sqlite_app, coordinator)
    ask(town, boss)
    for number in (1, 2):
        answer_by_mail(town, number, "Space now" if number % 2 else "Full now")
    for number in range(3, GROUPS - 2):
        answer_as_well(town, Browser(sqlite_app), number, "space" if number % 2 else "full")
    answer_signed_in(town, editor)
    read_and_remind(town, sqlite_app, coordinator_id)
    answer_by_mail(town, GROUPS - 2, "There is a wait", subject="Not answered yet")
    take_the_table(town, boss)
    change_by_mail(town, 1)
    close(town, boss)
    db.session.expire_all()
    assert db.session.query(Service).filter_by(name="Group 02 meeting").one().space_state == "full"


def ask(town: Town, page: Page) -> None:
    """Write, choose, check, send."""
    page.goto(f"{town.site}/coordinate")
    looked_at(town, page)
    for view in ("groups", "stale", "new", "questions", "week"):
        page.goto(f"{town.site}/coordinate?view={view}")
        looked_at(town, page)
    page.get_by_role("link", name="Ask my groups a question").first.click()
    page.get_by_label("Your question").fill(WORDS)
    page.get_by_label("Space in their listings").check()
    for part, value in (("Day", "4"), ("Month", "12"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)
    looked_at(town, page)
    page.get_by_role("button", name="Choose groups").click()
    page.get_by_label("All of my groups").check()
    looked_at(town, page)
    page.get_by_role("button", name="Check before sending").click()
    expect(page.get_by_role("heading", name=f"It reaches {GROUPS} groups")).to_be_visible()
    expect(page.get_by_text("We hold no e-mail address for this group. Phone them.")).to_be_visible()
    looked_at(town, page)
    page.get_by_role("button", name=f"Send to {GROUPS} groups").click()
    expect(page.get_by_text(f"Sent to {GROUPS} groups.")).to_be_visible()


def answer_by_mail(town: Town, number: int, words: str, *, subject: str = SUBJECT) -> None:
    """Open the link of a mail without an account, and answer."""
    mail = town.mail_to(address_of(number), subject)
    assert WORDS not in mail
    page = town.person()
    page.goto(town.link_in(mail, "/answer/"))
    if number == 1:
        looked_at(town, page)
    page.get_by_label(words).check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("Thank you. Your answer is with the team.")).to_be_visible()
    page.context.close()


def answer_as_well(town: Town, browser: Browser, number: int, state: str) -> None:
    """As the two before: the same pages and the same form."""
    path = town.link_in(town.mail_to(address_of(number), SUBJECT), "/answer/").removeprefix(town.site)
    page = browser.get(path)
    spaces = {str(one["name"]) for one in page.select("input[type=radio]")}
    told = page.form(path) | dict.fromkeys(spaces, state) | {"press": "answer"}
    assert "Your answer is with the team" in browser.follow(browser.post(path, told, expect=303)).text


def answer_signed_in(town: Town, page: Page) -> None:
    """From the first page of the group."""
    page.goto(f"{town.site}/group")
    page.get_by_role("link", name="Answer a question from your neighbourhood team").click()
    page.get_by_label("Space now").check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("Thank you. Your answer is with the team.")).to_be_visible()
    page.goto(f"{town.site}/group/questions")
    looked_at(town, page)
    expect(page.get_by_text("Answered 23 November")).to_be_visible()


def read_and_remind(town: Town, app: Flask, coordinator_id: UUID) -> None:
    """12 of 14 answered; those two are reminded the day after, once."""
    town.work()
    with clock.freeze(MONDAY + timedelta(days=1)):
        page = town.signed_in(app, db.session.get_one(User, coordinator_id))
        page.goto(f"{town.site}/coordinate?view=questions")
        page.get_by_role("link", name=WORDS).click()
        expect(page.get_by_role("heading", name="12 of 14 groups answered")).to_be_visible()
        looked_at(town, page)
        page.get_by_role("button", name="Remind 2 groups").click()
        expect(page.get_by_text("2 groups are reminded.")).to_be_visible()
        expect(page.get_by_role("button", name="Remind")).to_have_count(0)
        page.context.close()
        town.work()


def take_the_table(town: Town, page: Page) -> None:
    """As a table for a spreadsheet, and on paper."""
    page.reload()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as a table (CSV)").click()
    rows = list(csv.reader(waiting.value.path().read_text(encoding="utf-8").splitlines()))
    assert [row[1] for row in rows[1:]].count("Answered") == 13
    assert ["Group 13", "Not answered yet"] in [row[:2] for row in rows]
    page.get_by_role("link", name="Print", exact=True).click()
    expect(page.get_by_role("heading", name="Not answered yet: 1")).to_be_visible()
    looked_at(town, page)
    page.get_by_role("link", name="Back").click()


def change_by_mail(town: Town, number: int) -> None:
    """The same link again: what was answered stands there, and another answer takes its place."""
    page = town.person()
    page.goto(town.link_in(town.mail_to(address_of(number), SUBJECT), "/answer/"))
    expect(page.get_by_text("What your group answered on 23 November")).to_be_visible()
    page.get_by_label("Full now").check()
    page.get_by_role("button", name="Send the new answer").click()
    expect(page.get_by_text("Thank you. Your answer is with the team.")).to_be_visible()
    page.context.close()


def close(town: Town, page: Page) -> None:
    """The change is told in the table; then nothing is taken any more."""
    page.reload()
    expect(page.get_by_text("Changed 1 time")).to_be_visible()
    page.get_by_role("button", name="Close the question now").click()
    expect(page.get_by_text("Closed. The answers stay here for two years.")).to_be_visible()
    late = town.person()
    late.goto(town.link_in(town.mail_to(address_of(GROUPS - 1), "Not answered yet"), "/answer/"))
    expect(late.get_by_role("heading", name="This question is closed")).to_be_visible()
    looked_at(town, late)
    late.context.close()


def looked_at(town: Town, page: Page) -> None:
    """It fits at 320 pixels and on a desk; axe finds nothing where it can run."""
    if town.script:
        check_at(page)
        return
    for size in NARROW_AND_WIDE:
        page.set_viewport_size(SIZES[size])
        check_fits(page)
