"""Who comes into a team and leaves it: by address, for an organisation, with the role of the area; and what nobody is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask

from portal.accounts import invitations, links
from portal.accounts.links import LinkGone
from portal.accounts.models import User
from portal.core import clock
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.organisations.models import Organization
from portal.teams import joining
from portal.teams.models import Team, TeamInvite, TeamMember
from tests.factories import Make
from tests.support.mailbox import Mailbox, paths_in
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.teams import AREA, TeamWorld, join, make_huddle_team

AsUser = Callable[..., Browser]


def someone(email: str = "hetty@people.example.org", **typed: str) -> dict[str, str]:
    """What is typed to add somebody."""
    day = clock.today()
    since = {"since-day": str(day.day), "since-month": str(day.month), "since-year": str(day.year)}
    return {"email": email, "organisation": "Housing Help Desk", "kind": "housing", "key": "k" * 24, **since, **typed}


def roles(user: User) -> list[tuple[str, str | None]]:
    db.session.expire_all()
    return [(one.role, one.area) for one in user.held]


def test_the_answer_does_not_tell_whether_somebody_has_an_account(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser, mailbox: Mailbox
) -> None:
    known = make_user(email="hetty@people.example.org", name="Hetty Vaughan")
    browser, base = as_user(team.coordinator), f"/teams/{team.team.id}"
    address = f"{base}/members"
    pages = []
    for email, key in (("hetty@people.example.org", "a" * 24), ("nobody@people.example.org", "b" * 24)):
        answer = browser.post(address, someone(email, key=key), expect=303)
        pages.append((answer.headers["Location"], browser.follow(answer).main.replace(email, "ADDRESS")))
    assert pages[0][0] == pages[1][0]
    line = "ADDRESS Housing adviser , Housing Help Desk · told by e-mail, has not signed in since"
    assert line in pages[0][1] and line in pages[1][1]
    assert "Hetty Vaughan" not in pages[0][1] + pages[1][1]
    assert roles(known) == [("team-member", AREA)]
    known_key = known.email_key
    assert len(mailbox.to("hetty@people.example.org")) == len(mailbox.to("nobody@people.example.org")) == 1
    db.session.query(User).filter_by(email_key=known_key).update({"signed_in_at": clock.now() + timedelta(minutes=1)})
    db.session.commit()
    assert "Hetty Vaughan" in browser.get(base).main


def test_who_takes_an_invitation_up_is_in_the_teams_it_was_for(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser, mailbox: Mailbox
) -> None:
    second = make_huddle_team(team.place, name="Second team")
    browser = as_user(team.coordinator)
    for one, key in ((team.team, "a" * 24), (second, "b" * 24)):
        browser.post(f"/teams/{one.id}/members", someone("new@people.example.org", key=key), expect=303)
    assert db.session.query(TeamInvite).count() == 2
    teams = {team.team.id, second.id}
    tokens = [paths_in(one)[0].rpartition("/")[2] for one in mailbox.to("new@people.example.org")]
    with unit():
        spent = [one for one in tokens if not _works(one)]
    assert len(tokens) == 2 and len(spent) == 1  # the earlier one is of no use any more
    tokens.remove(spent[0])
    with unit():
        user = invitations.accept_new(tokens[0], name="Newt Ashby", locale="en")
        assert [(one.role, one.area) for one in user.held] == [("team-member", AREA)]
        made = db.session.query(TeamMember).filter_by(user_id=user.id).all()
        assert {one.team_id for one in made} == teams
        assert db.session.query(TeamInvite).count() == 0


def _works(token: str) -> bool:
    try:
        return bool(links.find("invite", token))
    except LinkGone:
        return False


def test_leaving_ends_the_role_where_no_other_team_of_the_area_has_them(
    app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    second = make_huddle_team(name="Second team")
    also = join(second, team.adviser, team.housing, "housing")
    browser = as_user(team.coordinator)
    day = clock.today()
    today = {"until-day": str(day.day), "until-month": str(day.month), "until-year": str(day.year)}
    browser.post(f"/teams/{team.team.id}/members/{team.at_housing.id}/end", today, expect=303)
    assert team.at_housing.valid_to == day and roles(team.adviser) == [("team-member", AREA)]
    browser.post(f"/teams/{second.id}/members/{also.id}/end", today, expect=303)
    assert roles(team.adviser) == []
    browser.post(f"/teams/{second.id}/members/{also.id}/end", today, expect=404)


def test_a_role_ends_on_a_day_to_come_by_the_clock(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.coordinator)
    told = {"until-day": "26", "until-month": "11", "until-year": "2026"}
    browser.post(f"/teams/{team.team.id}/members/{team.at_housing.id}/end", told, expect=303)
    joining.tidy()
    db.session.commit()
    assert roles(team.adviser) == [("team-member", AREA)]
    with clock.freeze(clock.now() + timedelta(days=2)):
        joining.tidy()
        db.session.commit()
    assert roles(team.adviser) == []


def test_nobody_puts_themselves_in_for_an_organisation_that_is_not_theirs(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    page = as_user(team.coordinator).post(f"/teams/{team.team.id}/members", someone(team.coordinator.email), expect=422)
    assert "Nobody puts themselves into a team" in page.main
    assert db.session.query(TeamMember).filter_by(user_id=team.coordinator.id).count() == 0


def test_nobody_comes_for_an_organisation_of_whose_people_they_are_none(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser, make: Make
) -> None:
    desk = db.session.scalars(db.select(Organization).filter_by(name=someone()["organisation"])).one()
    stranger, adviser = make.user("group-worker"), make.user("group-worker", organisation=desk)
    address = f"/teams/{team.team.id}/members"
    said = [
        as_user(team.coordinator).post(address, someone(email), expect=422).words(".error-summary li")
        for email in (stranger.email, "nobody.knows@example.org")
    ]
    assert said[0] == said[1] and "They hold no role in that organisation" in said[0][0]
    assert db.session.query(TeamInvite).count() == 0
    as_user(team.coordinator).post(address, someone(adviser.email), expect=303)
    assert db.session.query(TeamMember).filter_by(user_id=adviser.id).count() == 1


def test_what_cannot_be_taken_is_said_and_kept(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser = as_user(team.coordinator)
    wrong: dict[str, dict[str, Any]] = {
        "No organisation has this name": {"organisation": "=cmd|' /C calc'!A0"},
        "Several organisations have such a name": {"organisation": "e"},
        "Choose one of the answers": {"kind": "wizard"},
        "Days that are over stay as they were": {"since-year": "2025"},
        "Enter the year with all 4 digits": {"since-year": "9" * 19},
        "Enter an e-mail address": {"email": "<script>alert(1)</script>"},
    }
    for sentence, typed in wrong.items():
        page = browser.post(f"/teams/{team.team.id}/members", someone(**typed), expect=422)
        assert sentence in page.main, page.main
        assert "<script>alert" not in page.html
    page = browser.post(f"/teams/{team.team.id}/members", someone(organisation="No\x00body\u202e"), expect=422)
    assert page.one("#organisation")["value"] == "Nobody"
    assert db.session.query(TeamMember).count() == 3 and db.session.query(TeamInvite).count() == 0


def test_coordinators_of_elsewhere_members_and_others_change_nothing(
    app: Flask, team: TeamWorld, as_user: AsUser, browser: Browser
) -> None:
    elsewhere = as_user(make_user("team-coordinator", area="camden"))
    base = f"/teams/{team.team.id}"
    for address in (
        base,
        f"{base}/change",
        f"{base}/places",
        f"{base}/members",
        f"{base}/members/{team.at_work.id}/end",
    ):
        elsewhere.get(address, expect=404)
    assert team.team.name not in elsewhere.get("/teams").main
    elsewhere.post(f"{base}/members", someone(), expect=404)
    member = as_user(team.adviser)
    assert team.team.name in member.get("/teams").main and "Add somebody" not in member.get(base).main
    member.get(f"{base}/members", expect=403)
    member.post(f"{base}/members", someone(), expect=403)
    as_user(make_user("administrator")).get(base, expect=403)
    browser.get(base, expect=303)
    assert db.session.query(TeamMember).count() == 3
    assert db.session.get_one(Team, team.team.id).version == 1
    assert date(2026, 11, 24) == clock.today()


def test_who_leads_a_team_is_said_by_its_coordinator(sqlite_app: Flask, team: TeamWorld, as_user: AsUser) -> None:
    browser, base = as_user(team.coordinator), f"/teams/{team.team.id}"
    browser.post(f"{base}/members/{team.at_work.id}/leads", expect=303)
    assert "Leads the team" in browser.get(base).main
    as_user(team.adviser).post(f"{base}/members/{team.at_housing.id}/leads", expect=403)
    browser.post(f"{base}/members/{team.at_work.id}/follows", expect=303)
    assert "Leads the team" not in browser.get(base).main
