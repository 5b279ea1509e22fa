"""The demo's accounts: somebody of each role, secrets that are kept, and a second start that changes nothing."""

import json
from pathlib import Path

import pyotp
from flask import Flask

from portal.accounts import passwords
from portal.accounts.models import Membership, User
from portal.accounts.queries import user_by_email
from portal.accounts.roles import ROLES, Role
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.demo import accounts, actions
from portal.organisations.models import Organization


def test_there_is_somebody_of_each_role_and_a_second_start_changes_nothing(app: Flask, tmp_path: Path) -> None:
    actions.load()
    assert accounts.ensure(tmp_path)
    db.session.commit()
    file = tmp_path / accounts.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    told = json.loads(file.read_text())
    assert {one["role"] for one in told} == {role.value for role in Role}
    for one in (told[0], told[1], told[9]):
        user = user_by_email(one["email"])
        assert user is not None and passwords.check(one["password"], user.password_hash).is_right
        assert pyotp.TOTP(one["totp_secret"]).now() == pyotp.TOTP(user.totp_secret).now()
        assert passwords.problem_with(one["password"], passwords.words_of(user)) is None
    before = file.read_bytes(), db.session.query(User).count(), db.session.query(AuditEntry).count()
    assert not accounts.ensure(tmp_path)
    db.session.commit()
    assert (file.read_bytes(), db.session.query(User).count(), db.session.query(AuditEntry).count()) == before


def test_each_role_is_held_where_it_belongs(sqlite_app: Flask, tmp_path: Path) -> None:
    actions.load()
    accounts.ensure(tmp_path)
    db.session.commit()
    for membership in db.session.query(Membership):
        scope = ROLES[Role(membership.role)].scope
        assert (membership.organization_id is not None) == (scope == "organisation"), membership.role
    names = {one.organisation for one in accounts.PEOPLE if one.organisation}
    assert names <= set(db.session.scalars(db.select(Organization.name)))


def test_accounts_that_are_missing_come_back_with_the_same_secrets(sqlite_app: Flask, tmp_path: Path) -> None:
    actions.load()
    accounts.ensure(tmp_path)
    told = json.loads((tmp_path / accounts.FILE).read_text())
    db.session.rollback()
    actions.load()
    assert accounts.ensure(tmp_path)
    user = user_by_email(told[0]["email"])
    assert user is not None and passwords.check(told[0]["password"], user.password_hash).is_right
