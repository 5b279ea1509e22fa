"""Places and times of a known listing, changed apart: a place that its source changes keeps sessions that were edited here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from portal.core.extensions import db
from portal.directory.models import ServiceAtLocation
from portal.importing import parts
from portal.importing.facts import Facts
from portal.importing.kind import Kind
from portal.importing.naming import Shared
from portal.importing.parts import Location, Place, Rows, Values, is_told, part_of, signature
from portal.importing.private_places import PRIVATE, PrivatePlaces, tightest
from portal.importing.tellings import Found, Outcome, Telling, settle_parts, whole

APART = ("location_type", "name", "description", "place_name", "external_identifier", "external_identifier_type")
"""Columns of a location that are changed each by itself."""
WHERE = ("latitude", "longitude", "privacy", "authority_code", "neighbourhood_code")
"""Columns that mean something together with the addresses only."""
TIMES = ("sessions", "schedules")
Left = TypeVar("Left")
Right = TypeVar("Right")


@dataclass(frozen=True)
class Same:
    """One place in three tellings; any may lack it."""

    before: Place | None
    after: Place | None
    now: ServiceAtLocation | None


@dataclass(frozen=True)
class PlacesKind(Kind):
    """Places with what is there. Their times go with a place that comes or goes, and are else another fact."""

    def put(self, rows: Rows, service_id: UUID, facts: Facts, shared: Shared) -> None:
        for place in facts.places:
            rows.put(place, place.id_at(service_id), service_id=service_id)

    def change(self, telling: Telling) -> Found:
        every = matched(telling)
        least = _tightened(every)
        for same in every:
            if same.before is None and same.after is None:
                continue
            if same.now is None:
                yield self.label, _come(telling, same, least)
            elif same.after is None:
                yield self.label, _gone(telling, same)
            else:
                yield from self._settled(telling, same, same.after, same.now)

    def _settled(self, telling: Telling, same: Same, after: Place, now: ServiceAtLocation) -> Found:
        before = same.before
        if before is not None and signature(before, TIMES) == signature(after, TIMES):
            return
        if before is None and is_told(_timeless(after), _timeless(part_of(Place, now))):
            return
        _make_own(now)
        told, location = before.location if before else None, now.location

        def column(name: str) -> Outcome:
            value = getattr(after.location, name)
            return whole(
                getattr(told, name) if told else None,
                value,
                getattr(location, name),
                lambda: setattr(location, name, value),
                is_known=told is not None,
            )

        for name in APART:
            yield self.label, column(name)
        standing = _where(part_of(Location, location))
        yield (
            self.label,
            whole(
                _where(told) if told else None,
                _where(after.location),
                standing,
                lambda: _set_where(location, after.location, telling.service.organization_id),
                is_known=told is not None,
            ),
        )
        yield "getting_there", column("getting_there")
        was_access = told.accessibility if told else None
        yield "access", settle_parts(was_access, after.location.accessibility, location, "accessibility")
        was_modes = before.delivery_modes if before else ()
        modes = tuple(now.delivery_modes)
        apply = _setter(now, "delivery_modes", list(after.delivery_modes))
        yield "how", whole(was_modes, after.delivery_modes, modes, apply, is_known=before is not None)


@dataclass(frozen=True)
class OpeningKind(Kind):
    """Words about times, opening hours and sessions. Where one place's times were edited here, the words stay too."""

    def columns(self, facts: Facts, shared: Shared) -> Values:
        return {"opening_text": facts.opening_text}

    def put(self, rows: Rows, service_id: UUID, facts: Facts, shared: Shared) -> None:
        rows.put_all(facts.schedules, service_id=service_id)

    def change(self, telling: Telling) -> Found:
        service, before, after = telling.service, telling.before, telling.after
        text = after.opening_text
        is_told_anew = before is None or before.opening_text != text
        if before is not None and is_told_anew and service.opening_text not in {before.opening_text, text}:
            yield self.label, "kept"
            return
        outcomes = [settle_parts(before.schedules if before else None, after.schedules, service, "schedules")]
        for same in matched(telling):
            if same.now is None or same.before is None:
                continue
            if same.after is None:
                outcomes += ["kept"] if is_told_anew else []
                continue
            told = ((name, getattr(same.before, name), getattr(same.after, name)) for name in TIMES)
            outcomes += [settle_parts(old, new, same.now, name) for name, old, new in told]
        if is_told_anew and "kept" not in outcomes:
            apply = _setter(service, "opening_text", text)
            outcomes.append(telling.whole("opening_text", service.opening_text, apply))
        for outcome in outcomes:
            yield self.label, outcome


def matched(telling: Telling) -> list[Same]:
    """Each place in its three tellings: by the source's key, else by being told the same, else by being the only one."""
    service, standing = telling.service, list(telling.service.service_at_locations)
    told = list(telling.before.places) if telling.before else []
    pairs, added = _paired(
        told,
        telling.after.places,
        (
            lambda one, other: one.key == other.key,
            lambda one, other: signature(one.location) == signature(other.location),
            lambda _one, _other: len(told) == len(telling.after.places) == 1,
        ),
    )
    found: list[Same] = []
    olds = [one for one, _other in pairs]
    by_id = (
        lambda one, row: one.is_at(row.id, service.id),
        lambda one, row: is_told(one.location, part_of(Location, row.location)),
        lambda _one, _row: len(olds) == len(standing) == 1,
    )
    here, rest = _paired(olds, standing, by_id)
    for (old, new), (_old, row) in zip(pairs, here, strict=True):
        found.append(Same(old, new, row))
    come, rest = _paired(added, rest, by_id[:1])
    found += [Same(None, new, row) for new, row in come]
    return found + [Same(None, None, row) for row in rest]


