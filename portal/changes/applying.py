"""Putting a change into its listing: the lock, the clash, the version, the index, the checks, the audit."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import Membership
from portal.accounts.roles import ROLES, Role
from portal.changes import agreements, checked, queries
from portal.changes.facts import FACTS, differing, read_all, write_all
from portal.changes.models import ChangeRequest, Facts, Version
from portal.core import audit, clock
from portal.core.errors import NotFound, Overtaken
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.indexing import listing_changed
from portal.directory.models import Service

STATUS = "status"


class Clash(Overtaken):
    """Somebody changed the same fact meanwhile. `own` is what was typed, `standing` what stands now; nothing was saved."""

    def __init__(self, names: Iterable[str], own: Facts, standing: Facts, version: int) -> None:
        told = _("Someone else changed this while you were writing. Nothing of yours is lost: look at both.")
        super().__init__(told, version=version)
        self.names, self.own, self.standing = tuple(names), own, standing


def lock(service: Service) -> None:
    """Hold a service until the transaction ends, and read it and what hangs on it anew: others may have changed it."""
    own_id = service.id
    db.session.flush()
    db.session.expire_all()
    db.session.scalars(select(Service.id).where(Service.id == own_id).with_for_update()).one()


def locked(service_id: UUID) -> Service:
    """The service with this id, held. Raises NotFound."""
    service = db.session.get(Service, service_id)
    if service is None:
        raise NotFound(_("There is no listing here."))
    lock(service)
    return service


def refuse_clash(service: Service, change: ChangeRequest) -> None:
    """Raise Clash where a fact of the change is not as its author saw it, and not as they want it either."""
    if change.base_version == service.version:
        return
    seen = queries.facts_at(service.id, change.base_version or 0)
    names = [
        name
        for name, own in change.facts.items()
        if (seen is None or differs(seen.get(name), change.before.get(name))) and differs(own, change.before.get(name))
    ]
    if names:
        _refuse(service, change, names)


def refuse_stale(service: Service, change: ChangeRequest) -> None:
    """Raise Clash where a fact of a waiting change is not as it was when it was proposed."""
    standing = standing_of(service, change)
    names = [
        name for name in change.facts
        if differs(change.before.get(name), standing.get(name)) and differs(change.facts[name], standing.get(name))
    ]  # fmt: skip
    if names:
        _refuse(service, change, names)


def refuse_overwriting(service: Service, change: ChangeRequest) -> None:
    """Raise Clash where a fact of a live change is not as it put it."""
    standing = standing_of(service, change)
    if names := [name for name, put_in in change.facts.items() if differs(put_in, standing.get(name))]:
        _refuse(service, change, names)


def apply(change: ChangeRequest, service: Service, *, by: Viewer | None, how: str, by_kind: str) -> None:
    """Put a live change into its listing, note the checks and tell whoever wants to know. The service is locked."""
    change.before = standing_of(service, change)
    put(service, change, by=by, how=how, change_id=change.id)
    checked.check(
        service.id, (n for n in change.facts if n in FACTS), by_kind=by_kind, how=how, by_user_id=change.by_user_id
    )
    details = {"facts": sorted(change.facts), "version": service.version}
    audit.record(f"listing.{how}", service, by=by, details=details)
    for tell in checked.WENT_LIVE:
        tell(change)


def put(service: Service, change: ChangeRequest, *, by: Viewer | None, how: str, change_id: UUID | None) -> None:
    """Write the facts of a change and keep the version that it makes; the version before is kept too, if nobody did.

    The change then holds its facts as they stand: with the moment at which space was told, with ids of new places.
    Agreements to be named come in only where somebody typed them.
    """
    named = change.before.get(agreements.FACT)
    if agreements.FACT in change.facts and how not in agreements.TYPED:
        told = agreements.only_standing(change.facts[agreements.FACT], named)
        change.facts = {**change.facts, agreements.FACT: told}
    changed = [*differing(change.before, change.facts), *([STATUS] if STATUS in change.facts else [])]
    if service.version and queries.version(service.id, service.version) is None:
        keep(service, how="imported", changed=[], by=None)
    if not changed:
        change.version_number = service.version
        return
    write_all(service, {name: value for name, value in change.facts.items() if name in changed and name in FACTS})
    service.status = change.facts.get(STATUS, service.status)
    agreements.note_who(service, change.by_user_id)
    db.session.flush()
    change.facts = {name: FACTS[name].read(service) if name in FACTS else told for name, told in change.facts.items()}
    service.version += 1
    for act in agreements.acts(named, change.facts.get(agreements.FACT)) if agreements.FACT in changed else ():
        audit.record(act, service, by=by, details={"version": service.version})
    service.last_modified = clock.now()
    change.version_number = service.version
    keep(service, how=how, changed=changed, by=by, change_id=change_id)
    listing_changed(service.id)


def keep(
    service: Service, *, how: str, changed: list[str], by: Viewer | None, change_id: UUID | None = None
) -> Version:
    """Keep all facts of a service as its present version."""
    version = Version(
        service_id=service.id, number=service.version, facts=read_all(service), changed=changed, status=service.status,
        how=how, at=clock.now(), by_user_id=by.id if by else None, change_id=change_id,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def standing_of(service: Service, change: ChangeRequest) -> Facts:
    """What stands now of the facts that a change is about."""
    every = read_all(service) | {STATUS: service.status}
    return {name: every[name] for name in change.facts}


def differs(one: Any, other: Any) -> bool:
    """Whether two values of a fact differ; nothing told is nothing told, however it is written."""
    return (one or None) != (other or None)


def kind_of(by: Viewer | None, organisation_id: UUID) -> str:
    """As what somebody says it, as checks call it: "moderator" for all of our team, else "group".

    Who edits for the organisation says it for the group, moderator or not.

    It holds for what they said before, too: asked of roles, not of what they may do at this moment.
    """
    if by is None:
        return "portal"
    edits = any(_gives(one, Permission.LISTING_EDIT, organisation_id) for one in getattr(by, "held", ()))
    ours = (Permission.MODERATE, Permission.SITE_MANAGE)
    is_of_team = any(_gives(one, may) for one in getattr(by, "memberships", ()) for may in ours)
    return "moderator" if is_of_team and not edits else "group"


def _gives(role: Membership, permission: Permission, organisation_id: UUID | None = None) -> bool:
    return permission in ROLES[Role(role.role)].permissions and role.organization_id == organisation_id


def _refuse(service: Service, change: ChangeRequest, names: Iterable[str]) -> None:
    own = {name: change.facts[name] for name in names}
    raise Clash(names, own, {name: standing_of(service, change)[name] for name in names}, service.version)
