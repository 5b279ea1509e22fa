"""Words of danger in what a link worker keeps on a record: the next page begins with numbers, and leads to raising a worry."""

from collections.abc import Mapping
from typing import Any

from portal.directory.help_first import FreeWords, help_after
from portal.matching.records import place_of
from portal.people.models import Person


def help_with(form: FreeWords, person: Person, known: Mapping[str, Any] | None = None) -> None:
    """Look at what was kept, but for what was `known` before, by field."""
    help_after(form.dangers_beside(known or {}), place=place_of(person), person=person.reference)
