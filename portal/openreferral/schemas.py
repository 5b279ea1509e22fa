"""JSON Schemas (2020-12) of the feed's documents, made from the tables: `schema_of("service", "full")`.

Names, types, formats, required and permitted values of Open Referral UK 3.0 are those of `tables.py`, with what that lacks said
here in our own words. Without `ours` a schema judges as the national validator does, which knows nothing of our further names.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from portal.openreferral.formats import has_format
from portal.openreferral.tables import OURS, TABLES, Child, Kind, Table

Schema = dict[str, Any]
Form = Literal["full", "list"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = "HSDS-UK-3.0"
"""What the base address of a feed must say, to the letter."""
KINDS = ("service", "organization", "service_at_location", "taxonomy", "taxonomy_term")
"""What a feed has addresses for."""

STATUSES = ("active", "inactive", "defunct", "temporarily closed")
PLACES = ("physical", "postal", "virtual")
VALUES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "service": {"status": STATUSES},
        "schedule": {"freq": ("WEEKLY", "MONTHLY")},
        "location": {"location_type": PLACES},
        "address": {"address_type": PLACES},
    }
)
"""Columns that hold one of a few words."""
FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "email": "email",
        "assurer_email": "email",
        "url": "uri",
        "website": "uri",
        "uri": "uri",
        "term_uri": "uri",
        "schedule_link": "uri",
        "last_modified": "date-time",
    }
)
"""What a text must look like, by the name of its column. Ids are UUIDs besides; dates and times are held to nothing."""
LOOSE = frozenset({("service_area", "uri")})
"""Columns of such a name that the standard holds to no format."""
BESIDE: Mapping[str, tuple[str, ...]] = MappingProxyType({"taxonomy_term": ("term",)})
"""Columns of the standard that our tables lack, since we never fill them or fill them from another."""
BESIDE_CHILDREN: Mapping[str, tuple[Child, ...]] = MappingProxyType(
    {
        **{
            name: (Child("attributes", "attribute", "link_id"),)
            for name in (
                "organization", "organization_identifier", "location", "address", "accessibility", "contact",
            )
        },
        "taxonomy": (Child("taxonomy_terms", "taxonomy_term", "taxonomy_id"),),
    }
)  # fmt: skip
"""Children of the standard that our tables lack."""
FURTHER: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "service": frozenset({"application_process", "eligibility_description"}),
        "service_at_location": frozenset({"schedules"}),
        "contact": frozenset({"phones"}),
        "language": frozenset({"name", "code", "note"}),
        "attribute": frozenset({"link_entity"}),
        "taxonomy_term": frozenset({"code", "taxonomy_detail"}),
    }
)
"""Columns and children of the tables that HSDS 3.0 has and Open Referral UK 3.0 has not."""

_TYPES: Mapping[Kind, Schema] = MappingProxyType(
    {"text": {"type": "string"}, "number": {"type": "number"}, "yes_no": {"type": "boolean"}, "json": {}}
)
_WORDS: Schema = {"type": "array", "items": {"type": "string"}}
_ELSEWHERE: Schema = {
    "source": {"type": "string"},
    "url": {"type": "string", "format": "uri"},
    "licence": {"type": "string"},
    "id": {"type": "string"},
    "copied_at": {"type": "string", "format": "date-time"},
}
"""What is said of a directory that holds a service."""
_OURS_TOLD: Mapping[tuple[str, str], Schema] = MappingProxyType(
    {
        **{
            ("service", name): _WORDS
            for name in ("first_visit", "joining", "audiences", "excluded_audiences")
        },
        ("service_at_location", "delivery_modes"): _WORDS,
        ("service", "space"): {
            "type": "object",
            "properties": {
                "state": {"type": "string"},
                "weeks": {"type": "integer"},
                "full_until": {"type": "string", "format": "date"},
                "said_at": {"type": "string", "format": "date-time"},
            },
        },
        ("service", "freshness"): {
            "type": "object",
            "properties": {
                "state": {"type": "string"},
                "words": {"type": "string"},
                "checked_on": {"type": "string", "format": "date"},
                "checked_by": {"type": "string"},
            },
            "required": ["state", "words"],
        },
        ("service", "provenance"): {
            "type": "object",
            "properties": {
                **_ELSEWHERE,
                "copies": {"type": "array", "items": {"type": "object", "properties": _ELSEWHERE}},
            },
        },
    }
)  # fmt: skip
"""What is inside our columns of the kind "json"."""


@dataclass(frozen=True)
class Shape:
    """A form in which rows of a table stand in documents: which children it shows, each with the shape of that.

    `leaves_out` are children of the table that this shape does not show; `further` those that it shows besides.
    """

    table: str
    leaves_out: tuple[str, ...] = ()
    further: tuple[tuple[str, str, bool], ...] = ()
    is_plain: bool = False


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        **{name: Shape(name) for name in TABLES},
        "organization_full": Shape("organization", further=(("services", "service", True),)),
        "service_elsewhere": Shape("service", leaves_out=("service_at_locations",)),
        "service_at_location_full": Shape("service_at_location", further=(("service", "service_elsewhere", False),)),
        "organization_list": Shape("organization", is_plain=True),
        "location_list": Shape("location", is_plain=True),
        "service_list": Shape("service", is_plain=True, further=(("organization", "organization_list", False),)),
        "taxonomy_detail": Shape("taxonomy", is_plain=True),
        "service_at_location_list": Shape(
            "service_at_location",
            is_plain=True,
            further=(("location", "location_list", False), ("service", "service_list", False)),
        ),
    }
)
"""Every shape by name. A table's own name is its row as it stands inside another document, with all its children;
the taxonomy of a term shows no terms, or it would have no end."""

_FORMS: Mapping[tuple[str, Form], str] = MappingProxyType(
    {
        ("service", "full"): "service",
        ("service", "list"): "service_list",
        ("organization", "full"): "organization_full",
        ("organization", "list"): "organization_list",
        ("service_at_location", "full"): "service_at_location_full",
        ("service_at_location", "list"): "service_at_location_list",
        ("taxonomy", "full"): "taxonomy",
        ("taxonomy", "list"): "taxonomy",
        ("taxonomy_term", "full"): "taxonomy_term",
        ("taxonomy_term", "list"): "taxonomy_term",
    }
)


def schema_of(kind: str, form: Form = "full", *, ours: bool = False) -> Schema:
    """The schema of one document, whole and without references. `kind` is one of KINDS.

    `form`: "full" as at an address of its own, "list" as an item of a page. `ours`: with what our feed has besides, columns of
    HSDS 3.0 and `hereabouts`. Raises KeyError for another kind.
    """
    return {"$schema": DIALECT, **_shape(_FORMS[kind, form], ours, None)}


def page_schema(kind: str, form: Form = "list", *, ours: bool = False) -> Schema:
    """The schema of a page of documents. All eight keys are required."""
    return {"$schema": DIALECT, **page_of(_shape(_FORMS[kind, form], ours, None))}


def page_of(items: Schema) -> Schema:
    """A page of what `items` says: the envelope, for use inside other schemas."""
    whole: Schema = {"type": "integer", "minimum": 0}
    properties: Schema = {
        **{name: dict(whole) for name in ("total_items", "total_pages", "page_number", "size")},
        **{name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")},
        "contents": {"type": "array", "items": items},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def base_schema() -> Schema:
    """The schema of what the base address says. That `version` is VERSION is not in it: a check of its own says that better."""
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": {
            "version": {"type": "string"},
            "profile": {"type": "string", "format": "uri"},
            "openapi_url": {"type": "string", "format": "uri"},
        },
        "required": ["version", "profile", "openapi_url"],
    }


def components(prefix: str = "#/components/schemas/", *, ours: bool = True) -> dict[str, Schema]:
    """Every shape by its name, pointing to each other: for a document that shows many. `component_of` names a kind's."""
    return {name: _shape(name, ours, prefix) for name in SHAPES if ours or name not in _OURS_ALONE}


