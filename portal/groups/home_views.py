"""A group's first page, its listings, and space in one tap."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.assurance import answering
from portal.assurance.sheets import sheets_of
from portal.changes.applying import Clash
from portal.core import clock, wording
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory import space as spaces
from portal.groups import editing, quality
from portal.groups.blueprint import bp
from portal.groups.figures import figures_of
from portal.groups.home import SAID_STATES, due_of, home_of, summary_of
from portal.groups.listings import organisation_of, organisations_of, own_listing_for, services_of
from portal.groups.sent import base_version, form_key


@bp.get("/group")
@requires(Permission.LISTING_EDIT)
def home() -> ResponseReturnValue:
    """What to do, space, and what the listings did."""
    organisation = organisation_of(viewer(), request.args.get("organisation"))
    return page(
        "groups/home.html",
        home=home_of(organisation, viewer()),
        figures=figures_of(organisation.id),
        meters=quality.of_today(services_of(organisation.id)),
        organisations=organisations_of(viewer()),
        today=wording.full_date(clock.today()),
        weekday=wording.weekday(clock.today()),
    )


@bp.get("/group/listings")
@requires(Permission.LISTING_EDIT)
def listings() -> ResponseReturnValue:
    """All listings of the organisations that somebody edits for."""
    groups = [(one, services_of(one.id)) for one in organisations_of(viewer())]
    return page("groups/listings.html", groups=groups)


@bp.post("/group/listings/<uuid:service_id>/space")
@requires(Permission.LISTING_EDIT)
def say_space(service_id: UUID) -> ResponseReturnValue:
    """Space now, waiting, or full: one tap. A date or weeks can be told on the page that follows."""
    own_listing_for(viewer(), service_id, typed=True)
    one = editing.begin(viewer(), service_id, "space", typed=True)
    state = request.form.get("state")
    if state not in SAID_STATES:
        return redirect(url_for(".home"), 303)
    value = {"state": state, "said_at": clock.now().isoformat()}
    try:
        change = editing.save(one, value, by=viewer(), base_version=base_version(one.service), key=form_key())
    except Clash:
        flash(
            _("Someone else said something about space just now. Look at it, then tap again if it is not right."),
            "note",
        )
        return redirect(url_for(".home", organisation=one.service.organization_id), 303)
    name = one.service.name
    if change.state == "live":
        label = spaces.label(spaces.space_of(one.service))
        flash(_("%(name)s now shows “%(words)s”. Everyone can see it.", name=name, words=label), "done")
    else:
        flash(_("Sent to a moderator. The public sees it once they have looked."), "done")
    if state == "space":
        return redirect(url_for(".home", organisation=one.service.organization_id), 303)
    return redirect(url_for(".edit_fact", service_id=service_id, fact="space"), 303)


@bp.route("/group/confirm", methods=["GET", "POST"])
@requires(Permission.LISTING_EDIT)
def confirm_all() -> ResponseReturnValue:
    """Everything of an organisation that is to be confirmed, with one button: those that are ticked are right."""
    organisation = organisation_of(viewer(), request.values.get("organisation"))
    due = [one.id for one in due_of(organisation.id)]
    error = None
    if request.method == "POST":
        chosen = [one for one in due if str(one) in request.form.getlist("listing")]
        if chosen:
            answering.confirm(chosen, how="site", by=viewer())
            flash(
                ngettext(
                    "Thank you. %(num)s listing now shows “Checked this month”.",
                    "Thank you. %(num)s listings now show “Checked this month”.",
                    len(chosen),
                ),
                "done",
            )
            return redirect(url_for(".home", organisation=organisation.id), 303)
        error = _("Tick what is still right")
    sheets = sheets_of(due)
    status = 422 if error else None
    return page("groups/confirm-all.html", organisation=organisation, sheets=sheets, error=error, status=status)


@bp.route("/group/listings/<uuid:service_id>/confirm", methods=["GET", "POST"])
@requires(Permission.LISTING_EDIT)
def confirm(service_id: UUID) -> ResponseReturnValue:
    """All that a listing says, and one button: yes, still right."""
    service = own_listing_for(viewer(), service_id)
    if request.method == "GET":
        return page("groups/confirm.html", service=service, rows=summary_of(service, viewer()))
    answering.confirm([service.id], how="site", by=viewer())
    flash(_("Thank you. %(name)s now shows “Checked this month”.", name=service.name), "done")
    return redirect(url_for(".home", organisation=service.organization_id), 303)
