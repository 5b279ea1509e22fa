"""Which programmes somebody may read and keep: by area as a commissioner, by what their organisation leads or led before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import QueryableAttribute

from portal.core import clock
from portal.core.extensions import db
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.geography.holding import is_within
from portal.partners.kinds import LEADING
from portal.partners.models import Partner, PartnerRole, Programme


@dataclass(frozen=True)
class Sight:
    """What somebody may see of one programme. `until`: the last day of their lead, where another leads now: what began later is
    not theirs to read. `may_manage`: their organisation leads it today, and they may keep its register.
    """

    programme: Programme
    until: date | None = None
    may_manage: bool = False

    def may_read(self, day: date) -> bool:
        """Whether what began, or was done, on a day is theirs to read: the last day of their lead is."""
        return self.until is None or day <= self.until


Sights = Mapping[UUID, Sight]


def sights(viewer: Viewer) -> Sights:
    """Every programme that the viewer may read, by its id, in the order of their names. At most two statements."""
    found: dict[UUID, Sight] = {one.id: Sight(one) for one in _of_areas(viewer)}
    today, keeps = clock.today(), viewer.own_organisations_with(Permission.PARTNERS_MANAGE)
    for programme, organisation, _starts, ends in _led(viewer, today):
        known = found.get(programme.id)
        if ends is None or ends >= today:
            may = organisation in keeps or (known is not None and known.may_manage)
            found[programme.id] = Sight(programme, may_manage=may)
        elif known is None or (known.until is not None and known.until < ends):
            found[programme.id] = Sight(programme, until=ends)
    return dict(sorted(found.items(), key=lambda one: (one[1].programme.name, str(one[0]))))


def seen(by: Sights, programme_id: QueryableAttribute[Any], began: QueryableAttribute[Any]) -> ColumnElement[bool]:
    """Of rows of programmes: those that the viewer may read. `began`: the day on which a row began."""
    whole = [one for one, sight in by.items() if sight.until is None]
    past = [(programme_id == one) & (began <= sight.until) for one, sight in by.items() if sight.until is not None]
    told = [programme_id.in_(whole)] if whole else []
    return or_(*told, *past) if told or past else false()


def managed(by: Sights) -> tuple[Sight, ...]:
    """Those of them that the viewer may keep."""
    return tuple(one for one in by.values() if one.may_manage)


def _of_areas(viewer: Viewer) -> Iterable[Programme]:
    areas = viewer.areas_with(Permission.PARTNERS_READ)
    if areas is not None and not areas:
        return ()
    return db.session.scalars(select(Programme).where(is_within(Programme.area, areas)))


def _led(viewer: Viewer, today: date) -> Iterable[Any]:
    mine = viewer.own_organisations_with(Permission.PARTNERS_READ)
    if not mine:
        return ()
    columns = (Programme, Partner.organization_id, PartnerRole.starts_on, PartnerRole.ends_on)
    wanted = select(*columns).join(Partner, Partner.programme_id == Programme.id)
    wanted = wanted.join(PartnerRole, PartnerRole.partner_id == Partner.id)
    wanted = wanted.where(PartnerRole.role.in_(LEADING), PartnerRole.starts_on <= today)
    return db.session.execute(wanted.where(Partner.organization_id.in_(mine)).order_by(PartnerRole.starts_on))
