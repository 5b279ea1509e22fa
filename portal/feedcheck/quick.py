"""Schemas made into plain functions: whether a document keeps one, ten times sooner than by reading the schema each time.

Only the rules that `portal/openreferral/schemas.py` uses. What breaks, and where, is asked of jsonschema afterwards.
"""

from collections.abc import Callable, Mapping
from typing import Any

from portal.openreferral.formats import has_format

Keeps = Callable[[Any], bool]

KNOWN = frozenset({"$schema", "type", "properties", "required", "items", "enum", "format", "minimum"})


class NotPlain(ValueError):
    """A schema has a rule that is not known here."""


def compiled(schema: Mapping[str, Any]) -> Keeps:
    """A function that says whether a document keeps this schema. Raises NotPlain."""
    if unknown := set(schema) - KNOWN:
        raise NotPlain(f"No rule {sorted(unknown)} is known.")
    rules = [RULES[name](schema) for name in RULES if name in schema]
    if "properties" in schema or "required" in schema:
        rules.append(_object(schema))
    if len(rules) == 1:
        return rules[0]
    return lambda value: all(rule(value) for rule in rules)


def _type(schema: Mapping[str, Any]) -> Keeps:
    return TYPES[schema["type"]]


def _enum(schema: Mapping[str, Any]) -> Keeps:
    words = frozenset(schema["enum"])
    return lambda value: isinstance(value, str) and value in words


def _format(schema: Mapping[str, Any]) -> Keeps:
    form = schema["format"]
    return lambda value: not isinstance(value, str) or has_format(value, form)


def _minimum(schema: Mapping[str, Any]) -> Keeps:
    least = schema["minimum"]
    return lambda value: not _is_number(value) or value >= least


def _items(schema: Mapping[str, Any]) -> Keeps:
    inner = compiled(schema["items"])
    return lambda value: not isinstance(value, list) or all(map(inner, value))


def _object(schema: Mapping[str, Any]) -> Keeps:
    inner = {name: compiled(one) for name, one in schema.get("properties", {}).items()}
    required = tuple(schema.get("required", ()))

    def keeps(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        if not all(name in value for name in required):
            return False
        return all(name not in inner or inner[name](one) for name, one in value.items())

    return keeps


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return _is_number(value) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


TYPES: Mapping[str, Keeps] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": _is_whole,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
RULES: Mapping[str, Callable[[Mapping[str, Any]], Keeps]] = {
    "type": _type,
    "enum": _enum,
    "format": _format,
    "minimum": _minimum,
    "items": _items,
}
