"""Which day can be worked on: the one that was set or is usual, today where none is set, and no other; what is said of others."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.huddles.models import Huddle, HuddleAttendance
from tests.huddles.pages import day, fill
from tests.support.page import Browser
from tests.support.teams import TeamWorld

AsUser = Callable[..., Browser]
BEFORE, SET, AFTER = date(2026, 11, 26), date(2026, 12, 2), date(2026, 12, 9)


def set_the_next(browser: Browser, team: TeamWorld) -> None:
    browser.post(f"{team.at()}/finish", day("next_on", SET.isoformat()), expect=303)


def test_only_the_day_that_was_set_can_be_worked_on(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.worker)
    board = browser.get(f"{team.at()}?open={team.person.reference}")
    set_the_next(browser, team)
    page = browser.get(team.at(AFTER))
    assert "The next huddle is on Wednesday 2 December." in page.main and "Q.V." not in page.main
    assert page.link("Open the huddle of Wednesday 2 December") == team.at(SET)
    sent = fill(board, team.case_at(), situation="On a day that nobody set")
    del sent["csrf_token"]
    for other in (BEFORE, AFTER):
        at, case = team.at(other), team.case_at(other)
        ways = [
            (f"{at}/here", {"here": str(team.at_work.id)}),
            (case, sent),
            (f"{at}/cases", {}),
            (f"{case}/close", {}),
        ]
        for address, told in [*ways, (f"{case}/change", {}), (f"{at}/finish", {})]:
            assert "The next huddle is on Wednesday 2 December." in browser.post(address, told, expect=409).main
    assert db.session.query(Huddle).count() == 1 and db.session.query(HuddleAttendance).count() == 0
    assert "Q.V." in browser.get(team.at(SET)).main
    noted = fill(browser.get(f"{team.at(SET)}?open={team.person.reference}"), team.case_at(SET), situation="On the day")
    browser.post(team.case_at(SET), noted, expect=303)


def test_where_no_day_is_set_today_can_be_worked_on_as_well_as_the_usual_day(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    team.team.huddle_weekday = 4  # Friday
    db.session.commit()
    browser = as_user(team.worker)
    for on in (clock.today(), date(2026, 11, 27)):
        assert "Q.V." in browser.get(team.at(on)).main
    for other in (date(2026, 11, 25), date(2026, 12, 4)):
        assert "The next huddle is on Friday 27 November." in browser.get(team.at(other)).main


def test_one_that_was_begun_and_not_finished_comes_first(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    begun = team.at()
    as_user(team.worker).post(f"{begun}/here", {"here": str(team.at_work.id)}, expect=303)
    with clock.freeze(clock.now() + timedelta(days=7)):
        browser = as_user(team.worker)
        assert "Q.V." in browser.get(begun).main
        page = browser.get(team.at(clock.today() + timedelta(days=7)))
        assert "The huddle of Tuesday 24 November is not finished yet. Finish that one first." in page.main
        assert page.link("Open the huddle of Tuesday 24 November") == begun


def test_a_day_gone_by_without_one_leads_to_the_huddle_that_can_be_opened(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    page = as_user(team.worker).get(team.at(date(2026, 11, 23)), expect=404)
    assert page.select(".staff-header") and "There was no huddle of this team on that day." in page.main
    assert page.link("Open the huddle of Tuesday 24 November") == team.at()


def test_what_cannot_be_done_is_said_on_a_page_for_staff_with_the_way_back(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser, first = as_user(team.worker), team.at()
    set_the_next(browser, team)
    early, late = browser.get(f"{team.at(SET)}/finish", expect=409), browser.get(f"{first}/finish", expect=409)
    assert "This huddle is on Wednesday 2 December. It can be finished on that day." in early.main
    assert "This huddle is finished already. Its minutes stand on its page." in late.main
    over = browser.post(f"{first}/here", {"here": str(team.at_work.id)}, expect=409)
    for page, back in ((early, team.at(SET)), (late, first), (over, first)):
        assert page.select(".staff-header") and page.link("Back to the huddle") == back
