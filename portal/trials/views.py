"""Trials of words and questions: for coordinators, and the one address to which visitors' answers go."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.core import problems
from portal.core.access import public, requires
from portal.core.errors import Overtaken, Refused
from portal.core.extensions import csrf
from portal.core.i18n import LOCALES, current_locale
from portal.core.numbers import whole_number
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.trials import actions, answers, queries
from portal.trials.areas import neighbourhoods_of
from portal.trials.forms import LearnedForm, of_trial, trial_form
from portal.trials.here import question_here, words_here
from portal.trials.measures import MEASURES
from portal.trials.report import report_of
from portal.trials.slots import SLOTS, slot_label

bp = Blueprint("trials", __name__, url_prefix="/trials")
problems.own_page(bp, "trials/trouble.html")
bp.add_app_template_global(words_here)
bp.add_app_template_global(question_here)


@bp.get("")
@requires(Permission.TRIALS_MANAGE)
def home() -> ResponseReturnValue:
    """The trials of the viewer's areas."""
    who = viewer()
    return page(
        "trials/home.html",
        trials=queries.trials_for(who),
        may_begin=bool(neighbourhoods_of(who)),
        state_of=queries.state_of,
        slot_label=slot_label,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.TRIALS_MANAGE)
def begin() -> ResponseReturnValue:
    """A new trial."""
    form = trial_form(neighbourhoods_of(viewer()))
    if form.validate_on_submit():
        try:
            made = actions.begin(form.told(), by=signed_in_user(), form_key=form.key.data)
        except Refused as problem:
            form.refuse(problem.field, problem.sentence)
        else:
            flash(_("The trial is set up. Visitors see it from its first day, within a minute."), "done")
            return redirect(url_for(".trial", trial_id=made.id), 303)
    return page("trials/form.html", form=form, trial=None, slots=SLOTS)


@bp.get("/<uuid:trial_id>")
@requires(Permission.TRIALS_MANAGE)
def trial(trial_id: UUID) -> ResponseReturnValue:
    """One trial: what is tried, and what became of it."""
    return _shown(trial_id, None)


@bp.route("/<uuid:trial_id>/edit", methods=["GET", "POST"])
@requires(Permission.TRIALS_MANAGE)
def edit(trial_id: UUID) -> ResponseReturnValue:
    """Change a trial that is still to come."""
    one = queries.trial_for(viewer(), trial_id)
    actions.check_to_come(one)
    form = trial_form(neighbourhoods_of(viewer()), one)
    if form.validate_on_submit():
        try:
            actions.change(one, form.told(), form.seen_version, by=signed_in_user())
        except Refused as problem:
            form.refuse(problem.field, problem.sentence)
        except Overtaken as problem:
            form.clashes_with(of_trial(one), problem.version)
        else:
            flash(_("Saved."), "done")
            return redirect(url_for(".trial", trial_id=trial_id), 303)
    return page("trials/form.html", status=form.clash_status, form=form, trial=one, slots=SLOTS)


@bp.post("/<uuid:trial_id>/stop")
@requires(Permission.TRIALS_MANAGE)
def stop(trial_id: UUID) -> ResponseReturnValue:
    """End a trial now; one that is still to come is taken away."""
    one = queries.trial_for(viewer(), trial_id)
    actions.stop(one, by=signed_in_user())
    flash(_("It is stopped. Within a minute everybody reads what stands everywhere else."), "done")
    return redirect(url_for(".home"), 303)


@bp.post("/<uuid:trial_id>/learned")
@requires(Permission.TRIALS_MANAGE)
def learned(trial_id: UUID) -> ResponseReturnValue:
    """Write down what was learned."""
    one, form = queries.trial_for(viewer(), trial_id), LearnedForm()
    if form.validate_on_submit():
        try:
            actions.learned(one, form.learned.data or None, form.seen_version, by=signed_in_user())
        except Overtaken as problem:
            form.clashes_with({"learned": one.learned}, problem.version)
            return _shown(trial_id, form)
        flash(_("Saved."), "done")
        return redirect(url_for(".trial", trial_id=trial_id), 303)
    return _shown(trial_id, form)


@bp.post("/<uuid:trial_id>/answer")
@public()
@csrf.exempt  # type: ignore[untyped-decorator]
def answer(trial_id: UUID) -> ResponseReturnValue:
    """Count a visitor's answer. Without a token, which would need a cookie: pages of other sites are refused all the same."""
    asking = answers.trial_asking(trial_id)
    chosen = whole_number(request.form.get("answer", ""), 2)
    if asking is None:
        abort(404)
    if chosen is None or not answers.note(asking, chosen, asked_by=request.remote_addr or ""):
        return page("trials/thanks.html", status=422, slug=asking.slug, is_missing=True)
    return redirect(url_for(".thanks", trial_id=trial_id), 303)


@bp.get("/<uuid:trial_id>/thanks")
@public()
def thanks(trial_id: UUID) -> ResponseReturnValue:
    """An answer was counted."""
    asking = answers.trial_asking(trial_id)
    return page("trials/thanks.html", slug=asking.slug if asking else None, is_missing=False)


def _shown(trial_id: UUID, form: LearnedForm | None) -> ResponseReturnValue:
    one = queries.trial_for(viewer(), trial_id)
    form = form or LearnedForm(formdata=None, data={"learned": one.learned, "version": str(one.version)})
    return page(
        "trials/trial.html", status=form.clash_status, form=form, trial=one,
        report=report_of(one, current_locale().code), state=queries.state_of(one), slots=SLOTS, measures=MEASURES,
        locales=LOCALES,
    )  # fmt: skip
