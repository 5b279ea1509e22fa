"""Values of documents as cells of tables: texts that no spreadsheet runs, and values again."""

import json
import re
from decimal import Decimal
from typing import Any

from portal.core.formulas import armed, disarmed
from portal.openreferral.flattening import Row
from portal.openreferral.tables import Kind, Table

NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?")
WHOLE = re.compile(r"-?\d{1,15}")
ANSWERS = {"true": True, "false": False}


def cell_of(value: Any) -> str:
    """A value of a document as the text of a cell; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return disarmed(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format(Decimal(repr(value)), "f")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def value_of(cell: str, kind: Kind) -> Any:
    """The value of a cell, or None for an empty one. What is not of its kind stays text, for its reader to refuse."""
    if cell == "":
        return None
    if kind == "json":
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    if kind == "yes_no":
        return ANSWERS.get(cell.lower(), cell)
    if kind == "number" and NUMBER.fullmatch(cell):
        return int(cell) if WHOLE.fullmatch(cell) else float(cell)
    return armed(cell)


def cells_of(table: Table, row: Row) -> list[str]:
    """A row's cells, in the order of the table's header."""
    return [cell_of(row.get(column)) for column in table.header]
