"""What a source says of one service as a record to compare: the same shape that held listings are read into.

Nothing is saved for it: the facts are those that importing reads from the document.
"""

import re
from collections.abc import Iterable, Iterator

from portal.importing.facts import Facts, Identifier
from portal.importing.parts import Location, Place, Schedule, Session
from portal.moderation.duplicates import Record, Spot
from portal.moderation.duplicates_reading import first_told, phone_key, web_key

LONGEST_COMPARED = 600
"""So many letters of a description are compared, as of a held listing."""


def record_of(facts: Facts, source: str) -> Record:
    """The facts of one service as a record of this source."""
    spots = tuple(_spots(facts.places))
    return Record(
        name=facts.name,
        organisation=facts.organisation.name,
        description=(facts.description or "")[:LONGEST_COMPARED],
        spots=spots,
        phones=_kept(phone_key(phone.number) for contact in facts.contacts for phone in contact.phones),
        emails=_kept([(facts.email or "").strip().lower()]),
        urls=_kept([web_key(facts.url)]),
        registers=frozenset(map(_number, facts.organisation.identifiers)),
        times=frozenset(_times(facts))
        or first_told(facts.opening_text, facts.description, *(spot.address for spot in spots)),
        source=source,
    )


def _spots(places: Iterable[Place]) -> Iterator[Spot]:
    for place in places:
        if place.location.location_type == "virtual":
            continue
        for address in place.location.addresses[:1] or (None,):
            told = (place.location.name, address and address.address_1, address and address.city)
            line = ", ".join(part for part in told if part)
            yield Spot(line, (address and address.postal_code) or "", _point(place.location))


def _point(location: Location) -> tuple[float, float] | None:
    if location.latitude is None or location.longitude is None:
        return None
    return location.latitude, location.longitude


def _number(identifier: Identifier) -> str:
    return f"{identifier.scheme or identifier.kind}:{identifier.number}".upper()


def _times(facts: Facts) -> Iterator[tuple[str, int]]:
    for place in facts.places:
        for session in place.sessions:
            yield from _days(session)
        for line in place.schedules:
            yield from _days(line)
    for line in facts.schedules:
        yield from _days(line)


def _days(told: Session | Schedule) -> Iterator[tuple[str, int]]:
    begins = told.starts_at if isinstance(told, Session) else told.opens_at
    if begins is not None:
        minute = begins.hour * 60 + begins.minute
        yield from ((day, minute) for day in re.findall(r"[A-Z]{2}", told.byday or ""))


def _kept(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, keys))
