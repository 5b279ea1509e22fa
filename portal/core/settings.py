"""What an operator can set. Read from the environment by `portal.config`; documented in `docs/settings.md`."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.core.identity import Provider

SHORTEST_SECRET = 32
FEWEST_DIFFERENT_LETTERS = 10
FEWEST_DIFFERENT_BYTES = 16
MOST_PROXIES = 5
KNOWN_SECRETS = frozenset(
    {
        "a secret of the tests, long enough",
        "a secret of the benchmarks, long enough",
        "change-this-to-a-long-random-text-of-your-own",
    }
)
"""Long enough, and yet everybody can read them here."""


@dataclass(frozen=True)
class Settings:
    """The settings of one instance. Each field is the variable `PORTAL_` + its name in capitals."""

    instance: Path
    secret_key: str = ""
    data_keys: tuple[str, ...] = ()
    database_url: str = ""
    search: str = ""
    base_url: str = "http://127.0.0.1:8000"
    brand: str = ""
    school_holidays: str = ""
    area: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en", "cy", "ur")
    trusted_proxies: int = 0
    metrics_token: str = ""
    log_level: str = "info"
    drain_seconds: int = 1
    mail_url: str = ""
    mail_from: str = ""
    mail_reply_to: str = ""
    notify_key: str = ""
    notify_email_template: str = ""
    notify_sms_template: str = ""
    notify_url: str = ""
    bounce_token: str = ""
    documents_transports: tuple[str, ...] = ()
    documents_folder: str = ""
    documents_domains: tuple[str, ...] = ("nhs.net",)
    documents_days: int = 7
    mesh_url: str = ""
    mesh_mailbox: str = ""
    mesh_password: str = ""
    mesh_shared_key: str = ""
    mesh_workflow: str = ""
    mesh_route: str = "lookup"
    mesh_certificate: str = ""
    mesh_key: str = ""
    mesh_authority: str = ""
    fetch_allow: tuple[str, ...] = ()
    feed_licence: str = ""
    feed_limit: int = 1_200
    audit_witness: str = ""
    clamav: str = ""
    oidc_providers: tuple[Provider, ...] = ()
    backup_recipients: tuple[str, ...] = ()
    backup_folder: str = ""
    secret_key_fallbacks: tuple[str, ...] = ()
    password_memory: int = 64
    retention_automatic: bool = False
    insight_days: int = 14
    debug: bool = False
    demo: bool = False
    testing: bool = False

    @property
    def is_local(self) -> bool:
        """True where the site is served over plain http on this machine alone: a demo or a test."""
        return self.base_url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))

    @property
    def sender_address(self) -> str:
        """Whom e-mails come from: as it is set, or "no-reply" at the site."""
        host = self.base_url.partition("://")[2].partition(":")[0]
        return self.mail_from or f"no-reply@{host if any(sign.isalpha() for sign in host) else 'localhost'}"

    @property
    def documents_place(self) -> Path:
        """Where the folder transport puts documents for practices."""
        return Path(self.documents_folder) if self.documents_folder else self.instance / "documents"

    @property
    def is_on_postgresql(self) -> bool:
        """True where the database is PostgreSQL."""
        return self.database_url.startswith("postgresql")

    @property
    def search_engine(self) -> str:
        """The engine that is chosen, or the one that goes with the database."""
        return self.search or ("postgres" if self.is_on_postgresql else "whoosh")

    @property
    def geography_folder(self) -> Path:
        """Where the built postcode structures lie."""
        return self.instance / "geography"

    @property
    def index_folder(self) -> Path:
        """Where the search index lies. Private to the service user: index files are pickles."""
        return self.instance / "index"


def problems_for_production(settings: Settings) -> list[str]:
    """What must be put right before a production start: one sentence each, none where all is well."""
    return [sentence for is_wrong, sentence in WRONG_IN_PRODUCTION if is_wrong(settings)]


def _is_weak(secret: str) -> bool:
    return (
        len(secret) < SHORTEST_SECRET or secret.lower() in KNOWN_SECRETS or len(set(secret)) < FEWEST_DIFFERENT_LETTERS
    )


def _is_weak_key(key: str) -> bool:
    """Whether a data key was not made by chance: 32 random bytes hold fewer than 16 different ones once in 10^13 keys."""
    try:
        return len(set(base64.urlsafe_b64decode(key))) < FEWEST_DIFFERENT_BYTES
    except ValueError:
        return True


WRONG_IN_PRODUCTION: tuple[tuple[Callable[[Settings], bool], str], ...] = (
    (
        lambda settings: _is_weak(settings.secret_key),
        "PORTAL_SECRET_KEY is missing, short or well known. Make one with: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
    ),
    (
        lambda settings: any(map(_is_weak, settings.secret_key_fallbacks)),
        "PORTAL_SECRET_KEY_FALLBACKS holds a key that is short or well known: take it away.",
    ),
    (
        lambda settings: not settings.data_keys or any(map(_is_weak_key, settings.data_keys)),
        "PORTAL_DATA_KEYS is missing or well known: what people tell us about themselves is kept encrypted. Make a key with: "
        "python3 -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())'",
    ),
    (
        lambda settings: not settings.is_local and not settings.base_url.startswith("https://"),
        "PORTAL_BASE_URL must begin with https:// on any address but this machine's own.",
    ),
    (
        lambda settings: settings.base_url.startswith("https://") and not 1 <= settings.trusted_proxies <= MOST_PROXIES,
        "PORTAL_TRUSTED_PROXIES must be the number of proxies before the site, 1 to 5: with none, every visitor counts as one; "
        "with too many, visitors can say that they come from anywhere.",
    ),
    (lambda settings: settings.debug, "FLASK_DEBUG is set: errors would show the code. Unset it."),
)
