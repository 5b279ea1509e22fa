"""Signing what visitors carry: cookies, links. The newest key signs; what former keys signed is still believed."""

from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from portal.core.extensions import settings
from portal.core.settings import Settings


def keys(of: Settings) -> list[str]:
    """The keys as itsdangerous takes them: the one that signs is the last."""
    return [*reversed(of.secret_key_fallbacks), of.secret_key]


def signer(salt: str) -> URLSafeSerializer:
    """For what never ages."""
    return URLSafeSerializer(keys(settings()), salt=salt)


def timed_signer(salt: str) -> URLSafeTimedSerializer:
    """For what ages."""
    return URLSafeTimedSerializer(keys(settings()), salt=salt)
