"""What can be looked at to see what a trial did: counts that are kept anyhow, by place and day. A new one is a row.

Nothing that `portal.insight` publishes by neighbourhood is one: a few weeks of a quarter beside the whole quarter would give a
hidden number away. So searches are none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask_babel.speaklater import LazyString
from sqlalchemy import func, or_, select

from portal.core import clock
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext as _l
from portal.directory.counting import UsageCount
from portal.directory.models import Location, ServiceAtLocation
from portal.people.models import Person
from portal.referrals.models import Introduction, Referral

Days = tuple[date, date]
"""The first and the last."""
AT_ONCE = 500
ASKED_THEMSELVES = ("self", "for-somebody")


@dataclass(frozen=True)
class Measure:
    """One measure. `count(codes, days)`: how often it happened in official areas on some days."""

    label: LazyString
    how: LazyString
    count: Callable[[frozenset[str], Days], int]


def opens(codes: frozenset[str], days: Days) -> int:
    """Openings of the pages of listings with a public place in the areas."""
    return _usage("viewed", _listings(codes), days)


def saves(codes: frozenset[str], days: Days) -> int:
    """Such listings put on somebody's list."""
    return _usage("saved", _listings(codes), days)


def asks(codes: frozenset[str], days: Days) -> int:
    """People who live in the areas and asked for a link worker, or for whom somebody close asked."""
    first, last = days
    begins = datetime.combine(first, time(), clock.LONDON).astimezone(UTC)
    ends = datetime.combine(last + timedelta(days=1), time(), clock.LONDON).astimezone(UTC)
    wanted = (
        select(func.count(func.distinct(Referral.person_id)))
        .join(Person, Person.id == Referral.person_id)
        .join(Introduction, Introduction.referral_id == Referral.id)
        .where(
            Introduction.kind == "link-work",
            Referral.route.in_(ASKED_THEMSELVES),
            Referral.created_at >= begins,
            Referral.created_at < ends,
            Person.neighbourhood_code.in_(sorted(codes)),
        )
    )
    return int(db.session.scalar(wanted) or 0)


def _listings(codes: frozenset[str]) -> list[str]:
    """Ids of listings with a place in the areas that may be known."""
    wanted = select(ServiceAtLocation.service_id).join(Location).where(
        Location.privacy != "hidden",
        or_(Location.neighbourhood_code.in_(sorted(codes)), Location.authority_code.in_(sorted(codes))),
    )  # fmt: skip
    return sorted(map(str, set(db.session.scalars(wanted))))


def _usage(kind: str, keys: list[str], days: Days) -> int:
    total = 0
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        counted = select(func.sum(UsageCount.count)).where(UsageCount.kind == kind, UsageCount.key.in_(some))
        total += int(db.session.scalar(counted.where(UsageCount.day.between(*days))) or 0)
    return total


MEASURES: dict[str, Measure] = {
    "opens": Measure(
        _l("Listings opened"),
        _l("How often visitors opened the page of a listing with a public place in the neighbourhood."),
        opens,
    ),
    "saves": Measure(
        _l("Listings saved"),
        _l("How often visitors put a listing with a public place in the neighbourhood on their list."),
        saves,
    ),
    "asks": Measure(
        _l("People who ask for a link worker"),
        _l(
            "People who live in the neighbourhood and asked for a link worker on this site, or for whom somebody close asked."
        ),
        asks,
    ),
}
"""By key, which is kept in the database and is never renamed. What staff do who are signed in counts in none but the last."""
