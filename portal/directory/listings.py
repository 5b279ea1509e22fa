"""A listing as the public may know it: what search, cards, maps and exports are made of.

Location privacy is applied when a `Venue` is made, so nothing that is made from one can tell more: "public" keeps all,
"area" keeps its neighbourhood and a point moved to the middle of it, "hidden" keeps neither place nor area.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal
from uuid import UUID

from portal.directory.models import Service
from portal.directory.occurrences import Timetable

Privacy = Literal["public", "area", "hidden"]
REMOTE_MODES = frozenset({"online", "phone"})
"""Values of the filter `how` for which nobody has to go anywhere or be at home."""


@dataclass(frozen=True)
class Venue:
    """One place of a listing, as private as it asked to be. Degrees, WGS 84; `point` is (latitude, longitude).

    `modes` are values of the filter `how`. `facts`: access facts with yes or no; not told where absent.
    """

    id: UUID
    location_id: UUID
    privacy: Privacy = "public"
    is_physical: bool = True
    modes: tuple[str, ...] = ()
    name: str | None = None
    place_name: str | None = None
    address: str = ""
    postcode: str | None = None
    point: tuple[float, float] | None = None
    authority_code: str | None = None
    neighbourhood_code: str | None = None
    facts: Mapping[str, bool] = field(default_factory=dict)
    timetables: tuple[Timetable, ...] = ()


@dataclass(frozen=True)
class Cost:
    """One price. `pence` is none where no amount was given."""

    kind: Literal["free", "donation", "paid"]
    pence: int | None = None
    option: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Listing:
    """A service with all that is shown and searched of it. `service` gives its own columns only, no relations.

    `needs`, `languages` and `areas` hold ids and codes; "*" among the areas means everywhere. `source` names where it was
    imported from. `secrets` are words of private addresses, which no text that leaves may hold; `told_nowhere` those of them
    too that a public place of this listing tells, for texts that are not this listing's alone.
    """

    service: Service
    organisation: str
    source: str | None = None
    venues: tuple[Venue, ...] = ()
    timetables: tuple[Timetable, ...] = ()
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    costs: tuple[Cost, ...] = ()
    areas: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    told_nowhere: frozenset[str] = frozenset()

    @property
    def id(self) -> UUID:
        """The service's id."""
        return self.service.id

    @property
    def all_timetables(self) -> tuple[Timetable, ...]:
        """Sessions and opening hours of the service and of each of its places."""
        return self.timetables + tuple(one for venue in self.venues for one in venue.timetables)

    @cached_property
    def modes(self) -> frozenset[str]:
        """How it can be used, over all places: values of the filter `how`. A place to visit that says nothing is in person."""
        told = frozenset(mode for venue in self.venues for mode in venue.modes)
        if told or not any(venue.is_physical for venue in self.venues):
            return told
        return frozenset({"in_person"})

    @property
    def visited(self) -> tuple[Venue, ...]:
        """Places that people come to."""
        return tuple(v for v in self.venues if v.is_physical and (not v.modes or "in_person" in v.modes))

    @property
    def is_everywhere(self) -> bool:
        """True where no place or area bounds it."""
        return "*" in self.areas
