"""The description as people read it: plain rows for the page, made from the document that programs read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.feed.params import BASE

Json = dict[str, Any]
WORDS = {
    "date-time": "date and time",
    "date": "date",
    "uuid": "id (UUID)",
    "uri": "web address",
    "postcode": "postcode",
}


@dataclass(frozen=True)
class Field:
    """A parameter: its name, what it holds, what it does, an example, and what holds without it."""

    name: str
    holds: str
    meaning: str
    example: str
    default: str
    is_required: bool


@dataclass(frozen=True)
class Row:
    """One address: how it is asked, what it is, its parameters, what may be answered, and an answer as JSON, if there is one."""

    id: str
    path: str
    summary: str
    description: str
    fields: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]
    example: str


@dataclass(frozen=True)
class Message:
    """What a receiver of webhooks may be sent."""

    kind: str
    summary: str
    data: tuple[str, ...]


@dataclass(frozen=True)
class Guide:
    """What the page shows."""

    site: str
    feed: str
    description: str
    groups: tuple[tuple[str, str, tuple[Row, ...]], ...]
    messages: tuple[Message, ...]


def guide(document: Json) -> Guide:
    """The rows of the page."""
    site = document["servers"][0]["url"]
    rows = [(operation["tags"][0], _row(path, operation, document)) for path, operation in _operations(document)]
    groups = tuple(
        (tag["name"], tag["description"], tuple(row for name, row in rows if name == tag["name"]))
        for tag in document["tags"]
    )
    return Guide(site, f"{site}{BASE}", document["info"]["description"], groups, tuple(_messages(document)))


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, item in document["paths"].items():
        yield path, item["get"]


def _row(path: str, operation: Json, document: Json) -> Row:
    parameters = [_followed(one, document) for one in operation["parameters"]]
    fields = tuple(_field(one) for one in parameters if one["in"] != "header")
    answers = tuple((code, _followed(one, document)["description"]) for code, one in operation["responses"].items())
    told = operation["responses"]["200"]["content"].get("application/json", {}).get("example")
    example = json.dumps(told, ensure_ascii=False, indent=1) if told is not None else ""
    return Row(operation["operationId"], path, operation["summary"], operation["description"], fields, answers, example)


def _followed(one: Json, document: Json) -> Json:
    """A part, or what it points to."""
    if "$ref" not in one:
        return one
    _hash, *names = one["$ref"].split("/")
    found = document
    for name in names:
        found = found[name]
    return found


def _field(parameter: Json) -> Field:
    schema = parameter["schema"]
    return Field(
        name=parameter["name"],
        holds=_holds(schema),
        meaning=parameter["description"],
        example=_plain(parameter.get("example", "")),
        default=_plain(schema.get("default", "")),
        is_required=bool(parameter.get("required")),
    )


def _holds(schema: Json) -> str:
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_holds(one) for one in schema["anyOf"])
    if schema.get("type") == "integer":
        return (
            f"whole number, {schema['minimum']:,} to {schema['maximum']:,}" if "maximum" in schema else "whole number"
        )
    if schema.get("type") == "boolean":
        return "true, false"
    if schema.get("format") in WORDS:
        return WORDS[schema["format"]]
    if "pattern" in schema and "maxLength" not in schema:
        return "time, HH:MM"
    return f"text, at most {schema['maxLength']} letters" if "maxLength" in schema else "text"


def _plain(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _messages(document: Json) -> Iterator[Message]:
    for kind, item in document["webhooks"].items():
        body = item["post"]["requestBody"]["content"]["application/json"]["schema"]
        yield Message(kind, item["post"]["summary"], tuple(body["properties"]["data"].get("properties", ())))
