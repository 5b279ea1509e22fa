"""What is typed at a huddle: kept once, never over somebody else's words, and by nobody who may not see the case any more."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from portal.core import clock
from portal.core.extensions import db
from portal.huddles.models import Huddle, HuddleAction, HuddleNote
from portal.people import consents
from portal.people.consents import Agreement
from tests.huddles.pages import day, fill
from tests.support.page import Browser
from tests.support.teams import TeamWorld, leave

AsUser = Callable[..., Browser]
HTML = "<script>alert(1)</script>"


def opened(team: TeamWorld) -> str:
    return f"{team.at()}?open={team.person.reference}"


def test_two_people_at_once_see_both_versions_and_lose_no_word(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    one, other = as_user(team.worker), as_user(team.adviser)
    first, second = (
        fill(page, team.case_at(), situation=f"By {who}", what="Phone the council", do="add")
        for page, who in ((one.get(opened(team)), "Lena"), (other.get(opened(team)), "Hanif"))
    )
    one.post(team.case_at(), first, expect=303)
    page = other.post(team.case_at(), second, expect=409)
    assert "Someone changed this while you were writing" in page.main and "By Lena" in page.one(".frame").get_text()
    assert page.one("title").get_text().startswith("Error:")
    summary = page.one(".error-summary")
    assert "Someone changed this case while you were writing" in summary.get_text()
    assert page.one(summary.select("a")[0]["href"]).get_text() == "Someone changed this while you were writing"
    assert page.one("#situation").get_text().strip() == "By Hanif"
    assert page.one("#what")["value"] == "Phone the council"
    assert db.session.query(HuddleNote).one().situation == "By Lena"
    assert db.session.query(HuddleAction).count() == 1
    again = fill(page, team.case_at(), do="add")
    other.post(team.case_at(), again, expect=303)
    db.session.expire_all()
    assert db.session.query(HuddleNote).one().situation == "By Hanif"
    assert db.session.query(HuddleNote).one().version == 2 and db.session.query(HuddleAction).count() == 2


def test_who_only_adds_an_action_is_not_held_up_by_others_words(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    one, other = as_user(team.worker), as_user(team.adviser)
    mine, theirs = one.get(opened(team)), other.get(opened(team))
    one.post(team.case_at(), fill(mine, team.case_at(), this_week="Letter came."), expect=303)
    other.post(team.case_at(), fill(theirs, team.case_at(), what="Read the letter", do="add"), expect=303)
    assert db.session.query(HuddleNote).one().this_week == "Letter came."
    assert db.session.query(HuddleAction).one().what == "Read the letter"


def test_two_actions_sent_from_one_page_are_two_and_one_sent_twice_is_one(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.worker)
    sent = fill(browser.get(opened(team)), team.case_at(), what="Phone", do="add")
    for typed in ({}, {"what": "Write"}, {}, {"owner": "role:housing"}, {"due": "2026-11-27"}):
        browser.post(team.case_at(), {**sent, **typed}, expect=303)
    kept = sorted((one.what, one.owner_kind or "", one.due_on.isoformat()) for one in db.session.query(HuddleAction))
    assert kept == [
        ("Phone", "", "2026-11-27"), ("Phone", "", "2026-12-01"), ("Phone", "housing", "2026-12-01"),
        ("Write", "", "2026-12-01"),
    ]  # fmt: skip


def test_who_is_taken_out_during_a_huddle_is_told_and_stores_nothing(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser, colleague = as_user(team.adviser), as_user(team.worker)
    page = browser.get(opened(team))
    sent = fill(page, team.case_at(), what="Ask landlord", do="add", owner=f"member:{team.at_housing.id}")
    browser.post(team.case_at(), sent, expect=303)
    leave(team.at_housing)
    gone = browser.get(team.at(), expect=404)
    assert "You are no longer in this team, so its huddles are closed to you." in gone.main
    browser.post(team.case_at(), fill(page, team.case_at(), situation="Too late"), expect=404)
    assert db.session.query(HuddleNote).count() == 0 and "Q.V." not in gone.html
    assert "Needs an owner" in colleague.get(team.at()).main and "Ask landlord" in colleague.get(team.at()).main
    assert "1 action needs an owner" in colleague.get(f"{team.at()}/finish").main
    never = as_user(team.coordinator)
    team.team.area = "camden"
    db.session.commit()
    assert "There is no huddle here that you are part of." in never.get(team.at(), expect=404).main


def test_an_agreement_that_ends_during_a_huddle_holds_from_the_next_load(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.adviser)
    page = browser.get(opened(team))
    sent = fill(page, team.case_at(), situation="Typed before", what="Phone", do="add")
    consents.end(team.person, team.housing.id, by="person", how="online")
    db.session.commit()
    for address in (team.case_at(), f"{team.case_at()}/change", f"{team.case_at()}/close"):
        browser.post(address, sent, expect=404)
    assert db.session.query(HuddleNote).count() == db.session.query(HuddleAction).count() == 0
    told = browser.get(opened(team))
    assert "1 case not shared with you." in told.main and team.person.reference not in told.html.replace(
        opened(team), ""
    )
    assert "Q.V." in as_user(team.worker).get(team.at()).main


def test_an_agreement_that_is_given_during_a_huddle_shows_the_case_on_the_next_load(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.stranger)
    before = browser.get(opened(team))
    assert "1 case not shared with you." in before.main and "Q.V." not in before.main
    browser.post(team.case_at(), {"situation": "Typed before"}, expect=404)
    agreed = Agreement(how="spoken")
    consents.give(team.person, team.money.id, agreed, by=team.worker, for_id=team.workers.id)
    db.session.commit()
    page = browser.get(opened(team))
    assert "not shared with you" not in page.main and "Q.V." in page.main and "1 case: 1 new" in page.main
    assert "Bridge Street Debt Help" in page.one(".huddle-case").get_text()
    sent = fill(page, team.case_at(), what="Read the letters", do="add", owner=f"member:{team.at_money.id}")
    browser.post(team.case_at(), sent, expect=303)
    assert db.session.query(HuddleAction).one().owner_id == team.at_money.id
    assert team.person.shown_reference in browser.get(f"{team.at()}/minutes").main


@pytest.mark.parametrize("how", ["expired", "no-needs", "shut"])
def test_sharing_fails_closed(sqlite_app: Flask, team: TeamWorld, as_user: AsUser, how: str) -> None:
    held = consents.active(team.person.id, team.housing.id)
    assert held is not None
    if how == "expired":
        held.expires_on = clock.today() - timedelta(days=1)
    elif how == "no-needs":
        held.scopes = ["demographics"]
    else:
        team.person.shut_at = clock.now()
    db.session.commit()
    assert "1 case not shared with you." in as_user(team.adviser).get(team.at()).main
    is_held = "Q.V." in as_user(team.worker).get(team.at()).main
    assert is_held == (how != "shut")


def test_html_in_every_text_stays_text(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.worker)
    texts = {name: f"{name} {HTML}" for name in ("situation", "done_so_far", "this_week", "next_steps", "what")}
    browser.post(team.case_at(), fill(browser.get(opened(team)), team.case_at(), **texts, do="add"), expect=303)
    why = {"why": f"why {HTML}", "lead": "", "version": "1"}
    browser.post(f"{team.case_at()}/change", why, expect=303)
    action = db.session.query(HuddleAction).one()
    pages = [
        browser.get(f"{team.at()}{rest}")
        for rest in (f"?open={team.person.reference}", "/finish", "/minutes", "/catch-up")
    ]
    pages.append(browser.get(f"{team.case_at()}/actions/{action.id}"))
    pages.append(browser.get(f"{team.case_at()}/close"))
    for page in pages:
        assert "<script>alert" not in page.html and "&lt;script&gt;alert" in page.html


def test_words_in_another_direction_than_the_page_keep_their_own(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    browser = as_user(team.worker)
    browser.post(team.case_at(), fill(browser.get(opened(team)), team.case_at(), what="Phone.", do="add"), expect=303)
    action = db.session.query(HuddleAction).one()
    case = team.case_at()
    boxes = {}
    for address in (opened(team), f"{team.at()}/cases", f"{case}/change", f"{case}/actions/{action.id}"):
        page = browser.get(f"/ur{address}")
        assert page.one("html")["dir"] == "rtl"
        boxes |= {one["name"]: one.get("dir") for one in page.select("main textarea, main input#why, main input#what")}
    gap = browser.get("/ur/neighbourhoods/saffron-vale/gap").one("#words")
    boxes["words"] = gap.get("dir")
    assert boxes == dict.fromkeys(
        ("situation", "done_so_far", "this_week", "next_steps", "what", "why", "words"), "auto"
    )
    board = browser.get(f"/ur{opened(team)}")
    assert "Phone." in {one.get_text() for one in board.select(".huddle-todo bdi")}
    assert board.one(".case-head .caption bdi").get_text() == team.team.name


def test_what_cannot_be_taken_is_said_and_kept(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.worker)
    good = fill(browser.get(opened(team)), team.case_at(), what="Phone", situation="Kept\x00 words", do="add")
    wrong = {
        "Say what is to be done, then choose who does it": {"what": ""},
        "Choose who does it": {"owner": ""},
        "Choose one of the answers": {"owner": f"member:{team.at_money.id}"},
        "Use 2000 characters or fewer": {"next_steps": "x" * 2_001},
    }
    for sentence, typed in wrong.items():
        page = browser.post(team.case_at(), {**good, **typed}, expect=422)
        assert sentence in page.one(".error-summary").get_text(), sentence
        assert page.one("#situation").get_text().strip() == "Kept words"
    for due in ("2020-01-01", "9" * 40, "=cmd|' /C calc'!A0", "soon"):
        browser.post(team.case_at(), {**good, "due": due}, expect=422)
    for version in ("9" * 40, "-1", "x", "1.5"):
        browser.post(team.case_at(), {**good, "version": version}, expect=409)
    assert db.session.query(HuddleNote).count() == db.session.query(HuddleAction).count() == 0
    for address in ("2026-02-30", "2026-W10-1", "now", "99999-01-01", "2031-01-01"):
        browser.get(f"/neighbourhoods/{team.place.slug}/huddle/{address}", expect=404)


def test_words_of_danger_bring_help_to_the_next_page(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.worker)
    sent = fill(browser.get(opened(team)), team.case_at(), this_week="Says they want to kill themselves.")
    answer = browser.post(team.case_at(), sent, expect=303)
    assert "#" not in answer.headers["Location"], "the page opens at its top, where whom to call stands"
    page = browser.follow(answer)
    assert "999" in page.main and "Saved." in page.one(".huddle-case").get_text()
    assert db.session.query(HuddleNote).one().this_week == "Says they want to kill themselves."
    again = fill(browser.get(opened(team)), team.case_at(), next_steps="Phone.")
    assert "999" not in browser.follow(browser.post(team.case_at(), again, expect=303)).main


def test_an_action_is_changed_handed_on_done_and_taken_away(app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.worker)
    browser.post(team.case_at(), fill(browser.get(opened(team)), team.case_at(), what="Phone", do="add"), expect=303)
    action = db.session.query(HuddleAction).one()
    address = f"{team.case_at()}/actions/{action.id}"
    told = {"what": "Phone twice", "owner": "role:housing", "version": "1", **day("due", "2026-12-04")}
    browser.post(address, told, expect=303)
    assert "Housing adviser" in browser.get(team.at()).main
    clash = browser.post(address, {**told, "what": "Write"}, expect=409)
    assert clash.one("title").get_text().startswith("Error:")
    assert "Phone twice" in clash.main and clash.one("#what")["value"] == "Write"
    browser.post(f"{address}/done", expect=303)
    browser.post(f"{address}/dropped", expect=303)  # it is done already
    db.session.expire_all()
    assert (action.ended_as, action.ended_on, action.owner_kind) == ("done", clock.today(), "housing")
    assert "Nothing agreed" in browser.get(team.at()).main or "Set first action" in browser.get(team.at()).main


def test_an_action_of_another_case_is_not_found(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    other = team.somebody(given_name="Arlo", family_name="Penhaligon")
    hidden = team.add_case(other)
    huddle = Huddle(team_id=team.team.id, neighbourhood_id=team.place.id, held_on=clock.today())
    db.session.add(huddle)
    db.session.flush()
    secret = HuddleAction(
        huddle_id=huddle.id, case_id=hidden.id, person_id=other.id, what="Secret", due_on=date(2026, 12, 1)
    )
    db.session.add(secret)
    db.session.commit()
    browser = as_user(team.adviser)
    for case in (team.case_at(), team.case_at(person=other)):
        browser.get(f"{case}/actions/{secret.id}", expect=404)
        browser.post(f"{case}/actions/{secret.id}/done", expect=404)
    assert secret.ended_on is None
