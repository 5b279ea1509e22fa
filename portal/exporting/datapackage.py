"""The description of a package: its files, their columns, and what points where. Source: HSDS 3.0, Frictionless Data Package."""

import json
from typing import Any

from portal.openreferral.tables import OURS_PREFIX, TABLES, Table

TYPES = {"text": "string", "number": "number", "yes_no": "boolean", "json": "string"}
UNIQUE = {"required": True, "unique": True}


def text() -> str:
    """`datapackage.json`, the same each time."""
    package = {
        "name": "human_services_data",
        "title": "Human Services Data Specification",
        "profile": "tabular-data-package",
        "version": "3.0.0",
        "homepage": "https://docs.openreferral.org",
        "resources": [_resource(table) for table in TABLES.values()],
    }
    return json.dumps(package, indent=1) + "\n"


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"primaryKey": "id", "fields": [_field(table, column) for column in table.header]}
    # A service's organisation, a venue of a place: always in the package. The organisation above one need not be.
    pointers = {name: to for name, to in table.points_to.items() if name != "parent_organization_id"}
    if pointers:
        schema["foreignKeys"] = [
            {"fields": name, "reference": {"resource": to, "fields": "id"}} for name, to in pointers.items()
        ]
    return {
        "name": table.name,
        "path": f"{table.stem}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "schema": schema,
    }


def _field(table: Table, column: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column, "type": TYPES[table.kind_of(column)]}
    if column == "id":
        return {**field, "format": "uuid", "constraints": UNIQUE}
    if column in table.required:
        field["constraints"] = {"required": True}
    if column.startswith(OURS_PREFIX):
        field["description"] = "Not of the standard: see docs/export.md of Hereabouts."
    return field
