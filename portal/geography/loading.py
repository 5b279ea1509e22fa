"""Takes in a geography file: postcodes (ONSPD, NSPL), place names (OS Open Names) or names of neighbourhoods.

A file is one transaction, so that it is there whole or not at all. Rows that cannot be read are counted and said.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import cast

from sqlalchemy import Insert, delete, func, select
from sqlalchemy import Table as SqlTable

from portal.core.database import put_into
from portal.core.extensions import Base, db
from portal.geography import current
from portal.geography.columns import Kind, Reader, Values, reader_of
from portal.geography.models import AreaName, GeographyFile, PlaceName, PostcodeFact
from portal.geography.reading import BAD_LINE, Progress, Table, UnreadableFileError, digest, open_table

TABLES: dict[Kind, tuple[type[Base], str]] = {
    "postcodes": (PostcodeFact, "postcode"),
    "places": (PlaceName, "id"),
    "names": (AreaName, "code"),
}
"""The table of each kind of file, and what tells its rows apart."""
ROWS_AT_ONCE = 2_000
MOST_ROWS = 5_000_000
LONGEST_FILE_NAME = 200


@dataclass
class Loaded:
    """What a file brought. `refused` counts rows by reason."""

    name: str
    kind: Kind
    said: str
    taken: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    is_known: bool = False
    left_out: str = ""


def load(path: Path, progress: Progress = lambda _share: None) -> Loaded:
    """Take a file in, within the transaction that is open. A file already here changes nothing.

    Raises UnreadableFileError with a sentence; the caller then rolls back.
    """
    seal = digest(path)
    known = db.session.scalar(
        select(GeographyFile).where(GeographyFile.digest == seal).order_by(GeographyFile.loaded_at.desc()).limit(1)
    )
    if known is not None and _is_whole(known):
        kind = next(kind for kind in TABLES if kind == known.kind)
        return Loaded(path.name, kind, known.kind, known.rows_taken, is_known=True)
    with ExitStack() as stack:
        table = open_table(path, stack, progress)
        reader = reader_of(table.columns)
        if reader is None:
            raise UnreadableFileError(
                f"{path.name} is no file that we know. We take ONSPD and NSPL postcodes, OS Open Names, and names of MSOAs."
            )
        return _take_in(path.name, seal, reader, table)


def _take_in(name: str, seal: str, reader: Reader, table: Table) -> Loaded:
    model, key = TABLES[reader.kind]
    loaded = Loaded(name, reader.kind, reader.said, left_out=reader.left_out)
    file = GeographyFile(kind=reader.kind, name=name[:LONGEST_FILE_NAME], digest=seal)
    db.session.add(file)
    if reader.kind == "places":
        db.session.execute(delete(PlaceName))
    db.session.flush()
    rows = _rows(reader, table, loaded)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        single = {row[key]: row | {"file_id": file.id} for row in some}
        db.session.execute(_put(model, key), list(single.values()))
    if not loaded.taken:
        raise UnreadableFileError(f"{name} holds no row that we can use. Nothing was changed.")
    file.rows_taken = _count(model, file)
    file.rows_refused = loaded.refused.total()
    db.session.flush()
    current.forget_loaded()
    return loaded


def _rows(reader: Reader, table: Table, loaded: Loaded) -> Iterator[Values]:
    for row in table.rows:
        taken = BAD_LINE if row is None else reader.take(row)
        if isinstance(taken, str):
            loaded.refused[taken] += 1
            continue
        loaded.taken += len(taken)
        if loaded.taken > MOST_ROWS:
            raise UnreadableFileError(f"{loaded.name} holds more than {MOST_ROWS:,} rows. Nothing was changed.")
        yield from taken


def _put(model: type[Base], key: str) -> Insert:
    """Insert, or replace the row that has this key."""
    statement = put_into(db.session(), table_of(model))
    replaced = {
        column.name: statement.excluded[column.name] for column in table_of(model).columns if column.name != key
    }
    put: Insert = statement.on_conflict_do_update(index_elements=[key], set_=replaced)
    return put


def _is_whole(file: GeographyFile) -> bool:
    """True where no later file has replaced what this one brought."""
    model = next(model for kind, (model, _key) in TABLES.items() if kind == file.kind)
    return _count(model, file) == file.rows_taken


def _count(model: type[Base], file: GeographyFile) -> int:
    table = table_of(model)
    return db.session.scalar(select(func.count()).select_from(table).where(table.c.file_id == file.id)) or 0


def table_of(model: type[Base]) -> SqlTable:
    """The table itself: its inserts are sent together, where a model's are told apart by which columns are empty."""
    return cast("SqlTable", model.__table__)
