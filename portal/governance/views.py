"""The pages of information governance: finding a record, who opened it, export, erasure, hold and correction."""

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.proving import proved_lately
from portal.core import audit
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.governance import (
    actions,
    document_views,
    erasing,
    exporting,
    glass_views,
    labels,
    mistake_views,
    queries,
    retention,
)
from portal.governance.blueprint import bp
from portal.governance.forms import EraseForm, FindForm, HoldForm, NoteForm
from portal.people.models import Person
from portal.referrals import seen
from portal.referrals.dispatching import queries as dispatches

__all__ = ["bp", "document_views", "glass_views", "mistake_views"]


@bp.get("/records")
@requires(Permission.RECORDS_GOVERN)
def records() -> ResponseReturnValue:
    """Finding a record; what is due, what is held, what was erased."""
    return _home(FindForm())


@bp.post("/records/find")
@requires(Permission.RECORDS_GOVERN)
def find() -> ResponseReturnValue:
    """The record of a reference or an NHS number, which stands in no address."""
    form = FindForm()
    if not form.validate_on_submit():
        return _home(form)
    person = queries.meant(form.who.data)
    if person is None:
        audit.record_now("person.not_found", by=viewer())
        form.refuse("who", _("No record has this reference or number. It may have been erased."))
        return _home(form)
    return redirect(url_for(".record", reference=person.reference), 303)


@bp.get("/records/<string:reference>")
@requires(Permission.RECORDS_GOVERN)
def record(reference: str) -> ResponseReturnValue:
    """One record: where it stands, and everybody who opened or changed it. Opening this is an entry too."""
    person = _opened(reference, "governance")
    entries = exporting.readings(person.id)
    return page(
        "governance/record.html",
        person=person,
        entries=entries,
        names=exporting.names_of(entries),
        opened=seen.opened_of(person, entries),
        actors=seen.actors_of(person, entries),
        standing=retention.standing(person),
        notes=queries.notes_of(person.id),
    )


@bp.post("/records/<string:reference>/export")
@requires(Permission.RECORDS_GOVERN)
@proved_lately
def export(reference: str) -> ResponseReturnValue:
    """Everything that is held, as a page or as JSON. The export is an entry."""
    person = queries.record_for(viewer(), reference)
    is_json = request.form.get("kind") == "json"
    body = exporting.as_json(person) if is_json else exporting.as_page(person)
    audit.record("person.exported", person, by=viewer(), details={"kind": "json" if is_json else "html"})
    name = f"record-{person.reference}.{'json' if is_json else 'html'}"
    return Response(
        body,
        mimetype="application/json" if is_json else "text/html",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@bp.route("/records/<string:reference>/erase", methods=["GET", "POST"])
@requires(Permission.RECORDS_GOVERN)
@proved_lately
def erase(reference: str) -> ResponseReturnValue:
    """A reason first; then what goes, and the reference once more."""
    person, form = queries.record_for(viewer(), reference), EraseForm()
    if not form.validate_on_submit() or person.held_at is not None:
        return page("governance/erase.html", form=form, person=person, counts=None)
    counts = {labels.title_of(name): count for name, count in erasing.counted(person).items()}
    if "confirm" not in request.form or not form.is_meant(person.reference):
        return page("governance/erase.html", form=form, person=person, counts=counts)
    erasing.erase(person, why="asked", by=viewer(), reason=form.reason.data)
    flash(_("It is erased. The certificate stands below, and becomes a file within a day."), "done")
    return redirect(url_for(".records"), 303)


@bp.route("/records/<string:reference>/hold", methods=["GET", "POST"])
@requires(Permission.RECORDS_GOVERN)
def hold(reference: str) -> ResponseReturnValue:
    """Keep a record whatever falls due; or lift that."""
    person = queries.record_for(viewer(), reference)
    form = HoldForm(reason=person.hold_reason)
    if "lift" in request.form:
        actions.lift(person, by=viewer())
        flash(_("The hold is lifted."), "done")
    elif form.validate_on_submit():
        actions.hold(person, str(form.reason.data), by=viewer())
        flash(_("The record is held. Nothing of it is erased."), "done")
    else:
        return page("governance/hold.html", form=form, person=person)
    return redirect(url_for(".record", reference=person.reference), 303)


@bp.route("/records/<string:reference>/note", methods=["GET", "POST"])
@requires(Permission.RECORDS_GOVERN)
def note(reference: str) -> ResponseReturnValue:
    """What the person says is wrong, beside the record."""
    person, form = queries.record_for(viewer(), reference), NoteForm()
    if not form.validate_on_submit():
        return page("governance/note.html", form=form, person=person)
    actions.add_note(person, str(form.words.data), by=viewer(), form_key=str(form.key.data))
    flash(_("The correction is kept with the record. Tell the team that holds it."), "done")
    return redirect(url_for(".record", reference=person.reference), 303)


def _opened(reference: str, what: str) -> Person:
    person = queries.record_for(viewer(), reference)
    audit.record_now("person.read", ("person", person.id), by=viewer(), details={"what": what})
    return queries.record_for(viewer(), reference)


def _home(form: FindForm) -> Response:
    return page(
        "governance/records.html",
        form=form,
        due=queries.fallen_due(),
        held=queries.held(),
        certificates=queries.certificates(),
        unseen=queries.unseen(),
        documents=dispatches.count_to_see_to(),
    )
