"""Who looks: the user of this request, or nobody. What both can be asked stands here; users are `portal.accounts`."""

from typing import Protocol, cast
from uuid import UUID

from flask import current_app, has_request_context
from flask_login import current_user

from portal.core import cookies
from portal.core.permissions import Permission

SESSION = "session"


class Viewer(Protocol):
    """Somebody who looks or acts: a user, or nobody."""

    @property
    def id(self) -> UUID | None: ...

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def must_first(self) -> str | None:
        """The path of a page that this user has to deal with before any other: a second factor to set up, say."""

    def can(self, permission: Permission, *, organisation_id: UUID | None = None, area: str | None = None) -> bool:
        """Whether they may, there; without an organisation and an area: whether they may anywhere."""

    def organisations_with(self, permission: Permission) -> frozenset[UUID] | None:
        """The organisations in which they may. None: in all."""

    def areas_with(self, permission: Permission) -> frozenset[str] | None:
        """The areas in which they may, by a role that is held for an area: slugs of sets and councils' codes. None: in all."""

    def own_organisations_with(self, permission: Permission) -> frozenset[UUID]:
        """The organisations in which they may by a role that is held for that organisation; roles of areas are not asked."""


class Nobody:
    """The viewer of a request without a session."""

    id = None
    is_authenticated = False
    is_active = False
    is_anonymous = True
    must_first = None

    def get_id(self) -> None:
        """For Flask-Login."""

    def can(self, permission: Permission, *, organisation_id: UUID | None = None, area: str | None = None) -> bool:
        """Nobody may do anything that needs a permission."""
        return False

    def organisations_with(self, permission: Permission) -> frozenset[UUID] | None:
        """None at all."""
        return frozenset()

    def areas_with(self, permission: Permission) -> frozenset[str] | None:
        """None at all."""
        return frozenset()

    def own_organisations_with(self, permission: Permission) -> frozenset[UUID]:
        """None at all."""
        return frozenset()


def viewer() -> Viewer:
    """Who looks at this request."""
    return cast("Viewer", current_user._get_current_object())


def look_as_nobody() -> None:
    """For the rest of this request nobody looks: the database does not tell who it is."""
    current_app.login_manager._update_request_context_with_user()  # type: ignore[attr-defined]


def session_cookie() -> str:
    """The name of the cookie that holds a session's token."""
    return cookies.named(SESSION)


def may_be_signed_in() -> bool:
    """Whether the request brought a session's cookie, whatever it is worth. Asks the database nothing."""
    return has_request_context() and bool(cookies.told(SESSION))
