"""A service as one row of a flat table: plain facts in columns of their own, all else as JSON in columns `hereabouts_...`.

Columns that an export adds for people to read, such as "when", are not read back: what they say stands in the others too.
"""

from collections.abc import Iterable, Mapping

from portal.openreferral.cells import value_of
from portal.openreferral.flattening import Document, Row
from portal.openreferral.tables import OURS, OURS_PREFIX, TABLES

SERVICE = TABLES["service"]
FACTS = tuple(name for name in SERVICE.columns if name not in SERVICE.points_to)
"""Columns of the standard, by its names."""
OWN = tuple(SERVICE.ours)
"""Columns of ours, without their prefix."""
PARTS = tuple(child.key for child in SERVICE.children)
"""What hangs on a service, each a column of JSON, without the prefix."""
KNOWN_BY = frozenset({"id", "name", "status", *(OURS_PREFIX + part for part in PARTS)})
"""Columns that only such a table has all of."""


def is_one_row(header: Iterable[str]) -> bool:
    """True for the header of such a table."""
    return set(header) >= KNOWN_BY


def row_of(document: Document) -> Row:
    """A service's columns, by name, as values of JSON."""
    own = document.get(OURS, {})
    row = {name: document[name] for name in FACTS if name in document}
    row |= {OURS_PREFIX + name: own[name] for name in OWN if name in own}
    return row | {OURS_PREFIX + part: document[part] for part in PARTS if part in document}


def document_of(cells: Mapping[str, str]) -> Document:
    """The document of a service, from the cells of its row. Columns it does not know are left aside."""
    document = {name: value_of(cells.get(name, ""), SERVICE.kind_of(name)) for name in FACTS}
    document |= {part: value_of(cells.get(OURS_PREFIX + part, ""), "json") for part in PARTS}
    own = {name: value_of(cells.get(OURS_PREFIX + name, ""), SERVICE.ours[name]) for name in OWN}
    told = {name: value for name, value in own.items() if value is not None}
    document = {name: value for name, value in document.items() if value is not None}
    return {**document, OURS: told} if told else document
