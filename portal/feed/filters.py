"""What a query leaves of all that is public: conditions for the database, and what only hushed texts and distances can tell.

A filter knows no more than everybody may: a private place never matches by distance, times, ages and texts are those that the
feed tells, and words of a private address find nothing.
"""

from collections.abc import Iterable, Sequence
from math import asin, cos, degrees, radians, sin, sqrt
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, extract, func, or_, select, true, union_all
from sqlalchemy.orm import aliased

from portal.core.extensions import db
from portal.directory.models import (
    Attribute,
    Location,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Session,
    SessionException,
    TaxonomyTerm,
)
from portal.directory.queries import in_batches
from portal.feed.asked import Asked
from portal.geography.places import Place
from portal.organisations.models import Organization

Condition = ColumnElement[bool]
EARTH_METRES = 6_371_008.8
ESCAPE = "\\"
DAY_NUMBERS = {"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}
TIMES = ("day", "start_time", "end_time")


def of_services(asked: Asked) -> list[Condition]:
    """Conditions on the service of a row. Those on its places and times are apart."""
    found: list[Condition] = []
    if organization := asked.get("organization_id"):
        found.append(Service.organization_id == organization)
    if term := asked.get("taxonomy_term_id"):
        found.append(_has_term(Attribute.taxonomy_term_id == term))
    if taxonomy := asked.get("taxonomy_id"):
        of_it = select(TaxonomyTerm.id).where(TaxonomyTerm.taxonomy_id == taxonomy)
        found.append(_has_term(Attribute.taxonomy_term_id.in_(of_it)))
    if (age := asked.get("minimum_age")) is not None:
        found.append(Service.minimum_age >= age)
    if (age := asked.get("maximum_age")) is not None:
        found.append(Service.maximum_age <= age)
    if (place := asked.get("postcode")) is not None and asked.get("proximity") is None:
        found.append(_serves(place))
    return found


def times_of_service(asked: Asked) -> list[Condition]:
    """A service has a time as asked for, of its own or at one of its places."""
    if not any(name in asked.values for name in TIMES):
        return []
    place = aliased(ServiceAtLocation)
    times, sessions = _schedule(asked), _session(asked)
    return [
        _among(
            Service.id,
            select(Schedule.service_id).where(Schedule.service_id.is_not(None), *times),
            select(place.service_id).join(Schedule, Schedule.service_at_location_id == place.id).where(*times),
            select(place.service_id).join(Session, Session.service_at_location_id == place.id).where(sessions),
        )
    ]


def times_of_place(asked: Asked) -> list[Condition]:
    """A service has a time as asked for at this place, or one that holds at all of them."""
    if not any(name in asked.values for name in TIMES):
        return []
    place = aliased(ServiceAtLocation)
    times, sessions = _schedule(asked), _session(asked)
    return [
        _among(
            ServiceAtLocation.id,
            select(place.id).join(Schedule, Schedule.service_id == place.service_id).where(*times),
            select(Schedule.service_at_location_id).where(Schedule.service_at_location_id.is_not(None), *times),
            select(Session.service_at_location_id).where(sessions),
        )
    ]


def near(asked: Asked) -> frozenset[UUID] | None:
    """Ids of services at places within reach, of places whose address is public; none where distance was not asked for.

    One statement: those in a square about the postcode, then the exact distance.
    """
    place, metres = asked.get("postcode"), asked.get("proximity")
    if place is None or metres is None:
        return None
    tall = degrees((metres + 1) / EARTH_METRES)
    wide = min(180.0, tall / max(0.01, cos(radians(min(89.0, abs(place.lat) + tall)))))
    rows = db.session.execute(
        select(ServiceAtLocation.id, Location.latitude, Location.longitude)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(
            Location.privacy == "public",
            Location.latitude.between(place.lat - tall, place.lat + tall),
            Location.longitude.between(place.lon - wide, place.lon + wide),
        )
    )
    return frozenset(row.id for row in rows if metres_between(place, row.latitude, row.longitude) <= metres)


def services_at(place_ids: frozenset[UUID]) -> frozenset[UUID]:
    """The services of these services at places."""
    found: set[UUID] = set()
    wanted = sorted(place_ids)
    for first in range(0, len(wanted), 5_000):
        some = wanted[first : first + 5_000]
        found.update(db.session.scalars(select(ServiceAtLocation.service_id).where(ServiceAtLocation.id.in_(some))))
    return frozenset(found)


def metres_between(place: Place, lat: float, lon: float) -> float:
    """Metres over ground from a postcode to a point (degrees, WGS 84)."""
    lat1, lon1, lat2, lon2 = map(radians, (place.lat, place.lon, lat, lon))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(min(1.0, half)))


