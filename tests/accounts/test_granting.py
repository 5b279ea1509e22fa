"""Nobody can grant more than they hold, and somebody always leads."""

import itertools
import threading
from contextlib import suppress
from uuid import uuid4

import pytest
from flask import Flask

from portal.accounts import granting, managing, memberships
from portal.accounts.models import Membership, User, UserSession
from portal.accounts.roles import ROLES, Role
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.transactions import unit
from tests.factories import Make

HERE, THERE = uuid4(), uuid4()


def holder(role: Role) -> User:
    """Somebody with one role, in one organisation where the role belongs to one."""
    is_in_one = ROLES[role].scope == "organisation"
    return User(memberships=[Membership(role=role.value, organization_id=HERE if is_in_one else None)])


@pytest.mark.parametrize(("by", "role"), list(itertools.product(Role, Role)), ids=lambda role: role.value)
def test_nobody_grants_more_than_they_hold(by: Role, role: Role) -> None:
    user = holder(by)
    place = HERE if ROLES[role].scope == "organisation" else None
    may = granting.may_grant(user, role, organization_id=place)
    if by is Role.ADMINISTRATOR:
        assert may
    elif may:
        # A coordinator gives the role of a team member, in teams of their own area alone: see `portal.teams`.
        assert ROLES[role].scope == "organisation" or (by, role) == (Role.TEAM_COORDINATOR, Role.TEAM_MEMBER)
        assert ROLES[role].permissions <= ROLES[by].permissions
        assert role in ROLES[by].may_grant
        is_elsewhere = ROLES[role].scope == "organisation" and granting.may_grant(user, role, organization_id=THERE)
        assert not is_elsewhere, "in another organisation"
    else:
        assert by is not Role.LEAD or role not in {Role.LEAD, Role.EDITOR}


def test_only_administrators_leads_and_team_coordinators_grant_anything() -> None:
    granting_roles = {by for by in Role for role in Role if granting.may_grant(holder(by), role, organization_id=HERE)}
    assert granting_roles == {Role.ADMINISTRATOR, Role.LEAD, Role.TEAM_COORDINATOR}


def test_nobody_gives_a_role_to_themselves(app: Flask, make: Make) -> None:
    boss = make.user("administrator")
    with pytest.raises(memberships.MayNotGrant):
        memberships.give(boss, Role.INFORMATION_GOVERNANCE, by=boss)


def test_a_change_of_role_ends_the_sessions_of_whom_it_is_of_and_is_noted(app: Flask, make: Make, as_user) -> None:
    here = make.organisation()
    lead, editor = make.user("lead", organisation=here), make.user("editor", organisation=here)
    browser = as_user(editor, is_strong=False)
    browser.get("/account/roles")
    memberships.give(editor, Role.LEAD, by=lead, organization_id=here.id)
    db.session.commit()
    browser.get("/account/roles", expect=303)
    assert all(one.ended_at for one in db.session.query(UserSession).filter_by(user_id=editor.id))
    noted = db.session.query(AuditEntry).filter_by(action="role.given").one()
    assert noted.actor_id == str(lead.id) and noted.details["role"] == "lead"


def test_the_last_lead_can_neither_leave_nor_be_removed(app: Flask, make: Make) -> None:
    here = make.organisation()
    lead, boss = make.user("lead", organisation=here), make.user("administrator")
    make.user("lead", organisation=here, deactivated_at=lead.created_at)
    for by in (lead, boss):
        with pytest.raises(memberships.LastOne):
            memberships.end(lead.held[0], by=by)
    make.user("lead", organisation=here)
    memberships.end(lead.held[0], by=lead)
    assert not lead.can(Permission.PEOPLE_MANAGE)


def test_the_last_administrator_stays(app: Flask, make: Make) -> None:
    boss = make.user("administrator")
    with pytest.raises(memberships.LastOne):
        memberships.end(boss.held[0], by=boss)


def test_of_two_leads_who_remove_each_other_at_once_one_stays(app: Flask, make: Make) -> None:
    for _round in range(3):
        here = make.organisation()
        first, second = make.user("lead", organisation=here), make.user("lead", organisation=here)
        pairs = [(first.id, second.held[0].id), (second.id, first.held[0].id)]
        db.session.commit()
        start, said = threading.Barrier(2), []

        def remove(by: object, whom: object, start: threading.Barrier, said: list[str]) -> None:
            with app.app_context():
                start.wait()
                try:
                    with unit():
                        memberships.end(db.session.get_one(Membership, whom), by=db.session.get_one(User, by))
                except (memberships.LastOne, memberships.MayNotGrant) as refused:
                    said.append(type(refused).__name__)
                else:
                    said.append("done")

        threads = [threading.Thread(target=remove, args=(*pair, start, said)) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        db.session.rollback()
        left = db.session.query(Membership).filter_by(organization_id=here.id, ended_at=None).count()
        assert left == 1 and said.count("done") == 1, said


def test_of_two_administrators_who_shut_each_other_out_at_once_one_stays(app: Flask, make: Make) -> None:
    first, second = make.user("administrator"), make.user("administrator")
    pairs = [(first.id, second.id), (second.id, first.id)]
    db.session.commit()
    start, ready = threading.Barrier(2), threading.Barrier(2)

    def shut(by: object, whom: object) -> None:
        with app.app_context():
            start.wait()
            with suppress(memberships.LastOne, managing.NotYourself, threading.BrokenBarrierError), unit():
                user, boss = db.session.get_one(User, whom), db.session.get_one(User, by)
                if db.engine.dialect.name == "postgresql":  # SQLite lets one write at a time
                    ready.wait(5)
                managing.deactivate(user, by=boss, why="left")

    threads = [threading.Thread(target=shut, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert db.session.query(User).filter(User.deactivated_at.is_(None)).count() == 1


def test_trust_is_for_moderators_and_administrators(app: Flask, make: Make) -> None:
    here = make.organisation()
    lead, editor = make.user("lead", organisation=here), make.user("editor", organisation=here)
    with pytest.raises(memberships.MayNotGrant):
        memberships.trust(editor.held[0], by=lead, is_trusted=True)
    memberships.trust(editor.held[0], by=make.user("moderator"), is_trusted=True)
    assert editor.held[0].trusted_at is not None
    memberships.trust(editor.held[0], by=make.user("administrator"), is_trusted=False)
    assert editor.held[0].trusted_at is None
