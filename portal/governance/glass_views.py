"""Breaking the glass: reading a record of another team for a reason, for an hour, while others are told."""

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.queries import user as user_with
from portal.codes import nhs_numbers
from portal.core import audit, throttle
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.governance import actions, exporting, queries
from portal.governance.blueprint import bp
from portal.governance.exporting import Part
from portal.governance.forms import GlassForm
from portal.people.models import Person

SHOWN = ("person", "goal", "person_contact", "consent", "referral", "introduction", "appointment")
"""What is read so: not worries about safety, which their own leads read, nor who opened it."""
MOST_A_DAY = 10


@bp.route("/records/break-glass", methods=["GET", "POST"])
@requires(Permission.GLASS_BREAK)
def break_glass() -> ResponseReturnValue:
    """Whose record, and why now. Who asks without finding anybody is noted as well."""
    by, form = viewer(), GlassForm()
    if not form.validate_on_submit():
        return page("governance/break-glass.html", form=form)
    throttle.hit("glass", str(by.id), limit=MOST_A_DAY, seconds=24 * 3600)
    person = queries.meant(form.who.data)
    if person is None:
        audit.record_now("person.glass_missed", by=by)
        form.refuse("who", _("No record has this reference or number."))
        return page("governance/break-glass.html", form=form)
    if actions.is_of_team(by, person):
        form.refuse("who", _("Your own team holds this record. Open it from your caseload."))
        return page("governance/break-glass.html", form=form)
    actions.break_glass(person, str(form.reason.data), by=by, form_key=str(form.key.data))
    return redirect(url_for(".behind_glass", reference=person.reference), 303)


@bp.get("/records/break-glass/<string:reference>")
@requires(Permission.GLASS_BREAK)
def behind_glass(reference: str) -> ResponseReturnValue:
    """The record, to read alone, until the hour is over. Each look is an entry."""
    by = viewer()
    found = queries.broken_for(by, reference)
    details = {"what": "broken glass", "glass": str(found.id)}
    audit.record_now("person.read", ("person", found.person_id), by=by, details=details)
    found = queries.broken_for(by, reference)
    parts = [_without_number(one, found.person) for one in exporting.parts(found.person) if one.name in SHOWN]
    return page("governance/behind-glass.html", person=found.person, until=found.until, parts=parts)


def _without_number(part: Part, person: Person) -> Part:
    """The NHS number stays masked: who reads a record in need knows whose it is, and showing one is an act of its own."""
    number = person.nhs_number
    if not number:
        return part
    hidden = nhs_numbers.masked(number)
    rows = [
        replace(row, pairs=[(label, hidden if number in words else words) for label, words in row.pairs])
        for row in part.rows
    ]
    return replace(part, rows=rows)


@bp.get("/records/broken")
@requires(Permission.RECORDS_GOVERN)
def broken() -> ResponseReturnValue:
    """Records that were opened from outside their team, by whom, and why."""
    rows = [(one, user_with(one.user_id) if one.user_id else None) for one in queries.broken()]
    return page("governance/broken.html", rows=rows)


@bp.post("/records/broken/<uuid:glass_id>/seen")
@requires(Permission.RECORDS_GOVERN)
def glass_seen(glass_id: UUID) -> ResponseReturnValue:
    """I have looked at why."""
    row = next((one for one in queries.broken() if one.id == glass_id), None)
    if row is None:
        raise NotFound(_("There is nothing here any more."))
    actions.mark_seen(row, by=viewer())
    flash(_("It is noted that you have looked at it."), "done")
    return redirect(url_for(".broken"), 303)
