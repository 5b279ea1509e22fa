"""Organisations: found, added, renamed, with their numbers in public registers."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.admin import actions, queries
from portal.admin.blueprint import bp
from portal.admin.forms import OneOrganisationForm, OrganisationForm
from portal.core.access import requires
from portal.core.errors import DomainError
from portal.core.numbers import page_number
from portal.core.pages import page
from portal.core.permissions import Permission


@bp.get("/organisations")
@requires(Permission.SITE_MANAGE)
def organisations() -> ResponseReturnValue:
    """Organisations by name."""
    words = request.args.get("q", "")[:100]
    found = queries.organisations(words, page_number())
    return page("admin/organisations.html", found=found, words=words, params={"q": words or None})


@bp.route("/organisations/add", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def add_organisation() -> ResponseReturnValue:
    """Add an organisation."""
    form = OrganisationForm()
    if form.validate_on_submit():
        made = actions.add_organisation(form.name.data, form_key=form.key.data or "", by=signed_in_user())
        flash(_("The organisation was added. Now invite its lead."), "done")
        return redirect(url_for(".organisation", organisation_id=made.id), 303)
    return page("admin/add-organisation.html", form=form)


@bp.route("/organisations/<uuid:organisation_id>", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def organisation(organisation_id: UUID) -> ResponseReturnValue:
    """One organisation, and another name or address for it."""
    found = queries.organisation(organisation_id)
    form = OneOrganisationForm(obj=found)
    if form.validate_on_submit():
        actions.rename(found, form.name.data, by=signed_in_user())
        if form.email.raw_data:
            actions.give_address(found, form.email.data or None, by=signed_in_user())
        flash(_("Saved."), "done")
        return redirect(url_for(".organisation", organisation_id=organisation_id), 303)
    return page(
        "admin/organisation.html",
        form=form,
        organisation=found,
        listings=queries.count_listings(organisation_id),
        registers=actions.NUMBERS,
    )


@bp.post("/organisations/<uuid:organisation_id>/numbers")
@requires(Permission.SITE_MANAGE)
def add_number(organisation_id: UUID) -> ResponseReturnValue:
    """Note its number in a public register."""
    found = queries.organisation(organisation_id)
    try:
        actions.add_number(
            found, request.form.get("scheme", ""), request.form.get("number", "")[:60], by=signed_in_user()
        )
    except DomainError as problem:
        flash(problem.sentence, "note")
    else:
        flash(_("Saved."), "done")
    return redirect(url_for(".organisation", organisation_id=organisation_id), 303)


@bp.post("/organisations/<uuid:organisation_id>/numbers/<uuid:identifier_id>/remove")
@requires(Permission.SITE_MANAGE)
def remove_number(organisation_id: UUID, identifier_id: UUID) -> ResponseReturnValue:
    """Take a number away."""
    actions.remove_number(queries.organisation(organisation_id), identifier_id, by=signed_in_user())
    flash(_("Saved."), "done")
    return redirect(url_for(".organisation", organisation_id=organisation_id), 303)
