"""Which neighbourhood held an official area on a day, and what ground a neighbourhood set covers.

Where two sets hold the same ground, the one that `PORTAL_AREA` names first counts, else the older: somebody is in one
neighbourhood at a time, and only that set's figures are published there.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from portal.core.extensions import db
from portal.core.quarters import Quarter
from portal.geography import current
from portal.geography.models import Neighbourhood, NeighbourhoodPart, NeighbourhoodSet
from portal.geography.queries import sets_in_order


@dataclass(frozen=True)
class Spot:
    """Where something counts: the slug of the set, and the id of the neighbourhood (hex). Both empty: nowhere known."""

    area: str = ""
    place: str = ""


NOWHERE = Spot()


@dataclass(frozen=True)
class _Part:
    spot: Spot
    since: date
    until: date | None
    rank: int

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class Grounds:
    """All neighbourhoods with the areas that they were made of, by date. Read once, in one statement."""

    def __init__(self) -> None:
        self._by_code: dict[str, list[_Part]] = defaultdict(list)
        self._by_place: dict[str, list[_Part]] = defaultdict(list)
        sets = sets_in_order()
        ranks = {one.id: number for number, one in enumerate(sets)}
        wanted = select(NeighbourhoodPart).options(
            joinedload(NeighbourhoodPart.neighbourhood).joinedload(Neighbourhood.set)
        )
        for part in db.session.scalars(wanted.order_by(NeighbourhoodPart.id)):
            cut = part.neighbourhood.set
            since, until = max(part.valid_from, cut.valid_from), _earlier(part.valid_to, cut.valid_to)
            spot = Spot(cut.slug, part.neighbourhood.id.hex)
            held = _Part(spot, since, until, ranks[cut.id])
            self._by_code[part.code].append(held)
            self._by_place[spot.place].append(held)

    def at(self, code: str | None, day: date) -> Spot:
        """Where an official area was on a day."""
        if not code:
            return NOWHERE
        held = [part for one in (code, _council_of(code)) for part in self._by_code.get(one, ()) if part.holds(day)]
        return min(held, key=lambda part: (part.rank, part.spot.place)).spot if held else NOWHERE

    def of_neighbourhood(self, place: str, day: date) -> Spot:
        """A neighbourhood, where it is known already."""
        parts = self._by_place.get(place, ())
        return next((part.spot for part in parts if part.holds(day)), parts[0].spot if parts else NOWHERE)


def places_in(cut: NeighbourhoodSet, quarter: Quarter) -> list[Neighbourhood]:
    """The neighbourhoods of a set that held some ground on a day of a quarter, by name."""
    wanted = select(Neighbourhood).join(NeighbourhoodPart).where(Neighbourhood.set_id == cut.id, _during(quarter))
    return list(db.session.scalars(wanted.distinct().order_by(Neighbourhood.name, Neighbourhood.id)))


def codes_in(cut: NeighbourhoodSet, quarter: Quarter) -> frozenset[str]:
    """The official areas that a set held on a day of a quarter; of councils those within them too."""
    wanted = select(NeighbourhoodPart.code).join(NeighbourhoodPart.neighbourhood)
    wanted = wanted.where(Neighbourhood.set_id == cut.id, _during(quarter))
    return _with_inner(db.session.scalars(wanted))


def is_valid_in(cut: NeighbourhoodSet, quarter: Quarter) -> bool:
    """Whether a set held on a day of a quarter."""
    return cut.valid_from < quarter.after and (cut.valid_to is None or cut.valid_to > quarter.first)


def _during(quarter: Quarter) -> ColumnElement[bool]:
    part = NeighbourhoodPart
    return (part.valid_from < quarter.after) & ((part.valid_to.is_(None)) | (part.valid_to > quarter.first))


def _with_inner(codes: Iterable[str]) -> frozenset[str]:
    atlas, found = current.atlas(), set(codes)
    councils = {atlas.authority_numbers[code] for code in found if code in atlas.authority_numbers}
    return frozenset(found | ({area.code for area in atlas.areas if area.authority in councils} if councils else set()))


def _council_of(code: str) -> str:
    atlas = current.atlas()
    number = atlas.area_numbers.get(code)
    return "" if number is None else atlas.authorities[atlas.areas[number].authority].code


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
