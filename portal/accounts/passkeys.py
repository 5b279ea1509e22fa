"""Passkeys: made on one's account, used as the whole sign-in or as the second step. Source: W3C Web Authentication, level 3.

A challenge lies in the row of a step, whose cookie the browser holds, and goes with it: each is signed once. A passkey that
signs in alone must have seen its owner (a finger, a face, a number); beside a password, touching it is enough.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.accounts import factors
from portal.accounts.models import AccountToken, Passkey, User
from portal.core import clock
from portal.core.brand import Brand
from portal.core.extensions import db, settings

FIRST, NEW = "passkey", "passkey-new"
"""Purposes of the steps that hold the challenge of a sign-in by passkey alone, and of a new passkey."""
CHALLENGE = "challenge"


class NotProved(Exception):
    """What came is no proof of a passkey that we know: another site's, an old challenge's, somebody else's."""


def site() -> str:
    """The domain that passkeys belong to: that of PORTAL_BASE_URL. Numbers cannot be one: on this machine it is localhost."""
    host = urlsplit(settings().base_url).hostname or ""
    return "localhost" if settings().is_local else host


def _origins(asked: str) -> list[str]:
    """Where a passkey may be used: the site itself; on this machine alone, any port of it. `asked`: the host that was asked."""
    if settings().is_local and urlsplit(f"//{asked}").hostname == "localhost":
        return [f"http://{asked}"]
    return [settings().base_url]


def options_for_new(user: User) -> tuple[dict[str, Any], str]:
    """What the browser needs to make a passkey, and the challenge to keep."""
    brand: Brand = current_app.extensions["portal.brand"]
    options = generate_registration_options(
        rp_id=site(),
        rp_name=brand.name,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_described(user),
    )
    return json.loads(options_to_json(options)), bytes_to_base64url(options.challenge)


def options_for_use(user: User | None) -> tuple[dict[str, Any], str]:
    """What the browser needs to use one: any of the site's, or one of a user's as the second step. And the challenge."""
    options = generate_authentication_options(
        rp_id=site(),
        allow_credentials=_described(user) if user else None,
        user_verification=UserVerificationRequirement.PREFERRED if user else UserVerificationRequirement.REQUIRED,
    )
    return json.loads(options_to_json(options)), bytes_to_base64url(options.challenge)


def add(user: User, credential: str, *, name: str, step: AccountToken, host: str) -> Passkey:
    """Keep a new passkey. Raises NotProved."""
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(str(step.payload[CHALLENGE])),
            expected_rp_id=site(),
            expected_origin=_origins(host),
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotProved from error
    told = bytes_to_base64url(made.credential_id)
    if db.session.scalar(select(Passkey).where(Passkey.credential_id == told)) is not None:
        raise NotProved
    passkey = Passkey(credential_id=told, public_key=made.credential_public_key, sign_count=made.sign_count, name=name)
    user.passkeys.append(passkey)
    factors.changed(user, "passkey-added", by=user)
    return passkey


def prove(credential: str, *, step: AccountToken, host: str, user: User | None = None) -> User:
    """The user whose passkey signed the challenge of this step. `user`: who it has to be, at a second step.

    Raises NotProved.
    """
    passkey = _known(credential)
    if passkey is None or (user is not None and passkey.user_id != user.id):
        raise NotProved
    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(str(step.payload[CHALLENGE])),
            expected_rp_id=site(),
            expected_origin=_origins(host),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=user is None,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotProved from error
    owner = db.session.get_one(User, passkey.user_id)
    if not owner.is_active:
        raise NotProved
    passkey.sign_count, passkey.used_at = used.new_sign_count, clock.now()
    return owner


def remove(user: User, passkey: Passkey) -> None:
    """Take a passkey away. Raises StillNeeded."""
    if user.totp_secret is None and len(user.passkeys) == 1:
        factors.check_can_go(user)
    user.passkeys.remove(passkey)
    factors.changed(user, "passkey-removed", by=user)


def _known(credential: str) -> Passkey | None:
    try:
        told = json.loads(credential)["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return db.session.scalar(select(Passkey).where(Passkey.credential_id == str(told)))


def _described(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in user.passkeys]
