"""Counting what partners did in a quarter: once, some days after it ended, into `partner_figure`. Pages read that alone.

How it is counted. A service of a partner counts in an area where one of its places lies in one of the area's neighbourhoods,
as they were on the last day of the quarter; one without a place counts where it serves part of the area, or says nothing of it.
Accepted: people of whom an introduction to such a service was first said yes to in the quarter, each once; a first visit that is
booked says yes too, and one that is called off does not say it again. Begun: people who began there.
In time: of the introductions that were to be answered in the quarter, those that were, by that day; without those called off.

An organisation is counted in an area for quarters in which it was a partner there. Of two areas over some of the same ground it
is counted in one: what lies between the two could be about few people.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import QueryableAttribute

from portal.core import clock
from portal.core.database import put_into
from portal.core.extensions import db
from portal.core.jobs import job
from portal.core.periods import holds_on, lasts_within
from portal.core.quarters import Quarter, this_quarter
from portal.core.small_numbers import kept
from portal.directory.models import Location, Service, ServiceArea, ServiceAtLocation
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.geography.queries import codes_within, sets_in_order
from portal.partners.figure_models import PartnerFigure
from portal.partners.models import Partner, PartnerRole, Programme
from portal.referrals.models import Introduction, IntroductionEvent
from portal.referrals.states import SAID_YES, State

QUARTERS_BACK = 12
NOT_COUNTED = (State.ENTERED_IN_ERROR.value, State.WITHDRAWN.value)
A_DAY = timedelta(days=1)
Pair = tuple[str, UUID]
"""An area and an organisation."""
Counter = Callable[[Sequence[Pair], Quarter], Callable[[Pair], Mapping[str, int]]]
"""Makes, for a quarter, what gives the true number of each figure of a pair."""


def quarters_due() -> list[Quarter]:
    """The quarters that are counted, oldest first: as many as pages offer."""
    found = [this_quarter().before]
    while len(found) < QUARTERS_BACK:
        found.append(found[-1].before)
    return [one for one in reversed(found) if one.is_due]


@job("partners.count")
def count() -> None:
    """Count what is due and was never counted. What was counted stays."""
    for quarter in quarters_due():
        count_quarter(quarter, lambda pairs, when: _Counted(pairs, when).of)


def count_quarter(quarter: Quarter, counter: Counter) -> None:
    """Count and keep, for one quarter, partners that were never counted in it, nor in a later one.

    An earlier quarter would say more of what is told of later ones: see `withholding`.
    """
    there, since = _counted(PartnerFigure.quarter == quarter.first), _counted(PartnerFigure.quarter >= quarter.first)
    wanted = [one for one in _partners_in(quarter) if one not in since]
    if wanted:
        pairs = _apart(wanted, there, _Grounds({area for area, _one in (*wanted, *there)}, quarter.last))
        _keep(quarter, pairs, counter(pairs, quarter))


def _keep(quarter: Quarter, pairs: Sequence[Pair], counted: Callable[[Pair], Mapping[str, int]]) -> None:
    for area, organisation in pairs:
        key = {"area": area, "organization_id": organisation, "quarter": quarter.first}
        figures = {name: kept(number) for name, number in counted((area, organisation)).items()}
        put = put_into(db.session(), PartnerFigure).values({**key, **figures, "counted_at": clock.now()})
        db.session.execute(put.on_conflict_do_nothing(index_elements=list(key)))


def _counted(in_quarters: ColumnElement[bool]) -> set[Pair]:
    wanted = select(PartnerFigure.area, PartnerFigure.organization_id).where(in_quarters).distinct()
    return {(area, organisation) for area, organisation in db.session.execute(wanted)}


def _partners_in(quarter: Quarter) -> list[Pair]:
    """Who was a partner where on some day of a quarter: areas that `PORTAL_AREA` names first, then the older sets."""
    wanted = select(Programme.area, Partner.organization_id).join(Partner, Partner.programme_id == Programme.id)
    wanted = wanted.join(PartnerRole, PartnerRole.partner_id == Partner.id).where(
        lasts_within(quarter.first, quarter.last, Programme), lasts_within(quarter.first, quarter.last, PartnerRole)
    )
    order = {one.slug: number for number, one in enumerate(sets_in_order())}
    found = {(area, organisation) for area, organisation in db.session.execute(wanted)}
    return sorted((one for one in found if one[0] in order), key=lambda one: (order[one[0]], str(one[1])))


def _apart(wanted: Iterable[Pair], there: Iterable[Pair], grounds: "_Grounds") -> list[Pair]:
    """Those that share no ground with an area in which the same organisation is counted."""
    held: dict[UUID, list[str]] = defaultdict(list)
    for area, organisation in there:
        held[organisation].append(area)
    found = []
    for area, organisation in wanted:
        if not any(grounds.meet(area, other) for other in held[organisation]):
            held[organisation].append(area)
            found.append((area, organisation))
    return found


class _Grounds:
    """Codes of the official areas that made up areas on a day."""

    def __init__(self, areas: Iterable[str], day: Any) -> None:
        wanted = (
            select(NeighbourhoodSet.slug, NeighbourhoodPart.code)
            .join(Neighbourhood, Neighbourhood.set_id == NeighbourhoodSet.id)
            .join(NeighbourhoodPart, NeighbourhoodPart.neighbourhood_id == Neighbourhood.id)
            .where(NeighbourhoodSet.slug.in_(set(areas)), holds_on(day, NeighbourhoodPart))
        )
        self.codes: dict[str, set[str]] = defaultdict(set)
        for slug, code in db.session.execute(wanted):
            self.codes[slug].add(code)

    def meet(self, one: str, other: str) -> bool:
        """Whether two areas hold some of the same ground; of councils what lies in them too."""
        return bool(self._whole(one) & self._whole(other))

    def _whole(self, area: str) -> set[str]:
        return self.codes[area] | set(codes_within(frozenset(self.codes[area])))


class _Counted:
    """The counts of organisations in areas for a quarter: a handful of statements, however many there are."""

    def __init__(self, pairs: Sequence[Pair], quarter: Quarter) -> None:
        self.pairs, self.quarter = pairs, quarter

    def of(self, pair: Pair) -> dict[str, int]:
        """Of one organisation's services in one area, by figure."""
        services = self._services.get(pair, set())
        answers = [self._answers.get(service, (0, 0)) for service in services]
        return {
            "accepted": len({person for service in services for person in self._accepted.get(service, ())}),
            "begun": len({person for service in services for person in self._begun.get(service, ())}),
            "due": sum(due for due, _in_time in answers),
            "in_time": sum(in_time for _due, in_time in answers),
        }

    @cached_property
    def _organisations(self) -> list[UUID]:
        return list({organisation for _area, organisation in self.pairs})

    @cached_property
    def _services(self) -> dict[Pair, set[UUID]]:
        """Which services count in which area."""
        owners = {one: organisation for one, organisation in db.session.execute(
            select(Service.id, Service.organization_id).where(Service.organization_id.in_(self._organisations)))}  # fmt: skip
        areas = {area for area, _organisation in self.pairs}
        places, served, grounds = self._places(), self._served(), _Grounds(areas, self.quarter.last)
        found: dict[Pair, set[UUID]] = defaultdict(set)
        for area in areas:
            for service, organisation in owners.items():
                where = places.get(service) or served.get(service)
                if where is None or "*" in where or where & grounds.codes[area]:
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
        said_yes = (
            select(IntroductionEvent.introduction_id, func.min(IntroductionEvent.at).label("at"))
            .join(Introduction, Introduction.id == IntroductionEvent.introduction_id)
            .where(Introduction.organization_id.in_(self._organisations), IntroductionEvent.to_state.in_(SAID_YES))
            .group_by(IntroductionEvent.introduction_id)
            .subquery()
        )
        wanted = self._people().join(said_yes, said_yes.c.introduction_id == Introduction.id)
        return _by_service(wanted.where(*_within(said_yes.c.at, self.quarter)))

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


def _within(
    column: ColumnElement[Any] | QueryableAttribute[Any], quarter: Quarter
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    first = datetime.combine(quarter.first, time(), clock.LONDON)
    after = datetime.combine(quarter.last + A_DAY, time(), clock.LONDON)
    return column >= first, column < after


def _by_service(wanted: Select[UUID, UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for person, service in db.session.execute(wanted):
        found[service].add(person)
    return found
