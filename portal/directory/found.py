"""What a search gives its page, the command line and other programs: results, filters with counts, and ways on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from portal.core.wording import KM_A_MILE
from portal.directory.asking import Params, SearchRequest
from portal.directory.cards import Card, slug_of
from portal.directory.explaining import Explained
from portal.directory.filters import FACETS
from portal.directory.listings import Listing
from portal.directory.understanding import Understanding
from portal.geography.places import Place, PlaceProblem
from portal.search.port import Hit


@dataclass(frozen=True)
class Way:
    """A link to another search: its words, its address parameters, and how many results wait there if that is known.

    `detail` is a second part of the words that stands apart, such as the name of a group of needs.
    """

    label: str
    params: Params
    count: int | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Option:
    """One value of a filter. `count` is how many results it gives after all other filters; none where not counted."""

    value: str
    label: str
    count: int | None
    is_chosen: bool
    group: str | None = None


@dataclass(frozen=True)
class FilterGroup:
    """One filter as the page shows it. `name` is the address parameter; `untold` a sentence about those not counted."""

    name: str
    title: str
    kind: Literal["radio", "checkbox"]
    options: tuple[Option, ...]
    is_folded: bool = False
    untold: str | None = None


@dataclass(frozen=True)
class Paging:
    """Where a page of results stands. `first` and `last` are the places of its results, counted from 1."""

    page: int
    pages: int
    first: int
    last: int
    total: int


@dataclass(frozen=True)
class Spot:
    """A place of a result, to be drawn on a map or to group results by. `is_about`: moved to the middle of its area.

    Degrees, WGS 84. `address` is empty where it is not public.
    """

    service_id: UUID
    name: str
    slug: str
    place: str
    address: str
    lat: float
    lon: float
    is_about: bool = False


@dataclass(frozen=True)
class Row:
    """One result for programs. Values of filters are ids; distances are miles."""

    id: UUID
    name: str
    organisation: str
    needs: tuple[str, ...]
    distance_miles: float | None
    reach: str
    next_start: str | None
    facets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Found:
    """Everything a results page shows.

    `corrected` are the words that were looked for in place of those typed, and then `instead` leads to the words as
    typed. `words_problem` says why the words were not searched at all. `guesses` are needs and filters read
    from the words, `removables` filters that the person chose; each leads to the search without it. `widenings` stand only
    where nothing was found, each with a true count above 0. `shared` are the parameters for a link that leaves the page:
    never a full postcode. `notices` are sentences. `rows` stand only for programs, `spots`
    only where a map was asked for. `loosened`: filters that the words say and that left few or nothing, so that they do not
    narrow. `whys`: why each result is here, where that was asked for; none where the index cannot say.
    """

    request: SearchRequest
    understanding: Understanding
    total: int
    place: Place | None = None
    place_problem: PlaceProblem | None = None
    words_problem: str | None = None
    is_outside: bool = False
    corrected: str | None = None
    instead: Way | None = None
    is_relaxed: bool = False
    guesses: tuple[Way, ...] = ()
    removables: tuple[Way, ...] = ()
    clear: Params = field(default_factory=dict)
    groups: tuple[FilterGroup, ...] = ()
    sorts: tuple[Option, ...] = ()
    cards: tuple[Card, ...] = ()
    rows: tuple[Row, ...] = ()
    spots: tuple[Spot, ...] = ()
    paging: Paging = Paging(1, 1, 0, 0, 0)
    widenings: tuple[Way, ...] = ()
    shared: Params = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    untold: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    is_sensitive: bool = False
    from_sql: bool = False
    loosened: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whys: Mapping[UUID, Explained] = field(default_factory=dict)
    took_ms: float = 0.0

    @property
    def errors(self) -> tuple[tuple[str, str], ...]:
        """What must be put right before anything is searched: the parameter, and a sentence for the reader."""
        words = (("q", self.words_problem),) if self.words_problem else ()
        place = (("near", self.place_problem.sentence),) if self.place_problem else ()
        return words + place

    @property
    def chosen_count(self) -> int:
        """How many filters are on."""
        return len(self.removables)


def row_of(hit: Hit, one: Listing) -> Row:
    """A result as programs read it."""
    start = datetime.fromtimestamp(hit.next_start * 60, UTC).isoformat() if hit.next_start is not None else None
    return Row(
        id=one.id,
        name=one.service.name,
        organisation=one.organisation,
        needs=one.needs,
        distance_miles=round(hit.distance_km / KM_A_MILE, 2) if hit.distance_km is not None else None,
        reach=hit.reach,
        next_start=start,
        facets={
            facet.name: tuple(value for value in facet.ids if value in told)
            for facet in FACETS
            if (told := facet.told(one))
        },
    )


def spots_of(one: Listing) -> list[Spot]:
    """Every place of a listing that may be drawn on a map."""
    return [
        Spot(
            service_id=one.id,
            name=one.service.name,
            slug=slug_of(one.service.name),
            place=venue.place_name or venue.name or "",
            address=venue.address,
            lat=venue.point[0],
            lon=venue.point[1],
            is_about=venue.privacy == "area",
        )
        for venue in one.visited
        if venue.point is not None
    ]
