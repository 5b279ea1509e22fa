"""Whom link workers flagged, for coordinators of the area."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.caseload import flags_actions, flags_queries
from portal.caseload.blueprint import bp
from portal.core.access import requires
from portal.core.forms import PageForm
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer


@bp.get("/caseload/flags")
@requires(Permission.COORDINATE)
def flags() -> ResponseReturnValue:
    """Initials, references and why; the record itself stays with the link workers."""
    return page("caseload/flags.html", flags=flags_queries.open_flags(viewer()))


@bp.post("/caseload/flags/<uuid:flag_id>/<any(seen, closed):what>")
@requires(Permission.COORDINATE)
def answer_flag(flag_id: UUID, what: str) -> ResponseReturnValue:
    """Say that it was seen, or that it is dealt with."""
    if PageForm().validate_on_submit():
        if what == "seen":
            flags_actions.mark_seen(viewer(), flag_id)
            flash(_("Marked as seen. The link worker can tell."), "done")
        else:
            flags_actions.close(viewer(), flag_id)
            flash(_("Closed. It is gone from this list."), "done")
    return redirect(url_for(".flags"), 303)
