"""Reads the settings from the environment, once. Only `portal.app`, `portal.cli` and `portal.running` call this.

A demo instance keeps its own secrets in `demo.json` in its folder; they stand in where the environment names none.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from portal.attachments import clamd
from portal.core.destinations import Exceptions
from portal.core.i18n import LOCALES
from portal.core.identity import Provider, ProviderProblem, providers_from
from portal.core.settings import Settings
from portal.notifications.senders.smtp import server_of
from portal.operations.backup.sealing import is_recipient
from portal.referrals.dispatching.transports import current as transports
from portal.referrals.dispatching.transports.mailbox import mailbox_of, problem_with

DEMO_SECRETS = "demo.json"
ENGINES = ("whoosh", "postgres")
NOT_SET = ("", "0", "false", "no")


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
    demo = {} if get("SECRET_KEY") else demo_secrets(instance)
    database_url = get("DATABASE_URL") or f"sqlite:///{instance / 'portal.sqlite3'}"
    settings = Settings(
        instance=instance,
        secret_key=get("SECRET_KEY") or demo.get("secret_key", ""),
        data_keys=_data_keys(get("DATA_KEYS") or demo.get("data_keys", "")),
        database_url=database_url,
        search=_search(get("SEARCH") or "", database_url),
        base_url=_base_url(get("BASE_URL")),
        brand=get("BRAND") or "",
        school_holidays=get("SCHOOL_HOLIDAYS") or "",
        area=_words(get("AREA")),
        languages=_languages(get("LANGUAGES")),
        trusted_proxies=_whole_number("PORTAL_TRUSTED_PROXIES", get("TRUSTED_PROXIES"), 0),
        metrics_token=get("METRICS_TOKEN") or "",
        log_level=(get("LOG_LEVEL") or "info").lower(),
        drain_seconds=_whole_number("PORTAL_DRAIN_SECONDS", get("DRAIN_SECONDS"), 1),
        fetch_allow=_hosts(get("FETCH_ALLOW")),
        feed_licence=" ".join((get("FEED_LICENCE") or "").split())[:300],
        feed_limit=max(60, _whole_number("PORTAL_FEED_LIMIT", get("FEED_LIMIT"), Settings.feed_limit)),
        audit_witness=get("AUDIT_WITNESS") or "",
        clamav=_scanner(get("CLAMAV")),
        oidc_providers=_providers(environment),
        backup_recipients=_recipients(get("BACKUP_RECIPIENTS")),
        backup_folder=get("BACKUP_FOLDER") or "",
        secret_key_fallbacks=_words(get("SECRET_KEY_FALLBACKS")),
        password_memory=max(1, _whole_number("PORTAL_PASSWORD_MEMORY", get("PASSWORD_MEMORY"), 64)),
        retention_automatic=(get("RETENTION_AUTOMATIC") or "").lower() not in NOT_SET,
        insight_days=min(365, _whole_number("PORTAL_INSIGHT_DAYS", get("INSIGHT_DAYS"), Settings.insight_days)),
        mail_url=_mail_url(get("MAIL_URL") or ("console:" if demo else ""), get),
        mail_from=_address("PORTAL_MAIL_FROM", get("MAIL_FROM")),
        mail_reply_to=_address("PORTAL_MAIL_REPLY_TO", get("MAIL_REPLY_TO")),
        notify_key=get("NOTIFY_KEY") or "",
        notify_email_template=get("NOTIFY_EMAIL_TEMPLATE") or "",
        notify_sms_template=get("NOTIFY_SMS_TEMPLATE") or "",
        notify_url=get("NOTIFY_URL") or "",
        bounce_token=get("BOUNCE_TOKEN") or "",
        documents_transports=_words(get("DOCUMENTS_TRANSPORTS") or ("folder" if demo else "")),
        documents_folder=get("DOCUMENTS_FOLDER") or "",
        documents_domains=_words(get("DOCUMENTS_DOMAINS")) or Settings.documents_domains,
        documents_days=max(1, _whole_number("PORTAL_DOCUMENTS_DAYS", get("DOCUMENTS_DAYS"), Settings.documents_days)),
        mesh_url=get("MESH_URL") or "",
        mesh_mailbox=get("MESH_MAILBOX") or "",
        mesh_password=get("MESH_PASSWORD") or "",
        mesh_shared_key=get("MESH_SHARED_KEY") or "",
        mesh_workflow=get("MESH_WORKFLOW") or "",
        mesh_route=get("MESH_ROUTE") or Settings.mesh_route,
        mesh_certificate=get("MESH_CERTIFICATE") or "",
        mesh_key=get("MESH_KEY") or "",
        mesh_authority=get("MESH_AUTHORITY") or "",
        debug=environment.get("FLASK_DEBUG", "").lower() not in NOT_SET,
        demo=bool(demo),
    )
    _look_at_documents(settings)
    return settings


def demo_secrets(instance: Path) -> dict[str, str]:
    """The secrets that a demo made for itself, or nothing where the instance is no demo."""
    try:
        told = json.loads((instance / DEMO_SECRETS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsProblem(
            f"{instance / DEMO_SECRETS} cannot be read. Delete it, and start the demo again."
        ) from error
    return {name: str(value) for name, value in told.items()}


def _look_at_documents(settings: Settings) -> None:
    """Every transport is one, and MESH has what it needs."""
    names = settings.documents_transports
    if unknown := [name for name in names if name not in transports.known()]:
        there = ", ".join(transports.known())
        raise SettingsProblem(f"PORTAL_DOCUMENTS_TRANSPORTS names {unknown[0]}. There are: {there}.")
    if "mesh" in names and (problem := problem_with(mailbox_of(settings))) is not None:
        raise SettingsProblem(problem)


def _base_url(value: str | None) -> str:
    base_url = (value or "http://127.0.0.1:8000").rstrip("/")
    if not base_url.startswith(("http://", "https://")):
        raise SettingsProblem("PORTAL_BASE_URL must begin with http:// or https://.")
    if urlsplit(base_url).path:
        raise SettingsProblem("PORTAL_BASE_URL must be a whole site, like https://support.example.org, without a path.")
    return base_url


def _search(engine: str, database_url: str) -> str:
    if engine not in ("", *ENGINES):
        raise SettingsProblem(f"PORTAL_SEARCH is “{engine}”. It can be: {', '.join(ENGINES)}.")
    if engine == "postgres" and not database_url.startswith("postgresql"):
        raise SettingsProblem(
            "PORTAL_SEARCH is “postgres”, but the database is not PostgreSQL. "
            "Leave PORTAL_SEARCH out, or give PORTAL_DATABASE_URL one that begins with postgresql+psycopg://."
        )
    return engine


def _languages(value: str | None) -> tuple[str, ...]:
    languages = _words(value) or Settings.languages
    if unknown := [code for code in languages if code not in LOCALES]:
        raise SettingsProblem(f"PORTAL_LANGUAGES names {unknown[0]}. There are: {', '.join(LOCALES)}.")
    return languages


def _data_keys(value: str) -> tuple[str, ...]:
    keys = _words(value)
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise SettingsProblem("PORTAL_DATA_KEYS holds something that is no key. See docs/settings.md.") from error
    return keys


def _words(value: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (value or "").split(",") if word.strip())


def _hosts(value: str | None) -> tuple[str, ...]:
    hosts = _words(value)
    try:
        Exceptions.of(hosts)
    except ValueError as error:
        raise SettingsProblem(
            "PORTAL_FETCH_ALLOW must be hosts, with commas between, like feeds.example:8443."
        ) from error
    return hosts


def _mail_url(url: str, get: Callable[[str], str | None]) -> str:
    kind = url.partition(":")[0]
    if url in {"", "console:"}:
        return url
    if url == "notify:":
        if not (get("NOTIFY_KEY") and get("NOTIFY_EMAIL_TEMPLATE")):
            raise SettingsProblem(
                "PORTAL_MAIL_URL is notify:, so set PORTAL_NOTIFY_KEY and PORTAL_NOTIFY_EMAIL_TEMPLATE."
            )
        return url
    if kind not in {"smtp", "smtps"}:
        raise SettingsProblem("PORTAL_MAIL_URL must begin with smtp://, smtps:// or be notify: or console:.")
    try:
        server_of(url)
    except ValueError as error:
        raise SettingsProblem(str(error)) from error
    return url


def _address(name: str, value: str | None) -> str:
    if value and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value):
        raise SettingsProblem(f"{name} must be one e-mail address, like support@example.org.")
    return value or ""


def _scanner(value: str | None) -> str:
    try:
        if value:
            clamd.place_of(value)
    except ValueError as error:
        raise SettingsProblem(
            "PORTAL_CLAMAV must be host:port, like scanner.internal:3310, or the path of a socket, like /run/clamav/clamd.ctl."
        ) from error
    return value or ""


def _recipients(value: str | None) -> tuple[str, ...]:
    recipients = _words(value)
    if not all(map(is_recipient, recipients)):
        raise SettingsProblem(
            "PORTAL_BACKUP_RECIPIENTS must be what portal backup-key printed: age1..., with commas between."
        )
    return recipients


def _providers(environment: Mapping[str, str]) -> tuple[Provider, ...]:
    try:
        return providers_from(
            {
                name.removeprefix("PORTAL_"): value.strip()
                for name, value in environment.items()
                if "PORTAL_OIDC" in name
            }
        )
    except ProviderProblem as problem:
        raise SettingsProblem(f"{problem} See docs/accounts-oidc.md.") from problem


def _whole_number(name: str, value: str | None, default: int) -> int:
    if not value:
        return default
    if not value.isdecimal():
        raise SettingsProblem(f"{name} is “{value}”. It must be a whole number, like 1.")
    return int(value)
