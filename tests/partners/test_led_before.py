"""Whoever led a programme before reads what was then. What was promised, called and decided since is not theirs."""

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.core.quarters import this_quarter
from portal.core.wording import full_date
from portal.partners import actions, agreement_actions, board_actions
from portal.partners.board_actions import SeatTold
from portal.partners.scopes import Sight
from tests.factories import Make
from tests.partners.world import World, in_days, key
from tests.support.page import Browser

AsUser = Callable[..., Browser]


def test_what_is_promised_for_quarters_after_a_lead_is_not_told(
    app: Flask, here: World, make: Make, as_user: AsUser
) -> None:
    one = here.agreement()
    last, later = this_quarter().before, this_quarter().following
    lead = make.organisation("Wharf Alliance")
    heir = make.user("lead-provider", organisation=lead)
    agreement_actions.promise(one, last.first, {"places": 21}, version=one.version, by=here.manager)
    actions.change_lead(here.programme, lead, clock.today(), by=heir, form_key=key())
    agreement_actions.promise(one, later.first, {"places": 77}, version=one.version, by=heir)
    db.session.commit()
    address = f"/partners/agreements/{one.id}"
    keeps, reads = as_user(heir).get(address).main, as_user(here.manager).get(address).main
    assert all(words in keeps for words in (last.label, "21", later.label, "77"))
    assert last.label in reads and later.label not in reads and "77" not in reads


def test_nor_when_boards_meet_now_nor_what_they_decided_instead(
    app: Flask, here: World, make: Make, as_user: AsUser
) -> None:
    board = here.board()
    old = here.decision(board, decided_on=in_days(-30))
    lead = make.organisation("Wharf Alliance")
    heir = make.user("lead-provider", organisation=lead)
    actions.change_lead(here.programme, lead, clock.today() - timedelta(days=9), by=heir, form_key=key())
    board.created_at = clock.now() - timedelta(days=60)
    new = here.decision(board, "Open on Sundays")
    board_actions.withdraw(old, "Too few came.", new, version=old.version, by=heir)
    board_actions.meet(board, in_days(12), None, form_key=key(), by=heir)
    db.session.commit()
    day, number = full_date(in_days(12)), new.shown_number
    keeper, reader = as_user(heir), as_user(here.manager)
    assert day in keeper.get("/partners/decisions").main
    seen = reader.get("/partners/decisions").main
    assert "Saffron board" in seen and day not in seen and "No meeting is set" not in seen
    for browser, instead in ((keeper, number), (reader, "")):
        rows = list(csv.reader(browser.get("/partners/decisions.csv").html.splitlines()))
        assert next(row[-1] for row in rows if "Open on Fridays" in row) == instead
        assert (number in browser.get("/partners/decisions/print").main) == bool(instead)


def test_the_last_day_of_a_lead_is_the_last_that_it_reads(here: World) -> None:
    last = in_days(-9)
    days = (last - timedelta(days=1), last, last + timedelta(days=1))
    assert [Sight(here.programme, until=last).may_read(one) for one in days] == [True, True, False]
    assert all(Sight(here.programme).may_read(one) for one in days)


@pytest.mark.parametrize(("after", "reads"), [(-1, True), (0, False)])
def test_what_began_on_the_first_day_of_the_next_lead_is_read_on_no_page(
    sqlite_app: Flask, here: World, make: Make, as_user: AsUser, after: int, reads: bool
) -> None:
    handover, board, paper = in_days(-9), here.board(), here.agreement(here.partner)
    day = handover + timedelta(days=after)
    board.created_at = clock.now() - timedelta(days=60)
    lead = make.organisation("Wharf Alliance")
    heir = make.user("lead-provider", organisation=lead)
    old = here.decision(board, decided_on=in_days(-30))
    new = here.decision(board, "Open on Sundays", decided_on=day)
    board_actions.withdraw(old, "Too few came.", new, version=old.version, by=here.manager)
    board_actions.seat(board, SeatTold("Omar Fell", "Chair", day), form_key=key(), by=here.manager)
    board_actions.meet(board, day, "Winter opening", form_key=key(), by=here.manager)
    agreement_actions.sign(paper, here.lead, "Petra Quist", "Treasurer", day, form_key=key(), by=here.manager)
    late = here.agreement(title="Morning cafe", starts_on=day)
    late.replaces_id = paper.id
    here.other("Sileby Carers", starts_on=day)
    actions.change_lead(here.programme, lead, handover, by=heir, form_key=key())
    db.session.commit()
    reader = as_user(here.manager)
    told = {
        f"/partners/boards/{board.id}": ("Omar Fell", "Winter opening", "Open on Sundays"),
        f"/partners/decisions/{old.id}": ("Open on Sundays",),
        "/partners/decisions.csv": (new.shown_number,),
        f"/partners/agreements/{paper.id}": ("Petra Quist", "Morning cafe"),
        f"/partners/{here.partner.id}": ("Morning cafe",),
        "/partners/partners.csv": ("Sileby Carers",),
        "/partners": ("Sileby Carers",),
    }
    for address, words in told.items():
        page = reader.get(address).html
        assert [one in page for one in words] == [reads] * len(words), address
