"""Reads the settings from the environment, once. Only `portal.app`, `portal.cli` and `portal.server` call this."""

from collections.abc import Mapping
from pathlib import Path

from portal.core.settings import Settings

SHORTEST_SECRET = 32
KNOWN_SECRETS = frozenset({"secret", "changeme", "change-me", "development", "password"})


class SettingsProblem(Exception):
    """A setting that is missing or wrong, said in a sentence that tells what to do."""


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Settings from variables named PORTAL_*; fills the defaults that depend on others.

    Raises SettingsProblem for a value that cannot be used.
    """
    get = {
        name.removeprefix("PORTAL_"): value.strip() for name, value in environment.items() if name.startswith("PORTAL_")
    }.get
    instance = Path(get("INSTANCE") or "instance").expanduser().resolve()
    search = get("SEARCH") or "whoosh"
    if search != "whoosh":
        raise SettingsProblem(f"PORTAL_SEARCH is “{search}”. It can be: whoosh.")
    base_url = (get("BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    if not base_url.startswith(("http://", "https://")):
        raise SettingsProblem("PORTAL_BASE_URL must begin with http:// or https://.")
    return Settings(
        instance=instance,
        secret_key=get("SECRET_KEY") or "",
        data_keys=_words(get("DATA_KEYS")),
        database_url=get("DATABASE_URL") or f"sqlite:///{instance / 'portal.sqlite3'}",
        search=search,
        base_url=base_url,
        brand=get("BRAND") or "",
        area=_words(get("AREA")),
        languages=_words(get("LANGUAGES")) or ("en", "cy", "ur"),
        trusted_proxies=_whole_number("PORTAL_TRUSTED_PROXIES", get("TRUSTED_PROXIES"), 0),
        metrics_token=get("METRICS_TOKEN") or "",
        log_level=(get("LOG_LEVEL") or "info").lower(),
        demo=(get("DEMO") or "").lower() in {"1", "yes", "true"},
    )


def problems_for_production(settings: Settings) -> list[str]:
    """What must be put right before a production start: one sentence each, none where all is well."""
    found = []
    if len(settings.secret_key) < SHORTEST_SECRET or settings.secret_key.lower() in KNOWN_SECRETS:
        found.append(
            "PORTAL_SECRET_KEY is missing, short or well known. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if not settings.data_keys:
        found.append(
            "PORTAL_DATA_KEYS is missing: what people tell us about themselves is kept encrypted. Make a key with: "
            "python3 -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())'"
        )
    if not settings.is_local and not settings.base_url.startswith("https://"):
        found.append("PORTAL_BASE_URL must begin with https:// on any address but this machine's own.")
    return found


def _words(value: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (value or "").split(",") if word.strip())


def _whole_number(name: str, value: str | None, default: int) -> int:
    if not value:
        return default
    if not value.isdecimal():
        raise SettingsProblem(f"{name} is “{value}”. It must be a whole number, like 1.")
    return int(value)
