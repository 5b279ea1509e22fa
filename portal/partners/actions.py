"""Programmes, partners and their roles: started, added, ended, and who leads from when. Each act is noted in the audit chain."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.core import audit, clock
from portal.core.errors import Refused
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.viewer import Viewer
from portal.core.wording import full_date
from portal.organisations.models import Organization
from portal.partners import raising
from portal.partners.chains import Link, overlap, ring_of
from portal.partners.keeping import added, check_dates, hold, known, take
from portal.partners.kinds import LEADING, ROLES, role_label
from portal.partners.models import Partner, PartnerRole, Programme

DAY = timedelta(days=1)
MOST_PARTNERS = 400
LEAD = LEADING[0]


@dataclass(frozen=True)
class RoleTold:
    """What a partner is to be: `role` of `kinds.ROLES`, from one day to another, with its work from `under_id`."""

    role: str
    starts_on: date
    ends_on: date | None = None
    under_id: UUID | None = None


@dataclass(frozen=True)
class ProgrammeTold:
    """A programme: its name, the slug of its set of neighbourhoods, what it is about, and its dates."""

    name: str
    area: str
    starts_on: date
    ends_on: date | None = None
    about: str | None = None


def start_programme(told: ProgrammeTold, lead: Organization, *, form_key: str, by: Viewer | str) -> Programme:
    """Start a programme under its first lead."""
    if (before := known(Programme, form_key)) is not None:
        return before
    check_dates(told.starts_on, told.ends_on)
    programme: Programme = added(Programme(**vars(told), form_key=form_key))
    audit.record("programme.started", programme, by=by, details={"area": told.area})
    partner = _partner_of(programme, lead, by=by)
    _put_role(partner, RoleTold(LEAD, told.starts_on), by=by)
    return programme


def change_programme(programme: Programme, told: ProgrammeTold, *, version: int, by: Viewer) -> None:
    """Another name, area, or dates. Raises Overtaken."""
    check_dates(told.starts_on, told.ends_on)
    take(programme, version)
    for name, value in vars(told).items():
        setattr(programme, name, value)
    audit.record("programme.changed", programme, by=by, details={"area": told.area})


def change_lead(programme: Programme, lead: Organization, from_day: date, *, by: Viewer, form_key: str) -> None:
    """Another organisation leads from a day on. Who led until then stays in the register, with the dates of their lead."""
    hold(programme.id)
    if known(PartnerRole, form_key) is not None:
        return
    partner = _partner_of(programme, lead, by=by)
    for role in _roles_in(programme):
        if role.role not in LEADING or not overlap(role.starts_on, role.ends_on, from_day, None):
            continue
        if role.partner_id == partner.id and role.ends_on is None:
            raise Refused("organisation", _("This organisation leads already. Choose another."))
        if role.starts_on >= from_day:
            told = _("Somebody has led since %(day)s. Choose a later day.", day=full_date(role.starts_on))
            raise Refused("from_day", told)
        role.ends_on, role.version = from_day - DAY, role.version + 1
        audit.record("partner.lead_ended", role.partner, by=by, details={"programme": str(programme.id)})
    _put_role(partner, RoleTold(LEAD, from_day), by=by, form_key=form_key)


def add_partner(
    programme: Programme, organisation: Organization, told: RoleTold, does: str | None, *, form_key: str, by: Viewer
) -> Partner:
    """Put an organisation into the register, with its first role."""
    hold(programme.id)
    if (before := known(Partner, form_key)) is not None:
        return before
    everybody = db.session.scalars(select(Partner).where(Partner.programme_id == programme.id)).all()
    if any(one.organization_id == organisation.id for one in everybody):
        raise Refused("organisation", _("This organisation is a partner already. Open its page to add a role."))
    if len(everybody) >= MOST_PARTNERS:
        raise Refused("organisation", _("A programme has at most %(most)d partners.", most=MOST_PARTNERS))
    partner: Partner = added(
        Partner(programme_id=programme.id, organization_id=organisation.id, does=does, form_key=form_key)
    )
    audit.record("partner.added", partner, by=by, details={"organisation": str(organisation.id)})
    _checked(partner, told)
    _put_role(partner, told, by=by)
    return partner


def change_partner(partner: Partner, does: str | None, *, version: int, by: Viewer) -> None:
    """Say anew what it does, for whom. Raises Overtaken."""
    take(partner, version)
    partner.does = does
    audit.record("partner.changed", partner, by=by)


def add_role(partner: Partner, told: RoleTold, *, form_key: str, by: Viewer) -> None:
    """Another role for a partner. Raises Refused where dates or chains of work do not go together."""
    hold(partner.programme_id)
    if known(PartnerRole, form_key) is None:
        _checked(partner, told)
        _put_role(partner, told, by=by, form_key=form_key)


def end_role(role: PartnerRole, last_day: date, *, version: int, by: Viewer) -> None:
    """A role ends on a day. Whoever leads ends by `change_lead` alone, so that a programme is not without a lead by mistake."""
    hold(role.partner.programme_id)
    if role.role in LEADING:
        raise Refused("ends_on", _("An administrator says who leads instead."))
    check_dates(role.starts_on, last_day)
    take(role, version)
    role.ends_on = last_day
    audit.record("partner.role_ended", role.partner, by=by, details={"role": role.role})


def close_partner(partner: Partner, day: date, why: str, *, version: int, by: Viewer) -> None:
    """It exists no more. Its agreements stay, are marked, and each asks for a decision."""
    if day > clock.today():
        raise Refused("closed_on", _("Enter a day that is not in the future."))
    take(partner, version)
    partner.closed_on, partner.closed_why = day, why
    audit.record("partner.closed", partner, by=by)
    raising.mark_closed([partner])


def open_partner(partner: Partner, *, by: Viewer) -> None:
    """That it had closed was a mistake."""
    if partner.closed_on is not None:
        partner.closed_on, partner.closed_why, partner.version = None, None, partner.version + 1
        audit.record("partner.opened", partner, by=by)
        raising.mark_closed([partner])


def _partner_of(programme: Programme, organisation: Organization, *, by: Viewer | str) -> Partner:
    """The organisation in the register of a programme; put in where it is not."""
    wanted = select(Partner).where(Partner.programme_id == programme.id, Partner.organization_id == organisation.id)
    found = db.session.scalar(wanted)
    if found is None:
        found = Partner(programme_id=programme.id, organization_id=organisation.id)
        db.session.add(found)
        db.session.flush()
        audit.record("partner.added", found, by=by, details={"organisation": str(organisation.id)})
    return found


def _put_role(partner: Partner, told: RoleTold, *, by: Viewer | str, form_key: str | None = None) -> None:
    by_id = None if isinstance(by, str) else by.id
    row = PartnerRole(partner_id=partner.id, **vars(told), added_by_id=by_id, form_key=form_key)
    added(row) if form_key else db.session.add(row)
    db.session.flush()
    db.session.expire(partner, ["roles"])
    audit.record("partner.role_added", partner, by=by, details={"role": told.role})


def _roles_in(programme: Programme) -> list[PartnerRole]:
    wanted = select(PartnerRole).join(Partner, Partner.id == PartnerRole.partner_id)
    wanted = wanted.where(Partner.programme_id == programme.id).order_by(PartnerRole.starts_on)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def _checked(partner: Partner, told: RoleTold) -> None:
    """Raises Refused where a role cannot be."""
    check_dates(told.starts_on, told.ends_on)
    if told.role not in ROLES or told.role in LEADING:
        raise Refused("role", _("Choose what this partner is. An administrator says who leads."))
    every = _roles_in(partner.programme)
    for one in every:
        is_same = one.partner_id == partner.id and one.role == told.role
        if is_same and overlap(one.starts_on, one.ends_on, told.starts_on, told.ends_on):
            sentence = _("It has this role already from %(day)s, and one does not lie over the other. Change the dates.",
                         day=full_date(one.starts_on))  # fmt: skip
            raise Refused("starts_on", sentence)
    if told.under_id is not None:
        _check_chain(partner, told, every)


def _check_chain(partner: Partner, told: RoleTold, every: list[PartnerRole]) -> None:
    if not ROLES[told.role].is_under or told.under_id is None:
        raise Refused("under", _("“%(role)s” has its work from nobody. Leave this empty.", role=role_label(told.role)))
    if told.under_id == partner.id:
        raise Refused("under", _("An organisation cannot have its work from itself. Choose another."))
    links = [Link(one.partner_id, one.under_id, one.starts_on, one.ends_on) for one in every if one.under_id]
    ring = ring_of(Link(partner.id, told.under_id, told.starts_on, told.ends_on), links)
    if ring:
        names = {one.partner_id: one.partner.organization.name for one in every}
        way = " → ".join(names.get(one, "") for one in (partner.id, *ring))
        sentence = _(
            "This would be a ring, in which an organisation has its work from itself: %(way)s. Choose another.", way=way
        )
        raise Refused("under", sentence)
