"""The strip "Space this week" of a team's neighbourhoods: who has space, who is full, where one can go on the evening of the
board's day, what is missing.

What listings say is the same for everybody and is found out once in five minutes, and anew where one that is named changed: one
that was withdrawn, or whose place was made private, is gone on the next load. What the team told of is read anew, with whether
any changed. A statement each, so that a board keeps to its limit also when both are asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from portal.core import clock, wording
from portal.core.remembered import remembered
from portal.directory.cards import slug_of
from portal.directory.listings import Listing
from portal.directory.models import Service
from portal.directory.occurrences import occurrences
from portal.directory.space import Space, label, space_of
from portal.huddles import gaps
from portal.huddles.strip_reading import Told, around, unchanged
from portal.neighbourhoods.drop_ins import is_cafe, is_drop_in, times_of

REMEMBERED_SECONDS = 300.0
MOST = 3
"""So many are named; how many more there are is said."""
NIGHT_ENDS = time(4, 0)
OPENS, RUNS = time(17, 0), time(18, 0)
"""In the evening is what opens from five on, or still runs after six."""


@dataclass(frozen=True)
class Named:
    """A listing by its name, as links need it."""

    id: UUID
    slug: str
    name: str


@dataclass(frozen=True)
class Tonight:
    """Where one can walk in on an evening. `starts` and `ends` are aware moments; `ends` none where it is not told."""

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
    """What listings say, in no language. `changed`: when each that is named had changed last."""

    free: tuple[Named, ...] = ()
    full: tuple[tuple[Named, Space], ...] = ()
    tonight: tuple[Tonight, ...] = ()
    more_free: int = 0
    more_full: int = 0
    changed: Mapping[UUID, datetime | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Strip:
    """The four parts. `more_free` and `more_full`: how many are not named. `evening`: the day of which `tonight` tells."""

    evening: date
    free: Sequence[Named]
    full: Sequence[tuple[Named, str]]
    tonight: Sequence[Tonight]
    gaps: Sequence[str]
    more_free: int = 0
    more_full: int = 0
    has_cafe: bool = False


def strip_for(team_id: UUID, day: date | None = None) -> Strip:
    """The strip of a team for a board of a day, today unless it is to come. What has ended by now is not on it."""
    evening = max(day or clock.today(), clock.today())
    asked = (team_id, evening)
    told: list[str] | None = None

    def stands(found: _Found) -> bool:
        nonlocal told
        told, is_unchanged = gaps.shown_beside(team_id, unchanged(found.changed))
        return is_unchanged

    found = remembered(
        "huddles.strip", asked, lambda: _found(team_id, evening), seconds=REMEMBERED_SECONDS, holds=stands
    )
    now = clock.now()
    tonight = [one for one in found.tonight if one.known_end > now]
    return Strip(
        evening,
        free=found.free,
        full=[(named, label(space)) for named, space in found.full],
        tonight=tonight[:MOST],
        gaps=gaps.shown_to_team(team_id) if told is None else told,
        more_free=found.more_free,
        more_full=found.more_full,
        has_cafe=any(one.is_cafe for one in tonight),
    )


def _found(team_id: UUID, day: date) -> _Found:
    here = around(team_id, day)
    spaces = [(one, space_of(one.said)) for one in here.told]
    free = _newest_first([told for told in spaces if told[1].state == "space"])
    full = _newest_first([told for told in spaces if told[1].state in {"full", "wait", "paused"}])
    tonight = [one for listing in here.drop_ins if is_drop_in(listing) for one in _tonight(listing, here.codes, day)]
    tonight.sort(key=lambda one: (not one.is_cafe, one.starts, one.named.name.casefold()))
    free_named = tuple(_named(one) for one, _space in free[:MOST])
    full_named = tuple((_named(one), space) for one, space in full[:MOST])
    named = {*free_named, *(one for one, _space in full_named), *(one.named for one in tonight)}
    return _Found(
        free_named,
        full_named,
        tuple(tonight),
        more_free=max(len(free) - MOST, 0),
        more_full=max(len(full) - MOST, 0),
        changed={one.id: here.changed[one.id] for one in named},
    )


def _newest_first(spaces: Sequence[tuple[Told, Space]]) -> Sequence[tuple[Told, Space]]:
    """Who said it last first. What still holds was said at some moment."""
    return sorted(spaces, key=lambda one: (one[0].said.space_said_at, one[0].name), reverse=True)


def _named(one: Told | Service) -> Named:
    return Named(one.id, slug_of(one.name), one.name)


def _tonight(listing: Listing, codes: frozenset[str], day: date) -> list[Tonight]:
    """When one can walk in on the evening of a day, at its places within the areas: what opens then, or runs into it."""
    start = datetime.combine(day, time(), clock.LONDON)
    opens, runs = (datetime.combine(day, at, clock.LONDON) for at in (OPENS, RUNS))
    until = datetime.combine(day + timedelta(days=1), NIGHT_ENDS, clock.LONDON)
    found = {one for _venue, table in times_of(listing, codes) for one in occurrences(table, start, until)}
    return [
        Tonight(_named(listing.service), one.start, one.end, one.known_end, is_cafe(listing))
        for one in sorted(found, key=lambda one: (one.start, one.known_end))
        if (one.start >= opens or one.known_end > runs) and clock.local(one.start).date() == day
    ][:1]
