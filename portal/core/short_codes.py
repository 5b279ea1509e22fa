"""Short codes that people type: kept as HMACs under a key, since eight digits can be guessed back from a plain hash.

The key follows from each of PORTAL_DATA_KEYS: what was sent before a new key came is still right. Source: HMAC-SHA-256.
"""

import hashlib
import hmac

from portal.core.blind_index import derived
from portal.core.extensions import settings

PURPOSE = "short code"


def kept(code: str) -> str:
    """What is kept of a code: 64 hexadecimal digits. Callers put what it is for in front."""
    return _under(settings().data_keys[0], code)


def is_kept(stored: str, code: str) -> bool:
    """Whether this is the code of which that is kept, under any of the keys."""
    return any(hmac.compare_digest(stored, _under(key, code)) for key in settings().data_keys)


def _under(key: str, code: str) -> str:
    return hmac.new(derived(key, PURPOSE), code.encode(), hashlib.sha256).hexdigest()
