"""Proposing, deciding and applying changes of listings.

What somebody proposes goes live at once or waits, as `risks.py` rules. Each change of a live listing takes the lock of its
service first, so that two never overwrite each other: the second finds that what it was made from no longer stands, which is
a `Clash`. Callers commit.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.queries import user
from portal.changes import agreements, applying, queries, risks
from portal.changes.applying import Clash
from portal.changes.facts import FACTS, differing, read_all
from portal.changes.life import CannotNow, move
from portal.changes.models import ChangeRequest, Facts, Kind, Version
from portal.core import audit, clock
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.models import Service

STATUS = "status"
"""What changes of kind close and reopen hold in `facts`."""


class NotYours(DomainError):
    """Somebody may not, or no longer, change this organisation's listings."""

    status = 403


class OwnChange(DomainError):
    """Nobody decides their own change."""

    status = 403


def propose(
    service: Service,
    facts: Mapping[str, Any],
    *,
    by: Viewer | None,
    base_version: int,
    key: str | None,
    note: str | None = None,
    how: str = "edited",
) -> ChangeRequest:
    """Propose new values of facts, made from `base_version` of the service. Gives the change: live, or waiting.

    `key` is the form's one-time key: sent again, it gives the same change. `by` is None for the portal itself.
    Raises NotYours, and Clash where a fact was changed meanwhile.
    """
    change = _new(service, facts, by=by, base_version=base_version, note=note)
    applying.lock(service)
    if key is not None and (known := queries.change_of_key(key)) is not None:
        return known
    change.before = {name: value for name, value in read_all(service).items() if name in change.facts}
    applying.refuse_clash(service, change)
    if (known := _kept(change, key)) is not change:
        return known
    _submit(change, service, by, how=how)
    return change


def save_draft(
    service: Service, facts: Mapping[str, Any], *, by: Viewer, base_version: int, change: ChangeRequest | None = None
) -> ChangeRequest:
    """Keep what was typed without showing it to anybody. Facts are added to a draft that is there."""
    if change is None:
        change = _new(service, {}, by=by, base_version=base_version)
        db.session.add(change)
    _check(by, change.organization_id)
    if change.state == "sent_back":
        move(change, "reopen")
    change.facts = {**change.facts, **_known(facts)}
    change.changed_at = clock.now()
    db.session.flush()
    return change


def begin_new(organisation_id: UUID, facts: Mapping[str, Any], *, by: Viewer, key: str | None = None) -> ChangeRequest:
    """A draft of a new listing."""
    _check(by, organisation_id)
    change = ChangeRequest(
        id=new_id(), organization_id=organisation_id, kind="new", state="draft", facts=_known(facts), before={},
        by_user_id=by.id,
    )  # fmt: skip
    return _kept(change, key)


def submit(change: ChangeRequest, *, by: Viewer, key: str | None = None) -> ChangeRequest:
    """Send a draft, or what was sent back: it goes live or waits. Sent already, it stays as it is. Raises Clash.

    `key` is the one-time key of the form that sent it, for who sends that form again.
    """
    _check(by, change.organization_id)
    change.form_key = key or change.form_key
    if change.service_id is None:
        return _submit_new(change, by)
    service = applying.locked(change.service_id)
    db.session.refresh(change)
    if change.state not in {"draft", "sent_back"}:
        return change
    change.before = {name: value for name, value in read_all(service).items() if name in change.facts}
    applying.refuse_clash(service, change)
    _submit(change, service, by, how="edited")
    return change


def discard(change: ChangeRequest, *, by: Viewer) -> None:
    """Throw a draft away, or take back what waits; gone already, it is gone. Raises CannotNow for what was decided meanwhile."""
    _check(by, change.organization_id)
    try:
        _hold(change)
    except CannotNow:
        return
    if change.state == "waiting":
        move(change, "withdraw")
    if change.state not in {"draft", "sent_back"}:
        move(change, "discard")
    audit.record("change.discarded", change, by=by)
    db.session.delete(change)


def approve(change: ChangeRequest, by: Viewer, *, facts: Mapping[str, Any] | None = None) -> ChangeRequest:
    """Let a change go live; `facts` are what the moderator made of it. Raises OwnChange, CannotNow and Clash."""
    _not_own(change, by)
    if change.kind == "new" and change.service_id is None:
        publish_new(change, by, facts=facts)
        return change
    service = applying.locked(_service_id(change))
    _hold(change)
    move(change, "approve")
    if facts is not None:
        change.facts = _known(facts)
    applying.refuse_stale(service, change)
    _decided(change, by)
    applying.apply(change, service, by=by, how="approved", by_kind=said_by(change))
    return change


