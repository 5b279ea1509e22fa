"""Signatures by which receivers know that a message is ours. Source: Standard Webhooks, whose own library signs.

The library of receivers refuses what is over five minutes old when it arrives: so each attempt bears its own time.
"""

import base64
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """A new secret of 256 bits, as receivers give it to their library: "whsec_..."."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode("ascii")


def signed(message_id: str, at: datetime, body: str, with_secrets: Iterable[str]) -> Mapping[str, str]:
    """The three headers of one attempt, signed with each of the secrets. `at` is when it is made, aware."""
    signatures = " ".join(Webhook(secret).sign(message_id, at, body) for secret in with_secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures,
    }
