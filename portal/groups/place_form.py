"""The form of one place of a listing: address, what the public may know of it, getting there, getting in."""

from typing import Any

from flask_babel import gettext as _
from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from portal.core.fields import new_id
from portal.core.form_fields import Choice, words
from portal.core.i18n import lazy_gettext as _l
from portal.directory.filters import BY_NAME
from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import locate
from portal.groups.form_parts import YES_NO, FactForm, line

ACCESS = tuple(one for one in BY_NAME["access"].values if one.id in BY_NAME["access"].at_venue)
Values = dict[str, Any]


class PlaceForm(FactForm):
    """One place of several. `which` is its id; a place that is new gets one."""

    location_type = Choice(
        _l("What kind of place is it?"),
        {"physical": _l("A building or an open place"), "virtual": _l("Online or by phone only")},
        needed=_l("Choose one"),
        default="physical",
    )
    venue = line(_l("Name of the building"), 250)
    address_1 = line(_l("Street and number"), 250)
    city = line(_l("Town"), 120)
    postcode = line(_l("Postcode"), 12, dir="ltr")
    privacy = Choice(
        _l("What may the public see?"),
        {
            "public": _l("The whole address"),
            "area": _l("Only the area it is in"),
            "hidden": _l("Nothing: people get the address when they get in touch"),
        },
        needed=_l("Choose one"),
        default="public",
    )
    getting_there = words(_l("Getting there"), _l("The nearest bus stop, where to park, which door."), longest=1_000)
    which: str = ""
    found: Place | None = None

    def put(self, value: Any) -> None:
        told: Values = next((one for one in value or () if one["id"] == self.which), {})
        address = (told.get("addresses") or [{}])[0]
        self.location_type.data = told.get("location_type", "physical")
        self.venue.data, self.getting_there.data = told.get("name", ""), told.get("getting_there", "")
        self.address_1.data, self.city.data = address.get("address_1", ""), address.get("city", "")
        self.postcode.data, self.privacy.data = address.get("postal_code", ""), told.get("privacy", "public")
        answers = {one.get("fact"): one.get("answer") for one in told.get("access", ())}
        for one in ACCESS:
            answer = answers.get(one.id)
            self[f"access_{one.id}"].data = "" if answer is None else "yes" if answer else "no"

    def validate_postcode(self, field: Field) -> None:
        """A place to visit needs one that is known, so that it can be found near people."""
        if self.location_type.data != "physical":
            return
        found = locate(field.data or "")
        if isinstance(found, PlaceProblem):
            raise ValidationError(found.sentence)
        if found.kind != "postcode":
            raise ValidationError(_("Enter the whole postcode, like LE2 0QB"))
        self.found = found

    def validate_address_1(self, field: Field) -> None:
        """A place to visit needs a street or the name of a building."""
        if self.location_type.data == "physical" and not field.data and not self.venue.data:
            raise ValidationError(_("Enter the street and number, or the name of the building above"))

    def told(self, standing: Any) -> Any:
        places = [dict(one) for one in standing or ()]
        known = next((one for one in places if one["id"] == self.which), None)
        if known is None:
            known = {"id": str(new_id())}
            places.append(known)
        kept = {name: one for name, one in known.items() if name not in _WRITTEN}
        known.clear()
        known |= kept | self._answered(kept, standing)
        return places

    def without(self, standing: Any) -> Any:
        """The places without this one."""
        return [one for one in standing or () if one["id"] != self.which] or None

    def _answered(self, kept: Values, standing: Any) -> Values:
        old: Values = next((one for one in standing or () if one["id"] == self.which), {})
        told: Values = {"location_type": self.location_type.data}
        if self.location_type.data == "virtual":
            return told | {"privacy": "public"}
        names = {"name": self.venue.data, "getting_there": self.getting_there.data, "privacy": self.privacy.data}
        told |= {name: one for name, one in names.items() if one}
        lines = {"address_1": self.address_1.data, "city": self.city.data, "postal_code": self._postcode()}
        address = {name: one for name, one in (old.get("addresses") or [{}])[0].items() if name not in lines}
        address |= {name: one for name, one in lines.items() if one}
        told["addresses"] = [{"country": "GB", "address_type": "physical"} | address]
        access = self._access(old)
        return told | self._where(old) | ({"access": access} if access else {})

    def _postcode(self) -> str:
        return self.found.text if self.found else self.postcode.data or ""

    def _where(self, old: Values) -> Values:
        """Where it is: as it stands while the postcode does, else the postcode's own place."""
        had = (old.get("addresses") or [{}])[0].get("postal_code")
        if had == self._postcode() or self.found is None:
            return {name: old[name] for name in _WHERE if name in old}
        told = {
            "latitude": self.found.lat,
            "longitude": self.found.lon,
            "authority_code": self.found.authority_code,
            "neighbourhood_code": self.found.neighbourhood_code,
            "place_name": self.found.neighbourhood_name,
        }
        return {name: one for name, one in told.items() if one is not None}

    def _access(self, old: Values) -> list[Values]:
        rows = [one for one in old.get("access", ()) if one.get("fact") not in {one.id for one in ACCESS}]
        known = {one.get("fact"): one for one in old.get("access", ())}
        told = ((one.id, self[f"access_{one.id}"].data) for one in ACCESS)
        rows += [{**known.get(fact, {"fact": fact}), "answer": answer == "yes"} for fact, answer in told if answer]
        return sorted(rows, key=repr)


for _one in ACCESS:
    setattr(PlaceForm, f"access_{_one.id}", Choice(_one.label, YES_NO))

_WHERE = ("latitude", "longitude", "authority_code", "neighbourhood_code", "place_name")
_WRITTEN = frozenset({"location_type", "name", "getting_there", "privacy", "addresses", "access", *_WHERE})
