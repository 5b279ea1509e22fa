"""Sections of a page: added, changed, moved and taken out."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.bundles import actions, forms, queries
from portal.bundles.blueprint import bp
from portal.bundles.curating_views import overview
from portal.bundles.forms import PressForm, SectionForm
from portal.bundles.models import Bundle, BundleSection
from portal.core.access import requires
from portal.core.errors import DomainError, Overtaken
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.filters import BY_NAME


@bp.route("/curate/bundles/<uuid:bundle_id>/sections/new", methods=["GET", "POST"])
@requires(Permission.BUNDLES_CURATE)
def new_section(bundle_id: UUID) -> ResponseReturnValue:
    """One more section."""
    bundle = queries.bundle_for(viewer(), bundle_id)
    form = SectionForm(data={"most": "4", "within": ""})
    if not form.validate_on_submit():
        return _form(form, bundle, None)
    made = actions.add_section(bundle, form.told(_ticks()), form_key=form.key.data or "", by=signed_in_user())
    flash(_("The section is there, with what its search finds now."), "done")
    return redirect(url_for(".curate_bundle", bundle_id=bundle.id, _anchor=f"section-{made.id}"), 303)


@bp.route("/curate/bundles/<uuid:bundle_id>/sections/<uuid:section_id>", methods=["GET", "POST"])
@requires(Permission.BUNDLES_CURATE)
def edit_section(bundle_id: UUID, section_id: UUID) -> ResponseReturnValue:
    """Its words, and what it searches for."""
    section = queries.section_for(viewer(), bundle_id, section_id)
    form = SectionForm(data=forms.of_section(section))
    if not form.validate_on_submit():
        return _form(form, section.bundle, section)
    try:
        actions.change_section(section, form.told(_ticks()), version=form.seen_version, by=signed_in_user())
    except Overtaken as clash:
        form.clashes_with(forms.of_section(section), clash.version)
        return _form(form, section.bundle, section)
    flash(_("Saved. Below is what its search finds now."), "done")
    return redirect(url_for(".curate_bundle", bundle_id=bundle_id, _anchor=f"section-{section.id}"), 303)


@bp.post("/curate/bundles/<uuid:bundle_id>/sections/<uuid:section_id>/<any(up,down,remove):act>")
@requires(Permission.BUNDLES_CURATE)
def press_section(bundle_id: UUID, section_id: UUID, act: str) -> ResponseReturnValue:
    """Move a section, or take it out."""
    section, form = queries.section_for(viewer(), bundle_id, section_id), PressForm()
    try:
        if form.validate_on_submit() and act == "remove":
            actions.remove_section(section, version=form.seen_version, by=signed_in_user())
        elif form.validate_on_submit():
            actions.move_section(section, up=act == "up", version=form.seen_version, by=signed_in_user())
    except DomainError as problem:
        bundle = queries.bundle_for(viewer(), bundle_id)
        return overview(bundle, status=problem.status, problem=problem.sentence)
    return redirect(url_for(".curate_bundle", bundle_id=bundle_id), 303)


def _form(form: SectionForm, bundle: Bundle, section: BundleSection | None) -> Response:
    ticked = _ticks() if request.method == "POST" else dict(section.filters) if section else {}
    return page(
        "bundles/section-form.html",
        status=form.clash_status,
        form=form,
        bundle=bundle,
        part=section,
        groups=[BY_NAME[name] for name in forms.FILTERS],
        ticked=ticked,
    )


def _ticks() -> dict[str, list[str]]:
    return forms.ticked(request.form.to_dict(flat=False))
