"""Addresses of websites as they are typed, read into origins, and whether one of them may show our listings.

An origin is scheme, host and port and nothing else (RFC 6454). Only https is taken: plain http can be changed on its way. Where
`*.` stands before a host, every name below it is meant, and the host itself is not (Content Security Policy 3, 4.2).
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask_babel import gettext as _

LONGEST_HOST = 253
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?:{LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{2,59}})")
"""Of two names or more, the last of letters: no bare name of a network, and no number."""
SITE = re.compile(r"https://(\*\.)?([^/?#@\\:*\s]+)(?::([0-9]{1,5}))?/?")
HIGHEST_PORT = 65_535
MANY_SHARE = frozenset(
    {f"{kind}.uk" for kind in ("ac", "co", "gov", "ltd", "me", "net", "nhs", "org", "plc", "police", "sch")}
    | {"github.io", "gitlab.io", "netlify.app", "pages.dev", "vercel.app", "web.app", "herokuapp.com"}
    | {"azurewebsites.net", "blogspot.com", "wordpress.com", "wixsite.com", "squarespace.com", "weebly.com"}
)
"""Names below which websites of anybody stand, so that "all below it" is nobody's to allow. Those that are seen here most."""
LOCAL = ("http://localhost:*", "http://127.0.0.1:*")
"""Pages on the visitor's own machine, as a policy names them."""
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1"})


class WrongSite(ValueError):
    """What was typed is no website that can be allowed, said in a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def site_of(typed: str) -> str:
    """The origin that was typed, or a pattern of origins: in small letters, without the usual port. Raises WrongSite."""
    text = typed.strip().lower()
    if not typed.isascii():
        raise WrongSite(
            _("Write “%(site)s” in plain letters, as the browser’s address bar shows it after xn--.", site=typed[:80])
        )
    if names_local(text):
        raise WrongSite(
            _(
                "“%(site)s” is one’s own machine. Leave it out, and tick “Also show it in pages on one’s own machine”.",
                site=typed[:80],
            )
        )
    found = SITE.fullmatch(text)
    if found is None or len(found[2]) > LONGEST_HOST or not HOST.fullmatch(found[2]):
        raise WrongSite(
            _("Write “%(site)s” like https://www.example.org, without a page after the name.", site=typed[:80])
        )
    wildcard, host, port = found[1] or "", found[2], int(found[3] or 443)
    if not 1 <= port <= HIGHEST_PORT:
        raise WrongSite(_("“%(site)s” has a port that does not exist.", site=typed[:80]))
    if wildcard and host in MANY_SHARE:
        raise WrongSite(_("Websites of many different people stand below %(host)s. Name the one you mean.", host=host))
    return f"https://{wildcard}{host}" + (f":{port}" if port != 443 else "")


def names_local(typed: str) -> bool:
    """Whether what was typed is an address on one's own machine, with or without its scheme."""
    try:
        host = urlsplit(typed if "://" in typed else f"//{typed}").hostname
    except ValueError:
        return False
    return host in LOCAL_HOSTS


def may_show(origin: str | None, sites: Iterable[str], *, allows_local: bool = False) -> bool:
    """Whether pages of an origin, as a browser tells it, are among the allowed ones. "null" and nonsense never are."""
    if not origin or not origin.isascii():
        return False
    if allows_local and _is_local(origin):
        return True
    return any(_matches(origin, site) for site in sites)


def origin_of(address: str | None) -> str | None:
    """The origin of an address that a browser told, such as a Referer; none where it is no such address."""
    try:
        parts = urlsplit(address or "")
        port, host = parts.port, parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    shown = f"[{host}]" if ":" in host else host
    is_usual = port is None or (parts.scheme, port) in {("https", 443), ("http", 80)}
    return f"{parts.scheme}://{shown}" if is_usual else f"{parts.scheme}://{shown}:{port}"


def sources(sites: Iterable[str], *, allows_local: bool = False) -> list[str]:
    """The allowed sites as sources of a Content-Security-Policy."""
    return [*sites, *(LOCAL if allows_local else ())]


def _matches(origin: str, site: str) -> bool:
    scheme, star, rest = site.partition("://*.")
    if not star:
        return origin == site
    host, colon, port = rest.partition(":")
    start, end = f"{scheme}://", f".{host}{colon}{port}"
    below = origin[len(start) : -len(end)]
    is_below = origin.startswith(start) and origin.endswith(end) and len(origin) > len(start) + len(end)
    return is_below and re.fullmatch(rf"{LABEL}(?:\.{LABEL})*", below) is not None


def _is_local(origin: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == "http" and parts.hostname in LOCAL_HOSTS and parts.path == ""
