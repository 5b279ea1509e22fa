"""One listing of a group: all its facts, its history, a copy, and closing and opening it."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.changes import actions, queries
from portal.changes.applying import Clash
from portal.changes.compare import compared
from portal.changes.facts import FACTS, SECTIONS, read_all
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.forms import new_key
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.cards import slug_of
from portal.groups import editing, histories, quality
from portal.groups.blueprint import bp
from portal.groups.home import summary_of, what
from portal.groups.listings import listing_for, own_listing_for
from portal.groups.sent import form_key

STATUSES = {"pause": "temporarily closed", "close": "inactive"}


@bp.get("/group/listings/<uuid:service_id>/edit")
@requires(Permission.LISTING_CHANGE)
def listing(service_id: UUID) -> ResponseReturnValue:
    """Every fact with who said it when, and a link to change it."""
    service = listing_for(viewer(), service_id)
    changes = queries.changes_of(service.id)
    mine = [one for one in changes if one.by_user_id == viewer().id]
    return page(
        "groups/listing.html",
        service=service,
        slug=slug_of(service.name),
        rows=summary_of(service, viewer()),
        sections=SECTIONS,
        sent_back=[(one, what(one)) for one in mine if one.state == "sent_back"],
        drafts=[(one, what(one)) for one in mine if one.state == "draft"],
        waiting=[(one, what(one)) for one in changes if one.state == "waiting"],
        new_key=new_key(),
        meters=quality.quality_of([service]),
    )


@bp.post("/group/listings/<uuid:service_id>/drafts/<uuid:change_id>")
@requires(Permission.LISTING_CHANGE)
def decide_draft(service_id: UUID, change_id: UUID) -> ResponseReturnValue:
    """Send everything that was kept for later, or throw it away."""
    service = listing_for(viewer(), service_id, typed=True)
    change = queries.change(change_id)
    if change is None or change.service_id != service.id or change.by_user_id != viewer().id:
        raise NotFound(_("There is no such draft."))
    if request.form.get("action") == "discard":
        actions.discard(change, by=viewer())
        flash(_("Thrown away. What the public sees is as it was."), "done")
    else:
        try:
            sent = actions.submit(change, by=viewer())
        except Clash as clash:
            flash(_("Someone else changed this meanwhile. Nothing of yours is lost: look at both."), "note")
            return redirect(url_for(".edit_fact", service_id=service_id, fact=clash.names[0]), 303)
        live = _("Saved. Everyone can see it.")
        flash(
            live if sent.state == "live" else _("Sent to a moderator. The public sees it once they have looked."),
            "done",
        )
    return redirect(url_for(".listing", service_id=service_id), 303)


@bp.route("/group/listings/<uuid:service_id>/close", methods=["GET", "POST"])
@requires(Permission.LISTING_CHANGE)
def close(service_id: UUID) -> ResponseReturnValue:
    """Pause a listing, or close it for good. Its address stays, and leads to others like it."""
    service = listing_for(viewer(), service_id, typed=request.method == "POST")
    status = STATUSES.get(request.form.get("how", ""))
    if request.method == "GET" or status is None:
        problem = [("how", _("Choose one"))] if request.method == "POST" else []
        why = editing.will_wait(service, [], viewer())
        context = {"problem": problem, "why_wait": why, "key": form_key()}
        return page("groups/close.html", service=service, status=422 if problem else 200, **context)
    change = actions.set_status(service, status, by=viewer(), key=form_key())
    told = _("%(name)s is closed. Its page says so and shows others like it.", name=service.name)
    waits = _("Sent to a moderator. Until they have looked, the listing stays as it is.")
    flash(told if change.state == "live" else waits, "done")
    return redirect(url_for(".listing", service_id=service_id), 303)


@bp.post("/group/listings/<uuid:service_id>/open")
@requires(Permission.LISTING_CHANGE)
def reopen(service_id: UUID) -> ResponseReturnValue:
    """Open a listing that was paused or closed."""
    service = listing_for(viewer(), service_id, typed=True)
    change = actions.set_status(service, "active", by=viewer(), key=form_key())
    told = _("%(name)s is open again. Check that its times are right.", name=service.name)
    waits = _("Sent to a moderator. Until they have looked, the listing stays closed.")
    flash(told if change.state == "live" else waits, "done")
    return redirect(url_for(".listing", service_id=service_id), 303)


@bp.post("/group/listings/<uuid:service_id>/copy")
@requires(Permission.LISTING_EDIT)
def copy(service_id: UUID) -> ResponseReturnValue:
    """Begin a new listing from this one. Nobody sees it until it is sent."""
    service = own_listing_for(viewer(), service_id, typed=True)
    draft = editing.copy(service, by=viewer(), key=form_key())
    flash(_("Copied. Change what is different, then send it. Nobody sees it until then."), "done")
    return redirect(url_for(".new_listing", change_id=draft.id), 303)


@bp.get("/group/listings/<uuid:service_id>/history")
@requires(Permission.LISTING_CHANGE)
def history(service_id: UUID) -> ResponseReturnValue:
    """Every version, newest first, with what it changed."""
    service = listing_for(viewer(), service_id)
    return page("groups/history.html", service=service, entries=histories.of(service, viewer()))


@bp.route("/group/listings/<uuid:service_id>/history/<int:number>", methods=["GET", "POST"])
@requires(Permission.LISTING_CHANGE)
def version(service_id: UUID, number: int) -> ResponseReturnValue:
    """One version beside what stands now, and a button that puts it back."""
    service = listing_for(viewer(), service_id, typed=request.method == "POST")
    found = queries.version(service.id, number)
    if found is None:
        raise NotFound(_("There is no such version."))
    told = {name: found.facts.get(name) for name in FACTS}
    differences = compared(read_all(service), told)
    if request.method == "GET" or not differences:
        why = editing.will_wait(service, [one.name for one in differences], viewer())
        return page("groups/version.html", service=service, version=found, differences=differences, why_wait=why,
                    day=histories.day_of(found), key=form_key())  # fmt: skip
    try:
        change = actions.restore(found, viewer(), key=form_key())
    except Clash:
        flash(_("Someone else changed the listing just now. Look at the versions again."), "note")
        return redirect(url_for(".history", service_id=service_id), 303)
    live, waits = (
        _("Put back. Everyone can see it."),
        _("Sent to a moderator. The public sees it once they have looked."),
    )
    flash(live if change.state == "live" else waits, "done")
    return redirect(url_for(".listing", service_id=service_id), 303)
