"""The list that a person keeps: ids of services in a signed cookie on their own device.

It holds at most 20, for 30 days after the last change, and the short code if one was made of exactly these.
"""

import base64
import binascii
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from flask import Flask, g, has_request_context
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from portal.core import cookies
from portal.core.access import current_mark
from portal.core.signing import timed_signer
from portal.shortlists.codes import read_code

COOKIE = "list"
MOST = 20
KEPT_FOR = timedelta(days=30)
BYTES_OF_ID = 16


@dataclass(frozen=True)
class Kept:
    """What one person keeps. `ids` are in the order of saving; `code` is that of a shared list of exactly these."""

    ids: tuple[UUID, ...] = ()
    code: str | None = None

    @property
    def is_full(self) -> bool:
        """True if nothing more can be saved."""
        return len(self.ids) >= MOST

    def with_id(self, service_id: UUID) -> "Kept":
        """With one more. Nothing changes if it is there already, or if the list is full."""
        if service_id in self.ids or self.is_full:
            return self
        return Kept((*self.ids, service_id))

    def without_id(self, service_id: UUID) -> "Kept":
        """With one less."""
        rest = tuple(kept for kept in self.ids if kept != service_id)
        return self if rest == self.ids else Kept(rest)

    def with_code(self, code: str) -> "Kept":
        """With the code that was made of it."""
        return replace(self, code=code)


def kept() -> Kept:
    """What the person of this request keeps. A cookie that is old, broken or not ours counts as none."""
    known: Kept = g.get("kept", Kept())
    return known


def keep(response: Response, changed: Kept) -> None:
    """Put the list into the answer's cookie; an empty list takes the cookie away."""
    g.kept = changed
    if not changed.ids:
        cookies.drop(response, COOKIE)
        return
    packed = base64.urlsafe_b64encode(b"".join(service_id.bytes for service_id in changed.ids)).decode()
    value = _serializer().dumps([packed, changed.code or ""])
    cookies.put(response, COOKIE, value, lasts=KEPT_FOR)


def bind(app: Flask) -> None:
    """Tell every page how many services are kept, and the directory which. A page that is cached for all shows none."""

    @app.before_request
    def _tell_directory() -> None:
        g.kept = _read(cookies.told(COOKIE))
        g.saved_services = frozenset(kept().ids) if _is_personal() else frozenset()

    @app.context_processor
    def _count() -> dict[str, int]:
        return {"saved_count": len(kept().ids) if has_request_context() and _is_personal() else 0}


def _is_personal() -> bool:
    mark = current_mark()
    return mark is None or not mark.cacheable


def _read(value: str) -> Kept:
    try:
        packed, code = _serializer().loads(value, max_age=int(KEPT_FOR.total_seconds()))
        raw = base64.urlsafe_b64decode(packed)
    except (BadData, binascii.Error, TypeError, ValueError):
        return Kept()
    parts = [raw[at : at + BYTES_OF_ID] for at in range(0, min(len(raw), MOST * BYTES_OF_ID), BYTES_OF_ID)]
    ids = dict.fromkeys(UUID(bytes=part) for part in parts if len(part) == BYTES_OF_ID)
    return Kept(tuple(ids), read_code(code) if code else None)


def _serializer() -> URLSafeTimedSerializer:
    return timed_signer("portal.shortlists")
