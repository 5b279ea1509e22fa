"""Measures on a record: which can be taken, taking one, the safety step between, and why none could be taken."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.caseload.blueprint import bp
from portal.caseload.record_opening import person_at
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.matching.records import place_of
from portal.measures import queries, safety
from portal.measures.actions import CannotMeasure, record, record_none
from portal.measures.forms import MeasureForm, NotTakenForm, form_for
from portal.measures.instruments import ORDER
from portal.measures.queries import Ready
from portal.people.models import Person

WHICH = f"<any({', '.join(map(repr, ORDER))}):instrument>"


@bp.get("/clients/<string:reference>/measures")
@requires(Permission.CASELOAD)
def measures(reference: str) -> ResponseReturnValue:
    """The measures that can be taken here, and how the person has come along."""
    person = person_at(reference, "measures")
    courses = queries.results_for(viewer(), person)
    return page("caseload/record-measures.html", person=person, ready=queries.measures_on(), courses=courses)


@bp.route(f"/clients/<string:reference>/measures/{WHICH}", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def measure(reference: str, instrument: str) -> ResponseReturnValue:
    """One questionnaire. Some answers lead to numbers for urgent help first, and nothing is blocked."""
    person, ready = person_at(reference, "measures"), _ready(instrument)
    form = form_for(ready, point="after" if queries.is_measured(person.id, "before") else "before")
    if not form.validate_on_submit() or "change" in request.form:
        return _shown(person, form)
    if form.kinds and "send" not in request.form:
        cards = safety.cards(form.kinds, place=place_of(person))
        return page("caseload/record-measure-safety.html", person=person, form=form, cards=cards)
    try:
        record(person, form.taken(), by=viewer())
    except CannotMeasure as problem:
        return _shown(person, form, problem)
    flash(_("The answers are saved."), "done")
    return redirect(url_for(".record", reference=person.reference, _anchor="measures"), 303)


@bp.route(f"/clients/<string:reference>/measures/{WHICH}/not-taken", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def measure_not_taken(reference: str, instrument: str) -> ResponseReturnValue:
    """Why a measure could not be taken."""
    person, ready, form = person_at(reference, "measures"), _ready(instrument), NotTakenForm()
    if not form.validate_on_submit():
        return page("caseload/record-measure-none.html", person=person, form=form, ready=ready)
    record_none(person, instrument, form.why.data, form_key=str(form.key.data), by=viewer())
    flash(_("The reason is saved."), "done")
    return redirect(url_for(".record", reference=person.reference, _anchor="measures"), 303)


def _ready(instrument: str) -> Ready:
    """One that is in use here. Raises NotFound."""
    ready = queries.measure(instrument)
    if not ready.is_on:
        raise NotFound(_("This measure is not in use here."))
    return ready


def _shown(person: Person, form: MeasureForm, problem: CannotMeasure | None = None) -> ResponseReturnValue:
    return page(
        "caseload/record-measure.html",
        status=problem.status if problem else None,
        person=person,
        form=form,
        problem=problem.sentence if problem else None,
    )
