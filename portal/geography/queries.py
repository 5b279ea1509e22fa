"""Questions about places: what somebody typed, which neighbourhood it is in, which areas make up a neighbourhood."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVarTuple
from uuid import UUID

from flask_babel import get_locale
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.core import clock
from portal.core.extensions import db, settings
from portal.core.periods import holds_on
from portal.geography import current
from portal.geography.atlas import Atlas, Name
from portal.geography.gazetteer import AREA_WEIGHT, folded
from portal.geography.locating import Locator
from portal.geography.models import (
    AreaName,
    Neighbourhood,
    NeighbourhoodPart,
    NeighbourhoodSet,
    PlaceName,
    PostcodeFact,
)
from portal.geography.places import COUNTRY_CODES, NATIONS, Place, PlaceProblem

Columns = TypeVarTuple("Columns")

FAR_KM = 15.0
WEIGHT_OF_KIND = {"City": 300_000, "Town": 30_000, "Suburban Area": 8_000, "Village": 3_000, "Hamlet": 300}
MOST_OF_ONE_NAME = 40


def locate(text: str) -> Place | PlaceProblem:
    """The place that somebody typed: a postcode, part of one, or a name; else why it was not understood.

    At most two statements, and none unless a file was loaded.
    """
    kinds = current.loaded_kinds()
    atlas = current.atlas()
    return Locator(
        atlas,
        look_up=partial(_look_up, atlas, has_names=bool(kinds & {"places", "names"})),
        fact_of=_fact_of if "postcodes" in kinds else lambda _postcode: None,
        area_name=_area_name if "names" in kinds else lambda _code: None,
    ).locate(text)


def area_at(lat: float, lon: float) -> Place | None:
    """The council and neighbourhood at a point (degrees, WGS 84), by its nearest postcode; none beyond 15 km of one."""
    atlas = current.atlas()
    found = atlas.nearest(lat, lon)
    if found is None or found[1] > FAR_KM:
        return None
    spot = found[0]
    council = atlas.authorities[spot.authority]
    area = atlas.areas[spot.area] if spot.area >= 0 else None
    nation = NATIONS.get(council.code[:1])
    codes = {council.code, council.county_code, area.code if area else "", COUNTRY_CODES[nation] if nation else ""}
    return Place(
        council.name, council.name, "place", lat, lon, "place",
        authority_code=council.code or None,
        authority_name=council.name or None,
        neighbourhood_code=area.code if area else None,
        neighbourhood_name=area_name(area.code) if area else None,
        vintage=atlas.vintage if area else None,
        certainty="near" if area else None,
        nation=nation,
        area_codes=frozenset(code for code in codes if code),
    )  # fmt: skip


def area_name(code: str) -> str | None:
    """What people call an official area: neighbourhood, council or county; none for a code we do not know."""
    if "names" in current.loaded_kinds() and (loaded := _area_name(code)) is not None:
        return loaded
    return _shipped_name(code)


def _shipped_name(code: str) -> str | None:
    atlas = current.atlas()
    if (number := atlas.area_numbers.get(code)) is not None:
        return atlas.areas[number].name or atlas.areas[number].official
    if (number := atlas.authority_numbers.get(code)) is not None:
        return atlas.authorities[number].name or None
    return next((council.county_name for council in atlas.authorities if code and council.county_code == code), None)


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """What people call several official areas, by their codes; the code itself where we know none. One question at most."""
    wanted = set(codes)
    held = (
        db.session.scalars(select(AreaName).where(AreaName.code.in_(wanted))).all()
        if wanted and "names" in current.loaded_kinds()
        else []
    )
    loaded = {row.code: _in_language(row) for row in held}
    return {code: loaded.get(code) or _shipped_name(code) or code for code in wanted}


def councils() -> list[tuple[str, str]]:
    """Every council of the atlas that has a name: code and name, by name."""
    named = ((one.code, one.name) for one in current.atlas().authorities if one.code and one.name)
    return sorted(named, key=lambda council: folded(council[1]))


def outline(codes: frozenset[str]) -> dict[str, Any]:
    """A GeoJSON polygon (degrees, WGS 84) around neighbourhoods taken together. Empty where none is known."""
    rings = current.atlas().rings(codes)
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings if len(ring) > 3]}


def codes_of(neighbourhood: Neighbourhood, on: date | None = None) -> frozenset[str]:
    """Codes of the official areas that made up a neighbourhood on a day (today)."""
    day = on or clock.today()
    codes = select(NeighbourhoodPart.code).join(NeighbourhoodPart.neighbourhood)
    return frozenset(db.session.scalars(_valid(codes, day).where(Neighbourhood.id == neighbourhood.id)))


def codes_by_neighbourhood(ids: Iterable[UUID], on: date | None = None) -> dict[UUID, frozenset[str]]:
    """Codes of the official areas that made up each of these neighbourhoods on a day (today). One statement."""
    found: dict[UUID, set[str]] = {}
    for code, owners in owners_of(ids, on).items():
        for owner in owners:
            found.setdefault(owner, set()).add(code)
    return {one: frozenset(codes) for one, codes in found.items()}


def owners_of(ids: Iterable[UUID], on: date | None = None) -> dict[str, set[UUID]]:
    """The same from the other side: which of these neighbourhoods each official area belonged to, by its code."""
    parts = select(NeighbourhoodPart.code, NeighbourhoodPart.neighbourhood_id)
    held = _valid(parts, on or clock.today()).where(NeighbourhoodPart.neighbourhood_id.in_(list(ids)))
    owners: dict[str, set[UUID]] = {}
    for code, neighbourhood_id in db.session.execute(held):
        owners.setdefault(code, set()).add(neighbourhood_id)
    return owners


def sets_shown(area: Sequence[str] = ()) -> list[NeighbourhoodSet]:
    """Neighbourhood sets that hold today, with their neighbourhoods: those named by `PORTAL_AREA`, or all."""
    shown = select(NeighbourhoodSet).where(holds_on(clock.today(), NeighbourhoodSet))
    if area:
        shown = shown.where(NeighbourhoodSet.slug.in_(area))
    ordered = shown.order_by(NeighbourhoodSet.area, NeighbourhoodSet.name, NeighbourhoodSet.id)
    return list(db.session.scalars(ordered.options(selectinload(NeighbourhoodSet.neighbourhoods))))


def sets_in_order() -> list[NeighbourhoodSet]:
    """Every set: first those that `PORTAL_AREA` names, then the older. Of two over the same ground the first counts there."""
    named = {slug: number for number, slug in enumerate(settings().area)}
    sets = db.session.scalars(select(NeighbourhoodSet)).all()
    return sorted(sets, key=lambda one: (named.get(one.slug, len(named)), one.valid_from, one.slug))


def neighbourhoods_in(areas: frozenset[str] | None, on: date | None = None) -> list[Neighbourhood]:
    """Neighbourhoods of areas (slugs of sets, councils' codes; None: all) on a day (today), by name: one statement."""
    day = on or clock.today()
    shown = select(Neighbourhood).join(NeighbourhoodSet).where(holds_on(day, NeighbourhoodSet))
    if areas is not None:
        within = _valid(select(NeighbourhoodPart.neighbourhood_id), day)
        within = within.where(NeighbourhoodPart.code.in_(codes_within(areas)))
        shown = shown.where(or_(NeighbourhoodSet.slug.in_(areas), Neighbourhood.id.in_(within)))
    ordered = shown.order_by(Neighbourhood.name, Neighbourhood.id).options(joinedload(Neighbourhood.set))
    return list(db.session.scalars(ordered))


def codes_within(areas: frozenset[str]) -> list[str]:
    """Of councils' codes: themselves, and the neighbourhoods (MSOA) that lie in them. Other codes are left out."""
    atlas = current.atlas()
    numbers = {atlas.authority_numbers[code] for code in areas if code in atlas.authority_numbers}
    inside = [area.code for area in atlas.areas if area.authority in numbers] if numbers else []
    return [*(atlas.authorities[number].code for number in numbers), *inside]


def _valid(question: Select[*Columns], day: date) -> Select[*Columns]:
    """Only parts that held on a day."""
    return question.where(holds_on(day, NeighbourhoodPart))


def _fact_of(postcode: str) -> PostcodeFact | None:
    return db.session.get(PostcodeFact, postcode)


def _area_name(code: str) -> str | None:
    row = db.session.get(AreaName, code)
    return None if row is None else _in_language(row)


def _in_language(row: AreaName) -> str:
    locale = get_locale()
    return row.name_cy if row.name_cy and locale is not None and locale.language == "cy" else row.name


def _look_up(atlas: Atlas, text: str, *, has_names: bool) -> list[Name]:
    key = folded(text)
    shipped = atlas.names.get(key, [])
    if not has_names or not key:
        return shipped
    return sorted([*shipped, *_loaded_names(atlas, key)], key=lambda name: -name.weight)


def _loaded_names(atlas: Atlas, key: str) -> list[Name]:
    names = []
    places = select(PlaceName).where(PlaceName.key == key).order_by(PlaceName.id).limit(MOST_OF_ONE_NAME)
    for place in db.session.scalars(places):
        near = atlas.nearest(place.lat, place.lon)
        authority, area = (near[0].authority, near[0].area) if near and near[1] <= FAR_KM else (-1, -1)
        weight = WEIGHT_OF_KIND.get(place.kind, 100)
        names.append(Name(key, place.name, "place", place.lat, place.lon, weight, authority, area, place.country[:1]))
    for row in db.session.scalars(select(AreaName).where(AreaName.key == key).order_by(AreaName.code)):
        if (number := atlas.area_numbers.get(row.code)) is not None and atlas.areas[number].lat is not None:
            about = atlas.areas[number]
            lat, lon = float(about.lat or 0), float(about.lon or 0)
            names.append(Name(key, row.name, "neighbourhood", lat, lon, AREA_WEIGHT, about.authority, number, ""))
    return names
