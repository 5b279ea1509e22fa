"""Signing in with an organisation's own provider, against a real one on this machine."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from portal.accounts import invitations
from portal.accounts.models import ExternalIdentity, User
from portal.accounts.queries import user_by_email
from portal.accounts.roles import Role
from portal.config import SettingsProblem, settings_from
from portal.core.audit import AuditEntry
from portal.core.blind_index import blind
from portal.core.extensions import db
from portal.core.identity import Provider
from tests.factories import Make
from tests.support.page import Browser, Page
from tests.support.provider import CLIENT, SECRET, IdentityProvider, ec_key, identity_provider, rsa_key


@pytest.fixture
def there() -> Iterator[IdentityProvider]:
    with identity_provider() as provider:
        yield provider


@pytest.fixture
def use(active_app: Flask, there: IdentityProvider) -> Iterator[Callable[..., None]]:
    """`use(is_strong=True, ...)`: the site knows this provider as "here", with these settings."""
    before = active_app.extensions["portal.settings"]

    def put(**options: Any) -> None:
        provider = Provider("here", "Our provider", there.issuer, CLIENT, client_secret=SECRET)
        active_app.extensions["portal.settings"] = replace(
            before, oidc_providers=(replace(provider, **options),), fetch_allow=(there.host,)
        )
        active_app.extensions.pop("portal.oidc", None)

    put()
    yield put
    active_app.extensions["portal.settings"] = before
    active_app.extensions.pop("portal.oidc", None)


def linked(user: User, there: IdentityProvider, subject: str = "person-1") -> User:
    """A user who is this person at the provider."""
    key = blind(f"{there.issuer} {subject}")
    db.session.add(ExternalIdentity(user_id=user.id, issuer=there.issuer, subject=subject, subject_key=key))
    db.session.commit()
    return user


def come_back(browser: Browser, there: IdentityProvider, *, expect: int = 303, how: str = "", **changed: str) -> Page:
    """Go away, sign in there, and come back."""
    away = browser.get(f"/sign-in/with/here{how}", expect=303)
    assert away.headers["Location"].startswith(f"{there.issuer}/authorize?")
    told = there.sign_in(away.headers["Location"]) | changed
    query = "&".join(f"{name}={value}" for name, value in told.items())
    return browser.get(f"/sign-in/return/here?{query}", expect=expect)


def test_who_is_linked_is_signed_in(
    app: Flask, make: Make, browser: Browser, there: IdentityProvider, use: Callable[..., None]
) -> None:
    linked(make.user("editor", organisation=make.organisation()), there)
    page = come_back(browser, there, how="?next=/account/roles")
    assert page.headers["Location"] == "/account/roles"
    assert "Editor" in browser.get("/account/roles").main
    asked = there.asked[0]
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/return/here" and asked["scope"] == "openid email"


@pytest.mark.parametrize("algorithm", ["RS512", "ES256"])
def test_we_show_who_we_are_by_a_key_of_our_own(
    sqlite_app: Flask, make: Make, browser: Browser, there: IdentityProvider, use: Callable[..., None],
    tmp_path: Path, algorithm: str,
) -> None:  # fmt: skip
    key = ec_key() if algorithm == "ES256" else rsa_key("ours")
    file = tmp_path / "key.pem"
    file.write_bytes(key.as_pem(private=True))
    there.client_key = key
    use(method="private_key_jwt", client_secret="", key_file=file, key_id="ours", algorithm=algorithm)
    linked(make.user("editor", organisation=make.organisation()), there)
    come_back(browser, there)
    browser.get("/account/roles")


def test_the_levels_of_cis2_and_nhs_login_are_asked_for_and_checked(
    sqlite_app: Flask, make: Make, there: IdentityProvider, use: Callable[..., None]
) -> None:
    linked(make.user("moderator"), there)
    use(acr_values="AAL3_ANY", acr=("AAL3",), amr=("N3_SMARTCARD",), vtr="P9.Cp.Cd,P9.Cp.Ck", is_strong=True)
    browser = Browser(sqlite_app)
    there.claims = {"acr": "AAL3", "amr": ["N3_SMARTCARD"]}
    come_back(browser, there)
    assert there.asked[0]["acr_values"] == "AAL3_ANY" and json.loads(there.asked[0]["vtr"]) == ["P9.Cp.Cd", "P9.Cp.Ck"]
    browser.get("/account/editors")
    for claims in (
        {"acr": "AAL1", "amr": ["N3_SMARTCARD"]},
        {"amr": ["N3_SMARTCARD"]},
        {"acr": "AAL3", "amr": ["pwd"]},
    ):
        there.claims = claims
        page = come_back(Browser(sqlite_app), there, expect=403)
        assert "not enough here" in page.main
    use(vot=("P9.Cp.Cd",))
    there.claims = {"vot": "P0.Cp.Cd"}
    come_back(Browser(sqlite_app), there, expect=403)
    assert db.session.query(AuditEntry).filter_by(action="sign-in.refused").count() == 4


KEYED = {"method": "private_key_jwt", "client_secret": "", "key_id": "ours", "is_strong": True}
NHS_LOGIN = ("P5.Cp.Cd", "P5.Cp.Ck", "P5.Cm")
EXAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "NHS CIS2": (
        KEYED | {"algorithm": "RS256", "acr_values": "AAL2_OR_AAL3_ANY", "acr": ("AAL2", "AAL3")},
        {"acr": "AAL3"},
        {"acr": "AAL1"},
    ),
    "NHS login": (
        KEYED | {"algorithm": "RS512", "vtr": ",".join(NHS_LOGIN), "vot": NHS_LOGIN},
        {"vot": "P5.Cp.Ck"},
        {"vot": "P5.Cp"},
    ),
    "Microsoft Entra": (
        {"scopes": "openid email profile", "amr": ("mfa",), "is_strong": True},
        {"amr": ["pwd", "mfa"], "email": "nia@people.example.org"},
        {"amr": ["pwd"], "email": "nia@people.example.org"},
    ),
}
"""The examples of docs/accounts-oidc.md: our settings, what the provider says of who is in, and what is not enough."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_the_docs_lead_from_connecting_to_a_page_that_needs_a_second_factor(
    sqlite_app: Flask, make: Make, as_user: Callable[..., Browser], there: IdentityProvider, use: Callable[..., None],
    tmp_path: Path, name: str,
) -> None:  # fmt: skip
    options, enough, too_little = EXAMPLES[name]
    if options.get("method") == "private_key_jwt":
        there.client_key = rsa_key("ours")
        file = tmp_path / "key.pem"
        file.write_bytes(there.client_key.as_pem(private=True))
        options = options | {"key_file": file}
    use(**options)
    there.claims = enough
    user = make.user("moderator", email="nia@people.example.org")
    come_back(Browser(sqlite_app), there, expect=403)  # the same address opens no account
    own = as_user(user)
    own.follow(come_back(own, there, how="?for=link"))
    own.post("/account/providers/connect", expect=303)
    fresh = Browser(sqlite_app)
    come_back(fresh, there)
    fresh.get("/account/editors")
    there.claims = too_little
    assert "not enough here" in come_back(Browser(sqlite_app), there, expect=403).main


