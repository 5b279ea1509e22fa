"""The facts `place` and `delivery`: where a listing is, what is there, and how it is given at each place.

A place is told apart by the id of its row `service_at_location`, so that it keeps its times when it is changed.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.changes import plain_rows
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.i18n import gettext as _
from portal.directory.filters import BY_NAME
from portal.directory.models import Accessibility, Address, Location, Service, ServiceAtLocation

LOCATION = (
    "location_type", "name", "description", "latitude", "longitude", "external_identifier", "external_identifier_type",
    "privacy", "authority_code", "neighbourhood_code", "place_name", "getting_there",
)  # fmt: skip
ADDRESS = ("attention", "address_1", "city", "region", "state_province", "postal_code", "country", "address_type")
ACCESS = ("fact", "answer", "description", "details", "url", "accessibility")
Values = dict[str, Any]


def places(service: Service) -> list[Values] | None:
    """Each place with `id`, columns of its location, `addresses` and `access`; what is not told is left out."""
    return [{"id": str(one.id)} | _told(one.location) for one in _in_order(service)] or None


def put_places(service: Service, value: Any) -> None:
    """Change, add and take away places. One that other listings share becomes this listing's own before it is changed."""
    standing = {str(one.id): one for one in service.service_at_locations}
    wanted = [dict(row) for row in value or ()]
    kept = {row.get("id") for row in wanted}
    for key, one in standing.items():
        if key not in kept:
            service.service_at_locations.remove(one)
    for row in wanted:
        here = standing.get(row.get("id", ""))
        if here is None:
            own_id = _free_id(row.get("id"))
            location = _new_location(row)
            service.service_at_locations.append(ServiceAtLocation(id=own_id, location=location))
        elif _told(here.location) != {name: one for name, one in row.items() if name != "id"}:
            _make_own(here)
            _put(here.location, row)


def places_shown(value: Any) -> list[str]:
    """A line a place, then what is there. What is private says so."""
    lines: list[str] = []
    for row in value:
        if row.get("location_type", "physical") == "virtual":
            lines.append(_("Online or by phone"))
            continue
        address = row.get("addresses", [{}])[0]
        told = [row.get("name"), *(address.get(name) for name in ("address_1", "city", "postal_code"))]
        lines.append(", ".join(part for part in told if part) or _("No address told"))
        if row.get("privacy") == "area":
            lines.append(_("Only the area is shown to the public"))
        elif row.get("privacy") == "hidden":
            lines.append(_("The address is not shown to the public"))
        lines += [row["getting_there"]] if row.get("getting_there") else []
        lines += _access_shown(row)
    return lines


def delivery(service: Service) -> dict[str, list[str]] | None:
    """Values of the filter `how` by the id of each place."""
    return {str(one.id): sorted(one.delivery_modes) for one in _in_order(service) if one.delivery_modes} or None


def put_delivery(service: Service, value: Any) -> None:
    """Set how it is given at each place that is there still."""
    for one in service.service_at_locations:
        modes = list((value or {}).get(str(one.id), ()))
        if sorted(one.delivery_modes or ()) != sorted(modes):
            one.delivery_modes = modes


def delivery_shown(value: Any) -> list[str]:
    """Labels of ways, each once."""
    label = BY_NAME["how"].label_of
    return [label(mode) for mode in BY_NAME["how"].ids if any(mode in modes for modes in value.values())]


def place_of(service: Service, key: str | None) -> ServiceAtLocation:
    """The place of this id, else the first; where there is none, one without an address is made."""
    found = _in_order(service)
    if not found:
        made = ServiceAtLocation(id=new_id(), location=Location(location_type="virtual"), delivery_modes=[])
        service.service_at_locations.append(made)
        return made
    return next((one for one in found if str(one.id) == key), found[0])


def _in_order(service: Service) -> list[ServiceAtLocation]:
    return sorted(service.service_at_locations, key=lambda one: str(one.id))


def _told(location: Location) -> Values:
    told = plain_rows.told(location, LOCATION)
    addresses = [plain_rows.told(one, ADDRESS) for one in location.addresses]
    access = [plain_rows.told(one, ACCESS) for one in location.accessibility]
    access.sort(key=repr)
    return told | ({"addresses": addresses} if addresses else {}) | ({"access": access} if access else {})


def _put(location: Location, row: Values) -> None:
    plain_rows.put(location, LOCATION, row)
    told = _told(location)
    if told.get("addresses", []) != row.get("addresses", []):
        location.addresses = _addresses(row)
    if told.get("access", []) != row.get("access", []):
        location.accessibility = []
        db.session.flush()
        location.accessibility = _access(row)


def _new_location(row: Values) -> Location:
    made = Location(id=new_id(), addresses=_addresses(row), accessibility=_access(row))
    plain_rows.put(made, LOCATION, row)
    return made


def _addresses(row: Values) -> list[Address]:
    several = row.get("addresses", ())
    found = []
    for one, own_id in zip(several, sorted(new_id() for _one in several), strict=True):
        address = Address(id=own_id)
        plain_rows.put(address, ADDRESS, one)
        found.append(address)
    return found


def _access(row: Values) -> list[Accessibility]:
    found = []
    for one in row.get("access", ()):
        made = Accessibility(id=new_id())
        plain_rows.put(made, ACCESS, one)
        found.append(made)
    return found


def _access_shown(row: Values) -> list[str]:
    labels = BY_NAME["access"]
    told = [one for one in row.get("access", ()) if one.get("fact") in labels.ids and "answer" in one]
    return [
        labels.label_of(one["fact"]) if one["answer"] else _("No: %(fact)s", fact=labels.label_of(one["fact"]))
        for one in sorted(told, key=lambda one: labels.ids.index(one["fact"]))
    ]


def _make_own(here: ServiceAtLocation) -> None:
    others = select(ServiceAtLocation.id).where(
        ServiceAtLocation.location_id == here.location_id, ServiceAtLocation.id != here.id
    )
    if db.session.scalar(others.limit(1)) is not None:
        here.location = _new_location(_told(here.location))


def _free_id(told: str | None) -> UUID:
    """The id of a place that comes back, unless another listing took it."""
    try:
        wanted = UUID(told or "")
    except ValueError:
        return new_id()
    return new_id() if db.session.get(ServiceAtLocation, wanted) else wanted
