"""Whether single keys move and decide on the moderators' pages: off until somebody turns them on for themselves."""

from portal.accounts.models import User
from portal.core.extensions import db
from portal.core.viewer import Viewer

NAME = "moderation_keys"


def are_on(who: Viewer) -> bool:
    """Whether this moderator turned them on."""
    return bool(getattr(who, "preferences", {}).get(NAME))


def turn(who: Viewer, *, on: bool) -> None:
    """Turn them on or off for this moderator."""
    user = db.session.get_one(User, who.id)
    user.preferences = {**user.preferences, NAME: on}
