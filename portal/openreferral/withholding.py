"""What no document tells: words of private addresses, and names of persons. Applied to a whole document at once.

Every text is looked through, so that one that is added to the documents later is too.
"""

from collections.abc import Collection
from typing import Any

from portal.directory.persons import role_in
from portal.directory.privacy import hushed, secrets_of
from portal.openreferral.flattening import Document

__all__ = ["hush", "hush_location", "role_in"]

NOT_WORDS = frozenset({"id", "url", "email", "website", "logo", "uri", "term_uri", "schedule_link"})
"""Values that are addresses or keys, not sentences. So is whatever ends in `_id`."""


def hush(value: Any, secrets: Collection[str]) -> Any:
    """A document, a list or a text without any of the secrets. Few have any, and theirs are not gone through."""
    if not secrets:
        return value
    if isinstance(value, str):
        return hushed(value, secrets)
    if isinstance(value, list):
        return [hush(one, secrets) for one in value]
    if isinstance(value, dict):
        return {key: one if _is_key(key) else hush(one, secrets) for key, one in value.items()}
    return value


def hush_location(document: Document, secrets: frozenset[str]) -> Document:
    """A location without the secrets, but for those that are its own public address."""
    if not secrets:
        return document
    addresses = document.get("addresses", [])
    own = [secrets_of(one.get("address_1"), one.get("postal_code"), None) for one in addresses]
    told = {word.casefold() for words in (secrets_of(None, None, document.get("name")), *own) for word in words}
    found: Document = hush(document, [secret for secret in secrets if secret.casefold() not in told])
    return found


def _is_key(name: str) -> bool:
    return name in NOT_WORDS or name.endswith("_id")
