"""The restricted queue of the safeguarding lead. Reading what a worry says leaves an entry in the audit chain."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.queries import user as user_with
from portal.codes import queries as codes
from portal.core import audit
from portal.core.access import requires
from portal.core.errors import Overtaken
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.referrals.models import SafetyConcern
from portal.safeguarding import actions, promise, queries, readings
from portal.safeguarding.blueprint import bp
from portal.safeguarding.forms import LIST, OutcomeForm


@bp.get("/safety/concerns")
@requires(Permission.SAFETY_READ)
def queue() -> ResponseReturnValue:
    """What waits for the safeguarding lead, by reference and initials; what is closed."""
    waiting, closed = queries.waiting(viewer()), queries.closed(viewer())
    read = readings.read_in([*waiting, *closed])
    return page(
        "safeguarding/queue.html",
        waiting=waiting,
        closed=closed,
        due_of=promise.due_of,
        is_overdue=promise.is_overdue,
        is_unread=lambda one: readings.is_unread_for(one, viewer(), read),
    )


@bp.route("/safety/concerns/<string:reference>", methods=["GET", "POST"])
@requires(Permission.SAFETY_READ)
def item(reference: str) -> ResponseReturnValue:
    """One worry: what was said, by whom, about whom. A POST keeps what was done, and may close it."""
    concern = queries.concern_for(viewer(), reference)
    audit.record_now("safety.read", ("safety_concern", concern.id), by=viewer())
    concern = queries.concern_for(viewer(), reference)
    form = OutcomeForm(outcome=concern.outcome, version=readings.version_of(concern))
    if not form.validate_on_submit():
        return _shown(concern, form)
    words, version = str(form.outcome.data), form.seen_version
    try:
        actions.note_outcome(concern, words, closes="close" in request.form, by=viewer(), version=version)
    except Overtaken as problem:
        form.version.data = str(problem.version)
        return _shown(concern, form, clash=problem)
    flash(_("It is closed.") if concern.closed_at else _("What was done is kept."), "done")
    return redirect(url_for(".queue") if concern.closed_at else url_for(".item", reference=concern.reference), 303)


@bp.post("/safety/concerns/<string:reference>/read")
@requires(Permission.SAFETY_READ)
def mark_read(reference: str) -> ResponseReturnValue:
    """I have read it and see to it, for my organisation."""
    concern = queries.concern_for(viewer(), reference)
    actions.mark_read(concern, by=viewer())
    flash(_("It is marked as read. Write down what was done once you know."), "done")
    return redirect(url_for(".item", reference=concern.reference), 303)


@bp.post("/safety/concerns/<string:reference>/open")
@requires(Permission.SAFETY_READ)
def open_again(reference: str) -> ResponseReturnValue:
    """It was not over."""
    concern = queries.concern_for(viewer(), reference)
    actions.open_again(concern, by=viewer())
    flash(_("It is open again."), "done")
    return redirect(url_for(".item", reference=concern.reference), 303)


def _shown(concern: SafetyConcern, form: OutcomeForm, *, clash: Overtaken | None = None) -> ResponseReturnValue:
    person = concern.person
    team = person.organization_id if person is not None else None
    is_unread = readings.is_unread_for(concern, viewer(), readings.read_in([concern]))
    return page(
        "safeguarding/item.html",
        concern=concern,
        form=form,
        clash=clash,
        status=clash.status if clash else None,
        kinds=[codes.label(LIST, code) or code for code in concern.codes],
        raised_by=user_with(concern.by_user_id) if concern.by_user_id else None,
        readings=readings.of(concern),
        is_unread=is_unread,
        due=promise.due_of(concern),
        is_overdue=is_unread and promise.is_overdue(concern),
        may_open=team is not None and viewer().can(Permission.CASELOAD, organisation_id=team),
    )