def test_no_invitation_is_taken_up_by_an_address_that_entra_does_not_call_verified(
    sqlite_app: Flask, make: Make, browser: Browser, there: IdentityProvider, use: Callable[..., None]
) -> None:
    options, there.claims, _too_little = EXAMPLES["Microsoft Entra"]
    use(**options)
    here = make.organisation()
    lead = make.user("lead", organisation=here)
    _row, token = invitations.invite("nia@people.example.org", Role.EDITOR, by=lead, organization_id=here.id)
    db.session.commit()
    browser.get(come_back(browser, there, how=f"?for=join&invitation={token}").headers["Location"], expect=403)
    browser.post("/account/join-with", expect=403)
    assert user_by_email("nia@people.example.org") is None


def test_a_provider_that_is_no_second_factor_does_not_skip_it(
    sqlite_app: Flask, make: Make, browser: Browser, there: IdentityProvider, use: Callable[..., None]
) -> None:
    linked(make.user("moderator", totp_secret="A" * 32), there)
    page = come_back(browser, there)
    assert page.headers["Location"].endswith("/sign-in/second-step")
    browser.get("/account/editors", expect=303)


def test_the_same_address_alone_opens_no_account(
    app: Flask, make: Make, browser: Browser, there: IdentityProvider, use: Callable[..., None]
) -> None:
    make.user("administrator", email="ada@people.example.org")
    there.claims = {"email": "ada@people.example.org", "email_verified": True}
    page = come_back(browser, there, expect=403)
    assert "not connected" in page.main and db.session.query(ExternalIdentity).count() == 0
    browser.get("/account", expect=303)


