"""Questions about grants. Each takes who asks, and knows of nothing outside their areas or their organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.quarters import Quarter, quarters_between
from portal.core.references import read_reference
from portal.core.scopes import is_among
from portal.core.viewer import Viewer
from portal.directory.models import Service
from portal.directory.reading import is_open
from portal.grants.areas import areas_of
from portal.grants.models import Grant, GrantPlace, GrantRound, GrantService

MOST_SHOWN = 500
"""Rounds, or grants of one round, on a page."""


@dataclass(frozen=True)
class RoundLine:
    """A round, how many grants it has, and how many pence of it are given."""

    round: GrantRound
    grants: int
    given_pence: int


@dataclass(frozen=True)
class Due:
    """A report that a group owes."""

    grant: Grant
    quarter: Quarter


def counts() -> ColumnElement[bool]:
    """Of grants: those that are not void."""
    return Grant.voided_at.is_(None)


def round_lines(viewer: Viewer) -> list[RoundLine]:
    """The rounds of the viewer's areas, those that closed last first."""
    counted = (
        select(GrantRound, func.count(Grant.id), func.coalesce(func.sum(Grant.amount_pence), 0))
        .outerjoin(Grant, (Grant.round_id == GrantRound.id) & counts())
        .where(_in_areas(viewer))
        .group_by(GrantRound.id)
        .order_by(GrantRound.closes_on.desc(), GrantRound.name, GrantRound.id)
        .limit(MOST_SHOWN)
    )
    return [RoundLine(one, count, int(given)) for one, count, given in db.session.execute(counted)]


def round_for(viewer: Viewer, round_id: UUID) -> GrantRound:
    """A round of the viewer's areas. Raises NotFound."""
    found = db.session.scalar(select(GrantRound).where(GrantRound.id == round_id, _in_areas(viewer)))
    if found is None:
        raise NotFound(_("There is no such round of grants."))
    return found


def given_of(round_id: UUID, *, without: UUID | None = None) -> int:
    """How many pence of a round are given, leaving one grant out."""
    given = select(func.coalesce(func.sum(Grant.amount_pence), 0)).where(Grant.round_id == round_id, counts())
    return int(db.session.scalar(given.where(Grant.id != without) if without else given) or 0)


def grants_of(one: GrantRound) -> Sequence[Grant]:
    """The grants of a round, void ones too, by the name of the group: six statements at most."""
    wanted = _whole(select(Grant).where(Grant.round_id == one.id))
    found = db.session.scalars(wanted.limit(MOST_SHOWN)).unique().all()
    return sorted(found, key=lambda grant: (grant.organization.name.casefold(), grant.name.casefold(), str(grant.id)))


def grant_for(viewer: Viewer, reference: str) -> Grant:
    """A grant of the viewer's areas, by its reference. Raises NotFound."""
    wanted = select(Grant).join(GrantRound, GrantRound.id == Grant.round_id).where(_in_areas(viewer))
    return _one(wanted, reference)


def held_grants(viewer: Viewer) -> Sequence[Grant]:
    """The grants of the organisations for which the viewer speaks, those that end last first."""
    wanted = _whole(select(Grant).where(_is_held(viewer), counts()))
    ordered = wanted.order_by(Grant.ends_on.desc(), Grant.name, Grant.id).limit(MOST_SHOWN)
    return db.session.scalars(ordered).unique().all()


def held_grant(viewer: Viewer, reference: str) -> Grant:
    """A grant of an organisation for which the viewer speaks. Raises NotFound."""
    return _one(select(Grant).where(_is_held(viewer), counts()), reference)


def grants_running(area: str, first: date, last: date) -> Sequence[Grant]:
    """The grants of an area that run on a day from the first to the last."""
    wanted = select(Grant).join(GrantRound, GrantRound.id == Grant.round_id)
    wanted = wanted.where(GrantRound.area == area, Grant.starts_on <= last, Grant.ends_on >= first, counts())
    return db.session.scalars(_whole(wanted).order_by(Grant.id)).unique().all()


def quarters_of(grant: Grant) -> list[Quarter]:
    """The quarters in which it runs, in order."""
    return list(quarters_between(grant.starts_on, grant.ends_on))


def may_report(grant: Grant, quarter: Quarter) -> bool:
    """Whether what was done in a quarter can be told: it has ended, or the grant has, and the grant is not void."""
    return (
        grant.voided_at is None and quarter in quarters_of(grant) and min(quarter.last, grant.ends_on) < clock.today()
    )


def due_of(grant: Grant) -> list[Quarter]:
    """The quarters that can be reported and are not, in order."""
    told = {one.quarter for one in grant.reports}
    return [one for one in quarters_of(grant) if may_report(grant, one) and one.first not in told]


def late_reports(viewer: Viewer, *, most: int = 50) -> list[Due]:
    """Reports that groups of the viewer's areas owe, the oldest first."""
    wanted = select(Grant).join(GrantRound, GrantRound.id == Grant.round_id)
    wanted = _whole(wanted.where(_in_areas(viewer), Grant.starts_on < clock.today(), counts()))
    found = db.session.scalars(wanted.order_by(Grant.ends_on.desc(), Grant.id).limit(MOST_SHOWN)).unique()
    due = [Due(grant, quarter) for grant in found for quarter in due_of(grant)]
    return sorted(due, key=lambda one: (one.quarter, one.grant.organization.name.casefold(), str(one.grant.id)))[:most]


def open_services(organization_id: UUID) -> Sequence[Service]:
    """Its listings that are open, by name."""
    wanted = select(Service).where(Service.organization_id == organization_id, is_open())
    return db.session.scalars(wanted.order_by(Service.name, Service.id)).all()


def overlapping(grant: Grant) -> Grant | None:
    """Another grant to the same group for the same listing or the same neighbourhood and community, while this one runs."""
    wanted = select(Grant).where(
        Grant.organization_id == grant.organization_id,
        Grant.id != grant.id,
        Grant.starts_on <= grant.ends_on,
        Grant.ends_on >= grant.starts_on,
        counts(),
    )
    places = {one.neighbourhood_id for one in grant.places}
    services = {one.service_id for one in grant.services}
    for other in db.session.scalars(_whole(wanted).order_by(Grant.starts_on, Grant.id)).unique():
        if services & {one.service_id for one in other.services}:
            return other
        is_same_place = bool(places & {one.neighbourhood_id for one in other.places})
        if is_same_place and set(grant.communities) & set(other.communities):
            return other
    return None


def _one(wanted: Select[Grant], reference: str) -> Grant:
    read = read_reference(reference)
    found = db.session.scalars(_whole(wanted).where(Grant.reference == read)).unique().first() if read else None
    if found is None:
        raise NotFound(_("There is no such grant."))
    return found


def _whole(wanted: Select[Grant]) -> Select[Grant]:
    return wanted.options(
        joinedload(Grant.round),
        joinedload(Grant.organization),
        selectinload(Grant.places).joinedload(GrantPlace.neighbourhood),
        selectinload(Grant.services).joinedload(GrantService.service),
        selectinload(Grant.reports),
    )


def _in_areas(viewer: Viewer) -> ColumnElement[bool]:
    return is_among(GrantRound.area, areas_of(viewer).slugs)


def _is_held(viewer: Viewer) -> ColumnElement[bool]:
    return is_among(Grant.organization_id, viewer.organisations_with(Permission.LISTING_EDIT))
