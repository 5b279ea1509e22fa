"""Schemas of what the standard does not know: minimal and gone services, problems, the list of dumps."""

from typing import Any, get_args

from portal.describing import dumps
from portal.directory.models.changes import Gone
from portal.openreferral import schemas
from portal.openreferral.tables import OURS

Json = dict[str, Any]


def ref(name: str) -> Json:
    """A pointer to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT: Json = {"type": "string"}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_UUID: Json = {"type": "string", "format": "uuid"}


def object_of(required: str, **properties: Json) -> Json:
    """The schema of an object; `required`: names, with a space between."""
    return {"type": "object", "properties": properties, "required": required.split()}


GONE_FACTS: Json = object_of(
    "reason at",
    reason={"type": "string", "enum": list(get_args(Gone))},
    at=_MOMENT,
    merged_into=_UUID,
)
PROBLEM_FIELDS: Json = {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}
OWN: Json = {
    "minimal_service": {
        **object_of("id last_modified modified_date", id=_UUID, last_modified=_MOMENT, modified_date=_MOMENT),
        "additionalProperties": False,
    },
    "gone_service": object_of(
        f"id name status last_modified {OURS}",
        id=_UUID,
        name=_TEXT,
        status={"type": "string", "enum": list(schemas.STATUSES)},
        last_modified=_MOMENT,
        hereabouts=object_of("gone", gone=GONE_FACTS),
    ),
    "problem": object_of("title status", **PROBLEM_FIELDS),
    "wrong_parameter": object_of("title status detail parameter", **PROBLEM_FIELDS, parameter=_TEXT),
    "gone_problem": object_of("title status detail service", **PROBLEM_FIELDS, service=ref("gone_service")),
}
DUMPS: Json = object_of(
    "dumps",
    licence=_TEXT,
    dumps={
        "type": "array",
        "items": object_of(
            "date made_at services files",
            date={"type": "string", "format": "date"},
            made_at=_MOMENT,
            services={"type": "integer", "minimum": 0},
            files={
                "type": "array",
                "items": object_of(
                    "format media_type url size sha256",
                    format={"type": "string", "enum": [name for name, _type in dumps.FORMATS.values()]},
                    media_type=_TEXT,
                    url={"type": "string", "format": "uri"},
                    size={"type": "integer", "minimum": 0},
                    sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
                ),
            },
        ),
    },
)
