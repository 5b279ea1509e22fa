"""Finding an encrypted text again without reading it: an HMAC of it under a key of this use alone.

The key follows from each of PORTAL_DATA_KEYS. `blind` uses the newest and is stored; `blinds` gives one for each key, so that
a look-up finds what an older key wrote until the worker has renewed it. Source: HMAC-SHA-256, of which 128 bits are kept.
"""

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.core.extensions import settings

KEPT_DIGITS = 32


def blind(text: str) -> str:
    """The hash under which a text is stored. Callers make the text plain first: folded case, no spaces around."""
    return blinds(text)[0]


def blinds(text: str) -> tuple[str, ...]:
    """The hashes under which a text may be stored, newest key first."""
    return tuple(_hashed(derived(key, "blind index"), text) for key in settings().data_keys)


@lru_cache(maxsize=64)
def derived(key: str, purpose: str) -> bytes:
    """A key of its own for one purpose, from one of PORTAL_DATA_KEYS. Source: RFC 5869 (HKDF)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"portal {purpose}".encode()).derive(key.encode())


def _hashed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:KEPT_DIGITS]
