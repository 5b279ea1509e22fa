"""Signing in with an organisation's own provider: away, back, and the first link to an account."""

import json
import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import arriving, identities, oidc
from portal.accounts.blueprint import bp
from portal.accounts.models import User
from portal.accounts.oidc import Came, NotSignedIn
from portal.accounts.person import signed_in_user, user_or_none
from portal.accounts.proving import proved_lately
from portal.core import cookies
from portal.core.access import public, signed_in, writes_on_get
from portal.core.encryption import box
from portal.core.errors import NotFound
from portal.core.extensions import settings
from portal.core.i18n import current_locale
from portal.core.identity import Provider
from portal.core.pages import page, whole_address

COOKIE = "provider"
LASTS = timedelta(minutes=10)
PURPOSES = ("sign-in", "link", "join")


@bp.get("/sign-in/with/<string:provider>")
@public()
def sign_in_with(provider: str) -> ResponseReturnValue:
    """Send somebody to their provider. Nothing is saved here: what has to be known later is in an encrypted cookie."""
    chosen, purpose = _provider(provider), request.args.get("for", "sign-in")
    kept = {
        "provider": chosen.name,
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
        "purpose": purpose if purpose in PURPOSES else "sign-in",
        "invitation": request.args.get("invitation", "")[:64],
        "next": arriving.wanted(),
    }
    asked = {name: kept[name] for name in ("state", "nonce", "verifier")}
    response = redirect(oidc.address_to_sign_in(chosen, back=_back(chosen), **asked), 303)
    _keep(response, kept)
    return response


@bp.get("/sign-in/return/<string:provider>")
@public()
@writes_on_get
def came_back(provider: str) -> ResponseReturnValue:
    """Back from the provider. Who is linked to an account is signed in; who is not goes on to be linked."""
    chosen, kept = _provider(provider), _kept()
    try:
        if kept.get("provider") != chosen.name or not identities.spend_state(str(kept.get("state", ""))):
            raise NotSignedIn(_("Signing in did not work. Start again from the sign-in page."), "state")
        asked = {name: str(kept[name]) for name in ("state", "nonce", "verifier")}
        came = oidc.came_back(chosen, request.args, back=_back(chosen), **asked)
    except NotSignedIn as problem:
        identities.refused(chosen.name, problem.why)
        raise
    user = identities.user_of(came)
    if user is not None and kept["purpose"] == "sign-in":
        return _without_cookie(arriving.arrive(user, factor="oidc", is_strong=came.is_strong, to=str(kept["next"])))
    return _on_to_be_linked(came, kept)


@bp.route("/account/providers/connect", methods=["GET", "POST"])
@signed_in()
@proved_lately
def connect() -> ResponseReturnValue:
    """Link the identity that somebody came back with to their account: GET shows, POST does it."""
    user = signed_in_user()
    came = _pending("link", of=user)
    label = _provider(came.provider).label
    if request.method == "GET":
        return page("accounts/connect.html", label=label, email=came.email)
    identities.link(user, came)
    flash(_("Connected. You can sign in with %(provider)s from now on.", provider=label), "done")
    return _without_cookie(redirect(url_for(".providers"), 303))


@bp.route("/account/join-with", methods=["GET", "POST"])
@public()
def join_with() -> ResponseReturnValue:
    """Take an invitation up with the identity that somebody came back with: GET shows, POST makes the account."""
    came, token = _pending("join"), str(_kept().get("invitation", ""))
    if not identities.is_invited(token, came):
        return page("accounts/join-other.html", status=403)
    label = _provider(came.provider).label
    if request.method == "GET":
        return page("accounts/join-with.html", label=label, email=came.email, name=came.name)
    user = identities.join(token, came, locale=current_locale().code)
    flash(_("Welcome. Your account is ready."), "done")
    return _without_cookie(arriving.arrive(user, factor="oidc", is_strong=came.is_strong))


@bp.get("/account/providers")
@signed_in()
def providers() -> ResponseReturnValue:
    """Who somebody is at their own providers, and which more could be connected."""
    linked = identities.identities_of(signed_in_user())
    labels = {one.issuer: one.label for one in settings().oidc_providers}
    return page("accounts/providers.html", linked=linked, labels=labels, providers=settings().oidc_providers)


@bp.post("/account/providers/<uuid:identity_id>/disconnect")
@signed_in()
@proved_lately
def disconnect(identity_id: UUID) -> ResponseReturnValue:
    """Let an identity not open the account any more."""
    identities.unlink(signed_in_user(), identity_id)
    flash(_("Disconnected."), "done")
    return redirect(url_for(".providers"), 303)


@bp.app_template_global()
def oidc_providers() -> tuple[Provider, ...]:
    """The providers that somebody may sign in with."""
    return settings().oidc_providers


def _on_to_be_linked(came: Came, kept: dict[str, Any]) -> Response:
    """Nothing is linked by coming back alone: the next page asks."""
    if kept["purpose"] == "join" and kept["invitation"]:
        response = redirect(url_for(".join_with"), 303)
    elif kept["purpose"] == "link" and (user := user_or_none()) is not None:
        kept["of"] = str(user.id)
        response = redirect(url_for(".connect"), 303)
    else:
        identities.refused(came.provider, "not linked")
        response = page("accounts/not-connected.html", status=403, label=_provider(came.provider).label)
        return _without_cookie(response)
    _keep(response, {"came": asdict(came), **{name: kept.get(name) for name in ("purpose", "invitation", "of")}})
    return response


def _pending(purpose: str, *, of: User | None = None) -> Came:
    """Who came back, and is not linked yet. `of`: who has to have been signed in then, as it is for nobody after them to link."""
    kept = _kept()
    is_theirs = kept.get("of") == (str(of.id) if of else None)
    if kept.get("purpose") != purpose or not is_theirs or not isinstance(kept.get("came"), dict):
        raise NotFound(_("This took too long. Start again."))
    return Came(**kept["came"])


def _provider(name: str) -> Provider:
    found = oidc.provider_named(name)
    if found is None:
        raise NotFound(_("There is no such way to sign in."))
    return found


def _back(provider: Provider) -> str:
    """The address to come back to: always without a language, since providers compare it letter for letter."""
    return whole_address(f"/sign-in/return/{provider.name}")


def _keep(response: Response, told: dict[str, Any]) -> None:
    sealed = box().encrypt(json.dumps(told).encode()).decode()
    cookies.put(response, COOKIE, sealed, lasts=LASTS)


def _kept() -> dict[str, Any]:
    try:
        told = box().decrypt(cookies.told(COOKIE).encode(), ttl=int(LASTS.total_seconds()))
        return dict(json.loads(told))
    except (InvalidToken, ValueError, UnicodeError):
        return {}


def _without_cookie(response: Response) -> Response:
    cookies.drop(response, COOKIE)
    return response
