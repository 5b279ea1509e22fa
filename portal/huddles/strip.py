"""The strip "Space this week" of a team's neighbourhoods: who has space, who is full, where one can go tonight, what is missing.

What listings say is the same for everybody and is found out once in five minutes; what the team told of is read anew. At most
four statements beside reading the listings, and one while they are remembered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.core import clock, wording
from portal.core.extensions import db
from portal.core.remembered import remembered
from portal.directory.cards import slug_of
from portal.directory.listings import Listing
from portal.directory.occurrences import occurrences
from portal.directory.queries import listings_in
from portal.directory.space import Space, label, space_of
from portal.geography.models import NeighbourhoodPart
from portal.huddles import gaps
from portal.neighbourhoods.drop_ins import is_cafe, is_drop_in, times_of
from portal.teams.models import TeamPatch
from portal.teams.queries import holds_on

REMEMBERED_SECONDS = 300.0
MOST = 3
"""So many are named; how many more there are is said."""
NIGHT_ENDS = time(4, 0)
EVENING = time(16, 0)


@dataclass(frozen=True)
class Named:
    """A listing by its name, as links need it."""

    id: UUID
    slug: str
    name: str


@dataclass(frozen=True)
class Tonight:
    """Where one can walk in this evening. `starts` and `ends` are aware moments; `ends` none where it is not told."""

    named: Named
    starts: datetime
    ends: datetime | None
    known_end: datetime
    is_cafe: bool

    @property
    def hours(self) -> str:
        """ "6pm to 11pm"."""
        return wording.time_range(self.starts, self.ends)


@dataclass(frozen=True)
class _Found:
    """What listings say, in no language."""

    free: tuple[Named, ...] = ()
    full: tuple[tuple[Named, Space], ...] = ()
    tonight: tuple[Tonight, ...] = ()


@dataclass(frozen=True)
class Strip:
    """The four parts. `more_free` and `more_full`: how many are not named."""

    free: Sequence[Named]
    full: Sequence[tuple[Named, str]]
    tonight: Sequence[Tonight]
    gaps: Sequence[str]
    more_free: int = 0
    more_full: int = 0
    has_cafe: bool = False


def strip_for(team_id: UUID) -> Strip:
    """The strip of a team today. What has ended by now is not on it."""
    asked = (team_id, clock.today())
    found = remembered("huddles.strip", asked, lambda: _found(team_id), seconds=REMEMBERED_SECONDS)
    now = clock.now()
    tonight = [one for one in found.tonight if one.known_end > now]
    return Strip(
        free=found.free[:MOST],
        full=[(named, label(space)) for named, space in found.full[:MOST]],
        tonight=tonight[:MOST],
        gaps=gaps.shown_to_team(team_id),
        more_free=max(len(found.free) - MOST, 0),
        more_full=max(len(found.full) - MOST, 0),
        has_cafe=any(one.is_cafe for one in tonight),
    )


def _found(team_id: UUID) -> _Found:
    codes = _codes_of(team_id)
    listings = listings_in(codes) if codes else []
    spaces = [(_named(one), space_of(one.service), one.service.space_said_at) for one in listings]
    never = datetime.min.replace(tzinfo=UTC)
    free = [(said or never, named) for named, space, said in spaces if space.state == "space"]
    full = [(said or never, named, space) for named, space, said in spaces if space.state in {"full", "wait", "paused"}]
    newest_first = sorted(free, key=lambda one: (one[0], one[1].name), reverse=True)
    fullest_first = sorted(full, key=lambda one: (one[0], one[1].name), reverse=True)
    tonight = [one for listing in listings if is_drop_in(listing) for one in _tonight(listing, codes)]
    tonight.sort(key=lambda one: (not one.is_cafe, one.starts, one.named.name.casefold()))
    return _Found(
        tuple(named for _said, named in newest_first),
        tuple((named, space) for _said, named, space in fullest_first),
        tuple(tonight),
    )


def _codes_of(team_id: UUID) -> frozenset[str]:
    """The official areas that a team covers today: one statement."""
    today = clock.today()
    wanted = select(NeighbourhoodPart.code).join(
        TeamPatch, TeamPatch.neighbourhood_id == NeighbourhoodPart.neighbourhood_id
    )
    wanted = wanted.where(
        TeamPatch.team_id == team_id, holds_on(today, TeamPatch), NeighbourhoodPart.valid_from <= today,
        NeighbourhoodPart.valid_to.is_(None) | (NeighbourhoodPart.valid_to > today),
    )  # fmt: skip
    return frozenset(db.session.scalars(wanted))


def _named(listing: Listing) -> Named:
    name = listing.service.name
    return Named(listing.id, slug_of(name), name)


def _tonight(listing: Listing, codes: frozenset[str]) -> list[Tonight]:
    """When one can walk in this evening, at its places within the areas: what ends after four, and begins today."""
    start = datetime.combine(clock.today(), time(), clock.LONDON)
    evening = datetime.combine(clock.today(), EVENING, clock.LONDON)
    until = datetime.combine(clock.today() + timedelta(days=1), NIGHT_ENDS, clock.LONDON)
    found = {one for _venue, table in times_of(listing, codes) for one in occurrences(table, start, until)}
    return [
        Tonight(_named(listing), one.start, one.end, one.known_end, is_cafe(listing))
        for one in sorted(found, key=lambda one: one.start)
        if one.known_end > evening and clock.local(one.start).date() == clock.today()
    ][:1]
