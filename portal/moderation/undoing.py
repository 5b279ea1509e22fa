"""Taking decisions back: an approval, a refusal and a merge, for 30 days."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from portal.changes import actions as changes
from portal.changes import applying
from portal.changes.life import move
from portal.changes.models import ChangeRequest
from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.directory.indexing import listing_changed
from portal.moderation import merging
from portal.moderation.actions import tell
from portal.moderation.models import Decision

KEPT = timedelta(days=30)


class TooLate(DomainError):
    """A decision that can no longer be taken back, or was taken back already."""

    status = 409


def can_be_undone(decision: Decision) -> bool:
    """Whether a decision can be taken back now. Roles that were given are ended by whoever manages people, not here."""
    is_of_people = decision.change is not None and decision.change.kind == "claim" and decision.kind == "approve"
    is_recent = decision.undone_at is None and decision.at > clock.now() - KEPT
    return decision.kind in KINDS and is_recent and not is_of_people


def undo(decision: Decision, *, by: Viewer) -> None:
    """Take a decision back, whole. Raises TooLate, and Clash where what it made was changed since."""
    db.session.refresh(decision, with_for_update={"of": Decision})
    if not can_be_undone(decision):
        raise TooLate(_("This was taken back already, or it is more than 30 days ago."))
    KINDS[decision.kind](decision, by)
    decision.undone_at, decision.undone_by_id = clock.now(), by.id
    audit.record("moderation.undone", decision, by=by, details={"kind": decision.kind})


def _undo_approval(decision: Decision, by: Viewer) -> None:
    """What stood before stands again. A new listing is withdrawn, since nothing stood before."""
    change = _change_of(decision)
    if change.kind != "new":
        changes.undo(change, by)
    elif change.service_id is not None:
        service = applying.locked(change.service_id)
        db.session.refresh(change)
        move(change, "undo")
        service.withdrawn_at = clock.now()
        listing_changed(service.id)
    tell(change, "undone")


def _undo_refusal(decision: Decision, by: Viewer) -> None:
    """It waits again."""
    change = _change_of(decision)
    db.session.refresh(change, with_for_update={"of": ChangeRequest})
    move(change, "take_up")
    change.reason = change.words = change.decided_at = change.decided_by_id = None
    audit.record("change.taken_up", change, by=by)


def _undo_merge(decision: Decision, by: Viewer) -> None:
    merging.part(decision, by=by)


def _change_of(decision: Decision) -> ChangeRequest:
    if decision.change_id is None:
        raise TooLate(_("The change is no longer there."))
    return db.session.get_one(ChangeRequest, decision.change_id)


KINDS: Mapping[str, Callable[[Decision, Viewer], None]] = MappingProxyType(
    {"approve": _undo_approval, "reject": _undo_refusal, "merge": _undo_merge}
)
"""What can be taken back, and how."""
