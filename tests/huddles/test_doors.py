"""Ways past what a huddle keeps: a role that ended, somebody who died, a form that nobody noted, and two at one moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import Membership
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.huddles import actions, board_views
from portal.huddles.models import Huddle, HuddleAction, HuddleAttendance, HuddleCase, HuddleNote
from tests.huddles.pages import day, fill
from tests.support.at_once import PATIENCE, all_know, post_all
from tests.support.page import Browser
from tests.support.teams import TeamWorld

AsUser = Callable[..., Browser]


def test_a_role_in_another_area_opens_no_huddle_of_this_one(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser, address = as_user(team.adviser), team.at()
    assert "Cold home" in browser.get(address).main
    team.adviser.memberships.append(Membership(role="team-member", area="camden"))
    team.adviser.memberships[0].ended_at = clock.now()
    db.session.commit()
    case = team.case_at()
    for path in (address, f"{address}/minutes", f"{address}/catch-up", "/neighbourhoods/saffron-vale/huddle"):
        browser.get(path, expect=404)
    browser.post(case, {"situation": "x"}, expect=404)
    assert db.session.query(HuddleNote).count() == 0


def test_a_reference_of_somebody_who_died_puts_nobody_on_the_board(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    person = team.somebody()
    person.death_recorded_at = clock.now()
    db.session.commit()
    told = {"who": "", "reference": person.reference, "why": "Home on Friday", "lead": "", "key": "k" * 24}
    page = as_user(team.worker).post(f"{team.at()}/cases", told, expect=422)
    assert "We know nobody by this reference" in page.main
    assert db.session.query(HuddleCase).filter_by(person_id=person.id).count() == 0


def test_that_the_form_of_a_gap_was_opened_for_somebody_is_noted(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    page = as_user(team.adviser).get(f"/neighbourhoods/saffron-vale/gap?case={team.person.reference}")
    assert team.person.shown_reference in page.main
    entry = db.session.query(AuditEntry).filter_by(action="person.read").one()
    assert (entry.subject_id, entry.details) == (str(team.person.id), {"what": "gap"})


def test_what_is_still_to_do_of_an_earlier_case_can_be_done_once_they_are_on_the_board_again(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser, address = as_user(team.worker), team.at()
    opened = f"{address}?open={team.person.reference}"
    owner = {"what": "Call the landlord", "owner": f"member:{team.at_work.id}", "do": "add"}
    browser.post(team.case_at(), fill(browser.get(opened), team.case_at(), **owner), expect=303)
    browser.post(f"{team.case_at()}/close", {"closed_as": "settled", "version": "1"}, expect=303)
    again = {"who": "", "reference": team.person.reference, "why": "Back", "lead": "", "key": "k" * 24}
    browser.post(f"{address}/cases", again, expect=303)
    action = db.session.query(HuddleAction).one()
    way = f"{team.case_at()}/actions/{action.id}"
    browser.get(way)
    browser.post(f"{way}/done", expect=303)
    db.session.expire_all()
    assert db.session.query(HuddleAction).one().ended_as == "done"
    as_user(team.stranger).post(f"{way}/dropped", expect=404)


def test_a_huddle_begun_for_a_far_day_does_not_take_the_place_of_the_next(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser, now = as_user(team.worker), "/neighbourhoods/saffron-vale/huddle"
    far = clock.today() + timedelta(days=301)
    db.session.add(Huddle(team_id=team.team.id, neighbourhood_id=team.place.id, held_on=far))
    db.session.commit()
    assert browser.get(now, expect=303).headers["Location"] == team.at()
    browser.post(f"{team.at()}/here", {"here": [str(team.at_work.id)]}, expect=303)
    browser.post(f"{team.at()}/finish", day("next_on", team.ahead(7)), expect=303)
    assert browser.get(now, expect=303).headers["Location"] == team.at(clock.today() + timedelta(days=7))


def test_who_is_here_is_said_four_times_at_once(
    app: Flask, team: TeamWorld, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsers = [as_user(team.worker) for _turn in range(4)]
    told = {"here": [str(team.at_work.id)], "shown_here": str(team.at_money.id)}
    address = f"{team.at()}/here"
    browsers[0].post(address, {"here": [str(team.at_money.id)]}, expect=303)
    all_know(monkeypatch, board_views, "meeting_at", 4)
    assert post_all([(one, address, told) for one in browsers]) == [303] * 4
    assert db.session.query(HuddleAttendance).one().member_id == team.at_work.id


def test_nothing_is_noted_at_a_huddle_once_it_has_ended_however_close_the_two_come(
    app: Flask, team: TeamWorld, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, ender, address = as_user(team.worker), as_user(team.adviser), team.at()
    writer.post(f"{address}/here", {"here": [str(team.at_work.id)]}, expect=303)
    note = fill(writer.get(f"{address}?open={team.person.reference}"), team.case_at(), situation="Cold")
    case, end = team.case_at(), day("next_on", team.ahead(7)) | {"csrf_token": ender.csrf_token()}
    has_begun, has_ended, asked = Event(), Event(), actions.note_at

    # SQLite lets one request write at a time, from its beginning: there nobody waits.
    patience = PATIENCE if db.engine.dialect.name == "postgresql" else 0

    def waiting(*given: Any) -> Any:
        has_begun.set()
        has_ended.wait(patience)
        return asked(*given)

    monkeypatch.setattr(actions, "note_at", waiting)
    db.session.rollback()
    with ThreadPoolExecutor(1) as beside:
        writes = beside.submit(writer.client.post, case, data=note)
        assert has_begun.wait(10 * PATIENCE)
        ends = ender.client.post(f"{address}/finish", data=end)
        has_ended.set()
        assert [writes.result().status_code, ends.status_code] == [303, 303]
    db.session.rollback()
    entries = db.session.query(AuditEntry.action).order_by(AuditEntry.number)
    acts = [one for (one,) in entries if one in {"huddle.noted", "huddle.finished"}]
    assert acts == ["huddle.noted", "huddle.finished"]


def test_what_somebody_needs_stands_in_no_entry_of_the_audit_chain(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser, way = as_user(team.adviser), f"/neighbourhoods/saffron-vale/gap?case={team.person.reference}"
    key = browser.get(way).one("main input[name=key]")["value"]
    told = {"need": "abuse", "place": str(team.place.id), "words": "", "key": key, "next": ""}
    browser.post(way, told, expect=303)
    entry = db.session.query(AuditEntry).filter_by(action="gap.told").one()
    assert entry.details == {"person": str(team.person.id)}
