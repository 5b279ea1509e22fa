"""Questions about programmes and their partners. Each takes the viewer, and answers for what they may see alone."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.periods import holds_on, lasts_on
from portal.core.permissions import Permission
from portal.core.viewer import Viewer
from portal.directory.models import Location, Service, ServiceAtLocation
from portal.directory.reading import is_open
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.organisations.models import Organization, OrganizationIdentifier
from portal.partners.board_models import Board, BoardDecision
from portal.partners.kinds import LEADING
from portal.partners.models import Agreement, Partner, PartnerRole, PartnerTask, Programme
from portal.partners.scopes import Sight, Sights, seen

MOST_OFFERED = 1_000


def areas_led_by(viewer: Viewer, permission: Permission) -> frozenset[str]:
    """The areas (slugs of sets) of programmes that run today under the lead of an organisation for which the viewer may.

    A role that is held for an area, as a commissioner's is, counts for nothing here: `Viewer.areas_with` tells those.
    """
    mine = viewer.own_organisations_with(permission)
    if not mine:
        return frozenset()
    today = clock.today()
    wanted = select(Programme.area).join(Partner).join(PartnerRole, PartnerRole.partner_id == Partner.id)
    wanted = wanted.where(PartnerRole.role.in_(LEADING), Partner.organization_id.in_(mine))
    return frozenset(db.session.scalars(wanted.where(lasts_on(today, PartnerRole), lasts_on(today, Programme))))


def decisions_for(area: str, limit: int = 100) -> Sequence[BoardDecision]:
    """What boards of an area decided and did not withdraw, newest first: what may be said to have answered somebody."""
    wanted = select(BoardDecision).join(Board).join(Programme)
    wanted = wanted.where(Programme.area == area, BoardDecision.withdrawn_at.is_(None))
    order = (BoardDecision.decided_on.desc(), BoardDecision.number.desc(), BoardDecision.id)
    return db.session.scalars(wanted.order_by(*order).limit(limit)).all()


def partners_seen(by: Sights) -> Select[Partner]:
    """Partners that may be read: of programmes led before, those that had begun then."""
    began = exists().where(PartnerRole.partner_id == Partner.id, seen(by, Partner.programme_id, PartnerRole.starts_on))
    return select(Partner).where(began)


def one_partner(by: Sights, partner_id: UUID, *, to_keep: bool = False) -> tuple[Partner, Sight]:
    """A partner with its roles and its organisation, and how the viewer sees its programme. Raises NotFound.

    `to_keep`: only where the viewer may keep the programme's register.
    """
    wanted = partners_seen(by).where(Partner.id == partner_id).options(*_WITH_ROLES)
    found = db.session.scalar(wanted)
    if found is None or (to_keep and not by[found.programme_id].may_manage):
        raise NotFound(_("There is no such partner, or it is not for you to see."))
    return found, by[found.programme_id]


def roles_of(partner: Partner, sight: Sight) -> list[PartnerRole]:
    """What a partner is and was, as far as the viewer may know."""
    return [one for one in partner.roles if sight.may_read(one.starts_on)]


def one_role(by: Sights, partner_id: UUID, role_id: UUID) -> PartnerRole:
    """A role that the viewer may end. Raises NotFound."""
    partner, _sight = one_partner(by, partner_id, to_keep=True)
    found = next((one for one in partner.roles if one.id == role_id), None)
    if found is None or found.role in LEADING:
        raise NotFound(_("There is no such role."))
    return found


def others_in(partner: Partner | None, programme: Programme) -> Sequence[Partner]:
    """The partners of a programme by name, without this one: those from which it may have its work."""
    wanted = select(Partner).join(Partner.organization).where(Partner.programme_id == programme.id)
    if partner is not None:
        wanted = wanted.where(Partner.id != partner.id)
    return db.session.scalars(
        wanted.options(contains_eager(Partner.organization)).order_by(Organization.name, Partner.id)
    ).all()


def leads_of(programme_ids: Sequence[UUID]) -> Sequence[PartnerRole]:
    """Who leads and led programmes, newest first: one statement."""
    wanted = select(PartnerRole).join(PartnerRole.partner).join(Partner.organization)
    wanted = wanted.where(PartnerRole.role.in_(LEADING), Partner.programme_id.in_(programme_ids))
    loads = contains_eager(PartnerRole.partner).contains_eager(Partner.organization)
    return db.session.scalars(wanted.options(loads).order_by(PartnerRole.starts_on.desc(), PartnerRole.id)).all()


def agreements_seen(by: Sights) -> Select[Agreement]:
    """Agreements that may be read, joined with their partners."""
    return select(Agreement).join(Agreement.partner).where(seen(by, Partner.programme_id, Agreement.starts_on))


def one_agreement(by: Sights, agreement_id: UUID, *, to_keep: bool = False) -> tuple[Agreement, Sight]:
    """An agreement with all that hangs on it. Raises NotFound."""
    wanted = agreements_seen(by).where(Agreement.id == agreement_id).options(
        contains_eager(Agreement.partner).joinedload(Partner.organization),
        contains_eager(Agreement.partner).joinedload(Partner.programme),
        selectinload(Agreement.signatories), selectinload(Agreement.promises), selectinload(Agreement.tasks),
        joinedload(Agreement.replaces), selectinload(Agreement.successor),
    )  # fmt: skip
    found = db.session.scalar(wanted)
    if found is None or (to_keep and not by[found.partner.programme_id].may_manage):
        raise NotFound(_("There is no such agreement, or it is not for you to see."))
    return found, by[found.partner.programme_id]


def may_sign(one: Agreement) -> dict[UUID, Organization]:
    """The organisations whose people may have signed: the partner, and all that lead or led its programme."""
    found = {one.partner.organization_id: one.partner.organization}
    for role in leads_of([one.partner.programme_id]):
        found.setdefault(role.partner.organization_id, role.partner.organization)
    return found


def one_task(by: Sights, task_id: UUID) -> PartnerTask:
    """A task of a programme that the viewer keeps. Raises NotFound."""
    kept = [one for one, sight in by.items() if sight.may_manage]
    wanted = select(PartnerTask).join(PartnerTask.agreement).join(Agreement.partner)
    found = db.session.scalar(wanted.where(PartnerTask.id == task_id, Partner.programme_id.in_(kept)))
    if found is None:
        raise NotFound(_("There is no such task, or it is not for you to see."))
    return found


_WITH_ROLES = (
    joinedload(Partner.organization),
    joinedload(Partner.programme),
    selectinload(Partner.roles).joinedload(PartnerRole.under).joinedload(Partner.organization),
)


def names_to_offer(areas: Iterable[str]) -> Sequence[str]:
    """Names of organisations with a listing at a public place in these areas, and of those that lead or led there, by name.

    Other places are left out, since a name among these would tell where they are, and so are other partners: a register is not
    for everybody who gives grants, nor for those who keep another.
    """
    slugs = set(areas)
    codes = (
        select(NeighbourhoodPart.code)
        .join(NeighbourhoodPart.neighbourhood)
        .join(NeighbourhoodSet, NeighbourhoodSet.id == Neighbourhood.set_id)
        .where(NeighbourhoodSet.slug.in_(slugs), holds_on(clock.today(), NeighbourhoodPart))
    )
    meets = (
        select(Service.organization_id)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(
            is_open(), Location.privacy == "public",
            or_(Location.neighbourhood_code.in_(codes), Location.authority_code.in_(codes)),
        )
    )  # fmt: skip
    leads = select(Partner.organization_id).join(Programme).join(PartnerRole, PartnerRole.partner_id == Partner.id)
    leads = leads.where(PartnerRole.role.in_(LEADING), Programme.area.in_(slugs))
    is_known = or_(Organization.id.in_(meets), Organization.id.in_(leads))
    wanted = select(Organization.name).where(is_known).distinct().order_by(Organization.name)
    return db.session.scalars(wanted.limit(MOST_OFFERED)).all()


def organisation_named(typed: str) -> tuple[Organization | None, Sequence[str]]:
    """The one organisation with this name or number in a register, else None with names that may be meant, at most five."""
    numbered = exists().where(
        OrganizationIdentifier.organization_id == Organization.id, OrganizationIdentifier.identifier == typed
    )
    is_it = or_(func.lower(Organization.name) == typed.lower(), Organization.name == typed, numbered)
    found = db.session.scalars(select(Organization).where(is_it).order_by(Organization.created_at).limit(2)).all()
    if len(found) == 1:
        return found[0], ()
    if found:
        return None, [one.name for one in found]
    like = (
        select(Organization.name).where(Organization.name.icontains(typed, autoescape=True)).order_by(Organization.name)
    )
    return None, db.session.scalars(like.limit(5)).all()
