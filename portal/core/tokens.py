"""Secrets that people carry in links and cookies. The database holds their hashes alone."""

import hashlib
import secrets

BYTES = 32


def new_token() -> tuple[str, str]:
    """A new token of 256 bits, as text for a link, and the hash under which it is kept."""
    token = secrets.token_urlsafe(BYTES)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """The hash of a token: 64 hexadecimal digits. A token is random, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
