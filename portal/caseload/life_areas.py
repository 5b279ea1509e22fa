"""The areas whose coordinator can be told of a person: those where they live, else every area there is."""

from portal.accounts import areas
from portal.geography.places import PlaceProblem
from portal.geography.queries import codes_of, locate, sets_shown
from portal.people.models import Person


def areas_of(person: Person) -> list[tuple[str, str]]:
    """Slugs of sets and codes of councils, with their names."""
    code = person.neighbourhood_code
    here = [
        (one.slug, one.name)
        for one in sets_shown()
        if code is not None and any(code in codes_of(part) for part in one.neighbourhoods)
    ]
    found = locate(person.postcode) if person.postcode else None
    if found is not None and not isinstance(found, PlaceProblem) and found.authority_code and found.authority_name:
        here.append((found.authority_code, found.authority_name))
    return here or [*areas.sets(), *areas.councils()]
