"""OpenID Connect with an organisation's own provider: where to send somebody, and who came back.

Authorization code with PKCE (S256), state and nonce. Discovery and keys are kept for ten minutes; a signature by an unknown key
makes us look for new ones once. What is asked of the provider goes through the same guard as every fetch.
Sources: OpenID Connect Core 1.0, Discovery 1.0; RFC 7523, 7636, 9207. Used by: NHS CIS2, NHS login, Microsoft Entra.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from flask import current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from portal.core import clock
from portal.core.connecting import Posted
from portal.core.destinations import Exceptions, NotFetched, destination_of
from portal.core.errors import DomainError
from portal.core.extensions import settings
from portal.core.fetching import Fetcher, FetchProblem
from portal.core.i18n import gettext as _
from portal.core.identity import ALGORITHMS, Provider
from portal.core.plain import one_line

SECONDS = 6.0
KEPT_SECONDS = 600.0
NEW_KEYS_SECONDS = 30.0
LEEWAY_SECONDS = 60
MOST_BYTES = 500_000
ASSERTION_SECONDS = 240
FORM = "application/x-www-form-urlencoded"


class NotSignedIn(DomainError):
    """Somebody did not come back as they should. `why` is one word for the audit chain."""

    status = 400

    def __init__(self, sentence: str, why: str, *, status: int | None = None) -> None:
        super().__init__(sentence, status=status)
        self.why = why


@dataclass(frozen=True)
class Came:
    """Who came back: `issuer` and `subject` are who they are there. `email` is set where the provider has verified it."""

    provider: str
    issuer: str
    subject: str
    email: str | None
    name: str | None
    is_strong: bool


@dataclass
class _Known:
    """What is known of a provider, and when it was learnt by the clock that never jumps."""

    about: dict[str, Any]
    learnt_at: float
    keys: KeySet | None = None
    keys_at: float = field(default=float("-inf"))


def provider_named(name: str) -> Provider | None:
    """A provider of this instance."""
    return next((one for one in settings().oidc_providers if one.name == name), None)


def address_to_sign_in(provider: Provider, *, state: str, nonce: str, verifier: str, back: str) -> str:
    """Where the browser goes. Raises NotSignedIn where the provider does not answer, or answers nonsense."""
    about = _about(provider)
    asked = {"nonce": nonce, "response_mode": "query"}
    if provider.acr_values:
        asked["acr_values"] = provider.acr_values
    if provider.vtr:
        asked["vtr"] = json.dumps([one.strip() for one in provider.vtr.split(",")])
    client = _client(provider, about, back)
    address, _state = client.create_authorization_url(
        about["authorization_endpoint"], state=state, code_verifier=verifier, **asked
    )
    return str(address)


def came_back(
    provider: Provider, answer: Mapping[str, str], *, state: str, nonce: str, verifier: str, back: str
) -> Came:
    """Who somebody is, by the parameters that they came back with. Asks the provider; holds no lock. Raises NotSignedIn."""
    _look_at(provider, answer, state)
    about = _about(provider)
    token = _token(provider, about, answer["code"], verifier, back)
    claims = _claims(provider, about, token, nonce)
    told = {**claims, **_more(provider, about, token, claims)}
    subject = str(told.get(provider.subject_claim) or "")
    if not subject or len(subject) > 255:
        raise _refused("no subject")
    _must_be_sure(provider, told)
    return Came(
        provider=provider.name,
        issuer=provider.issuer,
        subject=subject,
        email=_verified_email(provider, told),
        name=one_line(str(told.get("name") or ""))[:100] or None,
        is_strong=provider.is_strong,
    )


def _look_at(provider: Provider, answer: Mapping[str, str], state: str) -> None:
    if not state or answer.get("state") != state:
        raise _refused("state")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise _refused("issuer of the answer")
    if answer.get("error"):
        sentence = _("You did not finish signing in with %(provider)s. You can try again.", provider=provider.label)
        raise NotSignedIn(sentence, "error of the provider")
    if not answer.get("code"):
        raise _refused("no code")


def _token(provider: Provider, about: dict[str, Any], code: str, verifier: str, back: str) -> dict[str, Any]:
    client = _client(provider, about, back)
    try:
        told = client.fetch_token(
            about["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
        )
    except OAuth2Error as problem:
        raise _refused(f"token: {str(problem.error)[:40]}") from problem
    except (ValueError, TypeError, RecursionError) as problem:
        raise _refused("token") from problem
    if not isinstance(told.get("id_token"), str):
        raise _refused("no ID token")
    return cast("dict[str, Any]", told)


def _claims(provider: Provider, about: dict[str, Any], token: dict[str, Any], nonce: str) -> dict[str, Any]:
    signed = _signed(provider, about, token["id_token"])
    claims = CodeIDToken(
        signed.claims,
        signed.header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        },
        params={"nonce": nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
    )
    try:
        claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError) as problem:
        raise _refused(f"claims: {getattr(problem, 'error', '')[:40]}") from problem
    return dict(claims)


def _signed(provider: Provider, about: dict[str, Any], id_token: str) -> jwt.Token:
    """The ID token, its signature checked; with new keys where it is by none that we know."""
    try:
        return jwt.decode(id_token, _keys(provider, about), algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError):
        if not _may_look_for_keys(provider):
            raise _refused("signature") from None
    try:
        return jwt.decode(id_token, _keys(provider, about, anew=True), algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError) as problem:
        raise _refused("signature") from problem


def _more(provider: Provider, about: dict[str, Any], token: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """What the provider tells apart from the ID token, where that lacks the address or the subject that we need."""
    wanted = {provider.email_claim, provider.subject_claim}
    if wanted <= set(claims) or not about.get("userinfo_endpoint") or not token.get("access_token"):
        return {}
    posted = Posted(b"", FORM, {"Authorization": f"Bearer {token['access_token']}"})
    told = _asked(provider, about["userinfo_endpoint"], posted)
    if told.get("sub") != claims["sub"]:
        raise _refused("userinfo of another")
    return {name: value for name, value in told.items() if name not in claims}


def _must_be_sure(provider: Provider, told: dict[str, Any]) -> None:
    """The claims that say how somebody signed in there. Source: OpenID Connect Core 2, `acr` and `amr`; RFC 8485, `vot`."""
    amr = told.get("amr")
    if provider.acr and told.get("acr") not in provider.acr:
        raise _weak("acr")
    if provider.vot and told.get("vot") not in provider.vot:
        raise _weak("vot")
    if provider.amr and not (isinstance(amr, list) and set(provider.amr) <= {str(one) for one in amr}):
        raise _weak("amr")


def _verified_email(provider: Provider, told: dict[str, Any]) -> str | None:
    email = told.get(provider.email_claim)
    return email if isinstance(email, str) and told.get("email_verified") in (True, "true") else None


def _about(provider: Provider) -> dict[str, Any]:
    """The provider's own description of itself. Raises NotSignedIn."""
    known = _known().get(provider.name)
    if known is not None and time.monotonic() - known.learnt_at < KEPT_SECONDS:
        return known.about
    about = _got(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    ends = [about.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if about.get("issuer") != provider.issuer or not all(isinstance(one, str) for one in ends):
        raise _silent(provider, "discovery")
    try:
        destination_of(about["authorization_endpoint"], Exceptions.of(settings().fetch_allow))
    except NotFetched as problem:
        raise _silent(provider, "discovery") from problem
    _known()[provider.name] = _Known(about, time.monotonic())
    return about


def _keys(provider: Provider, about: dict[str, Any], *, anew: bool = False) -> KeySet:
    known = _known().setdefault(provider.name, _Known(about, time.monotonic()))
    if known.keys is None or anew or time.monotonic() - known.keys_at > KEPT_SECONDS:
        told = _got(provider, about["jwks_uri"])
        try:
            usable = [one for one in told["keys"] if one.get("kty") in {"RSA", "EC"} and one.get("use", "sig") == "sig"]
            known.keys = KeySet.import_key_set({"keys": usable})
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as problem:
            raise _silent(provider, "keys") from problem
        known.keys_at = time.monotonic()
    return known.keys


def _may_look_for_keys(provider: Provider) -> bool:
    known = _known().get(provider.name)
    return known is None or time.monotonic() - known.keys_at > NEW_KEYS_SECONDS


def _known() -> dict[str, _Known]:
    kept: dict[str, _Known] = current_app.extensions.setdefault("portal.oidc", {})
    return kept


class _Session:
    """What Authlib's client posts with: our guarded fetcher."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def post(self, url: str, *, data: dict[str, str], headers: dict[str, str], auth: Any) -> "_Answer":
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        kept = {name: value for name, value in headers.items() if name == "Authorization"}
        return _Answer(_posted(self.provider, url, Posted(body.encode(), FORM, kept)))


@dataclass(frozen=True)
class _Answer:
    """What a token endpoint answered, as Authlib reads it."""

    body: bytes
    status_code: int = 200

    def json(self) -> Any:
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        raise ValueError("no token")


def _client(provider: Provider, about: dict[str, Any], back: str) -> OAuth2Client:
    client = OAuth2Client(
        _Session(provider),
        client_id=provider.client_id,
        client_secret=_secret(provider),
        token_endpoint_auth_method=provider.method,
        scope=provider.scopes,
        redirect_uri=back,
        code_challenge_method="S256",
    )
    if provider.method == "private_key_jwt":
        ends = int(clock.now().timestamp()) + ASSERTION_SECONDS
        head = {"kid": provider.key_id} if provider.key_id else {}
        client.register_client_auth_method(
            PrivateKeyJWT(about["token_endpoint"], claims={"exp": ends}, headers=head, alg=provider.algorithm)
        )
    return client


def _secret(provider: Provider) -> Any:
    if provider.method != "private_key_jwt" or provider.key_file is None:
        return provider.client_secret
    kind = ECKey if provider.algorithm.startswith("ES") else RSAKey
    return kind.import_key(provider.key_file.read_bytes())


def _got(provider: Provider, address: str) -> dict[str, Any]:
    with _fetcher() as fetcher:
        try:
            return _object(provider, fetcher.get(address, "application/json", MOST_BYTES).body)
        except FetchProblem as problem:
            raise _silent(provider, "unreachable") from problem


def _asked(provider: Provider, address: str, posted: Posted) -> dict[str, Any]:
    return _object(provider, _posted(provider, address, posted))


def _posted(provider: Provider, address: str, posted: Posted) -> bytes:
    with _fetcher() as fetcher:
        try:
            answered = fetcher.post(address, posted, "application/json", MOST_BYTES)
        except FetchProblem as problem:
            raise _silent(provider, "unreachable") from problem
    if answered.status >= 500:
        raise _silent(provider, "trouble")
    return answered.body


def _object(provider: Provider, body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise _silent(provider, "nonsense") from problem
    if not isinstance(told, dict):
        raise _silent(provider, "nonsense")
    return told


def _fetcher() -> Fetcher:
    return Fetcher(Exceptions.of(settings().fetch_allow), seconds=SECONDS)


def _refused(why: str) -> NotSignedIn:
    return NotSignedIn(_("Signing in did not work. Start again from the sign-in page."), why)


def _weak(why: str) -> NotSignedIn:
    sentence = _("You signed in there in a way that is not enough here. Use your smartcard, key or app, and try again.")
    return NotSignedIn(sentence, why, status=403)


def _silent(provider: Provider, why: str) -> NotSignedIn:
    sentence = _(
        "%(provider)s does not answer at the moment. Sign in another way, or try again later.", provider=provider.label
    )
    return NotSignedIn(sentence, why, status=503)
