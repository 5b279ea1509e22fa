"""Capacity promised and used, and introductions answered in time: by partner and quarter, so that no small number can be read.

How it is counted. A service of a partner counts in an area where one of its places lies in one of the area's neighbourhoods,
as they were on the last day of the quarter; one without a place counts where it serves part of the area, or says nothing of it.
Accepted: people of whom an introduction to such a service was accepted in the quarter, each once. Begun: people who began there.
Answered in time: of the introductions that were to be answered in the quarter, those that were, by that day; without those that
were called off. Quarters that have not ended are not told, since a figure that moves by the day tells of one person.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import QueryableAttribute, contains_eager, joinedload, selectinload

from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext as _l
from portal.core.quarters import Quarter, this_quarter
from portal.core.small_numbers import is_small, known, told
from portal.directory.models import Location, Service, ServiceArea, ServiceAtLocation
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.organisations.models import Organization
from portal.partners.models import Agreement, Partner
from portal.partners.queries import partners_seen
from portal.partners.scopes import Sight, Sights
from portal.referrals.models import Introduction, IntroductionEvent
from portal.referrals.states import State

HOW = _l(
    "Each person counts once a quarter for a partner. Counts of 1 to 7 show as “fewer than 8”; 0 shows as 0; others are rounded "
    "to the nearest 5, and shares are made of rounded figures. There are no totals here, so a small number cannot be worked out. "
    "A quarter is counted once it has ended."
)
QUARTERS_BACK = 12
NOT_COUNTED = (State.ENTERED_IN_ERROR.value, State.WITHDRAWN.value)
SHORT = timedelta(days=1)


@dataclass(frozen=True)
class Promised:
    """What one agreement promises in a quarter, by unit."""

    agreement: Agreement
    amounts: dict[str, int]


@dataclass(frozen=True)
class Line:
    """One partner in one quarter. Counts are exact here and leave only as `told`: None where the quarter has not ended."""

    partner: Partner
    promised: Sequence[Promised]
    accepted: int | None
    begun: int | None
    due: int | None
    in_time: int | None

    def amount(self, unit: str) -> int | None:
        """What all agreements together promise in a unit; None where none does."""
        found = [one.amounts[unit] for one in self.promised if unit in one.amounts]
        return sum(found) if found else None

    @property
    def accepted_told(self) -> str:
        """How many people were accepted, as it may be told."""
        return _("after the quarter") if self.accepted is None else told(self.accepted)

    @property
    def begun_told(self) -> str:
        """How many people began, as it may be told."""
        return _("after the quarter") if self.begun is None else told(self.begun)

    @property
    def due_told(self) -> str:
        """How many introductions were to be answered, as it may be told."""
        return _("after the quarter") if self.due is None else told(self.due)

    @property
    def share_told(self) -> str:
        """The share that was answered in time, of rounded figures; not shown where one of the two is small."""
        share = self.share
        if self.due is None:
            return _("after the quarter")
        if not self.due:
            return _("none were due")
        return _("not shown") if share is None else _("%(share)d%%", share=share)

    @property
    def share(self) -> int | None:
        """The share in percent, or None where it may not be told or there is none."""
        if not self.due or self.in_time is None or is_small(self.due) or is_small(self.in_time):
            return None
        return min(100, round(100 * known(self.in_time) / known(self.due)))


def quarters() -> list[Quarter]:
    """The quarters that can be chosen, newest first: this one, and those before it."""
    found = [this_quarter()]
    while len(found) <= QUARTERS_BACK:
        found.append(found[-1].before)
    return found


def newest_for(sight: Sight) -> Quarter:
    """The newest quarter whose figures the viewer may have: the last that has ended, in a lead of before the last within it."""
    quarter = this_quarter().before
    while sight.until is not None and quarter.last > sight.until:
        quarter = quarter.before
    return quarter


def lines(by: Sights, quarter: Quarter, programme_id: UUID | None = None, partner_id: UUID | None = None) -> list[Line]:
    """Every partner with an agreement or a service, by name. Of programmes led before, none after the lead's last day."""
    partners = [one for one in _partners(by, programme_id, partner_id) if _may(by, one, quarter)]
    counted = _Counted(partners, quarter) if quarter.is_over else None
    found = []
    for one in partners:
        promised = _promised(one, quarter)
        count = counted.of(one) if counted else _Counts(None, None, None, None)
        if promised or count.accepted or count.begun or count.due:
            found.append(Line(one, promised, *count.told))
    return found


def _may(by: Sights, one: Partner, quarter: Quarter) -> bool:
    until = by[one.programme_id].until
    return until is None or quarter.last <= until


def _partners(by: Sights, programme_id: UUID | None, partner_id: UUID | None) -> Sequence[Partner]:
    wanted = partners_seen(by).join(Partner.organization)
    if programme_id is not None:
        wanted = wanted.where(Partner.programme_id == programme_id)
    if partner_id is not None:
        wanted = wanted.where(Partner.id == partner_id)
    loads = (contains_eager(Partner.organization), joinedload(Partner.programme),
             selectinload(Partner.agreements).selectinload(Agreement.promises))  # fmt: skip
    return db.session.scalars(wanted.options(*loads).order_by(Organization.name, Partner.id)).all()


def _promised(one: Partner, quarter: Quarter) -> list[Promised]:
    found = []
    for agreement in one.agreements:
        amounts = {row.unit: row.promised for row in agreement.promises if row.quarter == quarter.first}
        if amounts:
            found.append(Promised(agreement, amounts))
    return found


@dataclass(frozen=True)
class _Counts:
    accepted: int | None
    begun: int | None
    due: int | None
    in_time: int | None

    @property
    def told(self) -> tuple[int | None, ...]:
        return self.accepted, self.begun, self.due, self.in_time