def may_hold(words: Iterable[str], columns: Sequence[Any]) -> list[Condition]:
    """Every word may stand in one of these columns. Letters beyond ASCII match any: both databases fold ASCII alone alike."""
    return [or_(*(func.lower(column).like(_pattern(word), escape=ESCAPE) for column in columns)) for word in words]


def needs_reading(words: Iterable[str], organization_id: Any) -> Condition:
    """Whether what may hold the words has to be read to be sure: it hides a private address, or a word is not plain ASCII."""
    return hides_something(organization_id) if all(word.isascii() for word in words) else true()


def hides_something(organization_id: Any) -> Condition:
    """Whether texts of this organisation leave out words of a private address: only reading it whole tells what is left."""
    private = (
        select(Service.organization_id)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(Location.privacy != "public")
    )
    found: Condition = organization_id.in_(private)
    return found


def holding(ids: Sequence[UUID], words: Sequence[str]) -> set[UUID]:
    """Which of these services hold every word in what the feed tells of them. Whole are read only those that hide something."""
    rows = db.session.execute(
        select(Service.id, hides_something(Service.organization_id), *SEARCHED)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Service.id.in_(ids))
    ).all()
    told = {one for one, hides, *texts in rows if not hides and holds(words, texts)}
    whole = in_batches([one for one, hides, *_texts in rows if hides])
    return told | {
        one.id
        for one in whole
        if holds(words, (one.service.name, one.service.summary, one.service.description, one.organisation))
    }


def holds(words: Iterable[str], texts: Iterable[str | None]) -> bool:
    """Whether each word stands in one of the texts, whatever its case."""
    folded = [text.casefold() for text in texts if text]
    return all(any(word in text for text in folded) for word in words)


SEARCHED = (Service.name, Service.summary, Service.description, Organization.name)


def _pattern(word: str) -> str:
    escaped = "".join(f"{ESCAPE}{letter}" if letter in "%_\\" else letter for letter in word)
    return f"%{''.join(letter if letter.isascii() else '_' for letter in escaped)}%"


def _has_term(which: Condition) -> Condition:
    return exists().where(Attribute.link_type == "service", Attribute.link_id == Service.id, which)


def _serves(place: Place) -> Condition:
    """Names an area in which the postcode is, or the whole country; or names none."""
    own = ServiceArea.service_id == Service.id
    reached = or_(
        ServiceArea.extent_type == "nationwide",
        and_(ServiceArea.extent_type == "code", ServiceArea.extent.in_(sorted(place.area_codes))),
    )
    return or_(~exists().where(own), exists().where(own, reached))


def _among(key: Any, *found: Select[Any]) -> Condition:
    """One of what is found, all at once: asked row by row, a database that knows a column to be mostly empty reads all of it."""
    return key.in_(union_all(*(one.correlate(None) for one in found)))  # type: ignore[no-any-return]


def _schedule(asked: Asked) -> list[Condition]:
    fits = _fits(asked, Schedule.opens_at, Schedule.closes_at)
    if day := asked.get("day"):
        is_week = or_(Schedule.freq.is_(None), Schedule.freq == "WEEKLY")
        by_date = and_(Schedule.byday.is_(None), is_week, _falls_on(day, Schedule.dtstart))
        fits.append(or_(Schedule.byday.contains(day, autoescape=True), by_date))
    return fits


def _session(asked: Asked) -> Condition:
    """A session by its rule, or one more date of it."""
    fits = _fits(asked, Session.starts_at, Session.ends_at)
    by_rule: list[Condition] = [Session.freq != "dates", *fits]
    extra = SessionException
    fits_extra = _fits(
        asked,
        func.coalesce(extra.starts_at, Session.starts_at),
        func.coalesce(extra.ends_at, Session.ends_at),
    )
    if day := asked.get("day"):
        by_date = and_(Session.byday.is_(None), Session.freq == "weekly", _falls_on(day, Session.dtstart))
        by_rule.append(or_(Session.byday.contains(day, autoescape=True), by_date))
        fits_extra.append(_falls_on(day, extra.date))
    more = exists().where(extra.session_id == Session.id, extra.kind == "extra", *fits_extra)
    return or_(and_(*by_rule), more)


def _fits(asked: Asked, begins: Any, ends: Any) -> list[Condition]:
    found = []
    if (first := asked.get("start_time")) is not None:
        found.append(begins >= first)
    if (last := asked.get("end_time")) is not None:
        found.append(ends <= last)
    return found


def _falls_on(day: str, date: Any) -> Condition:
    return and_(date.is_not(None), extract("dow", date) == DAY_NUMBERS[day])