def component_of(kind: str, form: Form = "full") -> str:
    """The name among `components` of a kind in this form."""
    return _FORMS[kind, form]


def is_sound(table: str, column: str, value: Any) -> bool:
    """True unless the standard wants this column in a form, or of a few words, and the value is none. Types are not looked at."""
    schema = _made(table, True, None)["properties"].get(column, {})
    if value in schema.get("enum", (value,)):
        return "format" not in schema or has_format(value, schema["format"])
    return False


def ours_of(table: str) -> Schema | None:
    """The schema of `hereabouts` of a table's rows, whole; None where they have none."""
    return _ours(TABLES[table], None)


_OURS_ALONE = frozenset({"session", "session_exception", "phone", "taxonomy_detail"})
"""Shapes that are reached only through what is not of the standard."""


def _shape(name: str, ours: bool, prefix: str | None) -> Schema:
    return deepcopy(_made(name, ours, prefix))


@cache
def _made(name: str, ours: bool, prefix: str | None) -> Schema:
    shape = SHAPES[name]
    table = TABLES[shape.table]
    properties = {column: _column(table, column) for column in _columns(table, ours)}
    for key, inner, is_many in _children(shape, table, ours):
        properties[key] = _nested(inner, is_many, ours, prefix)
    if ours and (own := _ours(table, prefix)) is not None:
        properties[OURS] = own
    required = [column for column in table.required if column == "id" or not column.endswith("_id")]
    return {"type": "object", "properties": properties, "required": required}


def _columns(table: Table, ours: bool) -> Iterable[str]:
    further = FURTHER.get(table.name, frozenset())
    yield from (column for column in table.columns if ours or column not in further)
    yield from BESIDE.get(table.name, ())


def _children(shape: Shape, table: Table, ours: bool) -> Iterable[tuple[str, str, bool]]:
    further = FURTHER.get(table.name, frozenset())
    children = () if shape.is_plain else (*table.children, *BESIDE_CHILDREN.get(table.name, ()))
    for child in children:
        if child.key not in shape.leaves_out and not child.is_ours and (ours or child.key not in further):
            yield child.key, "taxonomy_detail" if child.key == "taxonomy_detail" else child.table, child.many
    yield from shape.further


def _nested(shape: str, is_many: bool, ours: bool, prefix: str | None) -> Schema:
    inner = {"$ref": prefix + shape} if prefix is not None else _shape(shape, ours, None)
    return {"type": "array", "items": inner} if is_many else inner


def _column(table: Table, column: str) -> Schema:
    schema = dict(_TYPES[table.kind_of(column)])
    if column == "id" or column in table.points_to or column in ("link_id", "parent_id"):
        return {**schema, "format": "uuid"}
    if column in FORMATS and (table.name, column) not in LOOSE:
        schema["format"] = FORMATS[column]
    if column in VALUES.get(table.name, {}):
        schema["enum"] = list(VALUES[table.name][column])
    return schema


def _ours(table: Table, prefix: str | None) -> Schema | None:
    properties: dict[str, Schema] = {
        name: deepcopy(_OURS_TOLD.get((table.name, name), _TYPES[kind])) for name, kind in table.ours.items()
    }
    for child in table.children:
        if child.is_ours:
            properties[child.key] = _nested(child.table, child.many, ours=True, prefix=prefix)
    return {"type": "object", "properties": properties} if properties else None