class _Counted:
    """The counts of all partners of a quarter: a handful of statements, however many partners there are."""

    def __init__(self, partners: Sequence[Partner], quarter: Quarter) -> None:
        self.partners, self.quarter = partners, quarter

    def of(self, one: Partner) -> _Counts:
        """Of one partner's services in its programme's area."""
        services = self._services.get((one.programme.area, one.organization_id), set())
        accepted = {person for service in services for person in self._accepted.get(service, ())}
        begun = {person for service in services for person in self._begun.get(service, ())}
        due = sum(self._answers.get(service, (0, 0))[0] for service in services)
        in_time = sum(self._answers.get(service, (0, 0))[1] for service in services)
        return _Counts(len(accepted), len(begun), due, in_time)

    @cached_property
    def _organisations(self) -> list[UUID]:
        return list({one.organization_id for one in self.partners})

    @cached_property
    def _codes(self) -> dict[str, set[str]]:
        """Codes of the official areas that made up each area on the last day of the quarter."""
        day = self.quarter.last
        wanted = (
            select(NeighbourhoodSet.slug, NeighbourhoodPart.code)
            .join(Neighbourhood, Neighbourhood.set_id == NeighbourhoodSet.id)
            .join(NeighbourhoodPart, NeighbourhoodPart.neighbourhood_id == Neighbourhood.id)
        )
        wanted = wanted.where(NeighbourhoodSet.slug.in_({one.programme.area for one in self.partners}))
        wanted = wanted.where(
            NeighbourhoodPart.valid_from <= day,
            (NeighbourhoodPart.valid_to.is_(None)) | (NeighbourhoodPart.valid_to > day),
        )
        found: dict[str, set[str]] = defaultdict(set)
        for slug, code in db.session.execute(wanted):
            found[slug].add(code)
        return found

    @cached_property
    def _services(self) -> dict[tuple[str, UUID], set[UUID]]:
        """Which services count in which area."""
        owners = {one: organisation for one, organisation in db.session.execute(
            select(Service.id, Service.organization_id).where(Service.organization_id.in_(self._organisations)))}  # fmt: skip
        places, served = self._places(), self._served()
        found: dict[tuple[str, UUID], set[UUID]] = defaultdict(set)
        for area in {one.programme.area for one in self.partners}:
            codes = self._codes.get(area, set())
            for service, organisation in owners.items():
                where = places.get(service) or served.get(service)
                if where is None or "*" in where or where & codes:
                    found[area, organisation].add(service)
        return found

    def _places(self) -> dict[UUID, set[str]]:
        wanted = (
            select(ServiceAtLocation.service_id, Location.authority_code, Location.neighbourhood_code)
            .join(Location, Location.id == ServiceAtLocation.location_id)
            .join(Service, Service.id == ServiceAtLocation.service_id)
        )
        found: dict[UUID, set[str]] = defaultdict(set)
        for service, *codes in db.session.execute(wanted.where(Service.organization_id.in_(self._organisations))):
            found[service].update(code for code in codes if code)
        return found

    def _served(self) -> dict[UUID, set[str]]:
        wanted = (
            select(Service.id, ServiceArea.extent, ServiceArea.extent_type)
            .select_from(ServiceArea)
            .join(Service, Service.id == ServiceArea.service_id)
        )
        found: dict[UUID, set[str]] = defaultdict(set)
        for service, code, kind in db.session.execute(wanted.where(Service.organization_id.in_(self._organisations))):
            found[service].add("*" if kind == "nationwide" or not code else code)
        return found

    @cached_property
    def _accepted(self) -> dict[UUID, set[UUID]]:
        to_accepted = IntroductionEvent.to_state == State.ACCEPTED.value
        wanted = self._people().join(IntroductionEvent, IntroductionEvent.introduction_id == Introduction.id)
        return _by_service(wanted.where(to_accepted, *_within(IntroductionEvent.at, self.quarter)))

    @cached_property
    def _begun(self) -> dict[UUID, set[UUID]]:
        return _by_service(self._people().where(*_within(Introduction.started_at, self.quarter)))

    def _people(self) -> Select[UUID, UUID]:
        wanted = select(Introduction.person_id, Service.id).select_from(Introduction).distinct()
        wanted = wanted.join(Service, Service.id == Introduction.service_id)
        wanted = wanted.where(Introduction.organization_id.in_(self._organisations))
        return wanted.where(Introduction.state != State.ENTERED_IN_ERROR.value)

    @cached_property
    def _answers(self) -> dict[UUID, tuple[int, int]]:
        """How many introductions to each service were to be answered, and how many were in time."""
        wanted = select(Service.id, Introduction.respond_by, Introduction.answered_at).select_from(Introduction).join(
            Service, Service.id == Introduction.service_id
        ).where(
            Introduction.organization_id.in_(self._organisations),
            Introduction.respond_by.between(self.quarter.first, self.quarter.last), Introduction.state.not_in(NOT_COUNTED),
        )  # fmt: skip
        found: dict[UUID, tuple[int, int]] = {}
        for service, by_day, at in db.session.execute(wanted):
            due, in_time = found.get(service, (0, 0))
            was = at is not None and by_day is not None and clock.local(at).date() <= by_day
            found[service] = due + 1, in_time + was
        return found


def _within(column: QueryableAttribute[Any], quarter: Quarter) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    first = datetime.combine(quarter.first, time(), clock.LONDON)
    after = datetime.combine(quarter.last + SHORT, time(), clock.LONDON)
    return column >= first, column < after


def _by_service(wanted: Select[UUID, UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for person, service in db.session.execute(wanted):
        found[service].add(person)
    return found
