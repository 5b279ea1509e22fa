"""How often signing in may be tried. Counters are shared by all processes. Source: `docs/assurance.md` A4.

Somebody who tries another person's password fills the counter of that address as strangers use it. A device on which the person
has signed in before has a counter of its own and passes by the others, so nobody can be shut out of their own account from
elsewhere. No limit lasts: each ends with its window.
"""

from dataclasses import dataclass

from portal.core import throttle

QUARTER_HOUR = 15 * 60


@dataclass(frozen=True)
class Limit:
    """At most `most` tries within `seconds`."""

    most: int
    seconds: int


LIMITS = {
    "user": Limit(10, QUARTER_HOUR),
    "device": Limit(10, QUARTER_HOUR),
    "address": Limit(100, QUARTER_HOUR),
    "everybody": Limit(1_000, 5 * 60),
    "code": Limit(5, 5 * 60),
    "link": Limit(5, 24 * 60 * 60),
    "reset": Limit(5, 24 * 60 * 60),
    "passkey": Limit(100, QUARTER_HOUR),
    "invite": Limit(50, 24 * 60 * 60),
}


def hit(name: str, key: str) -> None:
    """Count one try. Raises TooManyRequests."""
    limit = LIMITS[name]
    throttle.hit(f"sign-in.{name}", key, limit=limit.most, seconds=limit.seconds)


def password_tried(email: str, *, address: str, device: str | None) -> None:
    """Count a try of a password. `email`: in its plain form; `device`: set where it is known for this address.

    The narrow counters come first, so that what they refuse does not fill the wide ones. Raises TooManyRequests.
    """
    if device is not None:
        hit("device", f"{device} {email}")
        return
    hit("address", address)
    hit("user", email)
    hit("everybody", "all")


def code_tried(user_id: object, *, device: str | None) -> None:
    """Count a try of a code. Raises TooManyRequests."""
    hit("code", f"{user_id} {device or ''}")


def mail_asked_for(name: str, email: str, *, address: str) -> None:
    """Count a request for a link by e-mail. `name`: "link" or "reset". Raises TooManyRequests."""
    hit("address", address)
    hit(name, email)
    hit("everybody", "all")
