"""An NHS number on pages: its last three digits, until somebody asks for all of it on purpose."""

from dataclasses import dataclass

from portal.codes import nhs_numbers
from portal.core import audit
from portal.core.viewer import Viewer
from portal.people.models import Person


@dataclass(frozen=True)
class Masked:
    """A number that is not shown: "••• ••• •551", and "551" for who hears the page."""

    dots: str
    ending: str


def masked_of(person: Person) -> Masked | None:
    """The number as pages show it; None where there is none."""
    told = person.nhs_number
    return Masked(nhs_numbers.masked(told), nhs_numbers.ending(told)) if told else None


def show(person: Person, *, by: Viewer) -> str:
    """The number in full, leaving an entry that it was shown. Empty where there is none."""
    if not person.nhs_number:
        return ""
    audit.record("person.number_shown", person, by=by)
    return nhs_numbers.shown(person.nhs_number)
