"""Publishing a quarter: once, some days after it ends, for one neighbourhood set, as cells that never change after.

What comes later counts in nothing that is published, so two downloads are always the same. Of two sets over the same ground
one is published: the difference between them could be about few people.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import Select, func, insert, select

from portal.core import audit, clock
from portal.core.errors import DomainError
from portal.core.extensions import db, settings
from portal.core.jobs import job
from portal.core.quarters import Quarter, quarter_of
from portal.core.small_numbers import known
from portal.directory.models import Location, Service, ServiceAtLocation
from portal.directory.naming import names_of
from portal.directory.reading import is_published
from portal.geography.models import NeighbourhoodSet
from portal.geography.queries import sets_in_order
from portal.insight import auditing, grounds, rated, summing
from portal.insight.auditing import CannotBeMadeSafe, Range
from portal.insight.cuts import CUTS, By
from portal.insight.definitions import MEASURES, Measure
from portal.insight.models import InsightCell, InsightDay, InsightFact, InsightPublication
from portal.insight.relations import Key, bound, known_of, unit_of
from portal.organisations.models import Organization

log = structlog.get_logger()

OTHER = "other"
"""The row of organisations that have no live listing in the area."""
ROWS_AT_ONCE = 1_000
Raw = Mapping[tuple[str, str], Mapping[tuple[str, str], int]]
"""True counts by table, and in it by row and category."""


class NotYet(DomainError):
    """The quarter has not ended, or too short a time ago."""


class Overlaps(DomainError):
    """Figures of another set over the same ground are published for that quarter."""


@job("insight.publish")
def look() -> None:
    """Publish what is due: every set, every quarter since the first fact."""
    for quarter in quarters_due():
        for cut in sets_in_order():
            if grounds.is_valid_in(cut, quarter) and published(cut.slug, quarter) is None:
                try:
                    publish(cut, quarter)
                except (Overlaps, CannotBeMadeSafe) as problem:
                    log.warning(
                        "insight.not_published", area=cut.slug, quarter=quarter.slug, why=type(problem).__name__
                    )


def quarters_due() -> list[Quarter]:
    """Quarters that may be published by now, from that of the first fact on."""
    first = db.session.scalar(select(func.min(InsightFact.day)))
    found: list[Quarter] = []
    if first is not None:
        quarter = quarter_of(first)
        while quarter.is_due:
            found.append(quarter)
            quarter = quarter.following
    return found


def published(area: str, quarter: Quarter) -> InsightPublication | None:
    """What was published of a set for a quarter."""
    wanted = select(InsightPublication).where(InsightPublication.area == area)
    return db.session.scalar(wanted.where(InsightPublication.quarter == quarter.first))


def publish(cut: NeighbourhoodSet, quarter: Quarter, *, is_audited: bool = True) -> InsightPublication:
    """Make and keep the figures of a set for a quarter; those that are there stay. Raises NotYet, Overlaps, CannotBeMadeSafe.

    `is_audited` is false in one place: where the attack of `benchmarks/insight_attack.py` shows that it finds what leaks.
    """
    if (there := published(cut.slug, quarter)) is not None:
        return there
    if not quarter.is_due:
        raise NotYet(f"{quarter.slug} is not over, or ended less than {settings().insight_days} days ago.")
    codes = grounds.codes_in(cut, quarter)
    if (other := _over_the_same(codes, quarter)) is not None:
        raise Overlaps(f"{other.name} is published for {quarter.slug} and covers some of the same ground.")
    rated.take(quarter)
    summing.fold()
    places, groups, listings = grounds.places_in(cut, quarter), groups_in(codes), listings_in(codes)
    names = names_of([one.id for one in listings])
    rows = _Rows(*([one.id.hex for one in ones] for ones in (places, groups, listings)))
    counts = _counts(cut.slug, quarter, rows)
    figures = bound(_people(counts), _earlier(cut.slug, quarter))
    gone = auditing.hidden(figures) if is_audited else frozenset()
    made = InsightPublication(
        area=cut.slug, name=cut.name, quarter=quarter.first, codes=sorted(codes),
        places=[{"id": one.id.hex, "name": one.name, "slug": one.slug} for one in places],
        groups=[{"id": one.id.hex, "name": one.name, "listings": _told_of(one, listings, names)} for one in groups],
        hidden=sum(1 for key in figures.units if figures.units[key] in gone), published_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    cells = [
        _cell(made, key, count, is_gone=key in figures.units and unit_of(key) in gone) for key, count in counts.items()
    ]
    for at in range(0, len(cells), ROWS_AT_ONCE):
        db.session.execute(insert(InsightCell), cells[at : at + ROWS_AT_ONCE])
    told = {"area": cut.slug, "quarter": quarter.slug, "cells": len(cells), "hidden": made.hidden}
    audit.record("insight.published", ("publication", made.id), by="worker", details=told)
    return made


@dataclass(frozen=True)
class _Rows:
    """Ids (hex) of what stands in rows."""

    places: list[str]
    groups: list[str]
    listings: list[str]

    def of(self, by: By) -> list[str]:
        if by == "group":
            return [*self.groups, OTHER]
        if CUTS[by].has_listings:
            return self.listings
        return self.places if CUTS[by].has_places else [""]


def _told_of(group: Organization, listings: Sequence[Service], names: Mapping[UUID, str]) -> list[dict[str, str]]:
    return [{"id": one.id.hex, "name": names[one.id]} for one in listings if one.organization_id == group.id]


def _counts(area: str, quarter: Quarter, rows: _Rows) -> "dict[Key, _Count]":
    raw = _raw(area, quarter)
    found: dict[Key, _Count] = {}
    for measure in MEASURES.values():
        for by in measure.cuts:
            found.update(_table(measure, by, raw.get((measure.id, by), {}), rows.of(by)))
    return found


class _Count:
    """What is behind a cell: how many, and for a median the middle of their days."""

    __slots__ = ("middle", "people")

    def __init__(self, people: int, middle: int | None = None) -> None:
        self.people, self.middle = people, middle


def _table(measure: Measure, by: By, raw: Mapping[tuple[str, str], int], rows: list[str]) -> dict[Key, _Count]:
    """All cells of one table, also those of which there is nothing: which rows there are must tell nobody."""
    if measure.counts == "median":
        days: dict[str, Counter[int]] = {row: Counter() for row in rows}
        for (place, told), count in raw.items():
            days[_row(place, rows, by)][int(told)] += count
        return {(measure.id, by, row, ""): _Count(sum(days[row].values()), _middle(days[row])) for row in rows}
    found = {(measure.id, by, row, category): 0 for row in rows for category in CUTS[by].categories()}
    for (place, category), count in raw.items():
        key = (measure.id, by, _row(place, rows, by), category)
        if key in found:
            found[key] += count
    return {key: _Count(count) for key, count in found.items()}


def _row(place: str, rows: list[str], by: By) -> str:
    return OTHER if by == "group" and place not in rows else place


def _middle(days: Counter[int]) -> int | None:
    """The least number of days within which half of them were."""
    half, seen = sum(days.values()) / 2, 0
    for number in sorted(days):
        seen += days[number]
        if seen >= half:
            return number
    return None


def _raw(area: str, quarter: Quarter) -> Raw:
    """Sums of a quarter; of gauges, those of the last day on which they were read."""
    day = InsightDay
    within = (day.area == area, day.day >= quarter.first, day.day < quarter.after)
    gauges = [one.id for one in MEASURES.values() if one.counts == "gauge"]
    columns = (day.measure, day.by, day.place, day.category, func.sum(day.count))
    found: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    question = select(*columns).where(*within, day.measure.not_in(gauges))
    last = select(func.max(day.day)).where(*within, day.measure.in_(gauges)).scalar_subquery()
    heights = select(*columns).where(day.area == area, day.measure.in_(gauges), day.day == last)
    for asked in (question, heights):
        for measure, by, place, category, count in db.session.execute(
            asked.group_by(day.measure, day.by, day.place, day.category)
        ):
            found.setdefault((measure, by), {})[place, category] = int(count)
    return found


def _people(counts: "Mapping[Key, _Count]") -> dict[Key, int]:
    return {key: count.people for key, count in counts.items()}


def _cell(made: InsightPublication, key: Key, count: _Count, *, is_gone: bool) -> dict[str, object]:
    measure, by, place, category = key
    definition = MEASURES[measure]
    state, value = "told", count.people
    if is_gone:
        state = "hidden"
    elif not definition.is_exact:
        known_people = auditing.range_of(count.people)
        is_untold = known_people.is_small or (definition.counts == "median" and count.people == 0)
        state = "small" if is_untold else "told"
        value = (count.middle or 0) if definition.counts == "median" else known(count.people)
    return {
        "publication_id": made.id, "measure": measure, "by": by, "place": place, "category": category, "state": state,
        "value": value if state == "told" else None,
    }  # fmt: skip


def _over_the_same(codes: frozenset[str], quarter: Quarter) -> InsightPublication | None:
    there = db.session.scalars(select(InsightPublication).where(InsightPublication.quarter == quarter.first))
    return next((one for one in there if codes & set(one.codes)), None)


def groups_in(codes: frozenset[str]) -> list[Organization]:
    """Organisations with a live listing that takes place in the area: whoever has been referred to them or not."""
    wanted = select(Organization).join(Service).where(Service.id.in_(_live_in(codes)))
    return list(db.session.scalars(wanted.distinct().order_by(Organization.name, Organization.id)))


def listings_in(codes: frozenset[str]) -> list[Service]:
    """Live listings that take place in the area: whatever anybody said of them."""
    wanted = select(Service).where(Service.id.in_(_live_in(codes)))
    return list(db.session.scalars(wanted.order_by(Service.name, Service.id)))


def _live_in(codes: frozenset[str]) -> Select[UUID]:
    wanted = select(Service.id).join(ServiceAtLocation).join(Location)
    wanted = wanted.where(is_published(), Location.privacy != "hidden")
    return wanted.where(Location.neighbourhood_code.in_(codes) | Location.authority_code.in_(codes))


def _earlier(area: str, quarter: Quarter) -> list[dict[Key, Range]]:
    """What readers know of the figures of earlier quarters, oldest first."""
    past = select(InsightPublication.id).where(
        InsightPublication.area == area, InsightPublication.quarter < quarter.first
    )
    cells = select(InsightCell).where(InsightCell.publication_id.in_(past))
    cells = cells.where(InsightCell.measure.in_(["sent", "accepted", "visited", "finished"]))
    found: dict[object, dict[Key, Range]] = {}
    for one in db.session.scalars(cells):
        key = (one.measure, one.by, one.place, one.category)
        found.setdefault(one.publication_id, {})[key] = known_of(one.state, one.value, one.measure)
    return list(found.values())
