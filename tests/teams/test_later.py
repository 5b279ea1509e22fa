"""What was right when somebody was invited, and is not any more when they come."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from portal.accounts import invitations, memberships
from portal.accounts.models import Membership
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.teams import joining, queries
from portal.teams.models import TeamInvite, TeamMember
from tests.support.mailbox import Mailbox, paths_in
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.teams import AREA, TeamWorld, join, make_huddle_team
from tests.teams.test_members import someone
from tests.teams.test_places import on


def test_an_invitation_opens_no_team_for_an_organisation_that_has_its_own_people_since(
    app: Flask, team: TeamWorld, as_user: Callable[..., Browser], mailbox: Mailbox
) -> None:
    adviser, housing = team.adviser.id, team.housing.id
    as_user(team.coordinator).post(f"/teams/{team.team.id}/members", someone("new@people.example.org"), expect=303)
    token = paths_in(mailbox.to("new@people.example.org")[0])[0].rpartition("/")[2]
    db.session.add(Membership(user_id=adviser, role="lead", organization_id=housing))
    db.session.commit()
    with unit():
        user = invitations.accept_new(token, name="Newt Ashby", locale="en")
        assert db.session.query(TeamMember).filter_by(user_id=user.id).count() == 0
        assert db.session.query(TeamInvite).count() == 0


def test_who_leaves_an_organisation_comes_into_no_team_for_it(
    app: Flask, team: TeamWorld, as_user: Callable[..., Browser]
) -> None:
    lead, edits = (
        Membership(user_id=team.adviser.id, role=role, organization_id=team.housing.id) for role in ("lead", "editor")
    )
    db.session.add_all([lead, edits])
    db.session.commit()
    for one, may_come in ((edits, True), (lead, False)):
        memberships.end_now(one, by=None)
        db.session.commit()
        page = as_user(team.adviser).client.get(team.at())
        assert (page.status_code, "Cold home" in page.text) == ((200, True) if may_come else (404, False))
    assert db.session.query(TeamMember).filter_by(organization_id=team.money.id).one().valid_to is None


def test_who_may_work_in_the_area_no_more_is_taken_out_of_its_teams(
    sqlite_app: Flask, team: TeamWorld, as_user: Callable[..., Browser]
) -> None:
    beside = join(make_huddle_team(area="camden", name="Lockside team"), team.adviser, team.housing, "housing")
    team.adviser.memberships.append(Membership(role="team-member", area="camden"))
    db.session.commit()
    role = next(one for one in team.adviser.held if one.area == AREA)
    memberships.end_now(role, by=make_user("administrator"))
    db.session.commit()
    left = team.at_housing
    assert (left.valid_to, beside.valid_to) == (clock.today(), None)
    assert db.session.query(AuditEntry).filter_by(action="team.left").count() == 1
    page = as_user(team.coordinator).get(f"/teams/{team.team.id}")
    assert "Housing Help Desk" not in page.main and "Bridge Street Debt Help" in page.main
    assert [one.id for one in queries.members_of(team.team.id, clock.today() - timedelta(days=1))].count(left.id) == 1


def test_who_holds_another_role_of_the_area_stays_in_its_teams(sqlite_app: Flask, team: TeamWorld) -> None:
    team.adviser.memberships.append(Membership(role="team-coordinator", area="E06000016"))
    db.session.commit()
    memberships.end_now(next(one for one in team.adviser.held if one.area == AREA), by=None)
    db.session.commit()
    assert team.at_housing.valid_to is None


def test_the_clock_takes_out_whose_role_ended_before(sqlite_app: Flask, team: TeamWorld) -> None:
    next(one for one in team.adviser.held if one.area == AREA).ended_at = clock.now()
    db.session.commit()
    for _turn in range(2):
        joining.tidy()
        db.session.commit()
    assert (team.at_housing.valid_to, team.at_money.valid_to) == (clock.today(), None)
    assert db.session.query(AuditEntry).filter_by(action="team.left").count() == 1


def test_who_was_let_go_before_they_came_is_not_brought_back_by_another_day(
    sqlite_app: Flask, team: TeamWorld, as_user: Callable[..., Browser]
) -> None:
    role = Membership(user_id=team.adviser.id, role="lead", organization_id=team.housing.id)
    db.session.add(role)
    comes = clock.today() + timedelta(days=7)
    to_come = join(make_huddle_team(name="Second team"), team.adviser, team.housing, "housing", valid_from=comes)
    memberships.end_now(role, by=None)
    db.session.commit()
    assert to_come.valid_to == comes
    address = f"/teams/{to_come.team_id}/members/{to_come.id}/end"
    page = as_user(team.coordinator).post(address, on(comes + timedelta(days=7), "until"), expect=422)
    assert "This ends on 1 December 2026 already." in page.main
    db.session.expire_all()
    assert to_come.valid_to == comes


def test_who_leaves_on_a_day_to_come_is_added_again_from_that_day(
    sqlite_app: Flask, team: TeamWorld, as_user: Callable[..., Browser]
) -> None:
    team.adviser.memberships.append(Membership(role="lead", organization_id=team.housing.id))
    db.session.commit()
    browser, leaves = as_user(team.coordinator), clock.today() + timedelta(days=14)
    browser.post(f"/teams/{team.team.id}/members/{team.at_housing.id}/end", on(leaves, "until"), expect=303)
    for since, key in ((leaves - timedelta(days=1), "a" * 24), (leaves, "b" * 24), (leaves, "c" * 24)):
        told = someone(team.adviser.email, key=key) | on(since)
        browser.post(f"/teams/{team.team.id}/members", told, expect=303)
    rows = db.session.query(TeamMember).filter_by(user_id=team.adviser.id).order_by(TeamMember.valid_from).all()
    assert [(one.valid_from == leaves, one.valid_to) for one in rows] == [(False, leaves), (True, None)]
    with clock.freeze(clock.now() + timedelta(days=14)):
        joining.tidy()
        db.session.commit()
        assert [one.role for one in team.adviser.held if one.area == AREA] == ["team-member"]
