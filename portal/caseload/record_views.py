"""The record of a person, and their NHS number when it is asked for."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.caseload import record_codes, record_numbers
from portal.caseload.blueprint import bp
from portal.caseload.record_acts import words_of
from portal.caseload.record_opening import person_at
from portal.caseload.record_page import record_of
from portal.caseload.record_related import related_rows
from portal.caseload.record_told import born_of, detail_rows
from portal.core.access import requires
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.people.queries import RecordShut

bp.add_app_template_global(record_codes.why_no_number)


@bp.errorhandler(RecordShut)
def shut(problem: RecordShut) -> ResponseReturnValue:
    """The person ended what they agreed to with this team: nothing is shown, and a new agreement opens it again."""
    reference = (request.view_args or {}).get("reference", "")
    return page("caseload/record-shut.html", status=problem.status, sentence=problem.sentence, reference=reference)


@bp.get("/clients/<string:reference>")
@requires(Permission.CASELOAD)
def record(reference: str) -> ResponseReturnValue:
    """All that is known of a person, what is under way, and one button: find support."""
    person = person_at(reference)
    contacts_only = request.args.get("show") == "contacts"
    shown = record_of(viewer(), person, page=page_number(), contacts_only=contacts_only)
    return page(
        "caseload/record.html",
        record=shown,
        person=person,
        number=record_numbers.masked_of(person),
        **words_of(person),
    )


@bp.get("/clients/<string:reference>/details")
@requires(Permission.CASELOAD)
def details(reference: str) -> ResponseReturnValue:
    """Who the person is: name, birth date, number, address, and what else the standard asks for."""
    person = person_at(reference, "details")
    return page(
        "caseload/record-details.html",
        person=person,
        told=detail_rows(person),
        related=related_rows(person),
        born=born_of(person),
        number=record_numbers.masked_of(person),
    )


@bp.route("/clients/<string:reference>/number", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def number(reference: str) -> ResponseReturnValue:
    """The NHS number, whole. Shown once it was asked for, which leaves an entry; a reload asks again."""
    person = person_at(reference, "number")
    if request.method == "GET" or not person.nhs_number:
        return redirect(url_for(".details", reference=person.reference), 303)
    shown = record_numbers.show(person, by=viewer())
    return page("caseload/record-number.html", person=person, number=shown)
