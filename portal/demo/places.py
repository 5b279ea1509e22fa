"""The demo's venues as rows: halls that all may see, areas where helpers visit homes, addresses that nobody is told."""

from functools import cache
from uuid import UUID

from portal.demo import content
from portal.demo.content import Area, Hall
from portal.demo.rows import Rows
from portal.directory.models import Accessibility, Address, Location
from portal.geography import queries
from portal.geography.places import Place

QUIET_STREET = "4 Kestrel Mews"
"""Stands in the database only: no page, feed or index may show it."""


class NoSuchPostcode(Exception):
    """A hall of the demo stands at a postcode that the atlas does not know."""


@cache
def place_of(postcode: str) -> Place:
    """Where a postcode of the demo is. Raises NoSuchPostcode."""
    found = queries.locate(postcode)
    if not isinstance(found, Place) or found.kind != "postcode":
        raise NoSuchPostcode(postcode)
    return found


class Places:
    """Puts locations down, each once."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def hall(self, hall: Hall) -> UUID:
        """A venue that people come to."""
        location = self._physical(
            hall, hall.key, name=hall.name, street=hall.street, privacy="public", getting_there=hall.getting_there
        )
        for fact, answer in hall.facts.items():
            self.rows.add(Accessibility, location, fact, location_id=location, fact=fact, answer=answer)
        return location

    def home(self, area: Area, by: str, hall: Hall) -> UUID:
        """Around where somebody comes to people's homes: the neighbourhood only."""
        return self._physical(hall, "home", area, by, name=None, street=None, privacy="area")

    def hidden(self, key: str, hall: Hall) -> UUID:
        """An address that is kept secret."""
        return self._physical(hall, "hidden", key, name="Kestrel House", street=QUIET_STREET, privacy="hidden")

    def remote(self, area: Area, by: str) -> UUID:
        """The telephone and the web of an organisation."""
        return self.rows.add(
            Location, "remote", area, by, location_type="virtual", name=None, privacy="public", latitude=None,
            longitude=None, authority_code=None, neighbourhood_code=None, place_name=None, getting_there=None,
        )  # fmt: skip

    def councils(self, area: Area) -> list[tuple[str, str]]:
        """Codes and names of the councils that the area's halls lie in."""
        found = {place_of(hall.postcode) for hall in content.halls().values() if hall.area == area}
        return sorted({(place.authority_code or "", place.authority_name or "") for place in found})

    def _physical(
        self,
        hall: Hall,
        *key: object,
        name: str | None,
        street: str | None,
        privacy: str,
        getting_there: str | None = None,
    ) -> UUID:
        place = place_of(hall.postcode)
        location = self.rows.add(
            Location, *key, location_type="physical", name=name, privacy=privacy, latitude=place.lat, longitude=place.lon,
            authority_code=place.authority_code, neighbourhood_code=place.neighbourhood_code, place_name=hall.place,
            getting_there=getting_there,
        )  # fmt: skip
        county = {"leicester": "Leicestershire", "camden": "Greater London", "surrey": "Surrey"}[hall.area]
        self.rows.add(
            Address, location, location_id=location, address_1=street, city=hall.town, region=None,
            state_province=county, postal_code=hall.postcode, country="GB", address_type="physical",
        )  # fmt: skip
        return location
