"""Which listings somebody may change. What is another organisation's is not found."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.changes.actions import NotYours
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.organisations.models import Organization


def organisations_of(who: Viewer) -> Sequence[Organization]:
    """The organisations whose listings somebody may change, by name."""
    ids = who.organisations_with(Permission.LISTING_EDIT) or frozenset()
    return db.session.scalars(
        select(Organization).where(Organization.id.in_(ids)).order_by(Organization.name, Organization.id)
    ).all()


def organisation_of(who: Viewer, wanted: str | None) -> Organization:
    """The organisation that somebody wants to see, else their first. Raises NotFound."""
    several = organisations_of(who)
    found = next((one for one in several if str(one.id) == wanted), None) if wanted else next(iter(several), None)
    if found is None:
        raise NotFound(_("There is no such organisation, or you do not edit its listings."))
    return found


def services_of(organisation_id: UUID) -> Sequence[Service]:
    """Listings of an organisation, by name: also paused and closed ones, not those that were withdrawn or merged."""
    question = select(Service).where(
        Service.organization_id == organisation_id, Service.withdrawn_at.is_(None), Service.merged_into_id.is_(None)
    )
    return db.session.scalars(question.order_by(Service.name, Service.id)).all()


def listing_for(who: Viewer, service_id: UUID, *, typed: bool = False) -> Service:
    """A listing that somebody may change. Raises NotFound.

    `typed`: they just sent what they had typed. Who could change it until a moment ago is then told so (NotYours), since a
    page that is not found would take their words.
    """
    service = db.session.get(Service, service_id)
    if service is None or service.withdrawn_at is not None or service.merged_into_id is not None:
        raise NotFound(_("There is no such listing, or it is not one of yours."))
    if who.can(Permission.LISTING_EDIT, organisation_id=service.organization_id):
        return service
    if typed and _could_before(who, service.organization_id):
        raise NotYours(_("You can no longer change the listings of this organisation. Ask its lead."))
    raise NotFound(_("There is no such listing, or it is not one of yours."))


def _could_before(who: Viewer, organisation_id: UUID) -> bool:
    return any(one.organization_id == organisation_id for one in getattr(who, "memberships", ()))
