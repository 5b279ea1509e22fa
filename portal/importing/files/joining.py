"""Tables joined by their ids into one nested document a service. They wait in a database of their own, not in memory."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.importing.files import older
from portal.importing.files.standard import (
    AT,
    LOCATIONS,
    ORGANIZATIONS,
    PROGRAMS,
    SERVICES,
    SESSIONS,
    TABLES,
    TAXONOMIES,
    TERMS,
)
from portal.importing.lines import LONGEST_LINE, FileProblem
from portal.importing.rows import Refused, Row, checked

Values = dict[str, Any]

MOST_PARTS = 2_000
"""Rows that may hang on one other row."""
LOOKED_UP = frozenset({ORGANIZATIONS, LOCATIONS, TERMS, TAXONOMIES, PROGRAMS})
SETTINGS = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000", "temp_store=FILE")
TABLES_SQL = """
create table service (place integer primary key, line integer, document text);
create table known (kind text, id text, document text, primary key (kind, id)) without rowid;
create table part (place integer primary key, parent text, parent_id text, kind text, document text);
"""
FULL = "The package is too large to be joined: the folder for temporary files is full or its limit is reached."


class Joining:
    """Rows on their way to be joined. `add` them all, then take the `services`."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "joining.sqlite3", isolation_level=None)
        for setting in SETTINGS:
            self._database.execute(f"pragma {setting}")
        self._database.executescript(TABLES_SQL)
        self._database.execute("begin")
        self.looked_up = lru_cache(maxsize=200)(self._looked_up)

    def add(self, kind: str, line: int, record: Values) -> None:
        """A row of a table. Raises FileProblem where there is no room for it."""
        text = json.dumps(record)
        try:
            if kind == SERVICES:
                self._database.execute("insert into service (line, document) values (?, ?)", (line, text))
            elif kind in LOOKED_UP:
                key = (kind, _id(record.get("id")), text)
                self._database.execute("insert or ignore into known values (?, ?, ?)", key)
            for column, parent in TABLES[kind].parents:
                if _id(record.get(column)):
                    self._add_part(parent, record, column, kind)
                    break
        except sqlite3.Error as error:
            raise FileProblem(FULL) from error

    def _add_part(self, parent: str, record: Values, column: str, kind: str) -> None:
        rest = json.dumps({key: value for key, value in record.items() if key != column})
        statement = "insert into part (parent, parent_id, kind, document) values (?, ?, ?, ?)"
        self._database.execute(statement, (parent, _id(record[column]), kind, rest))

    def services(self) -> Iterator[Row]:
        """Each service with all that hangs on it, in the order of its table."""
        try:
            self._database.execute("create index part_parent on part (parent, parent_id)")
            for line, text in self._database.execute("select line, document from service order by place"):
                try:
                    yield Row(line, _fitting({"hsds": self._service(json.loads(text))}))
                except Refused as refusal:
                    yield Row(line, problem=str(refusal))
        except sqlite3.Error as error:
            raise FileProblem(FULL) from error
        finally:
            self._database.close()

    def _service(self, service: Values) -> Values:
        joined = self._with_parts(SERVICES, service)
        if "schedules" in joined:
            joined["schedules"] = older.weeks(joined["schedules"])
        self._bring(joined, "organization", "organization_id", ORGANIZATIONS)
        self._bring(joined, "program", "program_id", PROGRAMS)
        if places := joined.get(AT):
            joined[AT] = [self._at(place, joined) for place in places]
            if not joined.get("schedules", True):
                del joined["schedules"]
        if rows := joined.pop("eligibility", None):
            told = [str(row["eligibility"]).strip() for row in rows if isinstance(row, dict) and row.get("eligibility")]
            joined.setdefault("eligibility_description", "\n".join(dict.fromkeys(told)))
        return joined

    def _at(self, place: Values, service: Values) -> Values:
        """A place of a service. Times that name both the service and the place are the place's."""
        key = place.get("location_id")
        self._bring(place, "location", "location_id", LOCATIONS)
        times = service.get("schedules", [])
        own = [row for row in times if key is not None and _id(row.get("location_id")) == _id(key)]
        if own:
            service["schedules"] = [row for row in times if row not in own]
            place = place | {"schedules": [*place.get("schedules", []), *map(_without_location, own)]}
        return place

    def _with_parts(self, kind: str, row: Values) -> Values:
        """A row with what hangs on it."""
        joined = dict(row)
        for part_kind, text in self._parts(kind, _id(row.get("id"))):
            part = self._with_parts(part_kind, json.loads(text)) if part_kind in PARENTS else json.loads(text)
            if part_kind == "attributes":
                part = self._attribute(part)
            owner = joined.setdefault("hereabouts", {}) if part_kind == SESSIONS else joined
            name = "exceptions" if part_kind == "session_exceptions" else part_kind
            owner[name] = [*owner.get(name, []), part]
        return joined

    def _attribute(self, part: Values) -> Values:
        self._bring(part, "taxonomy_term", "taxonomy_term_id", TERMS)
        return part

    def _looked_up(self, kind: str, key: str) -> Values | None:
        """A row by its id, with what hangs on it."""
        if not key:
            return None
        found = self._database.execute("select document from known where kind = ? and id = ?", (kind, key)).fetchone()
        if found is None:
            return None
        joined = self._with_parts(kind, json.loads(found[0]))
        if kind == TERMS:
            self._bring(joined, "taxonomy_detail", "taxonomy_id", TAXONOMIES)
        return joined

    def _bring(self, row: Values, name: str, column: str, kind: str) -> None:
        """Put the row of another table in place of its id, where it is there and not in it already."""
        if name not in row and (found := self.looked_up(kind, _id(row.get(column)))):
            del row[column]
            row[name] = found

    def _parts(self, kind: str, key: str) -> Iterable[tuple[str, str]]:
        if not key:
            return ()
        statement = "select kind, document from part where parent = ? and parent_id = ? order by place limit ?"
        found: list[tuple[str, str]] = self._database.execute(statement, (kind, key, MOST_PARTS + 1)).fetchall()
        if len(found) > MOST_PARTS:
            raise Refused(f"more than {MOST_PARTS:,} rows of other tables hang on it")
        return found


PARENTS = frozenset(parent for table in TABLES.values() for _column, parent in table.parents)
"""Kinds of rows on which others hang."""


def _fitting(document: Values) -> Values:
    """The document if it keeps our limits. Raises Refused."""
    if len(json.dumps(document)) > LONGEST_LINE:
        raise Refused(f"it is longer than {LONGEST_LINE:,} letters with all that hangs on it")
    value: Values = checked(document)
    return value


def _without_location(row: Values) -> Values:
    return {key: value for key, value in row.items() if key != "location_id"}


def _id(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()
