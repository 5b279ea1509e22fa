"""Moderators' pages in a real browser: what axe finds at each size and direction, keys, and without script."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.assurance.models import CheckItem, CheckRound, ListingReport
from portal.changes import risks
from portal.changes.models import ChangeRequest
from portal.core import clock
from portal.core.extensions import db
from portal.directory.models import Service
from portal.moderation import duplicates_finding, keys
from portal.moderation.models import DuplicatePair
from tests.factories import Make
from tests.moderation.conftest import Propose, phone
from tests.support.chromium import NARROW_AND_WIDE, SIZES, check_accessible, check_at, picture
from tests.support.people import session_of

OpenPage = Callable[..., Page]
PICTURES = os.environ.get("PORTAL_PICTURES")


@pytest.fixture
def busy(
    sqlite_app: Flask, make: Make, service: Service, editor: User, trusted: User, propose: Propose,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, str]:  # fmt: skip
    """Every queue with something in it; gives the address of each page."""
    monkeypatch.setattr(risks, "is_sampled", lambda _id: True)
    change = propose(
        editor, phone=phone("0116 496 0172"),
        description="A quiet place to go if tonight feels too much. Somebody meets you at the door. A miracle cure.",
    )  # fmt: skip
    propose(trusted, who_for="Anybody who likes tea and a chat.")
    propose(trusted, summary="Tea each Tuesday.")
    twin = make.service(
        "The Kettle & Chat Group", organisation=make.organisation("Kettle and Chat Group"), sessions=[make.session()]
    )
    db.session.add(
        ListingReport(
            service_id=service.id,
            reference="ABC234",
            kind="wrong_time",
            form_key="k" * 24,
            words="The door was shut at ten.",
        )
    )
    one, other = sorted((service.id, twin.id), key=lambda one: one.hex)
    pair = DuplicatePair(
        one_id=one, other_id=other, score=0.9, shares={"postcode same": 0.75, "name": 1.1, "days other": -1.2}
    )
    call = CheckRound(
        organization_id=service.organization_id,
        begun_on=clock.today(),
        phone_on=clock.today(),
        try_on=clock.today(),
        why_phone="silent",
    )
    call.items.append(CheckItem(service_id=service.id))
    db.session.add_all([pair, call])
    db.session.commit()
    report = db.session.query(ListingReport).one()
    return {
        "queue": "/moderate", "new": "/moderate/new", "reports": "/moderate/reports", "duplicates": "/moderate/duplicates",
        "item": f"/moderate/changes/{change.id}", "edit": f"/moderate/changes/{change.id}/edit",
        "send-back": f"/moderate/changes/{change.id}/send-back?reason=unclear", "reject": f"/moderate/changes/{change.id}/reject",
        "ticked": f"/moderate/changes/ticked?tick={change.id}&tick={plain_id()}", "pair": f"/moderate/duplicates/{pair.id}",
        "report": f"/moderate/reports/{report.id}", "phone-list": "/moderate/phone-list",
        "call": f"/moderate/phone-list/{call.id}",
        "decided": "/moderate/undo", "rules": "/moderate/rules",
        "listing": f"/group/listings/{service.id}/edit", "fact": f"/group/listings/{service.id}/edit/phone",
    }  # fmt: skip


def plain_id() -> object:
    return next(one.id for one in db.session.query(ChangeRequest) if not one.risks)


@pytest.fixture
def open_page(chromium: Chromium, site: str, sqlite_app: Flask, moderator: User) -> Iterator[OpenPage]:
    """`open_page(size)`: a page of a browser that is signed in as the moderator."""
    contexts = []

    def opened(size: str = "desk", **options: Any) -> Page:
        context = chromium.new_context(viewport=SIZES[size], base_url=site, **options)
        contexts.append(context)
        name, token = session_of(sqlite_app, moderator)
        context.add_cookies([{"name": name, "value": token, "url": site}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def test_every_page_is_accessible_at_every_size(busy: dict[str, str], open_page: OpenPage) -> None:
    page = open_page()
    for name, address in busy.items():
        page.goto(address)
        for size in NARROW_AND_WIDE:
            check_at(page, [size])
            if PICTURES:
                picture(page, Path(PICTURES), f"{name}-{size}")


def test_right_to_left_and_empty(open_page: OpenPage, busy: dict[str, str], service: Service) -> None:
    page = open_page("desk")
    for name in ("queue", "item", "pair"):
        page.goto(f"/ur{busy[name]}")
        if PICTURES:
            picture(page, Path(PICTURES), f"{name}-urdu")
        check_accessible(page)
    for row in [*db.session.query(ChangeRequest), *db.session.query(DuplicatePair)]:
        db.session.delete(row)
    db.session.commit()
    for address in ("/moderate", "/moderate/new", "/moderate/duplicates", "/moderate/undo"):
        page.goto(address)
        check_accessible(page)


def test_errors_and_decided_pages_are_accessible(open_page: OpenPage, busy: dict[str, str]) -> None:
    page = open_page("phone")
    page.goto(busy["reject"])
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_accessible(page)
    page.goto(busy["call"])
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check_accessible(page)
    page.goto(busy["item"])
    page.get_by_role("button", name="Approve both").click()
    expect(page.get_by_text("Approved: Kettle and Chat.")).to_be_visible()
    page.goto(busy["item"])
    expect(page.get_by_text("This is decided.")).to_be_visible()
    check_accessible(page)
    page.goto("/moderate/undo")
    check_accessible(page)


def test_keys_move_and_approve_once_they_are_on(open_page: OpenPage, busy: dict[str, str], moderator: User) -> None:
    page = open_page("desk")
    page.goto(busy["item"])
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(re.escape(busy["item"]) + "$"))
    keys.turn(moderator, on=True)
    db.session.commit()
    page.goto(busy["item"])
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="2 facts changed")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="1 fact changed")).to_be_visible()
    page.get_by_label("Note for the log (optional)").press("a")
    expect(page.get_by_label("Note for the log (optional)")).to_have_value("a")
    page.get_by_role("heading", name="Checks").click()
    page.keyboard.press("a")
    expect(page.get_by_text("Approved: Kettle and Chat.")).to_be_visible()


def test_without_script_a_change_is_decided_in_two_loads(open_page: OpenPage, busy: dict[str, str]) -> None:
    page = open_page("desk", java_script_enabled=False)
    page.goto("/moderate")
    page.get_by_role("link", name="Start with the oldest").click()
    page.get_by_role("button", name="Approve both").click()
    expect(page.get_by_text("Approved: Kettle and Chat.")).to_be_visible()
    expect(page.get_by_role("heading", name="1 fact changed")).to_be_visible()
    page.goto("/moderate")
    page.get_by_role("link", name="Tick all 2 plain changes").click()
    page.get_by_role("button", name="Approve ticked").first.click()
    page.get_by_role("button", name="Approve 2 changes").click()
    expect(page.get_by_text("2 changes approved.")).to_be_visible()


def test_without_script_a_report_leads_to_the_fact_and_back(open_page: OpenPage, busy: dict[str, str]) -> None:
    page = open_page("phone", java_script_enabled=False)
    page.goto(busy["report"])
    page.get_by_role("link", name="Change When").click()
    page.get_by_label("Starts").fill("10.30am")
    page.get_by_role("button", name="Save and show to everyone").click()
    expect(page.get_by_text("“When” is saved. Everyone can see it.")).to_be_visible()
    page.get_by_role("link", name="Back: Report ABC234").click()
    expect(page.get_by_text("Every Tuesday, 10.30am to midday")).to_be_visible()
    page.get_by_label("We have put it right").check()
    page.get_by_role("button", name="Answer the report").click()
    expect(page.get_by_text("Answered. Whoever left a contact is told.")).to_be_visible()


def test_the_worker_would_ask_about_the_twins(busy: dict[str, str], service: Service) -> None:
    assert duplicates_finding.look_at(service.id) == 1
