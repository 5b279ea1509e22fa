"""Gaps that a team tells of: who may, what is kept, who reads the words, and what others count."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import Membership
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.governance import erasing
from portal.huddles import gap_clearing, gaps
from portal.huddles.gap_models import HuddleGap
from portal.voice import clearing
from portal.voice.clearing import Decision
from portal.worker import TIMETABLE
from tests.factories import Make
from tests.support.page import Browser
from tests.support.people import browser_as, make_user
from tests.support.referrals import agree, make_team
from tests.support.teams import TeamWorld, join, leave, make_huddle_team, make_neighbourhood

WAY = "/neighbourhoods/saffron-vale/gap"
WORDS = "Help with forms in Polish, in the evening"


@pytest.fixture
def adviser(app: Flask, team: TeamWorld) -> Browser:
    """The housing adviser of the team."""
    return browser_as(app, team.adviser)


def told(page: Any, **changes: str) -> dict[str, str]:
    form = {str(tag["name"]): str(tag.get("value", "")) for tag in page.select("main form input[name]")}
    ticked = [(tag, tag.select_one("option[selected]")) for tag in page.select("main select")]
    chosen = {str(tag["name"]): str(option["value"]) for tag, option in ticked if option is not None}
    return {**form, **chosen, "words": "", **changes}


def the_one() -> HuddleGap:
    return db.session.query(HuddleGap).one()


def test_a_gap_is_kept_with_its_place_and_stands_on_the_strip(team: TeamWorld, adviser: Browser) -> None:
    page = adviser.get(WAY)
    adviser.post(WAY, told(page, need="legal-rights", words=WORDS), expect=303)
    gap = the_one()
    assert (gap.team_id, gap.neighbourhood_id, gap.person_id) == (team.team.id, team.place.id, None)
    assert gap.words == WORDS and gap.shown_words is None and gap.by_user_id == team.adviser.id
    assert gaps.shown_to_team(team.team.id) == [WORDS]
    entry = db.session.query(AuditEntry).filter_by(action="gap.told").one()
    assert "Polish" not in str(entry.details)


def test_the_same_form_sent_twice_keeps_one(team: TeamWorld, adviser: Browser) -> None:
    sent = told(adviser.get(WAY), need="legal-rights")
    for _time in range(2):
        adviser.post(WAY, sent, expect=303)
    assert db.session.query(HuddleGap).count() == 1


def test_the_form_of_one_page_sent_with_something_else_keeps_that_too(team: TeamWorld, adviser: Browser) -> None:
    sent = told(adviser.get(WAY), need="legal-rights")
    for changes in ({}, {"need": "debt"}, {"words": WORDS}):
        adviser.post(WAY, {**sent, **changes}, expect=303)
    kept = {(one.need, one.words) for one in db.session.query(HuddleGap)}
    assert kept == {("legal-rights", None), ("debt", None), ("legal-rights", WORDS)}
    assert db.session.query(AuditEntry).filter_by(action="gap.told").count() == 3


def test_it_leads_back_to_where_one_came_from_and_to_no_other_site(team: TeamWorld, adviser: Browser) -> None:
    board = "/neighbourhoods/saffron-vale/huddle/2026-11-24"
    page = adviser.get(f"{WAY}?next={board}")
    assert adviser.post(WAY, told(page, need="debt"), expect=303).headers["Location"].endswith(board)
    page = adviser.get(f"{WAY}?next=https://elsewhere.example.org/")
    answer = adviser.post(WAY, told(page, need="debt", next="//elsewhere.example.org"), expect=303)
    assert "elsewhere" not in answer.headers["Location"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"need": ""}, "Choose what is missing"),
        ({"need": "\x00"}, "Choose what is missing"),
        ({"need": "9" * 500}, "Choose what is missing"),
        ({"need": "debt", "place": "nowhere"}, "Choose where it is missing"),
        ({"need": "debt", "words": "x" * 301}, "Use 300 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    team: TeamWorld, adviser: Browser, changes: dict[str, str], sentence: str
) -> None:
    sent = told(adviser.get(WAY), **{"words": "=cmd|'/c calc'!A0 <b>x</b>", **changes})
    wrong = adviser.post(WAY, sent, expect=422)
    assert sentence in wrong.text and sent["words"] in wrong.one("#words").get_text()
    assert not db.session.query(HuddleGap).count()


def test_words_of_danger_lead_to_help_first(team: TeamWorld, adviser: Browser) -> None:
    sent = told(adviser.get(WAY), need="crisis", words="She says she wants to kill herself")
    first = adviser.post(WAY, sent, expect=200)
    assert "Does someone need help right now?" in first.text and "116 123" in first.text
    assert not db.session.query(HuddleGap).count()
    adviser.post(WAY, {**sent, "send": "yes"}, expect=303)
    assert the_one().need == "crisis"


def test_strangers_to_the_team_find_nothing(app: Flask, team: TeamWorld, make: Make) -> None:
    far = make_neighbourhood("Mole Vale", area="epsom-and-surrey-downs", codes=("E02006430",))
    other = make_huddle_team(far, name="Mole Vale team", area="epsom-and-surrey-downs")
    outside = make_user("team-member", area="epsom-and-surrey-downs", name="Otto Nash")
    join(other, outside, make.organisation("Mole Housing"))
    away = browser_as(app, outside)
    away.get(WAY, expect=404)
    away.get("/neighbourhoods/mole-vale/gap")
    leave(team.at_housing)
    browser_as(app, team.adviser).get(WAY, expect=404)
    browser_as(app, make_user("editor", organisation=team.housing)).get(WAY, expect=403)
    browser_as(app, team.coordinator).get(WAY)


def test_at_a_case_it_names_the_person_by_id_and_its_words_stay_out_of_the_strip(
    app: Flask, team: TeamWorld, adviser: Browser
) -> None:
    way = f"{WAY}?case={team.person.reference}"
    page = adviser.get(way)
    assert "No service fits" in page.text and "Quilla" not in page.html
    adviser.post(way, told(page, need="carers", words="Her husband shouts at the sitters"), expect=303)
    assert the_one().person_id == team.person.id
    assert gaps.shown_to_team(team.team.id) == ["Unpaid carers and young carers"]
    browser_as(app, team.stranger).get(way, expect=404)
    for reference in ("K7PH-4MWX", "x", "%00", "9" * 200):
        adviser.get(f"{WAY}?case={reference}", expect=404)


def test_at_a_case_whoever_the_board_does_not_show_it_to_finds_nothing(app: Flask, team: TeamWorld, make: Make) -> None:
    """A link worker of another organisation with which the person agreed, who is in the team for none that they agreed with."""
    elsewhere = make.organisation("Mill Lane Link Workers")
    make_team(elsewhere)
    agree(team.person, elsewhere)
    team.stranger.memberships.append(Membership(role="link-worker", organization_id=elsewhere.id))
    db.session.commit()
    browser = browser_as(app, team.stranger)
    board = f"/neighbourhoods/saffron-vale/huddle/{clock.today().isoformat()}"
    assert "1 case not shared with you." in browser.get(board).main
    way = f"{WAY}?case={team.person.reference}"
    browser.get(way, expect=404)
    browser.post(way, {"need": "carers", "place": str(team.place.id), "words": ""}, expect=404)
    assert not db.session.query(HuddleGap).count()


def test_from_a_record_it_is_where_they_live_and_with_the_team_there(app: Flask, team: TeamWorld, make: Make) -> None:
    worker = browser_as(app, team.worker)
    way = f"/clients/{team.person.reference}/gap"
    team.place.parts[0].code = "E06000016"
    team.place.parts[0].kind = "authority"
    db.session.commit()
    page = worker.get(f"{way}?need=transport")
    assert page.one("option[selected]")["value"] == "transport"
    worker.post(way, told(page), expect=303)
    gap = the_one()
    assert (gap.team_id, gap.neighbourhood_id, gap.person_id) == (team.team.id, team.place.id, team.person.id)
    other = make_user("link-worker", organisation=make.organisation("Mill Lane Link Workers"))
    browser_as(app, other).get(way, expect=404)


def test_words_wait_for_who_looks_after_the_area_and_are_shown_once_cleared(team: TeamWorld, adviser: Browser) -> None:
    adviser.post(WAY, told(adviser.get(WAY), need="legal-rights", words=WORDS), expect=303)
    gap, area = the_one(), make_user("moderator", area="leicester")
    start, before = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    assert [one.words for one in clearing.waiting(area, "gap")] == [WORDS]
    assert clearing.waiting(team.coordinator, "gap") and not clearing.waiting(
        make_user("moderator", area="camden"), "gap"
    )
    assert not clearing.waiting(team.adviser, "gap")
    assert gaps.cleared_words([team.place.id], start, before) == []
    assert gap_clearing.decide(gap.id, Decision("Help with forms in Polish"), area)
    assert not gap_clearing.decide(gap.id, Decision("Something else"), area), "it was decided already"
    db.session.commit()
    assert gaps.cleared_words([team.place.id], start, before) == [
        (team.place.id, "legal-rights", "Help with forms in Polish")
    ]
    assert not clearing.waiting(area, "gap") and gap.words == WORDS


def test_words_that_are_kept_in_are_shown_to_nobody_beyond(team: TeamWorld, adviser: Browser) -> None:
    adviser.post(WAY, told(adviser.get(WAY), need="debt", words="Mr Ferndale owes £900"), expect=303)
    assert gap_clearing.decide(the_one().id, Decision(None), team.coordinator)
    start, before = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)
    assert gaps.cleared_words([team.place.id], start, before) == [] and the_one().decision == "kept-in"


def test_what_leads_to_a_person_is_not_shown_to_the_team_and_what_was_kept_in_neither(
    team: TeamWorld, adviser: Browser
) -> None:
    sent = told(adviser.get(WAY), need="counselling", words="Mr W. at number 14 will not go to a group")
    adviser.post(WAY, sent, expect=303)
    assert gaps.shown_to_team(team.team.id) == ["Mr […]. at […] will not go to a group"]
    assert gap_clearing.decide(the_one().id, Decision(None), team.coordinator)
    assert gaps.shown_to_team(team.team.id) == ["Counselling and talking support"]


def test_others_count_them_without_a_word(team: TeamWorld, adviser: Browser, count_statements: Any) -> None:
    adviser.post(WAY, told(adviser.get(WAY), need="debt", words="Mr Ferndale owes £900"), expect=303)
    with count_statements() as seen:
        found = gaps.told_between(clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1))
    assert [(one.need, one.neighbourhood_id, one.person_id) for one in found] == [("debt", team.place.id, None)]
    assert len(seen) == 1 and "words" not in seen[0]
    assert gaps.told_between(clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=2)) == []


def test_a_gap_of_somebody_who_is_erased_stays_as_a_count(team: TeamWorld, adviser: Browser) -> None:
    way = f"{WAY}?case={team.person.reference}"
    adviser.post(way, told(adviser.get(way), need="carers", words="Her husband"), expect=303)
    erasing.erase(team.person, why="asked", by="operator")
    db.session.commit()
    gap = the_one()
    assert (gap.need, gap.neighbourhood_id, gap.words) == ("carers", team.place.id, None)


def test_words_and_what_was_cleared_of_them_are_forgotten_after_three_months_and_the_count_stays(
    app: Flask, team: TeamWorld, adviser: Browser
) -> None:
    for need in ("debt", "carers"):
        adviser.post(WAY, told(adviser.get(WAY), need=need, words=f"{WORDS} {need}"), expect=303)
    place_id, cleared = team.place.id, db.session.query(HuddleGap).filter_by(need="debt").one()
    assert gap_clearing.decide(cleared.id, Decision("Help with forms"), team.coordinator)
    db.session.commit()
    start, before = clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)

    def words_after(days: int) -> set[tuple[str, bool, str | None]]:
        with clock.freeze(clock.now() + timedelta(days=days)), unit():
            gaps.tidy.run()
        db.session.expire_all()
        return {(one.need, one.words is not None, one.shown_words) for one in db.session.query(HuddleGap)}

    assert words_after(89) == {("debt", True, "Help with forms"), ("carers", True, None)}
    assert words_after(91) == {("debt", False, None), ("carers", False, None)}
    assert {one.need for one in gaps.told_between(start, before)} == {"debt", "carers"}
    assert not gap_clearing.waiting(make_user("moderator", area="leicester"))
    assert gaps.cleared_words([place_id], start, before) == []
    assert "huddles.tidy" in {row.handler.name for row in TIMETABLE}
