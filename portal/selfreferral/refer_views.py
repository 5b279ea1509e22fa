"""Asking a service for oneself or for somebody: `/refer/<service>` and its pages."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.core.access import public
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import may_be_signed_in, viewer
from portal.pages.navigation import has_page
from portal.selfreferral import actions, keeping, steps
from portal.selfreferral.actions import Asked
from portal.selfreferral.blueprint import bp
from portal.selfreferral.flows import Flow
from portal.selfreferral.standing import Door, door_of, instead_of, phones_of
from portal.selfreferral.wishes import WishForm

FOR_WORKERS = "caseload.refer_choose"
REFER = "/refer/<uuid:service_id>"


@bp.get(REFER)
@public()
def start(service_id: UUID) -> ResponseReturnValue:
    """What this is and what it is not, before the first question; or why nobody can be sent there now."""
    if may_be_signed_in() and viewer().can(Permission.CASELOAD) and has_page(FOR_WORKERS):
        return redirect(url_for(FOR_WORKERS, service_id=service_id), 303)
    door = _door(service_id)
    if door.flow is None:
        return _listing(service_id)
    if door.why_not is not None or request.args.get("wait") == "no":
        return _shut(door, door.flow, WishForm())
    return page(
        "selfreferral/start.html", flow=door.flow, is_sensitive=door.flow.is_sensitive,
        is_again=keeping.kept(door.flow.about).sent is not None,
        hands_over=may_be_signed_in() and viewer().can(Permission.HAND_OVER),
    )  # fmt: skip


@bp.post(f"{REFER}/tell-me")
@public()
def tell_me(service_id: UUID) -> ResponseReturnValue:
    """Keep an e-mail address until there is space."""
    door = _door(service_id)
    if door.flow is None or not door.may_wish:
        return redirect(url_for(".start", service_id=service_id), 303)
    form = WishForm()
    if not form.validate_on_submit():
        return _shut(door, door.flow, form)
    by = Asked(current_locale().code, str(form.key.data))
    actions.wish_for_space(service_id, str(form.email.data), by=by, address=request.remote_addr or "")
    flash(_("We will write to you once when there is space. Then we forget your address."), "done")
    return redirect(url_for(".start", service_id=service_id), 303)


@bp.route(f"{REFER}/<any(who, person, help, contact, safety, agreement):question>", methods=["GET", "POST"])
@public()
def question(service_id: UUID, question: str) -> ResponseReturnValue:
    """One question page."""
    flow = _open(service_id)
    return flow if isinstance(flow, Response) else steps.ask(flow, question, stops=_stops)


@bp.route(f"{REFER}/help-first", methods=["GET", "POST"])
@public()
def help_first(service_id: UUID) -> ResponseReturnValue:
    """Numbers to call, where the words tell of danger."""
    flow = _open(service_id)
    return flow if isinstance(flow, Response) else steps.help_first(flow)


@bp.get(f"{REFER}/check")
@public()
def check(service_id: UUID) -> ResponseReturnValue:
    """All answers once more."""
    flow = _open(service_id)
    return flow if isinstance(flow, Response) else steps.check(flow)


@bp.post(f"{REFER}/send")
@public()
def send(service_id: UUID) -> ResponseReturnValue:
    """Send it."""
    flow = _open(service_id)
    if isinstance(flow, Response):
        return flow
    return steps.send(flow, lambda told, key: actions.send_referral(flow, told, by=Asked(current_locale().code, key)))


@bp.get(f"{REFER}/sent")
@public()
def sent(service_id: UUID) -> ResponseReturnValue:
    """It was sent: reference, code, what comes next."""
    door = _door(service_id)
    return _listing(service_id) if door.flow is None else steps.sent(door.flow)


@bp.get(f"{REFER}/not-agreed")
@public()
def not_agreed(service_id: UUID) -> ResponseReturnValue:
    """Without agreement nothing is sent: how to ask the group directly. What was told is forgotten by now."""
    flow = _door(service_id).flow
    if flow is None or flow.listing is None:
        return _listing(service_id)
    return page(
        "selfreferral/not-agreed.html", flow=flow, contacts=phones_of(flow.listing), is_sensitive=flow.is_sensitive
    )


def _stops(flow: Flow, told: dict[str, Any]) -> str | None:
    if told.get("wait") == "no":
        return url_for(".start", service_id=flow.service_id, wait="no")
    return flow.address("not_agreed") if told.get("agreed") == "no" else None


def _door(service_id: UUID) -> Door:
    return door_of(service_id) or abort(404)


def _open(service_id: UUID) -> Flow | Response:
    """The form, while the service takes anybody; else back to where it is said why not. What was told stays."""
    door = _door(service_id)
    if door.flow is None:
        return _listing(service_id)
    return door.flow if door.why_not is None else redirect(url_for(".start", service_id=service_id), 303)


def _listing(service_id: UUID) -> Response:
    return redirect(url_for("directory.show", service_id=service_id), 303)


def _shut(door: Door, flow: Flow, form: WishForm) -> Response:
    if flow.listing is None:
        abort(404)
    return page(
        "selfreferral/shut.html", flow=flow, why_not=door.why_not, may_wish=door.may_wish, form=form,
        related=instead_of(flow.listing), contacts=phones_of(flow.listing), is_sensitive=flow.is_sensitive,
    )  # fmt: skip
