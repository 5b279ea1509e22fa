"""What somebody else changes at the same moment: who is added is in the team once, and an end that is set is not moved later."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.accounts.models import Membership
from portal.core.extensions import db
from portal.teams import seeing
from portal.teams.models import TeamMember, TeamPatch
from tests.support.at_once import all_know, post_all
from tests.support.mailbox import Mailbox
from tests.support.page import Browser
from tests.support.people import make_user
from tests.support.teams import TeamWorld
from tests.teams.test_members import someone
from tests.teams.test_places import on

SOONER, LATER = date(2026, 12, 8), date(2026, 12, 15)


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


@pytest.mark.parametrize("kind", [TeamPatch, TeamMember])
def test_an_end_that_somebody_sets_meanwhile_is_not_moved_to_a_later_day(
    app: Flask, team: TeamWorld, as_user: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch,
    kind: type[TeamPatch] | type[TeamMember],
) -> None:  # fmt: skip
    reader, way, row_id = (
        ("patch_of", "places", db.session.query(TeamPatch).one().id)
        if kind is TeamPatch
        else ("member_of", "members", team.at_housing.id)
    )
    browser, address = as_user(team.coordinator), f"/teams/{team.team.id}/{way}/{row_id}/end"
    _ends_meanwhile(monkeypatch, reader, kind, row_id)
    assert "This ends on 8 December 2026 already." in browser.post(address, on(LATER, "until"), expect=422).main
    db.session.expire_all()
    assert db.session.get_one(kind, row_id).valid_to == SOONER


def _ends_meanwhile(monkeypatch: pytest.MonkeyPatch, reader: str, kind: type[Any], row_id: UUID) -> None:
    """Set the end of a row once a request has read it; before, on SQLite, where no other writes while a request does."""
    ends = update(kind).where(kind.id == row_id).values(valid_to=SOONER)
    if db.engine.dialect.name != "postgresql":
        db.session.execute(ends)
        db.session.commit()
        return
    asked = getattr(seeing, reader)

    def answering(*given: Any) -> Any:
        found = asked(*given)
        with Session(db.engine) as apart, apart.begin():
            apart.execute(ends)
        return found

    monkeypatch.setattr(seeing, reader, answering)