def said_by(change: ChangeRequest) -> str:
    """As what its author said a change: "moderator" for our team, else "group"."""
    author = user(change.by_user_id) if change.by_user_id else None
    return applying.kind_of(author, change.organization_id) if author else "group"


def send_back(change: ChangeRequest, by: Viewer, *, reason: str | None = None, words: str | None = None) -> None:
    """Give a change back to its author with words. Raises OwnChange and CannotNow."""
    _decide(change, by, "send_back", reason, words)


def reject(change: ChangeRequest, by: Viewer, *, reason: str | None = None, words: str | None = None) -> None:
    """Refuse a change. Raises OwnChange and CannotNow."""
    _decide(change, by, "reject", reason, words)


def undo(change: ChangeRequest, by: Viewer, *, reason: str | None = None, words: str | None = None) -> None:
    """Put back what stood before a live change. Raises Clash where its facts were changed since, and CannotNow."""
    service = applying.locked(_service_id(change))
    db.session.refresh(change)
    move(change, "undo")
    applying.refuse_overwriting(service, change)
    change.reason, change.words = reason, words
    _decided(change, by)
    back = ChangeRequest(
        id=new_id(), service_id=service.id, organization_id=change.organization_id, kind=change.kind, state="live",
        facts=dict(change.before), before=dict(change.facts), base_version=service.version, by_user_id=by.id,
    )  # fmt: skip
    applying.put(service, back, by=by, how="undone", change_id=change.id)
    audit.record("change.undone", change, by=by, why=reason, details={"facts": sorted(change.facts)})


def restore(version: Version, by: Viewer, *, key: str | None = None) -> ChangeRequest:
    """Propose every fact as it was in a version, without names that are agreed to no more. The rules for waiting hold."""
    service = applying.locked(version.service_id)
    now = read_all(service)
    then = {name: version.facts.get(name) for name in FACTS}
    then[agreements.FACT] = agreements.only_standing(then[agreements.FACT], now[agreements.FACT])
    facts = {name: then[name] for name in differing(now, then)}
    return propose(service, facts, by=by, base_version=service.version, key=key, how="restored")


def publish_new(draft: ChangeRequest, by: Viewer | None, *, facts: Mapping[str, Any] | None = None) -> Service:
    """Make the listing of a change of kind new, of `facts` where a moderator mended them. Raises CannotNow where it is
    no draft and does not wait, also where another was quicker.
    """
    db.session.refresh(draft, with_for_update=True)
    if facts is not None:
        draft.facts = _known(facts)
    move(draft, "approve" if draft.state == "waiting" else "publish")
    service = Service(id=new_id(), organization_id=draft.organization_id, name=str(draft.facts.get("name") or ""))
    service.version = 0
    db.session.add(service)
    db.session.flush()
    draft.service_id = service.id
    _decided(draft, by)
    service.assured_date, service.assured_by, service.assured_how = clock.today(), "group", "added"
    applying.apply(draft, service, by=by, how="added", by_kind="group")
    return service


def set_status(
    service: Service, status: str, *, by: Viewer, key: str | None, reason: str | None = None, note: str | None = None
) -> ChangeRequest:
    """Close a listing ("inactive"), pause it ("temporarily closed") or open it again ("active"); live or waiting."""
    kind: Kind = "reopen" if status == "active" else "close"
    change = _new(service, {}, by=by, base_version=service.version, note=note)
    change.kind, change.facts, change.reason = kind, {STATUS: status}, reason
    applying.lock(service)
    if (known := _kept(change, key)) is not change:
        return known
    change.before = {STATUS: service.status}
    _submit(change, service, by, how="closed" if kind == "close" else "reopened")
    return change


def _new(
    service: Service, facts: Mapping[str, Any], *, by: Viewer | None, base_version: int, note: str | None = None
) -> ChangeRequest:
    _check(by, service.organization_id)
    return ChangeRequest(
        id=new_id(), service_id=service.id, organization_id=service.organization_id, kind="change", state="draft",
        facts=_known(facts), before={}, base_version=base_version, by_user_id=by.id if by else None, note=note or None,
    )  # fmt: skip


