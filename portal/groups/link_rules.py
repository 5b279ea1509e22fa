"""Rules for looking at links and e-mail domains: what counts as broken, when it is looked at again, and when it is told.

What only turns robots away (401, 403, 429), is slow or is large is there for people, so it is no fault.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import dns.exception
import dns.resolver
from flask_babel.speaklater import LazyString

from portal.core import connecting, fetching
from portal.core.fetching import Fetcher, FetchProblem
from portal.core.i18n import lazy_gettext as _l
from portal.directory.addresses import web_address
from portal.groups.models import LinkCheck

WRONG: Mapping[str, LazyString] = {
    "no_name": _l("no such address exists"),
    "silent": _l("nothing answers there"),
    "certificate": _l("its certificate is not valid, so browsers warn of it"),
    "missing": _l("the page is not there any more"),
    "error": _l("the site answers with an error"),
    "no_mail": _l("no e-mail can reach this address: its domain takes none"),
}
"""What may be wrong with a link or an address, as people are told."""
SIGNS = (
    (connecting.UNKNOWN, "no_name"),
    (fetching.SILENT, "silent"),
    (fetching.UNTRUSTED, "certificate"),
)
"""Words of `FetchProblem` and what they mean here."""
AFTER_FAILURE = (timedelta(days=2), timedelta(days=2), timedelta(days=4), timedelta(days=7))
WHEN_WELL = timedelta(days=30)
WHEN_UNCLEAR = timedelta(days=3)
FEWEST_FAILURES = 2
TOLD_AFTER = timedelta(days=2)
"""A fault is told once it was met twice, days apart."""
EXAMPLES = re.compile(r"(?:^|\.)(?:example(?:\.(?:org|com|net))?|test|invalid|localhost)$")
"""Names that are nobody's, so nobody is asked about them. Source: RFC 2606."""
DNS_SECONDS = 5.0


@dataclass(frozen=True)
class Target:
    """Something to look at: an address of the web, or the domain of an e-mail address."""

    kind: str
    target: str
    host: str


def url_target(url: str | None) -> Target | None:
    """The target of an address that a listing names, or None where it cannot be looked at."""
    whole = web_address(url)
    whole = whole if whole and "@" not in urlsplit(whole).netloc else None
    host = (urlsplit(whole).hostname or "").lower() if whole else ""
    return Target("url", whole, host) if whole and host and not EXAMPLES.search(host) else None


def domain_target(email: str | None) -> Target | None:
    """The target of an e-mail address: its domain alone, never whose it is."""
    domain = (email or "").strip().rpartition("@")[2].lower().rstrip(".")
    return Target("domain", domain, domain) if "." in domain and not EXAMPLES.search(domain) else None


def look_at_url(fetcher: Fetcher, url: str) -> str | None:
    """What is wrong with an address: a key of WRONG, "" where nothing is, None where it cannot be told.

    Of an address of plain http the one of https is asked; if that does not answer, the first may still be well.
    """
    parts = urlsplit(url)
    is_plain = parts.scheme == "http"
    try:
        fetcher.get(urlunsplit(parts._replace(scheme="https", fragment="")) if is_plain else url, most=1)
    except FetchProblem as problem:
        why = _meaning(problem)
        return None if is_plain and why not in {"", "no_name"} else why
    return ""


def look_at_domain(resolver: dns.resolver.Resolver, domain: str) -> str | None:
    """Whether mail can reach a domain: it has a mail server, or else a machine. Source: RFC 5321, 5.1; RFC 7505."""
    try:
        servers = [str(one.exchange) for one in resolver.resolve(domain, "MX", lifetime=DNS_SECONDS)]
        return "no_mail" if servers == ["."] else ""
    except dns.resolver.NXDOMAIN:
        return "no_mail"
    except dns.resolver.NoAnswer:
        return _has_machine(resolver, domain)
    except (dns.exception.DNSException, OSError, ValueError):
        return None


def note(row: LinkCheck, why: str | None, now: datetime) -> None:
    """Write down what was found, and when to look again: later and later while it fails, a month on while it is well."""
    row.checked_at = now
    if why is None:
        row.next_at = now + WHEN_UNCLEAR
    elif why:
        row.failures += 1
        row.failing_since = row.failing_since or now
        row.why = why
        row.next_at = now + AFTER_FAILURE[min(row.failures, len(AFTER_FAILURE)) - 1]
    else:
        row.failures, row.failing_since, row.why = 0, None, None
        row.next_at = now + WHEN_WELL * random.uniform(0.8, 1.2)


def is_told(row: LinkCheck) -> bool:
    """Whether a fault is sure enough to be told."""
    since = row.failing_since
    return since is not None and row.failures >= FEWEST_FAILURES and row.checked_at - since >= TOLD_AFTER


def _meaning(problem: FetchProblem) -> str:
    if problem.status is not None:
        return "missing" if problem.status in {404, 410} else "error" if problem.status >= 500 else ""
    return next((why for words, why in SIGNS if words in str(problem)), "")


def _has_machine(resolver: dns.resolver.Resolver, domain: str) -> str | None:
    for kind in ("A", "AAAA"):
        try:
            resolver.resolve(domain, kind, lifetime=DNS_SECONDS)
        except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
            continue
        except (dns.exception.DNSException, OSError):
            return None
        return ""
    return "no_mail"
