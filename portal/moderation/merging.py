"""Making one listing of two, and two of one again.

The listing that stays takes the facts that were chosen; the other stays as a redirect. What hangs on the other comes along:
reports, questions that are open, changes that wait, and whoever manages it where nobody manages the one that stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.assurance.models import CheckItem, ListingReport
from portal.changes import applying
from portal.changes.facts import FACTS, differing, read_all, shown
from portal.changes.models import ChangeRequest
from portal.core import audit, clock
from portal.core.database import one_at_a_time
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.indexing import listing_changed
from portal.directory.looked_after import looked_after
from portal.directory.models import Service
from portal.moderation.models import Decision, DuplicatePair

Side = Literal["one", "other"]
OPEN = ("draft", "waiting", "sent_back")
LOCK = 7_310_046
"""Merges and their undoing wait for one another: each locks rows of two listings, and three at once locked each other out."""


class AlreadyDecided(DomainError):
    """Another moderator was quicker."""

    status = 409


class OnlyOneIsTheirs(DomainError):
    """One of the two lies outside the areas of who decides."""

    status = 403


@dataclass(frozen=True)
class Choice:
    """One fact in both listings. `chosen`: the side that is offered first, the one that says more or was checked last."""

    name: str
    label: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    chosen: Side


def stays(pair: DuplicatePair) -> Side:
    """Which listing is offered to stay: one that a group manages, else the one checked last, else the older."""

    def worth(service: Service) -> tuple[bool, str, float]:
        is_managed = bool(accounts.users_of(service.organization_id, Permission.LISTING_EDIT))
        return is_managed, str(service.assured_date or ""), -service.created_at.timestamp()

    return "one" if worth(pair.one) >= worth(pair.other) else "other"


def choices(pair: DuplicatePair, first: Side) -> list[Choice]:
    """The facts in which the two differ, in order of the page. `first`: the listing that stays."""
    one, other = read_all(pair.one), read_all(pair.other)
    told: dict[Side, dict[str, Any]] = {"one": one, "other": other}
    second: Side = "other" if first == "one" else "one"
    return [
        Choice(
            name=name,
            label=str(FACTS[name].label),
            one=tuple(shown(name, one[name])),
            other=tuple(shown(name, other[name])),
            chosen=first if told[first][name] else second,
        )
        for name in differing(one, other)
        if shown(name, one[name]) != shown(name, other[name])
    ]


def call_different(pair: DuplicatePair, *, by: Viewer) -> None:
    """Say that the two are two. They are never asked about again. Raises AlreadyDecided."""
    _hold(pair)
    _decided(pair, "different", by)
    decision = _log(pair, pair.one, kind="different", by=by, undo={}, note=None)
    audit.record("moderation.different", pair, by=by, details={"decision": str(decision.id)})


def merge(
    pair: DuplicatePair, side: Side, chosen: Mapping[str, Side], *, by: Viewer, note: str | None = None
) -> Service:
    """Make one of two: the listing on `side` stays, with each fact from the side that was chosen. Gives it.

    Raises OnlyOneIsTheirs, and AlreadyDecided where another moderator was quicker or one of the two is no longer there.
    """
    _refuse_half(pair.one_id, pair.other_id, by=by)
    one_at_a_time(db.session(), LOCK)
    _hold(pair)
    kept, gone = _locked(pair, side)
    if kept.merged_into_id or gone.merged_into_id:
        raise AlreadyDecided(_("One of the two was merged with another listing meanwhile."))
    theirs = read_all(gone)
    names = [name for name, from_side in chosen.items() if name in FACTS and from_side != side]
    facts = _as_here({name: theirs[name] for name in names}, theirs, read_all(kept))
    undo = {"kept": str(kept.id), "gone": str(gone.id), **_apply(kept, facts, by), **_move(kept, gone)}
    gone.merged_into_id, gone.last_modified = kept.id, clock.now()
    for service in (kept, gone):
        listing_changed(service.id)
    _decided(pair, "merged", by)
    decision = _log(pair, kept, kind="merge", by=by, undo=undo, note=note)
    audit.record("moderation.merge", kept, by=by, details={"gone": str(gone.id), "decision": str(decision.id)})
    return kept


def part(decision: Decision, *, by: Viewer) -> None:
    """Make two of one again, as they were. Raises OnlyOneIsTheirs, and Clash where a fact that it brought was changed since."""
    told = decision.undo
    _refuse_half(UUID(told["kept"]), UUID(told["gone"]), by=by)
    one_at_a_time(db.session(), LOCK)
    kept, gone = (applying.locked(UUID(told[name])) for name in ("kept", "gone"))
    back = ChangeRequest(
        id=new_id(), service_id=kept.id, organization_id=kept.organization_id, kind="change", state="live",
        facts=told["facts"], before=told["before"], base_version=kept.version, by_user_id=by.id,
    )  # fmt: skip
    applying.refuse_overwriting(kept, back)
    back.facts, back.before = told["before"], told["facts"]
    applying.put(kept, back, by=by, how="undone", change_id=None)
    gone.merged_into_id, gone.last_modified = None, clock.now()
    kept.organization_id = UUID(told["organisation"])
    _move_back(told, gone)
    if decision.pair is not None:
        decision.pair.state, decision.pair.decided_at, decision.pair.decided_by_id = "open", None, None
    for service in (kept, gone):
        listing_changed(service.id)


def _refuse_half(one: UUID, other: UUID, *, by: Viewer) -> None:
    if len(looked_after(by, [one, other])) < 2:
        raise OnlyOneIsTheirs(
            _(
                "One of the two lies outside your areas. A moderator of both areas, or of everywhere, can merge or part them."
            )
        )


def _hold(pair: DuplicatePair) -> None:
    db.session.refresh(pair, with_for_update={"of": DuplicatePair})
    if pair.state != "open":
        raise AlreadyDecided(_("Another moderator has decided about these two already. Reload the page to see how."))


def _locked(pair: DuplicatePair, side: Side) -> tuple[Service, Service]:
    """The listing that stays and the one that goes, both held, the smaller id first."""
    ids = [pair.one_id, pair.other_id]
    db.session.expire_all()
    rows = db.session.scalars(
        select(Service).where(Service.id.in_(ids)).order_by(Service.id).with_for_update(of=Service)
    )
    found = {service.id: service for service in rows}
    one, other = found[ids[0]], found[ids[1]]
    return (one, other) if side == "one" else (other, one)


def _as_here(facts: dict[str, Any], theirs: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that name places by id, with the ids of the listing that they come to: the first place is its first place."""
    ids = dict(zip(_place_ids(theirs), _place_ids(standing), strict=False))

    def here(row: dict[str, Any], key: str) -> dict[str, Any]:
        return row | {key: ids.get(row[key], row[key])} if key in row else row

    told = dict(facts)
    if told.get("place"):
        told["place"] = [here(row, "id") for row in told["place"]]
    if told.get("sessions"):
        told["sessions"] = [here(row, "at") for row in told["sessions"]]
    if told.get("opening"):
        told["opening"] = told["opening"] | {"lines": [here(row, "at") for row in told["opening"].get("lines", ())]}
    if told.get("delivery"):
        told["delivery"] = {ids.get(key, key): modes for key, modes in told["delivery"].items()}
    return told