def _kept(change: ChangeRequest, key: str | None) -> ChangeRequest:
    """Save a change under its form's key. Gives the one that has this key already, if there is one."""
    if key is not None:
        if (known := queries.change_of_key(key)) is not None:
            return known
        change.form_key = key
        with suppress(IntegrityError), db.session.begin_nested():
            db.session.add(change)
        return queries.change_of_key(key) or change
    db.session.add(change)
    db.session.flush()
    return change


def _submit(change: ChangeRequest, service: Service, by: Viewer | None, *, how: str) -> None:
    standing = change.before | {"needs": FACTS["needs"].read(service)}
    proposal = risks.Proposal(change.facts, standing, by is None or risks.is_trusted(by, change.organization_id))
    change.risks, change.submitted_at = risks.risks_of(proposal), clock.now()
    if risks.must_wait(proposal):
        _withdraw_names(change, service, by)
        move(change, "submit")
        audit.record("change.proposed", change, by=by, details={"facts": sorted(change.facts)})
        return
    move(change, "publish")
    change.is_sampled, change.decided_at = by is not None and risks.is_sampled(change.id), clock.now()
    applying.apply(change, service, by=by, how=how, by_kind=applying.kind_of(by, change.organization_id))


def _withdraw_names(change: ChangeRequest, service: Service, by: Viewer | None) -> None:
    """Take back at once the names that a change which waits agrees to no more: that waits for nobody."""
    left = agreements.withdrawn(change.before.get(agreements.FACT), change.facts.get(agreements.FACT))
    if agreements.FACT not in change.facts or left is None:
        return
    propose(service, {agreements.FACT: left}, by=by, base_version=service.version, key=None)
    change.before = {**change.before, agreements.FACT: FACTS[agreements.FACT].read(service)}
    change.base_version = service.version


def _submit_new(change: ChangeRequest, by: Viewer) -> ChangeRequest:
    if change.state not in {"draft", "sent_back"}:
        return change
    trusted = risks.is_trusted(by, change.organization_id)
    change.risks = risks.risks_of(risks.Proposal(change.facts, {}, trusted, is_new=True))
    change.submitted_at = clock.now()
    move(change, "submit")
    audit.record("change.proposed", change, by=by, details={"kind": change.kind})
    return change


def _decide(change: ChangeRequest, by: Viewer, verb: str, reason: str | None, words: str | None) -> None:
    _not_own(change, by)
    if change.service_id is not None:
        applying.locked(change.service_id)  # first, as whoever approves does, or the two wait for each other
    _hold(change)
    move(change, verb)
    change.reason, change.words = reason, words
    _decided(change, by)
    action = {"send_back": "change.sent_back", "reject": "change.rejected"}[verb]
    audit.record(action, change, by=by, why=reason)


def _decided(change: ChangeRequest, by: Viewer | None) -> None:
    change.decided_at, change.decided_by_id = clock.now(), by.id if by else None


def _hold(change: ChangeRequest) -> None:
    """Hold a change until the transaction ends, and read it anew. Raises CannotNow where its author threw it away meanwhile."""
    identity = inspect(change).identity  # known too where the row has gone
    change_id = identity[0] if identity else change.id
    if db.session.scalar(select(ChangeRequest.id).where(ChangeRequest.id == change_id).with_for_update()) is None:
        raise CannotNow(_("This change was decided already. Reload the page to see what became of it."))
    db.session.refresh(change)


def is_own(change: ChangeRequest, who: Viewer) -> bool:
    """Whether somebody wrote a change, or may have: a new listing is written by all who edit for its organisation."""
    is_author = change.by_user_id is not None and change.by_user_id == who.id
    return is_author or (
        change.kind == "new" and who.can(Permission.LISTING_EDIT, organisation_id=change.organization_id)
    )


def _not_own(change: ChangeRequest, by: Viewer) -> None:
    if is_own(change, by):
        raise OwnChange(_("Nobody decides their own change. Someone else has to look at it."))


def _check(by: Viewer | None, organisation_id: UUID) -> None:
    if by is None or by.can(Permission.MODERATE) or by.can(Permission.SITE_MANAGE):
        return
    if not by.can(Permission.LISTING_EDIT, organisation_id=organisation_id):
        raise NotYours(_("You can no longer change the listings of this organisation. Ask its lead."))


def _known(facts: Mapping[str, Any]) -> Facts:
    if unknown := facts.keys() - FACTS.keys():
        raise KeyError(f"no facts: {sorted(unknown)}")
    return dict(facts)


def _service_id(change: ChangeRequest) -> UUID:
    if change.service_id is None:
        raise NotFound(_("There is no listing here."))
    return change.service_id


__all__ = ["Clash"]
