"""The user of this request, for views that only users reach."""

from typing import cast

from flask import abort

from portal.accounts.models import User
from portal.core.viewer import viewer


def signed_in_user() -> User:
    """The user who looks. Where there is none, the answer is 404: such a view bears the wrong mark."""
    who = viewer()
    if not who.is_authenticated:
        abort(404)
    return cast("User", who)


def user_or_none() -> User | None:
    """The user who looks, or None for a stranger."""
    who = viewer()
    return cast("User", who) if who.is_authenticated else None
