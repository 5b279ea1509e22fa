"""Devices: a long-lived cookie that says on which one somebody has signed in before, and what a browser is called.

The cookie is signed, holds a random number and keyed hashes of addresses, and gives no access to anything: it only moves its
owner's tries to a counter that strangers cannot fill. Source: OWASP, "Device cookies".
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from portal.accounts.models import User, plain_email
from portal.core import cookies
from portal.core.blind_index import blind, blinds
from portal.core.signing import timed_signer

COOKIE = "device"
KEPT_FOR = timedelta(days=400)
MOST_USERS = 5
BROWSERS = (
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"Edg(?:e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"CriOS/|Chrome/|Chromium/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
)
"""Signs of a browser and its name, the telling ones first: most call themselves Chrome or Safari too."""
SYSTEMS = (
    (re.compile(r"iPhone"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Macintosh|Mac OS X"), "Mac"),
    (re.compile(r"Linux|X11"), "Linux"),
)


@dataclass(frozen=True)
class Device:
    """What the cookie says: a random number, and whom it knows."""

    number: str
    users: tuple[str, ...] = ()


def known_device(email: str) -> str | None:
    """The number of this device, where the owner of this address has signed in on it before."""
    device = _of_request()
    if device is None or not set(blinds(plain_email(email))) & set(device.users):
        return None
    return device.number


def remember(response: Response, user: User) -> None:
    """Let this device know the user from now on."""
    device = _of_request() or Device(secrets.token_hex(8))
    own = blind(plain_email(user.email))
    users = (own, *(one for one in device.users if one != own))[:MOST_USERS]
    cookies.put(response, COOKIE, _serializer().dumps({"n": device.number, "u": users}), lasts=KEPT_FOR)


def browser_name(user_agent: str) -> str:
    """What is kept of a browser: its name and system, such as "Chrome|Android". Either may be empty."""
    browser = next((name for signs, name in BROWSERS if signs.search(user_agent)), "")
    system = next((name for signs, name in SYSTEMS if signs.search(user_agent)), "")
    return f"{browser}|{system}"


def shown(device: str | None) -> str:
    """The same as words: "Chrome on Android"."""
    browser, _bar, system = (device or "|").partition("|")
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("An unknown browser")


def _of_request() -> Device | None:
    raw = cookies.told(COOKIE)
    if not raw:
        return None
    try:
        told = _serializer().loads(raw, max_age=int(KEPT_FOR.total_seconds()))
        return Device(str(told["n"]), tuple(str(one) for one in told["u"]))
    except (BadData, KeyError, TypeError):
        return None


def _serializer() -> URLSafeTimedSerializer:
    return timed_signer("known device")
