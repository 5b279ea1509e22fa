"""The contacts log, goals, and what comes next."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.caseload.blueprint import bp
from portal.caseload.contacts_forms import ContactLogForm, GoalForm, NextStepForm, read_time, results_form
from portal.caseload.goals_actions import set_results
from portal.caseload.record_acts import next_at
from portal.caseload.record_danger import help_with
from portal.caseload.record_opening import person_at
from portal.caseload.record_queries import introductions_of
from portal.core import clock
from portal.core.access import requires
from portal.core.errors import Overtaken
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.people import actions


@bp.route("/clients/<string:reference>/contacts/add", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def add_contact(reference: str) -> ResponseReturnValue:
    """Note a contact with the person, or a try."""
    person = person_at(reference, "contacts")
    form = ContactLogForm(data={"on": clock.today(), "about": request.args.get("about", "")})
    known = {one.reference: one for one in introductions_of(person).every if one.state != "entered-in-error"}
    form.about.offer({"": _("No, or about several"), **{ref: one.to_what for ref, one in known.items()}})
    if not form.validate_on_submit():
        return page("caseload/record-form.html", person=person, form=form, title=_("Record a contact"))
    about = known.get(form.about.data or "")
    actions.note_contact(
        person, at=form.moment(), mode=form.mode.data, outcome=form.outcome.data, minutes=form.how_long(),
        note=form.note.data or None, introduction_id=about.id if about else None, form_key=form.key.data,
        organization_id=person.organization_id, by=viewer(),
    )  # fmt: skip
    help_with(form, person)
    flash(_("The contact is noted.") if form.outcome.data == "reached" else _("The try is noted."), "done")
    return redirect(url_for(".record", reference=person.reference), 303)


@bp.route("/clients/<string:reference>/goals", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def goals(reference: str) -> ResponseReturnValue:
    """What the person wants to reach, and how it turned out."""
    person = person_at(reference, "goals")
    form = results_form(person.goals)
    if not form.validate_on_submit():
        return page("caseload/record-goals-form.html", person=person, form=form, adding=GoalForm(formdata=None))
    told = {str(goal.id): form[f"goal-{goal.id}"].data or None for goal in person.goals}
    set_results(person, person.goals, told, by=viewer())
    flash(_("How the goals stand is saved."), "done")
    return redirect(url_for(".record", reference=person.reference), 303)


@bp.post("/clients/<string:reference>/goals/add")
@requires(Permission.CASELOAD)
def add_goal(reference: str) -> ResponseReturnValue:
    """Add a goal."""
    person = person_at(reference)
    form = GoalForm()
    if not form.validate_on_submit():
        return page("caseload/record-goals-form.html", person=person, form=form, adding=form, is_adding=True)
    actions.add_goal(person, form.words.data, by=viewer(), form_key=form.key.data)
    help_with(form, person)
    flash(_("The goal is added."), "done")
    return redirect(url_for(".goals", reference=person.reference), 303)


@bp.route("/clients/<string:reference>/next-step", methods=["GET", "POST"])
@requires(Permission.CASELOAD)
def next_step(reference: str) -> ResponseReturnValue:
    """Say what comes next, and when."""
    person = person_at(reference, "next-step")
    form = NextStepForm(data=NextStepForm.of(person))
    title = _("Say what comes next")
    if not form.validate_on_submit():
        return page("caseload/record-form.html", person=person, form=form, title=title)
    known = {"step": person.next_step}
    told = {"next_step": form.step.data, "next_on": form.on.data, "next_time": read_time(form.at.data)}
    try:
        actions.change(person, "next-step", told, by=viewer(), version=form.seen_version)
    except Overtaken as clash:
        form.version.data = str(clash.version)
        stands = next_at(person), person.next_step or _("Nothing yet")
        return page("caseload/record-form.html", status=409, person=person, form=form, title=title, clash=stands)
    help_with(form, person, known)
    flash(_("Next: %(day)s.", day=next_at(person)), "done")
    return redirect(url_for(".record", reference=person.reference), 303)
