"""Somebody who is added four times at the same moment is in the team once, and told once."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.accounts.models import Membership
from portal.core.extensions import db
from portal.teams import seeing
from portal.teams.models import TeamMember
from tests.support.at_once import all_know, post_all
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.teams import TeamWorld
from tests.teams.test_members import someone


def test_a_member_is_added_once(
    app: Flask, team: TeamWorld, as_user: Callable[..., Browser], mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = make_user(email="hetty@people.example.org", name="Hetty Vaughan")
    known.memberships.append(Membership(role="lead", organization_id=team.housing.id))
    db.session.commit()
    browsers, address, user_id = (
        [as_user(team.coordinator) for _turn in range(4)],
        f"/teams/{team.team.id}/members",
        known.id,
    )
    browsers[0].get(address)
    all_know(monkeypatch, seeing, "organisations_named", 4)
    assert post_all([(one, address, someone()) for one in browsers]) == [303] * 4
    assert db.session.query(TeamMember).filter_by(user_id=user_id).count() == 1
    assert len(mailbox.to("hetty@people.example.org")) == 1
