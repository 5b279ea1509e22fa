"""Opening a record: each look leaves an entry in the audit chain. Sending a form leaves the entry of what it changes."""

from flask import request

from portal.core.viewer import viewer
from portal.people.models import Person
from portal.people.queries import open_record, person_for


def person_at(reference: str, what: str = "record") -> Person:
    """The person whose record the page in hand is of. `what` names the page for "who has seen what". Raises NotFound."""
    if request.method == "GET":
        return open_record(viewer(), reference, what=what)
    return person_for(viewer(), reference)
