"""Finishing: owners hear by reference alone of what they may see, the next day is set, and the next board fills by itself."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.huddles import days
from portal.huddles.models import Huddle, HuddleAction, HuddleCase
from portal.people import consents
from portal.people.models import Person
from portal.teams.models import TeamPatch
from tests.huddles.pages import day, fill
from tests.support.mailbox import Mailbox
from tests.support.page import Browser, Page
from tests.support.teams import TeamWorld, make_huddle_team

AsUser = Callable[..., Browser]


def agree_on(browser: Browser, team: TeamWorld, what: str, **typed: str) -> None:
    page = browser.get(f"{team.at()}?open={team.person.reference}")
    browser.post(team.case_at(), fill(page, team.case_at(), what=what, do="add", **typed), expect=303)


def finish(browser: Browser, address: str, next_on: str = "2026-12-01") -> None:
    browser.post(f"{address}/finish", day("next_on", next_on), expect=303)


def noted_in(page: Page) -> str:
    """The minutes on a page, as they read."""
    return " ".join(page.one(".huddle-minutes").get_text().split())


def test_each_owner_hears_by_reference_alone_of_what_they_may_see(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser, mailbox: Mailbox
) -> None:
    browser, at, reference = as_user(team.worker), team.at(), team.person.shown_reference
    emails = [one.email for one in (team.worker, team.adviser, team.stranger)]
    agree_on(browser, team, "Take a heater round")
    agree_on(browser, team, "Ask landlord", owner="role:housing")
    check = browser.get(f"{at}/finish").main
    assert "Take a heater round" in check and "Housing adviser 1 action" in check
    finish(browser, at)
    sent = mailbox.all
    mine, housing = ([one for one in sent if one.to == email] for email in emails[:2])
    assert len(mine) == len(housing) == 1 and len(sent) == 2
    for one in sent:
        assert reference in one.text and "Tuesday 1 December" in one.text
        for word in ("Quilla", "Vantongeren", "Q.V.", "heater", "landlord", "Cold home", "Arkwright"):
            assert word not in one.text + one.subject + (one.html or "")
    page = browser.get(at)
    assert "This huddle is finished, and nothing of it changes any more." in page.main
    assert "Take a heater round" in page.main
    browser.post(f"{at}/finish", day("next_on", "2026-12-08"), expect=409)


def test_a_case_with_nothing_to_do_needs_a_next_step_and_the_page_before_the_end_says_so(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.worker)
    team.add_case(team.somebody(given_name="Arlo", family_name="Penhaligon"), "Only for link workers")
    check = browser.get(f"{team.at()}/finish")
    assert "2 cases need a next step" in check.main and "Only for link workers" in check.main
    assert "Nobody is ticked as being here" in check.main
    theirs = as_user(team.adviser).get(f"{team.at()}/finish").main
    assert "1 case needs a next step" in theirs and "Only for link workers" not in theirs
    board = browser.get(check.link("Tick who is here").partition("#")[0])
    assert board.select("details#here[open]") and not browser.get(team.at()).select("details#here[open]")
    browser.post(f"{team.at()}/here", {"here": str(team.at_work.id)}, expect=303)
    agree_on(browser, team, "Take a heater round")
    action = db.session.query(HuddleAction).one()
    check = browser.get(f"{team.at()}/finish")
    assert "1 case needs a next step" in check.main and "Nobody is ticked" not in check.main
    assert check.select("#stepless") and team.person.shown_reference not in check.one(".frame").get_text()
    finish(browser, team.at())
    with clock.freeze(clock.now() + timedelta(days=7)):
        later = as_user(team.worker)
        assert "2 cases: 1 needs a next step" in later.get(team.at()).main
        later.post(f"{team.case_at()}/actions/{action.id}/done", expect=303)
        page = later.get(team.at())
        assert "2 cases: 2 need a next step" in page.main and "In hand" not in page.main


def test_an_agreement_that_ends_before_the_mail_is_written_keeps_the_case_out_of_it(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser, mailbox: Mailbox
) -> None:
    browser, at, reference = as_user(team.worker), team.at(), team.person.shown_reference
    agree_on(browser, team, "Ask landlord", owner=f"member:{team.at_housing.id}")
    finish(browser, at)
    email = team.adviser.email
    consents.end(team.person, team.housing.id, by="person", how="online")
    db.session.commit()
    told = mailbox.to(email)[0].text
    assert reference not in told and "Nothing of it is open any more." in told


def test_a_week_later_all_of_it_stands_there_again_and_nothing_is_retyped(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.worker)
    page = browser.get(f"{team.at()}?open={team.person.reference}")
    texts = {"situation": "No heating.", "done_so_far": "Reported.", "this_week": "No answer.", "next_steps": "Write."}
    sent = fill(page, team.case_at(), what="Ask landlord", do="add", **texts)
    browser.post(team.case_at(), sent | {"due": "2026-11-27"}, expect=303)
    first = team.at()
    finish(browser, first)
    with clock.freeze(clock.now() + timedelta(days=7)):
        later = as_user(team.worker)
        here = later.get(f"/neighbourhoods/{team.place.slug}/huddle", expect=303).headers["Location"]
        assert here == team.at(date(2026, 12, 1))
        page = later.get(f"{here}?open={team.person.reference}")
        assert "1 case: 1 overdue" in page.main and "4 days late" in page.main
        assert page.one("#situation").get_text().strip() == "No heating."
        assert page.one("#done_so_far").get_text().strip() == "Reported.\n24 November: No answer."
        assert (
            page.one("#this_week").get_text().strip() == "" and page.one("#next_steps").get_text().strip() == "Write."
        )
        later.post(team.case_at(), fill(page, team.case_at(), this_week="Answer came."), expect=303)
        assert "No answer." in later.get(first).main and "Answer came." not in later.get(first).main


def test_what_was_typed_when_the_huddle_was_finished_stands_on_the_next_board(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    one, other = as_user(team.worker), as_user(team.adviser)
    sent = fill(one.get(f"{team.at()}?open={team.person.reference}"), team.case_at(), situation="Typed late")
    finish(other, team.at())
    page = one.post(team.case_at(), sent, expect=409)
    assert "This huddle was finished while you were writing." in page.main
    assert page.one("#situation").get_text().strip() == "Typed late"
    again = team.case_at(date(2026, 12, 1))
    one.post(again, fill(page, again), expect=303)
    assert "Typed late" in one.get(f"{team.at(date(2026, 12, 1))}?open={team.person.reference}").html


def test_nothing_of_a_finished_huddle_is_changed_by_any_address(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.worker)
    agree_on(browser, team, "Take a heater round")
    finish(browser, team.at())
    action = db.session.query(HuddleAction).one()
    at_action = f"{team.case_at()}/actions/{action.id}"
    changed = {"what": "Write", "owner": "role:housing", "version": "1", **day("due", "2026-12-04")}
    for address, sent in (
        (at_action, changed),
        (f"{at_action}/done", {}),
        (f"{team.case_at()}/change", {"why": "Typed late", "lead": "", "version": "1"}),
        (f"{team.case_at()}/close", {"closed_as": "settled", "drops": "y", "version": "1"}),
    ):
        page = browser.post(address, sent, expect=409)
        assert "This huddle was finished while you were writing." in page.main, address
        assert page.link("Back to the huddle") == team.at()
    db.session.expire_all()
    assert (action.what, action.ended_on, action.version) == ("Take a heater round", None, 1)
    case = db.session.query(HuddleCase).one()
    assert (case.why, case.closed_on, case.version) == ("Cold home, unpaid carer", None, 1)


def test_minutes_say_what_was_agreed_then_whatever_later_huddles_change(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.worker)
    agree_on(browser, team, "Take a heater round", due="2026-12-04")
    first, second = team.at(), team.at(date(2026, 12, 1))
    action = db.session.query(HuddleAction).one()

    def change(what: str, why: str, due: str, version: str) -> None:
        told = {"what": what, "owner": "role:housing", "version": version, **day("due", due)}
        as_user(team.worker).post(f"{team.case_at()}/actions/{action.id}", told, expect=303)
        case = {"why": why, "lead": "", "version": version}
        as_user(team.worker).post(f"{team.case_at()}/change", case, expect=303)

    change("Take two heaters round", "Cold home", "2026-12-04", "1")  # before the end, that nobody reads any more
    finish(browser, first)
    minutes = noted_in(browser.get(first))
    assert "Cold home Agreed Take two heaters round: Housing adviser, due Friday 4 December" in minutes
    with clock.freeze(clock.now() + timedelta(days=7)):
        change("Ask for the heaters back", "Warm again", "2026-12-18", "2")
        change("Fetch the heaters", "Warm, and moving out", "2026-12-21", "3")
        assert noted_in(as_user(team.worker).get(first)) == minutes
        finish(as_user(team.worker), second, "2026-12-08")
        then = noted_in(as_user(team.worker).get(second))
        assert "Warm, and moving out" in then and "Fetch the heaters: Housing adviser, due Monday 21 December" in then
    with clock.freeze(clock.now() + timedelta(days=14)):
        change("Nothing more", "On the way", "2026-12-22", "4")
        as_user(team.worker).post(f"{team.case_at()}/actions/{action.id}/done", expect=303)
        done = " (done Tuesday 8 December)"
        for address, told in ((first, minutes), (second, then)):
            page = as_user(team.worker).get(address)
            assert noted_in(page).replace(done, "") == told and done in noted_in(page)
    db.session.expire_all()
    assert len(action.stood or ()) == len(db.session.query(HuddleCase).one().stood or ()) == 2, (
        "one for each that is over"
    )


def test_minutes_and_catch_up_hold_what_is_shared_with_the_reader_alone(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.worker)
    other = team.somebody(given_name="Arlo", family_name="Penhaligon")
    team.add_case(other, "Hidden from housing")
    agree_on(browser, team, "Ask landlord", this_week="No answer.")
    case = team.case_at(person=other)
    page = browser.get(f"{team.at()}?open={other.reference}")
    browser.post(case, fill(page, case, situation="Only for link workers", what="Call in", do="add"), expect=303)
    finish(browser, team.at())
    for address in (team.at(), f"{team.at()}/minutes", f"{team.at()}/catch-up"):
        mine, theirs, nobodys = (as_user(who).get(address) for who in (team.worker, team.adviser, team.stranger))
        assert "Call in" in mine.html and "A.P." in mine.html
        assert "Ask landlord" in theirs.html and "Q.V." in theirs.html
        for hidden in (
            "A.P.",
            other.reference,
            other.shown_reference,
            "Only for link workers",
            "Call in",
            "not shared",
        ):
            assert hidden not in theirs.html
        assert "Q.V." not in nobodys.html and "landlord" not in nobodys.html and "not shared" not in nobodys.html


def test_minutes_hold_every_shared_case_that_was_on_the_board_and_what_was_still_to_do(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.worker)
    other = team.somebody(given_name="Arlo", family_name="Penhaligon")
    team.add_case(other, "Talked about by nobody")
    shut = team.somebody(given_name="Off", family_name="Board")
    team.add_case(shut, "Closed before", closed_on=clock.today() - timedelta(days=1), closed_as="settled")
    agree_on(browser, team, "Carried over")
    agree_on(browser, team, "Done in between")
    finish(browser, team.at())
    between, last = clock.now() + timedelta(days=2), clock.now() + timedelta(days=7)
    with clock.freeze(between):
        done = db.session.query(HuddleAction).filter_by(due_on=date(2026, 12, 1)).all()
        ended = next(one for one in done if one.what == "Done in between")
        ended.ended_on, ended.ended_as = clock.today(), "done"
        db.session.commit()
    with clock.freeze(last):
        later, second = as_user(team.worker), team.at()
        finish(later, second, "2026-12-08")
        with clock.freeze(last + timedelta(hours=1)):
            added = team.somebody(given_name="Too", family_name="Late")
            team.add_case(added, "Put on after the end")
        for address in (second, f"{second}/minutes"):
            mine, theirs = as_user(team.worker).get(address), as_user(team.adviser).get(address)
            assert "Talked about by nobody" in mine.main and "A.P." in mine.main
            assert "Nothing was noted or agreed at this huddle." in mine.main
            for one in (mine, theirs):
                assert "Still to do from earlier huddles Carried over" in " ".join(one.main.split())
                for gone in ("Done in between", "Closed before", "Put on after the end"):
                    assert gone not in one.html
            assert "A.P." not in theirs.html and "Talked about by nobody" not in theirs.html
            assert "No case that is shared with you was on the board." in as_user(team.stranger).get(address).main


def test_who_was_away_sees_what_changed_since_they_were_there(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.adviser)
    browser.post(f"{team.at()}/here", {"here": str(team.at_housing.id)}, expect=303)
    agree_on(browser, team, "Known to them", this_week="They heard this.")
    finish(browser, team.at())
    with clock.freeze(clock.now() + timedelta(days=7)):
        worker = as_user(team.worker)
        agree_on(worker, team, "New to them", this_week="They did not hear this.")
        action = db.session.query(HuddleAction).order_by(HuddleAction.created_at).first()
        assert action is not None
        worker.post(f"{team.case_at()}/actions/{action.id}/done", expect=303)
        told = as_user(team.adviser).get(f"{team.at()}/catch-up").main
    assert "You were last at a huddle of this team on Tuesday 24 November." in told
    assert "They did not hear this." in told and "New to them" in told and "They heard this." not in told
    assert "Done: Known to them" in told


def test_the_day_that_is_proposed_is_no_bank_holiday_and_the_page_says_why(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    team.team.huddle_weekday = 4  # Friday
    db.session.commit()
    with clock.freeze(datetime(2026, 12, 18, 9, 0, tzinfo=UTC)):
        browser = as_user(team.worker)
        page = browser.get(f"{team.at()}/finish")
        assert (
            "Friday 25 December is a bank holiday, so Tuesday 29 December is proposed: the next working day."
            in page.main
        )
        assert [page.one(f"input[name=next_on-{part}]")["value"] for part in ("day", "month")] == ["29", "12"]
        finish(browser, team.at(), "2026-12-25")  # the team may choose it all the same
        christmas = browser.get(team.at(date(2026, 12, 25)))
        assert "Friday 25 December is a bank holiday." in christmas.main
        assert "The next working day is Tuesday 29 December." in christmas.main and "Q.V." in christmas.main
        for wrong in ("2026-12-01", "2029-01-01"):
            browser.post(f"{team.at(date(2026, 12, 25))}/finish", day("next_on", wrong), expect=409)


def test_the_next_huddle_is_never_on_the_same_day(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.worker)
    page = browser.post(f"{team.at()}/finish", day("next_on", "2026-11-24"), expect=422)
    assert "The next huddle comes on a later day than this one: Tuesday 1 December is proposed" in page.main
    assert db.session.query(Huddle).count() == 0
    team.team.huddle_weekday = 4  # Friday
    db.session.commit()
    with clock.freeze(datetime(2026, 12, 18, 9, 0, tzinfo=UTC)):  # the last one before Christmas
        page = as_user(team.worker).post(f"{team.at()}/finish", day("next_on", "2026-12-18"), expect=422)
        assert "Tuesday 29 December is proposed" in page.main
    browser.post(f"{team.at()}/here", {"here": str(team.at_work.id)}, expect=303)
    with clock.freeze(clock.now() + timedelta(days=1)):  # finished a day late, it may go on today
        finish(as_user(team.worker), team.at(date(2026, 11, 24)), "2026-11-25")
    assert db.session.query(Huddle).one().next_on == date(2026, 11, 25)


def test_a_huddle_that_is_still_to_come_cannot_be_finished(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    bad = as_user(team.worker).post(f"{team.at()}/finish", day("next_on", "2026-11-23"), expect=422)
    assert "Enter today or a day to come" in bad.main
    finish(as_user(team.worker), team.at())
    address = team.at(date(2026, 12, 1))
    page = as_user(team.worker).post(f"{address}/finish", day("next_on", "2026-12-08"), expect=409)
    assert "It can be finished on that day." in page.main


def test_past_huddles_stay_where_they_were_when_the_neighbourhood_moves(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser, first = as_user(team.worker), team.at()
    agree_on(browser, team, "Said by the first team")
    finish(browser, first)
    second = make_huddle_team(name="Second team")
    db.session.query(TeamPatch).update({"valid_to": date(2026, 11, 25)})
    db.session.add(TeamPatch(team_id=second.id, neighbourhood_id=team.place.id, valid_from=date(2026, 11, 25)))
    db.session.commit()
    with clock.freeze(clock.now() + timedelta(days=7)):
        assert "Said by the first team" in as_user(team.worker).get(first).main
        assert "There is no huddle here" in as_user(team.worker).get(team.at(), expect=404).main
        theirs = as_user(team.coordinator).get(team.at()).main
        assert "Second team" in theirs and "not shared with you" not in theirs
    assert db.session.query(Huddle).one().neighbourhood_id == team.place.id


def test_no_cases_says_what_is_still_open(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.worker)
    assert "1 case" in browser.get(team.at()).main
    agree_on(browser, team, "Hand the keys back")
    finish(browser, team.at())
    with clock.freeze(clock.now() + timedelta(days=7)):
        later = as_user(team.worker)
        later.post(f"{team.case_at()}/close", {"closed_as": "settled", "version": "1"}, expect=303)
        page = later.get(team.at())
        assert "No cases this week Last huddle Tuesday 24 November: 1 action still open." in page.main
        action = db.session.query(HuddleAction).one()
        later.post(f"{team.case_at()}/actions/{action.id}/done", expect=303)
        assert "nothing is still open" in later.get(team.at()).main
    row = db.session.query(HuddleCase).one()
    assert row.closed_as == "settled"


@pytest.mark.parametrize("gone", ["erased_at", "death_recorded_at"])
def test_somebody_who_is_gone_stands_on_no_board(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser, gone: str
) -> None:
    db.session.query(Person).update({gone: clock.now()})
    db.session.commit()
    page = as_user(team.worker).get(team.at())
    assert "No cases this week" in page.main and team.person.reference not in page.html
    as_user(team.worker).post(team.case_at(), {"situation": "x"}, expect=404)


def test_the_usual_day_and_the_working_day_after_it() -> None:
    assert days.usual_after(date(2026, 11, 24), 1) == date(2026, 12, 1)
    assert days.usual_after(date(2026, 11, 24), 2) == date(2026, 11, 25)
    assert days.proposed_after(date(2026, 12, 18), 4, "england") == (date(2026, 12, 25), date(2026, 12, 29))
    assert days.is_bank_holiday(date(2026, 11, 30), "scotland") and not days.is_bank_holiday(
        date(2026, 11, 30), "england"
    )
    assert days.nation_of("W02000001") == "wales" and days.nation_of(None) == "england"
