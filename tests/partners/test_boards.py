"""Boards: seats, meetings, and a log of decisions of which none is changed and none goes."""

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.errors import Overtaken
from portal.core.extensions import db
from portal.core.wording import full_date
from portal.organisations.models import Organization
from portal.partners import actions, board_actions, queries
from portal.partners.board_models import BoardDecision, BoardMeeting, BoardMember
from tests.factories import Make
from tests.partners.world import BEGAN, World, dates, in_days, key, world
from tests.support.page import Browser


def test_a_board_is_set_up_for_a_neighbourhood(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    browser = as_user(here.manager)
    part = here.programme.area
    page = browser.get("/partners/boards/add")
    west = next(one["value"] for one in page.select("#neighbourhood option") if one.get_text() == "Westfields")
    told = {"name": "West board", "decides": "Which cafes open.", "neighbourhood": str(west), "key": key()}
    assert "Say what it decides" in browser.post("/partners/boards/add", {**told, "decides": " "}, expect=422).main
    page = browser.post("/partners/boards/add", told, expect=303)
    browser.post("/partners/boards/add", told, expect=303)
    shown = browser.get(page.headers["Location"])
    assert "Westfields" in shown.main and "Nothing was decided yet" in shown.main and part == "leicester"
    change = page.headers["Location"] + "/change"
    new = {"name": "West board", "decides": "Where cafes open.", "neighbourhood": "", "version": "1"}
    browser.post(change, new, expect=303)
    clash = browser.post(change, {**new, "decides": "When they open."}, expect=409)
    assert "Where cafes open." in clash.main and clash.one("textarea").get_text().strip() == "When they open."


def test_seats_are_ended_and_names_are_encrypted(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    board, browser = here.board(), as_user(here.manager)
    told = {
        "name": "Petronella Quist", "seat": "Chair", "organisation": str(here.partner.organization_id), "key": key(),
        **dates("starts_on", in_days(-30)), **dates("ends_on", None),
    }  # fmt: skip
    address = f"/partners/boards/{board.id}"
    backwards = {**told, **dates("ends_on", in_days(-31))}
    assert "comes before the first" in browser.post(f"{address}/seats/add", backwards, expect=422).main
    browser.post(f"{address}/seats/add", told, expect=303)
    browser.post(f"{address}/seats/add", told, expect=303)
    member = db.session.scalars(select(BoardMember)).one()
    assert "Petronella" not in db.session.connection().exec_driver_sql("select name from board_member").scalar_one()
    assert "Petronella Quist" in browser.get(address).main
    read = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "board.read")
    assert db.session.scalar(read) == 1
    browser.post(f"{address}/seats/{member.id}/end", {"version": "1", **dates("ends_on", in_days(-1))}, expect=303)
    assert "Before" in browser.get(address).main
    browser.get(f"{address}/seats/{here.partner.id}/end", expect=404)


def test_a_meeting_is_noted_once_a_day(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    board, browser = here.board(), as_user(here.manager)
    address = f"/partners/boards/{board.id}/meetings/add"
    browser.post(address, {"about": "Cafes", "key": key(), **dates("held_on", in_days(9))}, expect=303)
    again = browser.post(address, {"about": "Grants", "key": key(), **dates("held_on", in_days(9))}, expect=422)
    assert "noted already" in again.main and "Grants" in again.one("textarea").get_text()
    assert "Meets on" in browser.get("/partners/decisions").main


def test_decisions_are_numbered_and_a_withdrawn_one_stays_beside_its_successor(
    app: Flask, here: World, as_user: Callable[..., Browser]
) -> None:
    board, browser = here.board(), as_user(here.manager)
    first = here.decision(board)
    told = {
        "title": "Open on Saturdays", "decided": "It opens at 10.", "why": "Fridays were empty.", "proposed_by": "Omar Fell",
        "meeting": "", "key": key(), **dates("decided_on", in_days(0)),
    }  # fmt: skip
    address = f"/partners/boards/{board.id}/decisions/add"
    assert "not in the future" in browser.post(address, {**told, **dates("decided_on", in_days(1))}, expect=422).main
    page = browser.post(address, told, expect=303)
    browser.post(address, told, expect=303)
    second = db.session.scalars(select(BoardDecision).where(BoardDecision.number == 2)).one()
    assert "Omar" not in str(
        db.session.connection().exec_driver_sql("select proposed_by from board_decision where number = 2").scalar()
    )
    withdraw = f"/partners/decisions/{first.id}/withdraw"
    wrong = {"version": "1", "why": "Nobody came.", "successor": str(first.id)}
    assert "Choose one of the answers" in browser.post(withdraw, wrong, expect=422).main
    browser.post(withdraw, {**wrong, "successor": str(second.id)}, expect=303)
    assert "changed this" in browser.post(withdraw, {**wrong, "successor": str(second.id)}, expect=409).main
    old = browser.get(f"/partners/decisions/{first.id}")
    assert "This decision holds no more" in old.main and "Open on Saturdays" in old.main and "It opens." in old.main
    new = browser.get(page.headers["Location"])
    assert "It took the place of" in new.main and "Open on Fridays" in new.main and "Omar Fell" in new.main
    assert "Open on Fridays" not in " ".join(browser.get("/partners/decisions").words("tbody th"))
    assert "Open on Fridays" in browser.get("/partners/decisions?show=withdrawn").main
    assert [one.title for one in queries.decisions_for("leicester")] == ["Open on Saturdays"]
    assert queries.decisions_for("camden") == []
    with pytest.raises(Overtaken):
        board_actions.withdraw(first, "x", None, version=1, by=here.manager)


def test_the_log_is_searched_by_words_and_board(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    one, two = here.board(), here.board("Belgrave board")
    here.decision(one, "Open on Fridays")
    here.decision(two, "Fund the 100% garden", decided="Two thousand pounds.")
    browser = as_user(here.manager)
    assert browser.get("/partners/decisions?q=THOUSAND").words("tbody th") == ["Fund the 100% garden"]
    assert browser.get("/partners/decisions?q=100%25").words("tbody th") == ["Fund the 100% garden"]
    assert browser.get(f"/partners/decisions?board={one.id}").words("tbody th") == ["Open on Fridays"]
    assert "No decision is found" in browser.get("/partners/decisions?q=zebra").main
    for rubbish in ("board=x", "programme=%00", "q=%ff%fe", "show=all", f"q={'9' * 400}"):
        browser.get(f"/partners/decisions?{rubbish}")


def test_a_successor_stands_on_the_same_board(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    there = world(here.make, "camden", "Lockhouse Partnership", "Camden teams")
    other = there.decision(there.board())
    one = here.decision(here.board())
    page = as_user(here.manager).post(
        f"/partners/decisions/{one.id}/withdraw", {"version": "1", "why": "No.", "successor": str(other.id)}, expect=422
    )
    assert "Choose one of the answers" in page.main


def test_who_led_before_reads_what_was_decided_then(app: Flask, here: World, as_user: Callable[..., Browser]) -> None:
    board = here.board()
    before, after = (
        here.decision(board, "Then", decided_on=in_days(-5)),
        here.decision(board, "Now", decided_on=in_days(0)),
    )
    board.created_at = clock.now() - timedelta(days=100)
    heir = here.make.organisation("Wharf Alliance")
    admin = here.make.user("administrator")
    actions.change_lead(here.programme, heir, in_days(-2), by=admin, form_key=key())
    db.session.commit()
    browser = as_user(here.manager)
    assert browser.get("/partners/decisions").words("tbody th") == ["Then"]
    browser.get(f"/partners/decisions/{before.id}")
    browser.get(f"/partners/decisions/{after.id}", expect=404)
    assert "Now" not in browser.get(f"/partners/boards/{board.id}").main
    browser.get(f"/partners/decisions/{before.id}/withdraw", expect=404)
    assert in_days(-2) > BEGAN


def test_a_decision_says_at_which_meeting_it_was_made(
    sqlite_app: Flask, here: World, make: Make, as_user: Callable[..., Browser]
) -> None:
    board, browser = here.board(), as_user(here.manager)
    board_actions.meet(board, in_days(-20), None, form_key=key(), by=here.manager)
    db.session.commit()
    before, day = here.decision(board, decided_on=in_days(-25)), full_date(in_days(-20))
    address = f"/partners/boards/{board.id}/decisions/add"
    met = next(one["value"] for one in browser.get(address).select("#meeting option") if one.get_text() == day)
    told = {"title": "Open on Saturdays", "decided": "At 10.", "why": "Asked.", "meeting": str(met), "key": key()}
    made = browser.post(address, {**told, **dates("decided_on", in_days(-19))}, expect=303).headers["Location"]
    assert f"At which meeting {day}" in browser.get(made).main
    assert "At which meeting Between meetings" in browser.get(f"/partners/decisions/{before.id}").main
    rows = list(csv.reader(browser.get("/partners/decisions.csv").html.splitlines()))
    place = rows[0].index("At which meeting")
    assert [row[place] for row in rows[1:]] == [in_days(-20).isoformat(), ""]
    heir = make.user("lead-provider", organisation=make.organisation("Wharf Alliance"))
    lead = db.session.get_one(Organization, heir.memberships[0].organization_id)
    actions.change_lead(here.programme, lead, in_days(-21), by=heir, form_key=key())
    board.created_at = clock.now() - timedelta(days=60)
    before.meeting_id = db.session.scalars(select(BoardMeeting.id)).one()
    db.session.commit()
    page = browser.get(f"/partners/decisions/{before.id}").main
    assert "At which meeting" not in page and day not in page, "the meeting was held when another led"
