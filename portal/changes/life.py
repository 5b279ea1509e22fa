"""The life of a change request as one table: what may become of it, and by which verb."""

from collections.abc import Mapping
from types import MappingProxyType

from portal.changes.models import ChangeRequest, State
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _

LIFE: Mapping[tuple[State, str], State] = MappingProxyType(
    {
        ("draft", "submit"): "waiting",
        ("draft", "publish"): "live",
        ("sent_back", "submit"): "waiting",
        ("sent_back", "publish"): "live",
        ("sent_back", "reopen"): "draft",
        ("waiting", "withdraw"): "draft",
        ("waiting", "approve"): "live",
        ("waiting", "send_back"): "sent_back",
        ("waiting", "reject"): "rejected",
        ("live", "undo"): "undone",
        ("rejected", "take_up"): "waiting",
    }
)
OPEN: frozenset[State] = frozenset({"draft", "waiting", "sent_back"})
"""What still may go live."""


class CannotNow(DomainError):
    """Somebody else was quicker: the change is in another state by now."""

    status = 409


def move(change: ChangeRequest, verb: str) -> None:
    """Take a change to its next state. Raises CannotNow where that verb is not for its state."""
    found = LIFE.get((change.state, verb))
    if found is None:
        raise CannotNow(_("This change was decided already. Reload the page to see what became of it."))
    change.state = found


def may(change: ChangeRequest, verb: str) -> bool:
    """Whether the verb is for its state."""
    return (change.state, verb) in LIFE
