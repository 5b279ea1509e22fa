"""Which addresses may be fetched: how they are written, and to which machines they lead.

Sources: RFC 6890 and the IANA registries of special-purpose addresses; WHATWG URL for hosts that are numbers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Self
from urllib.parse import urlsplit

PORTS = {"https": 443, "http": 80}
LONGEST = 2_000
INSIDE = "leads to a machine that is not on the public internet, so it is not fetched"
GLOBAL_6 = IPv6Network("2000::/3")
NOT_GLOBAL_6 = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
)  # of the protocols, Teredo among them; documentation; 6to4; documentation
NOT_GLOBAL_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip


class NotFetched(ValueError):
    """Why an address is not fetched, as the rest of a sentence that begins with "The address"."""


class LeadsInside(NotFetched):
    """It leads to a machine that is not on the public internet."""

    def __init__(self) -> None:
        super().__init__(INSIDE)


@dataclass(frozen=True)
class Destination:
    """Where an address leads: the host as names are looked up and certificates are checked, and what to ask of it."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        """Host, and port where it is not the scheme's own: the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def literal(self) -> IPv4Address | IPv6Address | None:
        """The number that the host is, if it is one."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None


@dataclass(frozen=True)
class Exceptions:
    """Hosts that an operator excepts from the rules, each with its ports: they may be inside, and speak http."""

    hosts: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[str]) -> Self:
        """From "host" (its ports 80 and 443) or "host:port". Raises ValueError for what is neither."""
        hosts: set[tuple[str, int]] = set()
        for entry in entries:
            parts = urlsplit(f"//{entry}")
            if parts.hostname is None or parts.netloc != entry or "@" in entry:
                raise ValueError(f"“{entry}” is no host")
            ports = PORTS.values() if parts.port is None else (parts.port,)
            hosts.update((_plain(parts.hostname), port) for port in ports)
        return cls(frozenset(hosts))

    def holds(self, where: Destination) -> bool:
        """True if this host is excepted at this port."""
        return (where.host, where.port) in self.hosts


def destination_of(address: str, exceptions: Exceptions) -> Destination:
    """Where an address leads. Raises NotFetched for what is no plain https address, whatever its spelling."""
    if len(address) > LONGEST or not address.isprintable() or " " in address or "\\" in address:
        raise NotFetched("is not one that can be fetched")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotFetched("is not one that can be fetched") from None
    if parts.scheme not in PORTS or not host:
        raise NotFetched("must begin with https:// and a host")
    if "@" in parts.netloc:
        raise NotFetched("must hold no user name and no password")
    if "[" in parts.netloc and ":" not in host:
        raise NotFetched("names a host that cannot exist")
    host = _plain(host)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    found = Destination(parts.scheme, host, PORTS[parts.scheme] if port is None else port, target)
    if not exceptions.holds(found):
        if found.scheme != "https":
            raise NotFetched("must begin with https://")
        if found.port != PORTS["https"]:
            raise NotFetched("must not name a port other than 443")
    return found


def typed_destination(address: str, exceptions: Exceptions) -> Destination:
    """The same of an address that somebody types, to be fetched later. Raises NotFetched also for the number of a machine inside;
    a name is looked up only when it is fetched.
    """
    found = destination_of(address, exceptions)
    if found.literal is not None and not exceptions.holds(found) and not is_public(str(found.literal)):
        raise LeadsInside
    return found


def exception_for(address: str) -> str | None:
    """What an operator would write in PORTAL_FETCH_ALLOW to have an address fetched; None for one that no exception helps."""
    try:
        netloc = urlsplit(address).netloc
        excepted = Exceptions.of([netloc])
        return netloc.lower() if excepted.holds(destination_of(address, excepted)) else None
    except ValueError:
        return None


def is_address(text: str) -> bool:
    """True for what is to be fetched, not opened; also for ftp:// and the like, which fetching refuses in a sentence."""
    return re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*://", text) is not None


def shown_address(address: str) -> str:
    """An address as pages may show it: what follows its path may be a key to it."""
    try:
        return urlsplit(address)._replace(query="", fragment="").geturl()
    except ValueError:
        return ""


def is_public(machine: str) -> bool:
    """True for the number of a machine on the public internet, false for any other and for what is no plain number.

    Of version 6 only what was given out is public: not what embeds an address of version 4 (mapped, compatible, NAT64, 6to4,
    Teredo), and nothing with a zone.
    """
    try:
        number = ip_address(machine)
    except ValueError:
        return False
    if isinstance(number, IPv4Address):
        return number.is_global and not any(number in network for network in NOT_GLOBAL_4)
    is_given_out = number in GLOBAL_6 and not any(number in network for network in NOT_GLOBAL_6)
    return is_given_out and number.is_global and number.scope_id is None


def _plain(host: str) -> str:
    """A host in the one spelling that is looked up. Raises NotFetched for spellings that others read otherwise."""
    if "%" in host:
        raise NotFetched("must name its host without percent signs and zones")
    if ":" in host:
        return str(IPv6Address(host))
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise NotFetched("names a host that cannot exist") from None
    labels = name.split(".")
    if not all(labels) or not all(label.replace("-", "").replace("_", "").isalnum() for label in labels):
        raise NotFetched("names a host that cannot exist")
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):
        try:
            return str(IPv4Address(name))
        except ValueError:
            raise NotFetched("must write a number of a machine as four plain numbers") from None
    return name
