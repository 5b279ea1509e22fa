"""Records of JSON whose names are not ours: each as one row of cells, so that a mapping can say which of them is which fact."""

from collections.abc import Iterator
from typing import Any

MOST_CELLS = 200
LONGEST_LIST = 4
"""Numbers of a list, such as coordinates, that get cells of their own."""
DEEPEST = 6
ENOUGH = 0.9
KEPT_WHOLE = frozenset({"eligibility"})
"""Objects that a reader of facts takes as they are."""
OF_MAPS = frozenset({"type", "geometry.type"})
"""What every feature of a map has, and says nothing."""


def cells_of(record: dict[str, Any]) -> dict[str, Any]:
    """The values of a record by their paths: "region.code", "coordinates.0", "activities.name" for the names of them all."""
    found: dict[str, Any] = {}
    for path, value in _cells(record, "", 0):
        if path in OF_MAPS and record.get("type") == "Feature":
            continue
        found[path] = value
        if len(found) >= MOST_CELLS:
            break
    return found


def value_at(record: Any, path: str) -> Any:
    """The value at a path of a record, or None."""
    if isinstance(record, dict) and path in record:
        return record[path]
    value = record
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and len(step) < 4:
            value = value[int(step)] if int(step) < len(value) else None
        elif isinstance(value, list):
            value = [one[step] for one in value if isinstance(one, dict) and one.get(step) is not None]
        else:
            return None
    return value


def text_of(value: Any) -> str:
    """A value as the text of a cell. A list of texts is parted by semicolons; an object is no text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(dict.fromkeys(filter(None, map(text_of, value))))
    return "" if isinstance(value, dict) else str(value)


def sample_of(records: list[dict[str, Any]], columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The cells of records, in the order of the columns."""
    return [tuple(text_of(value_at(record, column)) for column in columns) for record in records]


def is_told(records: list[dict[str, Any]]) -> bool:
    """True where records use our own names: nearly all have a "name" that is a text or nothing."""
    named = sum("name" in record and not isinstance(record["name"], (dict, list)) for record in records)
    return named >= ENOUGH * len(records)


def _cells(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Objects that are kept whole stand before their parts."""
    if isinstance(value, dict) and depth < DEEPEST:
        if path.rpartition(".")[2] in KEPT_WHOLE:
            yield path, value
        for key, one in value.items():
            yield from _cells(one, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value) and depth < DEEPEST:
        for key in dict.fromkeys(key for one in value for key in one):
            yield f"{path}.{key}", [one[key] for one in value if key in one]
    elif isinstance(value, list) and value and not any(isinstance(one, str | bool) for one in value):
        yield from ((f"{path}.{place}", one) for place, one in enumerate(value[:LONGEST_LIST]))
    elif path and value not in ([], {}):
        yield path, value
