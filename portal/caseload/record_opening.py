"""Opening a record: each look leaves an entry in the audit chain. Sending a form leaves the entry of what it changes."""

from flask import request, url_for

from portal.core.viewer import viewer
from portal.people.models import Person
from portal.people.queries import open_record, person_for


def person_at(reference: str, what: str = "record") -> Person:
    """The person whose record the page in hand is of. `what` names the page for "who has seen what". Raises NotFound."""
    if request.method == "GET":
        return open_record(viewer(), reference, what=what)
    return person_for(viewer(), reference)


def back_to(person: Person) -> str:
    """The address of their agreements; of the caseload, where the person has just shut their record."""
    if person.shut_at is not None:
        return url_for("caseload.home")
    return url_for("caseload.agreements", reference=person.reference)
