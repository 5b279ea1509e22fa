"""Documents for practices that did not go or did not arrive, as information governance sees them. They name nobody."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.governance.blueprint import bp
from portal.referrals.dispatching import queries, queueing


@bp.get("/records/documents")
@requires(Permission.RECORDS_GOVERN)
def documents() -> ResponseReturnValue:
    """What somebody has to see to, of all teams."""
    return page("governance/documents.html", found=queries.to_see_to())


@bp.post("/records/documents/<uuid:dispatch_id>/again")
@requires(Permission.RECORDS_GOVERN)
def send_document_again(dispatch_id: UUID) -> ResponseReturnValue:
    """Make it anew and send it."""
    found = queries.any_by_id(dispatch_id)
    try:
        queueing.send_again(found, by=viewer())
    except queueing.CannotSendAgain as problem:
        flash(problem.sentence, "note")
    else:
        flash(_("It is sent again."), "done")
    return redirect(url_for(".documents"), 303)