def _paired(
    some: Sequence[Left], others: Sequence[Right], ways: Sequence[Callable[[Left, Right], bool]]
) -> tuple[list[tuple[Left, Right | None]], list[Right]]:
    """Each of some with its match, surest ways first; and what is left of the others."""
    rest, found = list(others), dict[int, Right]()
    for is_match in ways:
        for number, one in enumerate(some):
            match = next((other for other in rest if number not in found and is_match(one, other)), None)
            if match is not None:
                found[number] = match
                rest = [other for other in rest if other is not match]
    return [(one, found.get(number)) for number, one in enumerate(some)], rest


def _timeless(place: Place) -> Place:
    return replace(place, sessions=(), schedules=())


def _come(telling: Telling, same: Same, least: str) -> Outcome:
    """A place that is not here: put in if the source has just begun to tell it; if it was taken out here, it stays out."""
    before, after = same.before, same.after
    if after is None:
        return "same"
    if before is not None or telling.before is None:
        return "same" if before is not None and signature(before) == signature(after) else "kept"
    privacy = tightest(after.location.privacy, least, _kept_private(telling.service.organization_id, after.location))
    place = replace(after, location=replace(after.location, privacy=privacy))
    telling.service.service_at_locations.append(parts.object_of(place, _free_id(place, telling.service.id)))
    return "changed"


def _gone(telling: Telling, same: Same) -> Outcome:
    """A place that the source tells no more goes, unless something of it was edited here."""
    assert same.before is not None and same.now is not None
    if not _stands(same.before, same.now):
        return "kept"
    telling.service.service_at_locations.remove(same.now)
    return "changed"


def _stands(before: Place, row: ServiceAtLocation) -> bool:
    now = part_of(Place, row)
    is_here = _where(before.location) == _where(now.location) and all(
        getattr(before.location, name) == getattr(now.location, name) for name in (*APART, "getting_there")
    )
    lists = (
        (before.location.accessibility, now.location.accessibility),
        *((getattr(before, n), getattr(now, n)) for n in TIMES),
    )
    return is_here and before.delivery_modes == now.delivery_modes and all(_all_told(*both) for both in lists)


def _all_told(told: Sequence[parts.Part], standing: Sequence[parts.Part]) -> bool:
    pairs, rest = _paired(told, standing, (is_told,))
    return not rest and all(other is not None for _one, other in pairs)


def _tightened(every: Sequence[Same]) -> str:
    """The most private that a place stands here beyond what its source told of it; a place that comes is no less.

    One that the source told no more and that stayed counts too: it may come back under another id.
    """
    made = [
        same.now.location.privacy
        for same in every
        if same.now is not None
        and (same.before is not None or same.after is None)
        and PRIVATE.index(same.now.location.privacy) > PRIVATE.index(_told_privacy(same.before))
    ]
    return max(made, key=PRIVATE.index, default="public")


def _told_privacy(told: Place | None) -> str:
    return told.location.privacy if told is not None else "public"


def _where(location: Location) -> tuple[Any, ...]:
    """What is compared of where a place is. Codes follow from its point or address, where it has one."""
    follows = location.latitude is not None or bool(location.addresses)
    told = replace(location, authority_code=None, neighbourhood_code=None) if follows else location
    return tuple(pair for pair in signature(told) if pair[0] in {*WHERE, "addresses"})


def _set_where(row: Any, told: Location, organisation: UUID) -> None:
    for name in WHERE:
        setattr(row, name, getattr(told, name))
    row.privacy = tightest(told.privacy, _kept_private(organisation, told, besides=row.id))
    row.addresses = parts.objects_of(told.addresses)


def _kept_private(organisation: UUID, told: Location, besides: UUID | None = None) -> str:
    with db.session.no_autoflush:
        private = PrivatePlaces([organisation], besides)
    return private.least(organisation, [(one.address_1, one.postal_code) for one in told.addresses])


def _make_own(row: ServiceAtLocation) -> None:
    """Give a listing a place of its own before it is changed, if others are at the same one."""
    others = select(ServiceAtLocation.id).where(
        ServiceAtLocation.location_id == row.location_id, ServiceAtLocation.id != row.id
    )
    with db.session.no_autoflush:
        is_shared = row.location_id is not None and db.session.scalar(others.limit(1)) is not None
    if is_shared:
        row.location = parts.object_of(part_of(Location, row.location))


def _free_id(place: Place, service_id: UUID) -> UUID | None:
    wanted = place.id_at(service_id)
    return None if db.session.get(ServiceAtLocation, wanted) else wanted


def _setter(row: Any, name: str, value: Any) -> Callable[[], None]:
    return lambda: setattr(row, name, value)
