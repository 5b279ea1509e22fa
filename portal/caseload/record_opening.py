"""Opening a record: each look leaves an entry in the audit chain, also where a form comes back with what is wrong in it."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, g, request, url_for

from portal.caseload.blueprint import bp
from portal.core import audit
from portal.core.extensions import db
from portal.core.viewer import viewer
from portal.people.models import Person
from portal.people.queries import open_record, person_for

SHOWN_AGAIN = frozenset({409, 422})
"""Answers to a form that show the page, and what stands in the record, once more."""


@dataclass(frozen=True)
class _Opened:
    """A record that a form was sent for, and the page that the form is on."""

    person_id: UUID
    what: str


def person_at(reference: str, what: str = "record") -> Person:
    """The person whose record the page in hand is of. `what` names the page for "who has seen what".

    Raises NotFound, RecordShut.
    """
    if request.method == "GET":
        return open_record(viewer(), reference, what=what)
    person = person_for(viewer(), reference)
    g.opened_record = _Opened(person.id, what)
    return person


def back_to(person: Person) -> str:
    """The address of their agreements; of the caseload, where the person has just shut their record."""
    if person.shut_at is not None:
        return url_for("caseload.home")
    return url_for("caseload.agreements", reference=person.reference)


@bp.after_request
def note_what_is_shown_again(response: Response) -> Response:
    """A form that was refused changed nothing, and its page may tell more than was typed: that is a look too."""
    opened: _Opened | None = g.get("opened_record")
    if opened is not None and response.status_code in SHOWN_AGAIN:
        db.session.rollback()
        audit.record_now("person.read", ("person", opened.person_id), by=viewer(), details={"what": opened.what})
    return response
