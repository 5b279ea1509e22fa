"""Organisations that were removed from their public register: nobody has looked yet whether the group goes on."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.core import audit, clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.directory.looked_after import looks_after
from portal.directory.models import Service
from portal.directory.reading import is_open
from portal.moderation.models import Decision
from portal.organisations.models import Organization
from portal.registers.models import RegisterFlag

MOST = 50


def removed(viewer: Viewer) -> Sequence[tuple[RegisterFlag, str]]:
    """Flags that nobody has looked at, with the name of the organisation, longest known first. At most 50."""
    found = db.session.execute(_open(viewer).order_by(RegisterFlag.noticed_at, RegisterFlag.id).limit(MOST))
    return [(flag, name) for flag, name in found]


def count(viewer: Viewer) -> int:
    """How many wait for a look."""
    return db.session.scalar(select(func.count()).select_from(_open(viewer).subquery())) or 0


def listings_of(flags: Sequence[tuple[RegisterFlag, str]]) -> Mapping[UUID, list[tuple[UUID, str]]]:
    """The open listings of these organisations: id and name."""
    wanted = [flag.organization_id for flag, _name in flags]
    rows = select(Service.organization_id, Service.id, Service.name).where(
        Service.organization_id.in_(wanted), is_open()
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for organisation, service, name in db.session.execute(rows.order_by(Service.name, Service.id)) if wanted else ():
        found.setdefault(organisation, []).append((service, name))
    return found


def goes_on(viewer: Viewer, flag_id: UUID, *, note: str | None) -> str:
    """Say that the group goes on all the same. Gives its name. Raises NotFound, also where somebody was quicker."""
    found = db.session.execute(_open(viewer).where(RegisterFlag.id == flag_id).with_for_update(of=RegisterFlag)).first()
    if found is None:
        raise NotFound(_("There is no such report."))
    flag, name = found
    flag.looked_at = clock.now()
    db.session.add(
        Decision(
            kind="review",
            organization_id=flag.organization_id,
            reason="register",
            note=note or None,
            by_user_id=viewer.id,
        )
    )
    audit.record(
        "register.looked",
        ("organization", flag.organization_id),
        by=viewer,
        details={"register": flag.register, "number": flag.number},
    )
    return str(name)


def _open(viewer: Viewer) -> Select[RegisterFlag, str]:
    return (
        select(RegisterFlag, Organization.name)
        .join(Organization, Organization.id == RegisterFlag.organization_id)
        .where(RegisterFlag.looked_at.is_(None), looks_after(viewer, RegisterFlag.organization_id))
    )