def _place_ids(values: Mapping[str, Any]) -> list[str]:
    return [str(row["id"]) for row in values.get("place") or ()]


def _apply(kept: Service, facts: Mapping[str, Any], by: Viewer) -> dict[str, Any]:
    """Put the chosen facts into the listing that stays; gives what takes that back."""
    standing = read_all(kept)
    change = ChangeRequest(
        id=new_id(), service_id=kept.id, organization_id=kept.organization_id, kind="change", state="live",
        facts=dict(facts), before={name: standing[name] for name in facts}, base_version=kept.version, by_user_id=by.id,
    )  # fmt: skip
    applying.put(kept, change, by=by, how="merged", change_id=None)
    # As they read now that they stand here: ids of places and sessions are those of this listing.
    now = read_all(kept)
    return {"facts": {name: now[name] for name in facts}, "before": change.before, "version": kept.version}


def _move(kept: Service, gone: Service) -> dict[str, Any]:
    """Bring along what hangs on the listing that goes; gives what takes that back."""
    told: dict[str, Any] = {"organisation": str(kept.organization_id)}
    if not _managed(kept) and _managed(gone):
        kept.organization_id = gone.organization_id
    reports = db.session.scalars(select(ListingReport).where(ListingReport.service_id == gone.id)).all()
    earlier = db.session.scalars(select(Service).where(Service.merged_into_id == gone.id)).all()
    told["reports"], told["merged"] = [str(row.id) for row in reports], [str(row.id) for row in earlier]
    for report in reports:
        report.service_id = kept.id
    for service in earlier:
        service.merged_into_id = kept.id
    told["asked"] = _end_questions(gone)
    told["changes"] = _move_changes(kept, gone)
    db.session.flush()
    return told


def _end_questions(gone: Service) -> list[str]:
    items = db.session.scalars(
        select(CheckItem).where(CheckItem.service_id == gone.id, CheckItem.state == "asked")
    ).all()
    for item in items:
        item.state = "gone"
    return [str(item.id) for item in items]


def _move_changes(kept: Service, gone: Service) -> list[dict[str, Any]]:
    """Open changes go on as changes of the listing that stays, compared with what stands there."""
    rows = db.session.scalars(
        select(ChangeRequest).where(ChangeRequest.service_id == gone.id, ChangeRequest.state.in_(OPEN))
    ).all()
    standing = read_all(kept)
    told = [{"id": str(row.id), "before": row.before, "base": row.base_version} for row in rows]
    for row in rows:
        row.service_id, row.base_version = kept.id, kept.version
        row.before = {name: standing.get(name) for name in row.facts if name in FACTS} if row.before else {}
    return told


def _move_back(told: Mapping[str, Any], gone: Service) -> None:
    for report in _rows(ListingReport, told["reports"]):
        report.service_id = gone.id
    for service in _rows(Service, told["merged"]):
        service.merged_into_id = gone.id
    for item in _rows(CheckItem, told["asked"]):
        item.state = "asked" if item.state == "gone" else item.state
    kept = {one["id"]: one for one in told["changes"]}
    for change in _rows(ChangeRequest, list(kept)):
        if change.state in OPEN:
            was = kept[str(change.id)]
            change.service_id, change.before, change.base_version = gone.id, was["before"], was["base"]


def _rows(model: Any, ids: Sequence[str]) -> Sequence[Any]:
    return db.session.scalars(select(model).where(model.id.in_([UUID(one) for one in ids]))).all() if ids else ()


def _managed(service: Service) -> bool:
    return bool(accounts.users_of(service.organization_id, Permission.LISTING_EDIT))


def _decided(pair: DuplicatePair, state: Literal["merged", "different"], by: Viewer) -> None:
    pair.state, pair.decided_at, pair.decided_by_id = state, clock.now(), by.id


def _log(
    pair: DuplicatePair, service: Service, *, kind: Literal["merge", "different"], by: Viewer, undo: dict[str, Any],
    note: str | None,
) -> Decision:  # fmt: skip
    decision = Decision(
        id=new_id(), kind=kind, pair_id=pair.id, service_id=service.id, organization_id=service.organization_id,
        note=note or None, undo=undo, by_user_id=by.id,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    return decision
