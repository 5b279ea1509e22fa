"""Changing a part of a record: one page a part, with the version that it showed, and both versions where two clash."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.caseload.blueprint import bp
from portal.caseload.record_danger import help_with
from portal.caseload.record_forms import IdentityForm
from portal.caseload.record_opening import person_at
from portal.caseload.record_parts import PARTS, Form, Part
from portal.core import wording
from portal.core.access import requires
from portal.core.errors import Overtaken
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.returning import own_path
from portal.core.viewer import viewer
from portal.people import actions
from portal.people.models import Person


@bp.route(f"/clients/<string:reference>/change/<any({', '.join(PARTS)}):part>", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def change(reference: str, part: str) -> ResponseReturnValue:
    """One part of a record."""
    one = PARTS[part]
    person = person_at(reference, one.name)
    known = one.form.of(person)
    form = one.form(data={**known, "version": str(person.version)})
    if not form.validate_on_submit():
        return _shown(person, one, form)
    try:
        actions.change(person, one.name, form.columns(person), by=viewer(), version=form.seen_version)
    except Overtaken as clash:
        return _shown(person, one, form, clash)
    help_with(form, person, known)
    flash(_("Saved: %(part)s.", part=one.title), "done")
    return redirect(own_path(request.args.get("back"), url_for(".record", reference=person.reference)), 303)


def _shown(person: Person, one: Part, form: Form, clash: Overtaken | None = None) -> ResponseReturnValue:
    if clash is not None:
        form.version.data = str(clash.version)
    if isinstance(form, IdentityForm):
        form.say(person)
    return page(
        "caseload/record-part.html",
        status=409 if clash else None,
        person=person,
        part=one,
        form=form,
        clash=one.stands(person) if clash else None,
        changed_at=wording.clock_time(person.changed_at),
    )
