"""Roles that are held for a council by its code: they open the teams of sets that lie in it whole, and no others."""

from collections.abc import Callable
from datetime import date

from flask import Flask

from portal.accounts.models import Membership
from portal.core.extensions import db
from portal.geography.models import NeighbourhoodPart
from portal.teams.models import Team
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.teams import AREA, TeamWorld
from tests.teams.test_members import roles, someone

LEICESTER, CAMDEN = "E06000016", "E09000007"
AsUser = Callable[..., Browser]


def test_a_coordinator_by_the_councils_code_keeps_the_teams_in_it(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    base, name = f"/teams/{team.team.id}", team.team.name
    here = as_user(make_user("team-coordinator", area=LEICESTER))
    assert name in here.get("/teams").main
    assert "Add somebody" in here.get(base).main
    here.get(f"{base}/members")
    typed = {"name": "Evington team", "area": AREA, "weekday": "2", "minutes": "30", "key": "k" * 24}
    here.post("/teams/add", typed, expect=303)
    assert db.session.query(Team).filter_by(name="Evington team").one().area == AREA
    elsewhere = as_user(make_user("team-coordinator", area=CAMDEN))
    elsewhere.get(base, expect=404)
    elsewhere.get(f"{base}/members", expect=404)
    assert name not in elsewhere.get("/teams").main
    assert "Choose one of the answers" in elsewhere.post("/teams/add", {**typed, "key": "j" * 24}, expect=422).main


def test_a_set_across_two_councils_is_opened_by_neither_alone(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    team.place.parts.append(NeighbourhoodPart(kind="msoa", code="E02000166", vintage=2011, valid_from=date(2026, 1, 6)))
    db.session.commit()
    for code in (LEICESTER, CAMDEN):
        as_user(make_user("team-coordinator", area=code)).get(f"/teams/{team.team.id}", expect=404)


def test_a_member_by_the_councils_code_enters_and_gets_no_second_role(
    sqlite_app: Flask, team: TeamWorld, as_user: AsUser
) -> None:
    known = make_user("team-member", area=LEICESTER, email="hetty@people.example.org")
    known.memberships.append(Membership(role="lead", organization_id=team.housing.id))
    db.session.commit()
    as_user(team.coordinator).post(f"/teams/{team.team.id}/members", someone(), expect=303)
    assert set(roles(known)) == {("team-member", LEICESTER), ("lead", None)}
    browser = as_user(known)
    browser.get(f"/teams/{team.team.id}")
    browser.get(team.at())
