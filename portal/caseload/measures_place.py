"""Where a person lives, for the numbers of urgent help that hold there."""

from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import locate
from portal.people.models import Person


def place_of(person: Person) -> Place | None:
    """The place of their postcode; None where it is not known."""
    found = locate(person.postcode) if person.postcode else None
    return None if isinstance(found, PlaceProblem) else found
