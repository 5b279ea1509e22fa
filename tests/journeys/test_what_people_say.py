"""From what a visitor says to what a neighbourhood reads: with scripts and without, in a real browser."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.core.tokens import new_token
from portal.partners.board_models import Board, BoardDecision
from portal.partners.models import Programme
from portal.voice.models import HelpedToken
from tests.factories import Make
from tests.support.chromium import SIZES, check_at
from tests.support.people import make_user
from tests.support.signed_in import pages_of
from tests.voice.conftest import CODE, cut

WORDS = "There is nothing for men at weekends. My name is Quilla Vantongeren."
Open = Callable[..., Page]


@pytest.fixture
def opened(active_app: Flask, chromium: Chromium, site: str) -> Iterator[Open]:
    """Opens a page, as somebody or as nobody, with or without JavaScript."""
    with pages_of(active_app, chromium, site) as open_page:

        def page_of(path: str, user: User | None = None, *, is_scripted: bool = True) -> Page:
            return open_page(path, user, size=SIZES["phone"], scripts=is_scripted)

        yield page_of


def checked(page: Page, *, is_scripted: bool) -> None:
    """Accessible and in one piece, narrow and wide; without scripts the checker itself cannot run."""
    if is_scripted:
        check_at(page)


@pytest.mark.parametrize("is_scripted", [True, False], ids=["scripts", "no-scripts"])
def test_what_a_visitor_says_is_answered_on_the_page_of_the_neighbourhood(
    sqlite_app: Flask, opened: Open, is_scripted: bool
) -> None:
    cut("leicester", "Leicester", "Clarendon Park", CODE)
    moderator = make_user("moderator", area="leicester", name="Moss Ferndale")
    programme = Programme(name="Neighbourhood health", area="leicester", starts_on=date(2026, 1, 1))
    board = Board(programme=programme, name="Saffron Vale board", decides="What is offered at weekends.")
    decision = BoardDecision(
        board=board, number=1, decided_on=date(2026, 10, 5), title="Saturdays", decided="Yes.", why="Asked."
    )
    db.session.add_all([programme, board, decision])
    db.session.commit()

    page = opened("/neighbourhoods/clarendon-park", is_scripted=is_scripted)
    page.get_by_role("link", name="Tell us what is missing here").click()
    expect(page.locator("#place")).to_have_value("Clarendon Park")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".error-summary")).to_contain_text("Choose what it is about")
    checked(page, is_scripted=is_scripted)
    page.get_by_label("Something is missing near me").check()
    page.locator("#words").fill(WORDS)
    page.get_by_label("You may quote my words on this site, without my name").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_have_text("Thank you for telling us")

    staff = opened("/voice", moderator, is_scripted=is_scripted)
    expect(staff.locator("main")).to_contain_text("There is nothing for men at weekends. My name is […]")
    assert "Vantongeren" not in staff.content()
    checked(staff, is_scripted=is_scripted)
    staff.get_by_role("link", name="You said, we did").click()
    staff.get_by_role("link", name="Begin a theme").click()
    staff.locator("#said").fill("Nothing for men at weekends")
    staff.locator("#where").select_option(label="Clarendon Park")
    staff.get_by_role("button", name="Save").click()
    checked(staff, is_scripted=is_scripted)
    staff.get_by_role("link", name="What people say").first.click()
    staff.get_by_role("link", name="Something is missing").click()
    staff.get_by_label("Clear: people who plan may read the words below").check()
    staff.locator("#words").fill("There is nothing for men at weekends.")
    staff.locator("#theme").select_option(label="Nothing for men at weekends")
    checked(staff, is_scripted=is_scripted)
    staff.get_by_role("button", name="Save").click()
    expect(staff.locator("main")).to_contain_text("Nothing waiting")
    staff.get_by_role("link", name="You said, we did").first.click()
    staff.get_by_role("link", name="Nothing for men at weekends").click()
    staff.locator("#done").fill("Repair Table now opens on Saturdays.")
    staff.locator("#decided").select_option(index=1)
    staff.locator("#quote").select_option(label="There is nothing for men at weekends.")
    staff.get_by_role("button", name="Save").click()
    staff.get_by_role("button", name="Publish").click()
    expect(staff.locator("[role=status]")).to_contain_text("It is published")

    page.goto(page.url.partition("/say")[0] + "/neighbourhoods/clarendon-park")
    box = page.locator("section[aria-labelledby=you-said]")
    expect(box).to_contain_text("“Nothing for men at weekends”")
    expect(box).to_contain_text("Decided by Saffron Vale board, 5 October 2026.")
    box.get_by_role("link", name="All that people said here").click()
    expect(page.locator("main")).to_contain_text("Repair Table now opens on Saturdays.")
    expect(page.locator("blockquote")).to_have_text("There is nothing for men at weekends.")
    assert "Quilla" not in page.content()
    checked(page, is_scripted=is_scripted)


@pytest.mark.parametrize("is_scripted", [True, False], ids=["scripts", "no-scripts"])
def test_whether_it_helped_is_answered_by_a_link_once(
    sqlite_app: Flask, opened: Open, make: Make, is_scripted: bool
) -> None:
    token, hashed = new_token()
    service = make.service("Tuesday Table")
    expires_on = clock.today() + timedelta(days=28)
    db.session.add(HelpedToken(token_hash=hashed, service_id=service.id, expires_on=expires_on))
    db.session.commit()
    page = opened(f"/helped/{token}", is_scripted=is_scripted)
    checked(page, is_scripted=is_scripted)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".error-summary")).to_contain_text("Choose whether it helped")
    page.get_by_label("It helped a lot").check()
    page.get_by_label("Yes").check()
    page.locator("#words").fill("I want to end my life")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_have_text("Does someone need help right now?")
    checked(page, is_scripted=is_scripted)
    page.locator("button[name=send]").click()
    expect(page.locator("h1")).to_have_text("Thank you for your answer")
    page.goto(page.url.rstrip("/") + f"/{token}")
    expect(page.locator("h1")).to_have_text("This link does not work any more")