def test_somebody_who_is_signed_in_connects_by_a_button(
    app: Flask, make: Make, as_user: Callable[..., Browser], there: IdentityProvider, use: Callable[..., None]
) -> None:
    user = make.user("editor", organisation=make.organisation())
    own = as_user(user)
    assert "Connect Our provider" in own.get("/account/providers").main
    shown = own.follow(come_back(own, there, how="?for=link"))
    assert "Our provider" in shown.main and db.session.query(ExternalIdentity).count() == 0
    own.post("/account/providers/connect", expect=303)
    fresh = Browser(app)
    come_back(fresh, there)
    fresh.get("/account/roles")
    other = as_user(make.user("editor", organisation=make.organisation()))
    come_back(other, there, how="?for=link")
    other.post("/account/providers/connect", expect=409)


def test_nobody_links_who_came_back_before_them_on_the_same_device(
    app: Flask, make: Make, as_user: Callable[..., Browser], there: IdentityProvider, use: Callable[..., None]
) -> None:
    here = make.organisation()
    own, other = (as_user(make.user("editor", organisation=here)) for _number in range(2))
    come_back(own, there, how="?for=link")
    left = own.client.get_cookie("provider")
    assert left is not None
    other.client.set_cookie("provider", left.value)
    other.get("/account/providers/connect", expect=404)
    other.post("/account/providers/connect", expect=404)
    own.post("/account/providers/connect", expect=303)


def test_a_name_from_a_provider_holds_nothing_unseen(
    sqlite_app: Flask, make: Make, browser: Browser, there: IdentityProvider, use: Callable[..., None]
) -> None:
    here = make.organisation()
    lead = make.user("lead", organisation=here)
    _row, token = invitations.invite("nia@people.example.org", Role.EDITOR, by=lead, organization_id=here.id)
    db.session.commit()
    there.claims = {"name": "Nia\u202e\x00\n Ōe\u200b", "email": "nia@people.example.org", "email_verified": True}
    come_back(browser, there, how=f"?for=join&invitation={token}")
    browser.post("/account/join-with", expect=303)
    user = user_by_email("nia@people.example.org")
    assert user is not None and user.name == "Nia Ōe"


def test_who_is_invited_at_a_verified_address_joins(
    app: Flask, make: Make, browser: Browser, there: IdentityProvider, use: Callable[..., None]
) -> None:
    here = make.organisation()
    lead = make.user("lead", organisation=here)
    _row, token = invitations.invite("nia@people.example.org", Role.EDITOR, by=lead, organization_id=here.id)
    db.session.commit()
    how = f"?for=join&invitation={token}"
    assert "Join with Our provider" in browser.get(f"/account/join/{token}").main
    for claims in ({"email": "nia@people.example.org"}, {"email": "x@people.example.org", "email_verified": True}):
        there.claims = claims
        browser.get(come_back(browser, there, how=how).headers["Location"], expect=403)
        browser.post("/account/join-with", expect=403)
    there.claims = {"name": "Nia Ōe"}
    there.userinfo = {"sub": "person-1", "email": "NIA@people.example.org", "email_verified": True}
    shown = browser.follow(come_back(browser, there, how=how))
    assert "Nia Ōe" in shown.main and user_by_email("nia@people.example.org") is None
    browser.post("/account/join-with", expect=303)
    user = user_by_email("nia@people.example.org")
    assert user is not None and [one.role for one in user.held] == ["editor"]
    come_back(Browser(app), there)


