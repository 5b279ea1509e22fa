"""How an organisation's own provider of identities is reached: settings PORTAL_OIDC_*, as docs/accounts-oidc.md says."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

METHODS = ("client_secret_basic", "private_key_jwt")
ALGORITHMS = ("RS256", "RS512", "PS256", "ES256")
"""How an ID token or our own assertion may be signed. Nothing shared, and never "none"."""


class ProviderProblem(ValueError):
    """What is wrong with the settings of a provider, as a sentence."""


@dataclass(frozen=True)
class Provider:
    """One provider. `name` stands in addresses, `label` on the button.

    `acr`, `vot`: an ID token must hold one of these; `amr`: all of these. `acr_values`, `vtr`: what is asked for.
    `is_strong`: signing in there counts as a second factor, once those claims hold.
    """

    name: str
    label: str
    issuer: str
    client_id: str
    method: str = "client_secret_basic"
    client_secret: str = ""
    key_file: Path | None = None
    key_id: str = ""
    algorithm: str = "RS512"
    scopes: str = "openid email"
    acr_values: str = ""
    vtr: str = ""
    acr: tuple[str, ...] = ()
    vot: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    email_claim: str = "email"
    subject_claim: str = "sub"
    is_strong: bool = False


def providers_from(get: Mapping[str, str]) -> tuple[Provider, ...]:
    """The providers that OIDC_PROVIDERS names. `get`: settings without "PORTAL_". Raises ProviderProblem."""
    return tuple(_provider(name, get) for name in _words(get.get("OIDC_PROVIDERS", "")))


def _provider(name: str, get: Mapping[str, str]) -> Provider:
    if not name.isascii() or not name.isalnum() or name != name.lower():
        raise ProviderProblem(f"PORTAL_OIDC_PROVIDERS names “{name}”. A name is small letters and digits.")

    def told(part: str, default: str = "") -> str:
        return get.get(f"OIDC_{name.upper()}_{part}", default)

    issuer, key = told("ISSUER"), told("KEY_FILE")
    provider = Provider(
        name=name,
        label=told("LABEL", name.upper()),
        issuer=issuer,
        client_id=told("CLIENT_ID"),
        method=told("AUTH_METHOD", "private_key_jwt" if key else "client_secret_basic"),
        client_secret=told("CLIENT_SECRET"),
        key_file=Path(key) if key else None,
        key_id=told("KEY_ID"),
        algorithm=told("ALGORITHM", "RS512"),
        scopes=told("SCOPES", "openid email"),
        acr_values=told("ACR_VALUES"),
        vtr=told("VTR"),
        acr=_words(told("ACR")),
        vot=_words(told("VOT")),
        amr=_words(told("AMR")),
        email_claim=told("EMAIL_CLAIM", "email"),
        subject_claim=told("SUBJECT_CLAIM", "sub"),
        is_strong=told("SECOND_FACTOR").lower() in {"yes", "true", "1"},
    )
    if problem := _problem(provider):
        raise ProviderProblem(f"PORTAL_OIDC_{name.upper()}_{problem}")
    return provider


def _problem(provider: Provider) -> str | None:
    if not provider.issuer.startswith(("https://", "http://")):
        return "ISSUER must be the address of the provider, like https://id.example.org."
    if not provider.client_id:
        return "CLIENT_ID is missing."
    if provider.method not in METHODS:
        return f"AUTH_METHOD is “{provider.method}”. It can be: {', '.join(METHODS)}."
    if provider.algorithm not in ALGORITHMS:
        return f"ALGORITHM is “{provider.algorithm}”. It can be: {', '.join(ALGORITHMS)}."
    if provider.method == "client_secret_basic" and not provider.client_secret:
        return "CLIENT_SECRET is missing."
    if provider.method == "private_key_jwt" and not (provider.key_file and provider.key_file.is_file()):
        return "KEY_FILE must name a file with a private key in PEM."
    if provider.is_strong and not (provider.acr or provider.vot or provider.amr):
        return "SECOND_FACTOR is “yes”, but nothing says how that is known: set ACR, VOT or AMR."
    return None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
