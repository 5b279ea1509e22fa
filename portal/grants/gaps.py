"""Where nothing is funded: neighbourhoods and communities without a session that a grant pays for, in one quarter.

Two sources, kept apart: the timetables of funded listings as they stand today, and what groups reported. A report tells of a
grant as a whole; where a grant is for several neighbourhoods, it counts as told for each, and the page says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from portal.core.quarters import Quarter
from portal.geography import queries as geography
from portal.geography.models import Neighbourhood, NeighbourhoodSet
from portal.grants.communities import COMMUNITIES, community_label
from portal.grants.models import Grant
from portal.grants.queries import grants_running
from portal.grants.sessions import Held, held, listings_of


@dataclass
class Count:
    """What is known of one neighbourhood, one community, or one community in one neighbourhood.

    `grants` run there in the quarter; `timetable` are sessions of their listings; `reported` is what groups told, none where
    nobody has; `is_shared`: told of several neighbourhoods together.
    """

    grants: set[UUID] = field(default_factory=set)
    timetable: set[tuple[UUID, datetime]] = field(default_factory=set)
    reported: int | None = None
    is_shared: bool = False

    @property
    def has_session(self) -> bool:
        """Whether a funded session is known of, from either source."""
        return bool(self.timetable or self.reported)

    @property
    def is_gap(self) -> bool:
        """Whether none is."""
        return not self.has_session


@dataclass(frozen=True)
class Line:
    """A row of a table: a neighbourhood, or a community, and those of the other kind for which it has no funded session."""

    key: str
    name: str
    count: Count
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Gaps:
    """The page. `cells`: by neighbourhood and community, those with a grant only."""

    area: NeighbourhoodSet
    quarter: Quarter
    places: tuple[Line, ...]
    communities: tuple[Line, ...]
    cells: dict[tuple[UUID, str], Count]

    @property
    def empty_places(self) -> list[str]:
        """Neighbourhoods without a funded session, by name."""
        return [one.name for one in self.places if one.count.is_gap]

    @property
    def meant(self) -> list[Line]:
        """Communities for which a grant runs, in the order of the table."""
        return [one for one in self.communities if one.count.grants]

    @property
    def meant_for_nobody(self) -> list[str]:
        """Communities for which none does, by name."""
        return [one.name for one in self.communities if not one.count.grants]


def gaps_in(area: NeighbourhoodSet, quarter: Quarter) -> Gaps:
    """What is funded and what is not: twelve statements, however many grants there are."""
    grants = grants_running(area.slug, quarter.first, quarter.last)
    hoods = sorted(area.neighbourhoods, key=lambda one: (one.name.casefold(), str(one.id)))
    owners, listings = geography.owners_of((one.id for one in hoods), quarter.last), listings_of(grants)
    counts = _Counts({one.id for one in hoods})
    for grant in grants:
        counts.put(grant, quarter, held(grant, quarter, listings), owners)
    return Gaps(area, quarter, _places(hoods, counts), _communities(hoods, counts), counts.cells)


class _Counts:
    """Counts while they are made."""

    def __init__(self, here: set[UUID]) -> None:
        self.here = here
        self.places: dict[UUID, Count] = defaultdict(Count)
        self.communities: dict[str, Count] = defaultdict(Count)
        self.cells: dict[tuple[UUID, str], Count] = defaultdict(Count)

    def put(self, grant: Grant, quarter: Quarter, sessions: Iterable[Held], owners: dict[str, set[UUID]]) -> None:
        """Count one grant."""
        meant = {one.neighbourhood_id for one in grant.places} & self.here
        for one in self._all_of(meant, grant.communities):
            one.grants.add(grant.id)
        for session in sessions:
            for one in self._all_of(_where(session, meant, owners), grant.communities):
                one.timetable.add(session.key)
        told = next((one.sessions for one in grant.reports if one.quarter == quarter.first), None)
        if told is not None:
            for one in self._all_of(meant, grant.communities):
                one.reported = (one.reported or 0) + told
            for place in meant:
                for one in (self.places[place], *(self.cells[place, key] for key in grant.communities)):
                    one.is_shared |= len(grant.places) > 1

    def _all_of(self, places: Iterable[UUID], communities: Sequence[str]) -> list[Count]:
        each = list(places)
        found = [self.places[place] for place in each] + [self.communities[key] for key in communities if each]
        return found + [self.cells[place, key] for place in each for key in communities]


def _where(session: Held, meant: set[UUID], owners: dict[str, set[UUID]]) -> set[UUID]:
    """Where a session counts: where its place lies, or wherever the grant is for, where it has none that may be known."""
    venue = session.venue
    if venue is None or not venue.is_physical or not (venue.neighbourhood_code or venue.authority_code):
        return meant
    return owners.get(venue.neighbourhood_code or "", set()) | owners.get(venue.authority_code or "", set())


def _places(hoods: Sequence[Neighbourhood], counts: _Counts) -> tuple[Line, ...]:
    return tuple(
        Line(
            str(one.id),
            one.name,
            counts.places[one.id],
            tuple(community_label(key) for key in COMMUNITIES if _is_gap(counts, one.id, key)),
        )
        for one in hoods
    )


def _communities(hoods: Sequence[Neighbourhood], counts: _Counts) -> tuple[Line, ...]:
    return tuple(
        Line(
            key,
            community_label(key),
            counts.communities[key],
            tuple(one.name for one in hoods if _is_gap(counts, one.id, key)),
        )
        for key in COMMUNITIES
    )


def _is_gap(counts: _Counts, place: UUID, community: str) -> bool:
    found = counts.cells.get((place, community))
    return found is None or found.is_gap
