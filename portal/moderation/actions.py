"""Deciding about changes. Each act is one row of the log, one entry of the audit chain and one message to the author.

Two moderators at once: the change is locked, and the second finds it decided (CannotNow). Callers commit.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.assurance import reporting
from portal.assurance.models import ListingReport
from portal.changes import actions as changes
from portal.changes.life import CannotNow
from portal.changes.models import ChangeRequest
from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.groups import claims
from portal.moderation import queries
from portal.moderation.models import Decision, Kind
from portal.moderation.notifications import ChangeDecided
from portal.notifications.notification import Recipient
from portal.notifications.outbox import notify


@dataclass(frozen=True)
class Approved:
    """What became of several at once: how many went live, and why each of the others did not."""

    done: int
    left_out: tuple[tuple[queries.Row, str], ...]


def attempt(act: Callable[[], None]) -> None:
    """Do it whole or not at all, so that a page can be shown after a refusal."""
    with db.session.begin_nested():
        act()


def approve(
    change: ChangeRequest, *, by: Viewer, note: str | None = None, facts: Mapping[str, Any] | None = None
) -> None:
    """Let a change go live, as it is or as the moderator made it. Raises OwnChange, CannotNow and Clash."""
    asked = dict(change.facts)
    if change.kind == "claim":
        claims.accept(change, by, is_told=False)
    else:
        changes.approve(change, by, facts=facts)
    is_edited = facts is not None and dict(facts) != asked
    _log("approve", change, by=by, note=note, undo={"asked": asked} if is_edited else {})
    tell(change, "live")


def approve_ticked(viewer: Viewer, ids: Iterable[UUID]) -> Approved:
    """Approve those of these that bear no risk mark; what is live already counts as looked at."""
    done, left_out = 0, []
    for row in queries.ticked(viewer, ids):
        change = queries.change_for(viewer, row.id)
        if not row.can_be_ticked:
            left_out.append((row, _("It bears a risk mark or is your own, so it needs a look by itself.")))
            continue
        act = review if row.is_live else approve
        try:
            attempt(partial(act, change, by=viewer))
            done += 1
        except DomainError as error:
            left_out.append((row, error.sentence))
    return Approved(done, tuple(left_out))


def send_back(change: ChangeRequest, *, by: Viewer, reason: str, words: str, note: str | None = None) -> None:
    """Give a change back to its author. Raises OwnChange and CannotNow."""
    changes.send_back(change, by, reason=reason, words=words)
    _log("send_back", change, by=by, reason=reason, note=note)
    tell(change, "sent_back")


def reject(change: ChangeRequest, *, by: Viewer, reason: str, words: str, note: str | None = None) -> None:
    """Refuse a change. Raises OwnChange and CannotNow."""
    if change.kind == "claim":
        claims.refuse(change, _user(by), reason=reason, words=words)
        _log("reject", change, by=by, reason=reason, note=note)
        return
    changes.reject(change, by, reason=reason, words=words)
    _log("reject", change, by=by, reason=reason, note=note)
    tell(change, "rejected")


def review(change: ChangeRequest, *, by: Viewer, note: str | None = None) -> None:
    """Say of a change that went live by itself that it is fine. Raises OwnChange and CannotNow."""
    _refuse_own(change, by)
    _hold_sampled(change)
    change.reviewed_at, change.reviewed_by_id = clock.now(), by.id
    audit.record("change.reviewed", change, by=by)
    _log("review", change, by=by, note=note)


def take_back(change: ChangeRequest, *, by: Viewer, reason: str, words: str, note: str | None = None) -> None:
    """Put back what stood before a change that went live by itself. Raises OwnChange, CannotNow and Clash."""
    _refuse_own(change, by)
    _hold_sampled(change)
    change.reviewed_at, change.reviewed_by_id = clock.now(), by.id
    changes.undo(change, by, reason=reason, words=words)
    _log("undo", change, by=by, reason=reason, note=note)
    tell(change, "undone")


def answer_report(report_id: UUID, outcome: reporting.Outcome, *, by: Viewer, note: str | None = None) -> None:
    """Say what became of a visitor's report; what has closed is closed. Raises CannotNow where somebody was quicker."""
    row = db.session.get_one(ListingReport, report_id, with_for_update=True, populate_existing=True)
    if row.answered_at is not None:
        raise CannotNow(_("Another moderator has answered this report already."))
    service = db.session.get_one(Service, row.service_id)
    if outcome == "closed" and service.status == "active":
        changes.set_status(service, "inactive", by=by, key=None, reason="report")
    reporting.answer_report(report_id, outcome, by=by)
    decision = Decision(
        kind="report", service_id=service.id, organization_id=service.organization_id, reason=outcome,
        note=note or None, by_user_id=by.id,
    )  # fmt: skip
    db.session.add(decision)


def tell(change: ChangeRequest, outcome: str) -> None:
    """Write to the author what became of their change, where it has one who can be written to."""
    author = accounts.user(change.by_user_id) if change.by_user_id else None
    if author is None or not author.is_active:
        return
    notify(
        ChangeDecided(change_id=str(change.id), outcome=outcome, service_id=_service_of(change)),
        to=Recipient(email=author.email, locale=author.locale, user_id=author.id),
        key=f"change-decided:{change.id}:{outcome}:{clock.now():%Y%m%d%H%M%S}",
    )


def _service_of(change: ChangeRequest) -> str:
    """The listing, for an author who is no editor of it and so finds the change on the listing's own page."""
    return str(change.service_id) if change.service_id and changes.said_by(change) == "moderator" else ""


def _hold_sampled(change: ChangeRequest) -> None:
    db.session.refresh(change, with_for_update={"of": ChangeRequest})
    if change.state != "live" or not change.is_sampled or change.reviewed_at is not None:
        raise CannotNow(_("Somebody has looked at this change already. Reload the page to see what became of it."))


def _user(by: Viewer) -> User:
    return db.session.get_one(User, by.id)


def _refuse_own(change: ChangeRequest, by: Viewer) -> None:
    if change.by_user_id is not None and change.by_user_id == by.id:
        raise changes.OwnChange(_("Nobody decides their own change. Someone else has to look at it."))


def _log(
    kind: Kind,
    change: ChangeRequest,
    *,
    by: Viewer,
    reason: str | None = None,
    note: str | None = None,
    undo: dict[str, Any] | None = None,
) -> None:
    decision = Decision(
        id=new_id(), kind=kind, change_id=change.id, service_id=change.service_id, organization_id=change.organization_id,
        reason=reason, note=note or None, undo=undo or {}, by_user_id=by.id,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    audit.record(f"moderation.{kind}", change, by=by, why=reason, details={"decision": str(decision.id)})
