"""The next dates of a service, as a group offers them for a first visit."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from portal.core import clock, wording
from portal.core.i18n import gettext as _
from portal.directory import queries
from portal.directory.occurrences import upcoming

MOST = 8


@dataclass(frozen=True)
class Coming:
    """One next date. `value` is its moment as text; `words` "Tuesday 1 December, 10am"."""

    value: str
    words: str


def coming_of(service_id: UUID | None) -> list[Coming]:
    """Dates on which somebody could come for the first time, soonest first. None where the listing tells of none."""
    listing = queries.listing(service_id) if service_id else None
    if listing is None:
        return []
    sessions = [one for one in listing.all_timetables if not one.is_opening]
    return [
        Coming(one.start.isoformat(), said_at(one.start))
        for one in upcoming(sessions, clock.now(), MOST)
        if one.start > clock.now()
    ]


def said_at(moment: datetime) -> str:
    """ "Tuesday 1 December, 10am"."""
    at = clock.local(moment)
    return _("%(day)s, %(time)s", day=wording.day(at.date()), time=wording.clock_time(at))


def moment_of(value: str) -> datetime:
    """The moment that a value stands for. Raises ValueError."""
    return datetime.fromisoformat(value)


def moment_at(day: date, at: time) -> datetime:
    """A date and a time on a clock in the United Kingdom."""
    return datetime.combine(day, at, tzinfo=clock.LONDON)
