"""What providers tell of bounces, by POST: who may tell it, and what it says."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast
from uuid import UUID

from portal.core import clock
from portal.core.errors import DomainError

LARGEST_BYTES = 64 * 1024
MOST_EVENTS = 100
OLDEST_SECONDS = 300
KINDS = ("hard", "soft", "complaint")
OF_NOTIFY = {"permanent-failure": "hard", "temporary-failure": "soft"}
"""Statuses of a delivery receipt that are bounces. Source: docs.notifications.service.gov.uk, "Delivery receipts"."""


@dataclass(frozen=True)
class Event:
    """A message that came back. `source_id` is the provider's name for the event."""

    source_id: str
    message_id: UUID
    kind: Literal["hard", "soft", "complaint"]
    reason: str


class NotUnderstood(DomainError):
    """News of bounces that is not written as `docs/messages.md` says."""

    status = 400


def is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether whoever sends this knows the secret: as a bearer token, or by a signature of the body and a fresh time."""
    if not secret:
        return False
    bearer = headers.get("Authorization", "")
    if hmac.compare_digest(bearer.encode(), f"Bearer {secret}".encode()):
        return True
    moment = headers.get("X-Timestamp", "")
    if not moment.isdecimal() or len(moment) > 12 or abs(clock.now().timestamp() - int(moment)) > OLDEST_SECONDS:
        return False
    wanted = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers.get("X-Signature", "").encode(), f"sha256={wanted}".encode())


def events_in(body: bytes) -> list[Event]:
    """The bounces in a delivery receipt of GOV.UK Notify, or in a list of our own form. What is no bounce is left out.

    Raises NotUnderstood.
    """
    try:
        told = json.loads(body)
        if not isinstance(told, dict):
            raise TypeError
        events = told["events"] if "events" in told else [_of_notify(told)]
        if not isinstance(events, list) or len(events) > MOST_EVENTS:
            raise ValueError
        return [_event(one) for one in events if one is not None]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotUnderstood("This is not how bounces are told. See docs/messages.md.") from error


def _of_notify(told: dict[str, Any]) -> dict[str, Any] | None:
    kind = OF_NOTIFY.get(str(told["status"]))
    if kind is None or not told.get("reference"):
        return None
    return {
        "id": f"notify:{UUID(str(told['id']))}",
        "message_id": str(told["reference"]),
        "kind": kind,
        "reason": f"notify {told['status']}",
    }


def _event(told: dict[str, Any]) -> Event:
    kind, source = told["kind"], told["id"]
    if kind not in KINDS or not isinstance(source, str) or not 0 < len(source) <= 100:
        raise ValueError
    if not source.isascii() or not source.isprintable():
        raise ValueError  # no database keeps NUL and half a pair
    reason = str(told.get("reason", ""))
    return Event(
        source_id=f"told:{source}",
        message_id=UUID(str(told["message_id"]).strip().strip("<>").partition("@")[0]),
        kind=cast("Literal['hard', 'soft', 'complaint']", kind),
        reason=reason if reason in {f"notify {status}" for status in OF_NOTIFY} else f"told {kind}",
    )
