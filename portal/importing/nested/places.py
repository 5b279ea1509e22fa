"""Places of a nested document: as its source tells them, looked up where that is all it tells.

What a portal like this one wrote was settled there: privacy, point and codes are taken as they are told.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

from babel import Locale

from portal.directory.filters import BY_NAME
from portal.geography import postcodes
from portal.importing.nested.people import role_in
from portal.importing.nested.times import schedules_of, sessions_of
from portal.importing.nested.values import Node
from portal.importing.parts import Accessibility, Address, Location, Place
from portal.importing.places import read_place

TYPES = frozenset({"physical", "postal", "virtual"})
PRIVACY = frozenset({"public", "area", "hidden"})
CODE = re.compile(r"[A-Z]\d{8}")
BRITISH = frozenset(
    {"gb", "uk", "gbr", "england", "scotland", "wales", "cymru", "northern ireland", "great britain", "united kingdom"}
)
UNKNOWN = "ZZ"
"""The country of an address whose country nobody knows. Source: ISO 3166-1, codes for users."""
STATES = """
AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX
UT VT VA WA WV WI WY DC PR
"""
US_STATES = frozenset(STATES.split())
ZIP = re.compile(r"\d{5}(?:-\d{4})?")
LONGEST_CITY, LONGEST_POSTCODE = 120, 12


@dataclass(frozen=True)
class PlaceReader:
    """Reads the places of one service. `is_private`: an address may put someone in danger, unless its privacy is told."""

    is_private: bool

    def places(self, service: Node) -> tuple[Place, ...]:
        """Every place, in order. Two that have one id are told apart by where they stand."""
        found: dict[str, Place] = {}
        for number, node in enumerate(service.each("service_at_locations", "place"), start=1):
            place = self._place(node, str(number))
            if place is not None:
                key = place.key if place.key not in found else f"{place.key}/{number}"
                found[key] = replace(place, key=key)
        return tuple(found.values())

    def _place(self, node: Node, number: str) -> Place | None:
        location = node.one("location", "location")
        if location is None:
            node.note("a place of it has no location, so it was not used")
            return None
        if any(location.each("schedules", "schedule")):
            location.note("the opening hours of a venue may not be those of the service, so they were not used")
        ours = node.ours
        return Place(
            location=self._location(location),
            delivery_modes=ours.choices("delivery_modes", frozenset(BY_NAME["how"].ids)),
            sessions=sessions_of(ours),
            schedules=schedules_of(node),
            key=node.id() or location.id() or number,
            own_id=node.own_id(),
        )

    def _location(self, node: Node) -> Location:
        ours = node.ours
        kind = node.choice("location_type", TYPES) or "physical"
        addresses = tuple(one for node_ in node.each("addresses", "address") if (one := _address(node_)))
        if ours.value:
            where, addresses = _as_told(node, addresses)
        else:
            where, addresses = _looked_up(node, addresses)
        privacy = ours.choice("privacy", PRIVACY)
        if privacy is None:
            is_somewhere = kind == "physical" or bool(addresses) or where.latitude is not None
            privacy = "area" if self.is_private and is_somewhere else "public"
            if privacy == "area":
                node.note("its address may be one to keep private, so only its area is shown")
        return Location(
            location_type=kind,
            name=node.line("name", 250),
            description=node.text("description"),
            latitude=where.latitude,
            longitude=where.longitude,
            external_identifier=node.line("external_identifier", 120),
            external_identifier_type=node.line("external_identifier_type", 60),
            privacy=privacy,
            authority_code=where.authority_code,
            neighbourhood_code=where.neighbourhood_code,
            place_name=ours.line("place_name", 120),
            getting_there=ours.text("getting_there") or node.text("transportation"),
            addresses=addresses,
            accessibility=_accessibility(node),
            own_id=node.own_id(),
        )


@dataclass(frozen=True)
class _Where:
    latitude: float | None = None
    longitude: float | None = None
    authority_code: str | None = None
    neighbourhood_code: str | None = None


def _as_told(node: Node, addresses: tuple[Address, ...]) -> tuple[_Where, tuple[Address, ...]]:
    """Point and codes as they are told; where neither is, they are looked up."""
    codes = [_code(node.ours, key) for key in ("authority_code", "neighbourhood_code")]
    point = _point(node)
    if point is None and not any(codes):
        return _looked_up(node, addresses)
    lat, lon = point or (None, None)
    return _Where(lat, lon, *codes), addresses


def _looked_up(node: Node, addresses: tuple[Address, ...]) -> tuple[_Where, tuple[Address, ...]]:
    """Point and codes by the first British postcode, the point believed where it can be right."""
    first = next((one for one in addresses if one.country == "GB" and one.address_type != "virtual"), None)
    if first is None and addresses:
        if _point(node) is not None:
            node.note("its coordinates are not in the United Kingdom, so they were not used")
        return _Where(), addresses
    point = _point(node)
    address = first.address_1 if first and not first.postal_code else None
    spot, notes = read_place(address, first.postal_code if first else None, point)
    for note in notes:
        node.note(note)
    if first is not None:
        told = spot.postcode if spot else None
        text = first.address_1 if address is None else spot.address if spot else None
        kept = Address(**{**vars(first), "postal_code": told, "address_1": text})
        rest = (one if one is not first else kept for one in addresses)
        addresses = tuple(one for one in rest if one != Address(address_type=one.address_type))
    if spot is None:
        return _Where(), addresses
    return _Where(spot.latitude, spot.longitude, spot.authority_code, spot.neighbourhood_code), addresses


def _point(node: Node) -> tuple[float, float] | None:
    lat, lon = node.number("latitude"), node.number("longitude")
    if lat is None or lon is None:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        node.note("its coordinates are no degrees, so they were not used")
        return None
    return lat, lon


def _code(node: Node, key: str) -> str | None:
    found = node.line(key)
    if found is not None and not CODE.fullmatch(found):
        node.note(f'its "{key}" is "{found[:40]}", which is no code of an area, so it was not used')
        return None
    return found


def _address(node: Node) -> Address | None:
    parts = [node.line("address_1"), node.line("address_2")]
    postcode = node.line("postal_code")
    if postcode is not None and len(postcode) > LONGEST_POSTCODE:
        node.note(f'"{postcode[:40]}" is no postcode, so it was not used')
        postcode = None
    attention = role_in(node, "attention")
    address = Address(
        address_1=", ".join(part for part in parts if part) or None,
        postal_code=postcode,
        city=node.line("city", LONGEST_CITY),
        region=node.line("region", LONGEST_CITY),
        state_province=node.line("state_province", LONGEST_CITY),
        country=_country(node, postcode),
        address_type=node.choice("address_type", TYPES) or "physical",
        attention=attention,
        own_id=node.own_id(),
    )
    told = (address.address_1, address.postal_code, address.city, address.region, address.state_province, attention)
    return address if any(told) else None


def _country(node: Node, postcode: str | None) -> str:
    """The country that is told; else the one that the postcode is surely of, and Britain where there is none."""
    told = node.line("country")
    if told is None:
        state = (node.line("state_province") or "").upper()
        if postcode is None or any(postcodes.readings(postcode.upper())):
            return "GB"
        return "US" if state in US_STATES and ZIP.fullmatch(postcode) else UNKNOWN
    if told.lower() in BRITISH:
        return "GB"
    code = told.upper() if told.upper() in _territories().values() else _territories().get(told.lower())
    if code is None:
        node.note(f'its country "{told[:40]}" is not one that we know')
    return code or UNKNOWN


@cache
def _territories() -> dict[str, str]:
    """Codes of countries by their English names, and by what they are often called."""
    names = {
        str(name).lower(): code for code, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", code)
    }
    return names | {"usa": "US", "united states of america": "US", "zz": UNKNOWN}


def _accessibility(node: Node) -> tuple[Accessibility, ...]:
    """What is told of getting in. Of a fact that is told twice, and both ways, nothing is sure."""
    found: list[Accessibility] = []
    for one in node.each("accessibility", "accessibility"):
        fact = one.ours.choice("fact", frozenset(BY_NAME["access"].ids))
        answer = one.ours.flag("answer") if fact else None
        told = Accessibility(
            fact=fact if answer is not None else None,
            answer=answer,
            description=one.text("description"),
            details=one.text("details"),
            url=one.web("url"),
            accessibility=one.text("accessibility"),
            own_id=one.own_id(),
        )
        if told != Accessibility():
            found.append(told)
    facts = [one.fact for one in found if one.fact]
    twice = {fact for fact in facts if facts.count(fact) > 1}
    if twice:
        node.note(f"{', '.join(sorted(twice)).replace('_', ' ')}: told more than once of one place, so it was not used")
    return tuple(one for one in found if one.fact not in twice)
