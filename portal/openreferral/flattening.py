"""A nested document as rows of tables, and rows as nested documents again. Pure: no database, no files."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal.openreferral.tables import OURS, OURS_PREFIX, TABLES, Table

Document = dict[str, Any]
Row = dict[str, Any]


def rows_of(document: Document, table: str = "service") -> Iterator[tuple[str, Row]]:
    """The rows of a document, each with its table; what others point to comes before them. Values are as in JSON."""
    yield from _rows(TABLES[table], document, {})


def _rows(table: Table, document: Document, pointers: Row) -> Iterator[tuple[str, Row]]:
    own = document.get(OURS, {})
    row = {name: document[name] for name in table.columns if name in document}
    row |= {OURS_PREFIX + name: own[name] for name in table.ours if name in own}
    row |= pointers
    after: list[tuple[str, Row]] = []
    for child in table.children:
        found = (own if child.is_ours else document).get(child.key)
        if not found:
            continue
        if child.many:
            for one in found:
                after += _rows(TABLES[child.table], one, {child.column: document["id"]})
        else:
            row[child.column] = found["id"]
            yield from _rows(TABLES[child.table], found, {})
    yield table.name, row
    yield from after


class Rows:
    """Rows of tables, by which the documents they make are put together. Values are as in JSON, or texts of cells."""

    def __init__(self, tables: Mapping[str, Iterable[Row]]) -> None:
        self._by_id: dict[str, dict[str, Row]] = {}
        self._pointing: dict[tuple[str, str], defaultdict[str, list[Row]]] = {}
        for name, rows in tables.items():
            self._by_id[name] = {str(row["id"]): row for row in rows if row.get("id")}
        for table in TABLES.values():
            for child in table.children:
                if child.many:
                    pointing = self._pointing[child.table, child.column] = defaultdict(list)
                    for row in self._by_id.get(child.table, {}).values():
                        if row.get(child.column):
                            pointing[str(row[child.column])].append(row)

    def documents(self, table: str = "service") -> Iterator[Document]:
        """Every row of a table as a nested document, in the order of the rows."""
        for row in self._by_id.get(table, {}).values():
            yield self._document(TABLES[table], row)

    def _document(self, table: Table, row: Row) -> Document:
        document = {name: value for name in table.columns if (value := row.get(name)) not in (None, "")}
        own = {name: value for name in table.ours if (value := row.get(OURS_PREFIX + name)) not in (None, "")}
        for child in table.children:
            holder = own if child.is_ours else document
            if child.many:
                found = self._pointing[child.table, child.column].get(str(row["id"]), [])
                if found:
                    holder[child.key] = [self._document(TABLES[child.table], one) for one in found]
            elif one := self._by_id.get(child.table, {}).get(str(row.get(child.column) or "")):
                holder[child.key] = self._document(TABLES[child.table], one)
        return {**document, OURS: own} if own else document
