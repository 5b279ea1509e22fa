"""Webhooks, for administrators: which programs are told of changes, and what each was told."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.person import signed_in_user
from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.webhooks import actions, queries
from portal.webhooks.forms import SubscriptionForm
from portal.webhooks.words import PROBLEMS

bp = Blueprint("webhooks", __name__, url_prefix="/admin/webhooks")


@bp.route("", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def home() -> ResponseReturnValue:
    """All webhooks. POST adds one, and shows its secret this once."""
    form = SubscriptionForm()
    if form.validate_on_submit():
        try:
            made = actions.add(
                form.address.data, form.kinds.data, form.codes, by=signed_in_user(), form_key=form.key.data
            )
        except actions.WrongAddress as problem:
            form.refuse("address", problem.sentence)
        except actions.CannotDo as problem:
            flash(problem.sentence, "note")
        else:
            if made is not None:
                return page("webhooks/secret.html", status=200, one=made, is_new=True, shown=actions.shown_address)
            flash(_("It was added before. Its secret cannot be shown again."), "note")
            return redirect(url_for(".home"), 303)
    return page(
        "webhooks/home.html", form=form, every=queries.subscriptions(), counts=queries.counts(),
        shown=actions.shown_address,
    )  # fmt: skip


@bp.get("/<uuid:subscription_id>")
@requires(Permission.SITE_MANAGE)
def one(subscription_id: UUID) -> ResponseReturnValue:
    """One webhook: how it stands, and its last deliveries."""
    return page(
        "webhooks/one.html",
        one=queries.subscription(subscription_id),
        latest=queries.latest(subscription_id),
        problems=PROBLEMS,
        shown=actions.shown_address,
    )


@bp.post("/<uuid:subscription_id>/test")
@requires(Permission.SITE_MANAGE)
def send_test(subscription_id: UUID) -> ResponseReturnValue:
    """Send a test."""
    try:
        actions.test(queries.subscription(subscription_id), by=signed_in_user())
    except actions.CannotDo as problem:
        flash(problem.sentence, "note")
    else:
        flash(_("A test is on its way. Load this page again in a few seconds to see whether it arrived."), "done")
    return redirect(url_for(".one", subscription_id=subscription_id), 303)


@bp.post("/<uuid:subscription_id>/secret")
@requires(Permission.SITE_MANAGE)
def change_secret(subscription_id: UUID) -> ResponseReturnValue:
    """Another secret, shown this once."""
    found = queries.subscription(subscription_id)
    try:
        actions.rotate(found, by=signed_in_user())
    except actions.CannotDo as problem:
        flash(problem.sentence, "note")
        return redirect(url_for(".one", subscription_id=subscription_id), 303)
    return page("webhooks/secret.html", status=200, one=found, is_new=False, shown=actions.shown_address)


@bp.post("/<uuid:subscription_id>/switch")
@requires(Permission.SITE_MANAGE)
def switch(subscription_id: UUID) -> ResponseReturnValue:
    """Pause it, or switch it on again."""
    found, is_on = queries.subscription(subscription_id), request.form.get("to") == "on"
    if is_on:
        actions.resume(found, by=signed_in_user())
        flash(_("It is on. What changed meanwhile is being sent."), "done")
    else:
        actions.pause(found, by=signed_in_user())
        flash(_("It is paused. What changes now is sent when you switch it on again."), "done")
    return redirect(url_for(".one", subscription_id=subscription_id), 303)


@bp.post("/<uuid:subscription_id>/remove")
@requires(Permission.SITE_MANAGE)
def remove(subscription_id: UUID) -> ResponseReturnValue:
    """Take it away."""
    actions.remove(queries.subscription(subscription_id), by=signed_in_user())
    flash(_("The webhook was removed."), "done")
    return redirect(url_for(".home"), 303)
