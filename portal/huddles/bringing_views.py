"""Bringing somebody to the huddle, and what the board and records take from here: the strip, and whether there is a team."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.forms import key_of
from portal.core.i18n import gettext as _
from portal.core.permissions import Permission
from portal.core.returning import own_path
from portal.core.viewer import viewer
from portal.huddles import bringing
from portal.huddles.blueprint import bp
from portal.huddles.saying import back_to_case
from portal.huddles.strip import strip_for

bp.add_app_template_global(strip_for, "space_strip")


@bp.post("/huddle/bring")
@requires(Permission.TEAM_WORK)
def bring() -> ResponseReturnValue:
    """Put somebody on the board of the next huddle, by the reference of their record or of a referral."""
    reference = request.form.get("reference", "")
    try:
        brought = bringing.bring(reference, form_key=key_of(request.form.get("key")), by=viewer())
    except bringing.NoTeam as problem:
        flash(problem.sentence, "note")
        return redirect(own_path(request.form.get("next"), url_for(".home")), 303)
    said = _("On the board of the next huddle. Say there why they are on it.")
    return back_to_case(brought.meeting, brought.reference, said)


@bp.app_template_global()
def may_bring() -> bool:
    """Whether the viewer works in a team at all: no question to the database."""
    return viewer().can(Permission.TEAM_WORK)