def tampered(there: IdentityProvider, how: str) -> None:
    """Make the provider, or who stands between, do something wrong."""
    now = int(time.time())
    claims: dict[str, dict[str, Any]] = {
        "nonce": {"nonce": "another"}, "no nonce": {"nonce": None}, "audience": {"aud": "somebody"},
        "two audiences": {"aud": [CLIENT, "somebody"]}, "expired": {"exp": now - 400, "iat": now - 700},
        "issuer": {"iss": "https://evil.example"}, "no subject": {"sub": None}, "no expiry": {"exp": None},
        "strange subject": {"sub": {"a": 1}}, "not yet": {"nbf": now + 4000}, "at_hash": {"at_hash": "nonsense"},
    }  # fmt: skip
    if how in claims:
        there.claims = claims[how]
    told = {"iss": there.issuer, "sub": "person-1", "aud": CLIENT, "iat": now, "exp": now + 300}
    if how == "alg none":
        parts = [{"alg": "none"}, told]
        there.raw_token = ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts) + "."
    if how == "shared secret":
        key = OctKey.import_key(SECRET)
        there.raw_token = jwt.encode({"alg": "HS256"}, told, key)
    if how == "another key":
        key = RSAKey.import_key(rsa_key("forged").as_dict(private=True) | {"kid": "one"})
        there.raw_token = jwt.encode({"alg": "RS256", "kid": "one"}, told, key)
    if how == "no token":
        there.raw_token = "nonsense"
    if how == "userinfo of another":
        there.userinfo = {"sub": "person-2", "email": "x@people.example.org", "email_verified": True}


TRICKS = (
    "nonce", "no nonce", "audience", "two audiences", "expired", "issuer", "no subject", "no expiry", "strange subject",
    "not yet", "at_hash", "alg none", "shared secret", "another key", "no token", "userinfo of another",
)  # fmt: skip


@pytest.mark.parametrize("how", TRICKS)
def test_a_token_that_is_not_right_signs_nobody_in(
    sqlite_app: Flask, make: Make, browser: Browser, there: IdentityProvider, use: Callable[..., None], how: str
) -> None:
    linked(make.user("editor", organisation=make.organisation()), there)
    tampered(there, how)
    page = come_back(browser, there, expect=400)
    assert "Signing in did not work" in page.main
    browser.get("/account/roles", expect=303)


def test_a_state_that_is_not_ours_and_a_return_that_comes_twice_are_refused(
    app: Flask, make: Make, browser: Browser, there: IdentityProvider, use: Callable[..., None]
) -> None:
    linked(make.user("editor", organisation=make.organisation()), there)
    browser.get("/sign-in/return/here?code=x&state=y", expect=400)
    come_back(browser, there, expect=400, state="forged")
    come_back(browser, there, expect=400, iss="https://evil.example")
    away = browser.get("/sign-in/with/here", expect=303)
    cookie = browser.client.get_cookie("provider")
    told = there.sign_in(away.headers["Location"])
    address = f"/sign-in/return/here?code={told['code']}&state={told['state']}"
    browser.get(address, expect=303)
    thief = Browser(app)
    thief.client.set_cookie("provider", cookie.value)
    there.sent[told["code"]] = there.asked[-1]
    thief.get(address, expect=400)
    browser.get("/sign-in/with/nobody", expect=404)
    browser.get("/sign-in/return/nobody", expect=404)


