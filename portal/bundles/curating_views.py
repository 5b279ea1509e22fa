"""Curators' pages: what they look after, one page with what its searches find now, its words, its versions."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.person import signed_in_user
from portal.bundles import actions, comparing, forms, queries
from portal.bundles.assembling import direction_of, lost_pins, page_of
from portal.bundles.blueprint import bp
from portal.bundles.forms import BundleForm, PressForm
from portal.bundles.models import Bundle
from portal.bundles.words import act_label
from portal.core import clock
from portal.core.access import requires
from portal.core.errors import DomainError, Overtaken
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.core.wording import full_date
from portal.directory import urgent


@bp.get("/curate")
@requires(Permission.BUNDLES_CURATE)
def curate() -> ResponseReturnValue:
    """What is to be done, and every page that the viewer looks after."""
    bundles = queries.curated(viewer())
    due = [one for one in bundles if queries.is_due(one)]
    lost = {one.id: found for one in bundles if one.state == "published" and (found := lost_pins(one))}
    return page(
        "bundles/curate.html", bundles=bundles, due=due, lost=lost, today=clock.today(),
        areas={one.slug: one.area for one in queries.areas_of(viewer())},
    )  # fmt: skip


@bp.route("/curate/bundles/new", methods=["GET", "POST"])
@requires(Permission.BUNDLES_CURATE)
def new_bundle() -> ResponseReturnValue:
    """A new page."""
    form = BundleForm()
    areas = queries.areas_of(viewer())
    form.offer(areas, [signed_in_user()])
    if form.validate_on_submit():
        made = actions.make(form.told(), form_key=form.key.data or "", by=signed_in_user())
        flash(_("The page is there as a draft. Now add its sections."), "done")
        return redirect(url_for(".curate_bundle", bundle_id=made.id), 303)
    return page("bundles/bundle-form.html", form=form, bundle=None)


@bp.get("/curate/bundles/<uuid:bundle_id>")
@requires(Permission.BUNDLES_CURATE)
def curate_bundle(bundle_id: UUID) -> ResponseReturnValue:
    """One page with what its searches find now, and what can be done with it."""
    return overview(queries.bundle_for(viewer(), bundle_id))


@bp.route("/curate/bundles/<uuid:bundle_id>/edit", methods=["GET", "POST"])
@requires(Permission.BUNDLES_CURATE)
def edit_bundle(bundle_id: UUID) -> ResponseReturnValue:
    """Its words, place, owner and review date."""
    bundle = queries.bundle_for(viewer(), bundle_id)
    form = BundleForm(data=forms.of_bundle(bundle))
    form.offer(queries.areas_of(viewer()), queries.curators_of(bundle.area), bundle)
    if not form.validate_on_submit():
        return page("bundles/bundle-form.html", form=form, bundle=bundle)
    try:
        actions.change(bundle, form.told(), version=form.seen_version, by=signed_in_user())
    except Overtaken as clash:
        form.clashes_with(forms.of_bundle(bundle), clash.version)
        return page("bundles/bundle-form.html", status=form.clash_status, form=form, bundle=bundle)
    flash(_("Saved. Readers see it at once where the page is published."), "done")
    return redirect(url_for(".curate_bundle", bundle_id=bundle.id), 303)


@bp.get("/curate/bundles/<uuid:bundle_id>/preview")
@requires(Permission.BUNDLES_CURATE)
def preview(bundle_id: UUID) -> ResponseReturnValue:
    """The page as readers would see it now, also while it is a draft."""
    bundle, for_carer = queries.bundle_for(viewer(), bundle_id), request.args.get("for") == "carer"
    told = page_of(bundle, for_carer=for_carer)
    return page(
        "bundles/show.html", bundle=bundle, told=told, for_carer=for_carer, direction=direction_of(bundle.lang),
        urgent_cards=urgent.cards_for(told.urgent_kinds, place=told.place), structured=None, is_preview=True,
        changed=full_date(clock.local(bundle.changed_at).date()),
    )  # fmt: skip


@bp.post("/curate/bundles/<uuid:bundle_id>/<any(publish,unpublish):act>")
@requires(Permission.BUNDLES_CURATE)
def press_bundle(bundle_id: UUID, act: str) -> ResponseReturnValue:
    """Put the page on the site, or take it off."""
    bundle, form = queries.bundle_for(viewer(), bundle_id), PressForm()
    done = actions.publish if act == "publish" else actions.unpublish
    try:
        if form.validate_on_submit():
            done(bundle, version=form.seen_version, by=signed_in_user())
            told = _("The page is on the site.") if act == "publish" else _("The page is off the site. It stays here.")
            flash(told, "done")
    except DomainError as problem:
        return overview(bundle, status=problem.status, problem=problem.sentence)
    return redirect(url_for(".curate_bundle", bundle_id=bundle.id), 303)


@bp.get("/curate/bundles/<uuid:bundle_id>/history")
@requires(Permission.BUNDLES_CURATE)
def history(bundle_id: UUID) -> ResponseReturnValue:
    """What was done to it, newest first."""
    bundle = queries.bundle_for(viewer(), bundle_id)
    versions = queries.versions_of(bundle)
    return page("bundles/history.html", bundle=bundle, versions=versions, act_label=act_label)


@bp.get("/curate/bundles/<uuid:bundle_id>/history/<int:number>")
@requires(Permission.BUNDLES_CURATE)
def version(bundle_id: UUID, number: int) -> ResponseReturnValue:
    """One version, beside what stands now."""
    bundle = queries.bundle_for(viewer(), bundle_id)
    one = queries.version_of(bundle, number)
    rows = comparing.rows(one.page, actions.snapshot(bundle))
    return page("bundles/version.html", bundle=bundle, version=one, rows=rows, act_label=act_label)


def overview(bundle: Bundle, *, status: int | None = None, **more: Any) -> Response:
    """The page of one page."""
    told = page_of(bundle)
    return page(
        "bundles/bundle.html", status=status, bundle=bundle, told=told, form=PressForm(), today=clock.today(),
        shown={one.id: one for one in told.sections}, is_due=queries.is_due(bundle),
        **{"problem": None, **more},
    )  # fmt: skip
