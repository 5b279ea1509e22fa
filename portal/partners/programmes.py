"""Programmes as administrators see them: each with who leads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.geography.models import NeighbourhoodSet
from portal.partners.models import PartnerRole, Programme
from portal.partners.queries import leads_of


@dataclass(frozen=True)
class Led:
    """A programme, and who leads and led it, newest first."""

    programme: Programme
    leads: Sequence[PartnerRole]


def every() -> list[Led]:
    """All programmes by name: two statements."""
    found = db.session.scalars(select(Programme).order_by(Programme.name, Programme.id)).all()
    leads: dict[UUID, list[PartnerRole]] = {one.id: [] for one in found}
    for role in leads_of(list(leads)):
        leads[role.partner.programme_id].append(role)
    return [Led(one, leads[one.id]) for one in found]


def one(programme_id: UUID) -> Programme:
    """A programme. Raises NotFound."""
    found = db.session.get(Programme, programme_id)
    if found is None:
        raise NotFound(_("There is no such programme."))
    return found


def area_names(found: Sequence[Led]) -> dict[str, str]:
    """The names of their areas, by slug."""
    slugs = {led.programme.area for led in found}
    wanted = select(NeighbourhoodSet.slug, NeighbourhoodSet.name).where(NeighbourhoodSet.slug.in_(slugs))
    return {slug: slug for slug in slugs} | {slug: name for slug, name in db.session.execute(wanted)}