@pytest.mark.parametrize("error", ["access_denied", "server_error", "<script>"])
def test_what_the_provider_refuses_is_a_page(
    sqlite_app: Flask, browser: Browser, there: IdentityProvider, use: Callable[..., None], error: str
) -> None:
    page = come_back(browser, there, expect=400, error=error)
    assert "You did not finish" in page.main and "<script>" not in page.html


def test_new_keys_are_looked_for_once(
    sqlite_app: Flask, make: Make, there: IdentityProvider, use: Callable[..., None]
) -> None:
    linked(make.user("editor", organisation=make.organisation()), there)
    come_back(Browser(sqlite_app), there)
    there.keys = [rsa_key("two")]
    come_back(Browser(sqlite_app), there, expect=400)
    sqlite_app.extensions["portal.oidc"]["here"].keys_at -= 31
    come_back(Browser(sqlite_app), there)
    there.keys, there.algorithm = [ec_key("three")], "ES256"
    sqlite_app.extensions["portal.oidc"]["here"].keys_at -= 31
    come_back(Browser(sqlite_app), there)


NONSENSE = (b"", b"[]", b"null", b"{", b"<html>", b'{"issuer": "https://evil.example"}', b'{"keys": 5}', b"[" * 5_000)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize("body", NONSENSE, ids=range(len(NONSENSE)))
def test_a_provider_that_answers_nonsense_is_a_page(
    sqlite_app: Flask, browser: Browser, there: IdentityProvider, use: Callable[..., None], path: str, body: bytes
) -> None:
    there.broken[path] = body
    away = browser.client.get("/sign-in/with/here")
    if away.status_code == 303:
        told = there.sign_in(away.headers["Location"])
        away = browser.client.get("/sign-in/return/here", query_string=told)
    assert away.status_code in {400, 503}


def test_a_provider_that_is_dead_or_slow_is_a_page(
    sqlite_app: Flask, browser: Browser, there: IdentityProvider, use: Callable[..., None], monkeypatch: Any
) -> None:
    monkeypatch.setattr("portal.accounts.oidc.SECONDS", 0.2)
    there.slow_seconds = 1
    assert "does not answer" in browser.get("/sign-in/with/here", expect=503).main
    there.slow_seconds = 0
    use(issuer="http://127.0.0.1:9")
    browser.get("/sign-in/with/here", expect=503)


def test_settings_of_providers_are_read_and_wrong_ones_said(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(rsa_key("ours").as_pem(private=True))
    told = {
        "PORTAL_SECRET_KEY": "x" * 40, "PORTAL_OIDC_PROVIDERS": "cis2,entra",
        "PORTAL_OIDC_CIS2_ISSUER": "https://am.nhsidentity.example/openam", "PORTAL_OIDC_CIS2_CLIENT_ID": "1",
        "PORTAL_OIDC_CIS2_KEY_FILE": str(key), "PORTAL_OIDC_CIS2_ACR": "AAL2, AAL3", "PORTAL_OIDC_CIS2_SECOND_FACTOR": "yes",
        "PORTAL_OIDC_ENTRA_ISSUER": "https://login.example/tenant/v2.0", "PORTAL_OIDC_ENTRA_CLIENT_ID": "2",
        "PORTAL_OIDC_ENTRA_CLIENT_SECRET": "3",
    }  # fmt: skip
    cis2, entra = settings_from(told).oidc_providers
    assert (cis2.method, cis2.acr, cis2.is_strong) == ("private_key_jwt", ("AAL2", "AAL3"), True)
    assert (entra.method, entra.is_strong, entra.label) == ("client_secret_basic", False, "ENTRA")
    for name, value in (
        ("CIS2_ACR", ""), ("CIS2_ALGORITHM", "none"), ("ENTRA_CLIENT_SECRET", ""), ("CIS2_KEY_FILE", "/nowhere"),
        ("ENTRA_ISSUER", "x"), ("ENTRA_AUTH_METHOD", "none"),
    ):  # fmt: skip
        with pytest.raises(SettingsProblem, match=name.partition("_")[0]):
            settings_from(told | {f"PORTAL_OIDC_{name}": value})
