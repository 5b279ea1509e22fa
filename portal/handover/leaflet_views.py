"""Up to four ticked results for somebody to take away: on paper, or as a short code to read out. Nothing says for whom."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.permissions import Permission
from portal.core.returning import own_path
from portal.core.viewer import Viewer, viewer
from portal.handover import giving, signposts
from portal.handover.blueprint import bp
from portal.handover.signposts import Kind
from portal.shortlists.actions import CannotSave
from portal.shortlists.forms import ids_in


@bp.post("/refer/leaflet")
@requires(Permission.DIRECTORY_STAFF)
def leaflet() -> ResponseReturnValue:
    """Print what was ticked, with a square and a short code."""
    return _give("leaflet")


@bp.post("/refer/link")
@requires(Permission.DIRECTORY_STAFF)
def link() -> ResponseReturnValue:
    """A short code of what was ticked, to read over the phone."""
    return _give("link")


def _give(kind: Kind) -> ResponseReturnValue:
    organization_id = _gives_for(viewer())
    ticked = ids_in(request.form.getlist("service"))
    try:
        given = giving.give(ticked, asked_by=request.remote_addr or "", must_share=kind == "link")
    except CannotSave as problem:
        flash(problem.sentence, "note")
        return redirect(own_path(request.form.get("next"), url_for("directory.search")), 303)
    if organization_id is not None:
        signposts.note(kind, organization_id, given.ids)
    if given.code is None:
        return redirect(url_for("shortlists.leaflet", service=[str(one) for one in given.ids]), 303)
    to = "shortlists.shared" if kind == "link" else "shortlists.leaflet"
    return redirect(url_for(to, code=given.code), 303)


def _gives_for(who: Viewer) -> UUID | None:
    """The practice or team for which somebody gives it out; None for other staff, for whom nothing is counted."""
    for permission in (Permission.HAND_OVER, Permission.CASELOAD):
        if held := who.organisations_with(permission):
            return min(held)
    return None
