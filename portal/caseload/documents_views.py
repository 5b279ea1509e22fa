"""Documents for practices as link workers see them: what did not arrive, one on paper, and sending one again."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.caseload.blueprint import bp
from portal.caseload.record_opening import person_at
from portal.core import clock, wording
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.referrals import documents
from portal.referrals.dispatching import queries, queueing, sending


@bp.get("/caseload/documents")
@requires(Permission.CASELOAD)
def undelivered() -> ResponseReturnValue:
    """Documents about people of the viewer's teams that did not go, did not arrive, or went astray."""
    return page("caseload/documents.html", found=queries.to_see_to_for(viewer()))


@bp.get("/clients/<string:reference>/documents/<uuid:dispatch_id>")
@requires(Permission.CASELOAD)
def document(reference: str, dispatch_id: UUID) -> ResponseReturnValue:
    """The document on paper, to give to the practice by hand. It tells no more than the practice may know today."""
    person = person_at(reference, "report")
    found = queries.of_person_by_id(person, dispatch_id)
    hears = sending.hears(found)
    return page(
        "handover/report.html",
        introduction=found.introduction,
        told=documents.message_back(found.introduction, hears_outcome=hears, practice=found.practice),
        back=url_for(".record", reference=person.reference),
        other_size=None,
        is_large=False,
        printed=wording.full_date(clock.today()),
    )


@bp.post("/clients/<string:reference>/documents/<uuid:dispatch_id>/again")
@requires(Permission.CASELOAD)
def send_document_again(reference: str, dispatch_id: UUID) -> ResponseReturnValue:
    """Make it anew and send it."""
    person = person_at(reference)
    try:
        queueing.send_again(queries.of_person_by_id(person, dispatch_id), by=viewer())
    except queueing.CannotSendAgain as problem:
        return _refused(problem, person.reference)
    flash(_("It is sent again. This page says how it goes."), "done")
    return redirect(url_for(".record", reference=person.reference), 303)


def _refused(problem: DomainError, reference: str) -> ResponseReturnValue:
    return page("caseload/document-again.html", status=problem.status, sentence=problem.sentence, reference=reference)
