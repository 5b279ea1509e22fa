"""The page of one fact: change it, see how it will look, send it, or keep it for later."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from portal.accounts import held_forms
from portal.changes.actions import NotYours
from portal.changes.applying import Clash
from portal.changes.models import ChangeRequest
from portal.core.access import signed_in
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.viewer import viewer
from portal.directory.cards import card_of
from portal.groups import editing
from portal.groups.blueprint import bp
from portal.groups.clashes import clash_of
from portal.groups.desk import is_at_desk
from portal.groups.editing import Editing
from portal.groups.fact_forms import PAGES
from portal.groups.place_form import PlaceForm
from portal.groups.sent import base_version, form_key, typed
from portal.groups.sessions_page import sessions_answer

SAVED_BY = ("save", "preview", "draft")


@bp.errorhandler(NotYours)
def not_yours(error: NotYours) -> ResponseReturnValue:
    """Somebody was taken off while they typed: nothing is saved, and what they typed is given back."""
    return page("groups/not-yours.html", status=403, sentence=error.sentence, typed=typed())


@bp.route("/group/listings/<uuid:service_id>/edit/<string:fact>", methods=["GET", "POST"])
@signed_in()
def edit_fact(service_id: UUID, fact: str) -> ResponseReturnValue:
    """One fact of one listing."""
    if fact not in PAGES:
        raise NotFound(_("There is no such page."))
    one = editing.begin(viewer(), service_id, fact, typed=request.method == "POST")
    form = PAGES[fact].form()
    if held_forms.typed() is None:
        form.put(one.value)
    if not form.validate_on_submit() or request.form.get("action") not in SAVED_BY:
        return fact_page(one, form)
    return answered(one, form, form.told(one.standing))


@bp.route("/group/listings/<uuid:service_id>/edit/place", methods=["GET", "POST"])
@signed_in()
def edit_place(service_id: UUID) -> ResponseReturnValue:
    """One place of a listing: `at` says which, "new" another one. Times at a place go with it."""
    one = editing.begin(viewer(), service_id, "place", typed=request.method == "POST")
    ids = [place["id"] for place in one.value or ()]
    form = PlaceForm()
    at = held_forms.typed_as("at") or request.args.get("at")
    form.which = next((place for place in ids if place == at), "")
    if not form.which and at != "new":
        form.which = ids[0] if ids else ""
    if held_forms.typed() is None:
        form.put(one.value)
    if request.form.get("action") == "remove" and form.which:
        return answered(one, form, form.without(one.value))
    if not form.validate_on_submit() or request.form.get("action") not in SAVED_BY:
        return fact_page(one, form)
    return answered(one, form, form.told(one.value))


@bp.route("/group/listings/<uuid:service_id>/edit/sessions", methods=["GET", "POST"])
@signed_in()
def edit_sessions(service_id: UUID) -> ResponseReturnValue:
    """When it meets."""
    one = editing.begin(viewer(), service_id, "sessions", typed=request.method == "POST")
    return sessions_answer(one, answered)


def fact_page(one: Editing, form: FlaskForm, clash: Clash | None = None) -> ResponseReturnValue:
    """The form of a fact, with what saving it will do."""
    name = one.fact.name
    return page(
        "groups/place.html" if name == "place" else "groups/fact.html",
        status=409 if clash else None,
        one=one,
        form=form,
        question=PAGES[name].question if name in PAGES else one.fact.label,
        why_wait=editing.will_wait(one.service, [name], viewer()),
        stands=one.fact.shown(one.standing) if one.standing else [],
        key=form_key(),
        version=clash.version if clash else base_version(one.service),
        **clash_of(one, clash),
    )


def answered(one: Editing, form: Any, value: Any, show: Any = fact_page) -> ResponseReturnValue:
    """What follows from the button that was pressed: a preview, a draft, or the change itself."""
    action, name = request.form.get("action"), one.fact.name
    if action == "preview":
        return _preview(one, value)
    if action == "draft":
        editing.keep(one, value, by=viewer(), base_version=base_version(one.service))
        flash(_("Kept for later. Nobody else sees it until you send it."), "done")
        return redirect(url_for(".listing", service_id=one.service.id), 303)
    try:
        change = editing.save(one, value, by=viewer(), base_version=base_version(one.service), key=form_key())
    except Clash as clash:
        return show(editing.begin(viewer(), one.service.id, name), form, clash)  # type: ignore[no-any-return]
    flash(_told(one, change), "done")
    return redirect(url_for(".listing", service_id=one.service.id), 303)


def _preview(one: Editing, value: Any) -> ResponseReturnValue:
    seen = editing.preview(one.service, {one.fact.name: value})
    return page(
        "groups/preview.html",
        one=one,
        card=card_of(seen.listing),
        service=seen.listing.service,
        details=seen.details,
        facts=seen.facts,
        why_wait=editing.will_wait(one.service, [one.fact.name], viewer()),
        sent=[(name, told) for name, told in request.form.items(multi=True) if name not in {"csrf_token", "action"}],
    )


def _told(one: Editing, change: ChangeRequest) -> str:
    if change.state == "live":
        return _("“%(fact)s” is saved. Everyone can see it.", fact=one.fact.label)
    if is_at_desk(one.service):
        return _(
            "“%(fact)s” is sent to another moderator. Until they have looked, the public sees what stood before.",
            fact=one.fact.label,
        )
    return _(
        "“%(fact)s” is sent to a moderator. Until they have looked, the public sees what stood before.",
        fact=one.fact.label,
    )
