"""What the home page tells of today: places to walk into, and the neighbourhoods that are covered."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock, wording
from portal.core.extensions import settings
from portal.directory import queries
from portal.directory.cards import Card, card_of
from portal.directory.occurrences import Occurrence
from portal.geography.queries import sets_shown

MOST_SHOWN = 4
MOST_READ = 12


@dataclass(frozen=True)
class OpenToday:
    """One place that can be walked into today: when, in words, and its card."""

    time: str
    card: Card


@dataclass(frozen=True)
class Area:
    """One set of neighbourhoods: its name, and how many there are, in words."""

    slug: str
    name: str
    detail: str


def open_today() -> list[OpenToday]:
    """Places open from now until the end of the day without an appointment, earliest first, each once."""
    now = clock.now()
    midnight = datetime.combine(clock.today() + timedelta(days=1), time.min, tzinfo=clock.LONDON)
    openings = queries.open_between(now, midnight, drop_in_only=True, limit=MOST_READ)
    first = {one.listing.id: one for one in reversed(openings)}
    earliest = [one for one in openings if first[one.listing.id] is one][:MOST_SHOWN]
    return [OpenToday(_time(one.occurrence, now), card_of(one.listing)) for one in earliest]


def areas() -> list[Area]:
    """The areas that this instance covers."""
    return [
        Area(one.slug, one.area, _extent([each.name for each in one.neighbourhoods]))
        for one in sets_shown(settings().area)
    ]


def _time(occurrence: Occurrence, now: datetime) -> str:
    if occurrence.start > now:
        return wording.time_range(occurrence.start, occurrence.end)
    if occurrence.end is None:
        return _("Open now")
    return _("Now to %(end)s", end=wording.clock_time(occurrence.end))


def _extent(names: list[str]) -> str:
    if len(names) < 2:
        return _("1 neighbourhood, %(name)s", name=names[0]) if names else ""
    return ngettext(
        "%(num)s neighbourhood, from %(first)s to %(last)s",
        "%(num)s neighbourhoods, from %(first)s to %(last)s",
        len(names),
        first=names[0],
        last=names[-1],
    )
