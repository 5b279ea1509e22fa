"""Which listings somebody may change. What is another organisation's is not found."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.accounts.roles import ROLES, Role
from portal.changes.actions import NotYours
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.looked_after import looked_after
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


def edits_for(who: Viewer, service: Service) -> bool:
    """Whether somebody edits for the organisation of a listing, and so speaks for the group."""
    return who.can(Permission.LISTING_EDIT, organisation_id=service.organization_id)


def listing_for(who: Viewer, service_id: UUID, *, typed: bool = False) -> Service:
    """A listing whose facts somebody may change: of their organisation, or one that they look after as a moderator.

    Raises NotFound. `typed`: they just sent what they had typed. Who could change it until a moment ago is then told so
    (NotYours), since a page that is not found would take their words.
    """
    service = _there(service_id)
    if edits_for(who, service) or looked_after(who, [service.id]):
        return service
    raise _refusal(who, service, typed=typed)


def own_listing_for(who: Viewer, service_id: UUID, *, typed: bool = False) -> Service:
    """A listing that somebody speaks for as one of its group. Raises NotFound, and NotYours as `listing_for` does."""
    service = _there(service_id)
    if edits_for(who, service):
        return service
    raise _refusal(who, service, typed=typed)


def _there(service_id: UUID) -> Service:
    service = db.session.get(Service, service_id)
    if service is None or service.withdrawn_at is not None or service.merged_into_id is not None:
        raise NotFound(_("There is no such listing, or it is not one of yours."))
    return service


def _refusal(who: Viewer, service: Service, *, typed: bool) -> Exception:
    if typed and _could_before(who, service.organization_id):
        return NotYours(_("You can no longer change the listings of this organisation. Ask its lead."))
    if typed and _moderated_before(who):
        return NotYours(_("You are no longer a moderator, so you cannot change this listing. Ask an administrator."))
    return NotFound(_("There is no such listing, or it is not one of yours."))


def _could_before(who: Viewer, organisation_id: UUID) -> bool:
    """Whether somebody edited for an organisation once; other roles in it never could."""
    every = getattr(who, "memberships", ())
    here = [ROLES[Role(one.role)] for one in every if one.organization_id == organisation_id]
    return any(Permission.LISTING_EDIT in rules.permissions for rules in here)


def _moderated_before(who: Viewer) -> bool:
    """Whether somebody was a moderator and is none now; one of another area finds nothing, as ever."""
    every = getattr(who, "memberships", ())
    moderated = any(Permission.MODERATE in ROLES[Role(one.role)].permissions for one in every)
    return moderated and not who.can(Permission.MODERATE)
