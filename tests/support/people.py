"""Users of tests, and browsers that are signed in as them."""

from datetime import timedelta

from flask import Flask

from portal.accounts import sessions
from portal.accounts.models import Membership, User
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.extensions import db
from portal.core.viewer import session_cookie
from portal.organisations.models import Organization
from tests.support.page import Browser


def make_user(
    role: str | Role | None = None,
    *,
    organisation: Organization | None = None,
    area: str | None = None,
    email: str | None = None,
    name: str = "Sam Okafor",
    trusted: bool = False,
    **columns: object,
) -> User:
    """A saved user with at most one role. `trusted`: an editor whose plain changes go live at once."""
    user = User(name=name, email_confirmed_at=clock.now(), **columns)
    user.set_email(email or f"user-{db.session.query(User).count() + 1}@people.example.org")
    if role is not None:
        user.memberships.append(
            Membership(
                role=Role(role).value,
                organization_id=organisation.id if organisation else None,
                area=area,
                trusted_at=clock.now() - timedelta(days=90) if trusted else None,
            )
        )
    db.session.add(user)
    db.session.commit()
    return user


def session_of(app: Flask, user: User, *, is_strong: bool = True) -> tuple[str, str]:
    """The name and value of the cookie of a session that was just begun."""
    with app.test_request_context():
        token = sessions.begin(
            db.session.get_one(User, user.id), factor="password+totp" if is_strong else "password", is_strong=is_strong
        )
        db.session.commit()
        return session_cookie(), token


def browser_as(app: Flask, user: User, *, is_strong: bool = True) -> Browser:
    """A browser that is signed in, with a second factor unless said otherwise."""
    browser = Browser(app)
    name, token = session_of(app, user, is_strong=is_strong)
    browser.client.set_cookie(name, token)
    return browser
