"""The pages of what was entered by mistake: what waits for a second person, and one with its answer."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import audit
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.governance import mistakes as waiting
from portal.governance.blueprint import bp
from portal.governance.forms import MistakeForm
from portal.referrals.guards import Refused


@bp.get("/records/mistakes")
@requires(Permission.RECORDS_GOVERN)
def mistakes() -> ResponseReturnValue:
    """What waits for a second person, by reference."""
    return page("governance/mistakes.html", rows=waiting.waiting(viewer()))


@bp.route("/records/mistakes/<string:reference>", methods=["GET", "POST"])
@requires(Permission.RECORDS_GOVERN)
def mistake(reference: str) -> ResponseReturnValue:
    """One of them: what was said, and the answer. Opening it is an entry."""
    found = waiting.one_of(viewer(), reference)
    details = {"what": "governance", "introduction": str(found.id)}
    audit.record_now("person.read", ("person", found.person_id), by=viewer(), details=details)
    found, form = waiting.one_of(viewer(), reference), MistakeForm()
    if form.validate_on_submit():
        is_mistake = request.form.get("answer") == "confirm"
        try:
            waiting.decide(found, str(form.words.data), is_mistake=is_mistake, by=viewer())
        except Refused as problem:
            form.refuse("words", problem.sentence)
        else:
            flash(_("It is taken out of every list.") if is_mistake else _("It stays as it was."), "done")
            return redirect(url_for(".mistakes"), 303)
    return page("governance/mistake.html", one=found, form=form, asked=waiting.asked(found))
