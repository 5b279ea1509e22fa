"""Whether a text has a form of JSON Schema ("uri", "email", "uuid", "date-time" and so on), by jsonschema's own checks."""

from functools import cache, lru_cache
from typing import Any

LONGEST_KEPT = 300
"""Characters of a text whose answer is remembered."""


def has_format(value: object, form: str) -> bool:
    """Whether this has the form; True of what is no text, and of a form that is not known."""
    if isinstance(value, str) and len(value) > LONGEST_KEPT:
        return bool(checker().conforms(value, form))
    return _remembered(value, form)


@cache
def checker() -> Any:
    """What checks forms, made when it is first asked for: the grammar of addresses alone takes over a second to make.

    Whoever serves asks for it before the first visitor comes.
    """
    from jsonschema import Draft202012Validator

    return Draft202012Validator.FORMAT_CHECKER


@lru_cache(maxsize=20_000)
def _remembered(value: object, form: str) -> bool:
    return bool(checker().conforms(value, form))
