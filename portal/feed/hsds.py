"""A document in the words of HSDS 3.1: newer names, the capacity of a service, and nothing that only the UK profile has.

What stands in `hereabouts` stays. Source: openreferral/specification, branch 3.1-dev, schema/*.json.
"""

from collections.abc import Callable, Mapping
from uuid import NAMESPACE_URL, uuid5

from portal.openreferral.flattening import Document
from portal.openreferral.tables import OURS

UNIT_URI = "https://docs.openreferral.org/en/3.1/#hereabouts-takes-people"
UNIT: Document = {
    "id": str(uuid5(NAMESPACE_URL, UNIT_URI)),
    "name": "Takes new people: 1 for yes, 0 for no",
    "scheme": "hereabouts",
    "identifier": "takes-people",
}
"""Groups say whether they have space, not how much: a number of places would be made up."""
SPACE = {"space": 1, "waiting": 0, "full": 0, "paused": 0}
SAID = {
    "space": "There is space now.",
    "waiting": "There is a waiting list.",
    "full": "It is full.",
    "paused": "It takes nobody for now.",
}
CHILDREN: Mapping[str, Mapping[str, str]] = {
    "service": {
        "organization": "organization",
        "contacts": "contact",
        "schedules": "schedule",
        "service_areas": "service_area",
        "languages": "language",
        "funding": "funding",
        "cost_options": "cost_option",
        "attributes": "attribute",
        "service_at_locations": "service_at_location",
    },
    "organization": {"services": "service"},
    "service_at_location": {"location": "location", "schedules": "schedule", "service": "service"},
    "location": {"accessibility": "accessibility", "addresses": "address"},
    "attribute": {"taxonomy_term": "taxonomy_term"},
    "contact": {"phones": "phone"},
}


def in_31(table: str, document: Document) -> Document:
    """A document, and all that stands in it, in the words of HSDS 3.1."""
    kinds = CHILDREN.get(table, {})
    told = {
        name: _children(kinds[name], value) if name in kinds else value
        for name, value in document.items()
        if name != OURS
    }
    if change := CHANGES.get(table):
        change(told, document.get(OURS, {}))
    return {**told, OURS: document[OURS]} if OURS in document else told


def _children(table: str, value: Document | list[Document]) -> Document | list[Document]:
    return [in_31(table, one) for one in value] if isinstance(value, list) else in_31(table, value)


def _service(document: Document, own: Document) -> None:
    if fees := document.pop("fees", None):
        document["fees_description"] = fees
    space = own.get("space", {})
    if space.get("state") in SPACE and space.get("said_at"):
        document["capacities"] = [
            {
                "id": str(uuid5(NAMESPACE_URL, f"{UNIT_URI}/{document['id']}")),
                "service_id": document["id"],
                "unit": UNIT,
                "available": SPACE[space["state"]],
                "maximum": 1,
                "description": SAID[space["state"]],
                "updated": space["said_at"],
            }
        ]


def _location(document: Document, own: Document) -> None:
    if way := own.get("getting_there"):
        document["transportation"] = way


def _cost_option(document: Document, _own: Document) -> None:
    if "amount" in document:
        document["currency"] = "GBP"


def _taxonomy_term(document: Document, _own: Document) -> None:
    document.pop("term", None)


def _accessibility(document: Document, _own: Document) -> None:
    if words := document.pop("accessibility", None):
        document.setdefault("description", words)


def _service_area(document: Document, _own: Document) -> None:
    if words := document.pop("service_area", None):
        document.setdefault("description", words)


CHANGES: Mapping[str, Callable[[Document, Document], None]] = {
    "service": _service,
    "location": _location,
    "cost_option": _cost_option,
    "taxonomy_term": _taxonomy_term,
    "accessibility": _accessibility,
    "service_area": _service_area,
}
