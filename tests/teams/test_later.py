"""What was right when somebody was invited, and is not any more when they come."""

from collections.abc import Callable

from flask import Flask

from portal.accounts import invitations, memberships
from portal.accounts.models import Membership
from portal.core.extensions import db
from portal.core.transactions import unit
from portal.teams.models import TeamInvite, TeamMember
from tests.support.mailbox import Mailbox, paths_in
from tests.support.page import Browser
from tests.support.teams import TeamWorld
from tests.teams.test_members import someone


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
