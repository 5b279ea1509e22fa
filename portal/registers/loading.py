"""Takes in an extract of a public register, a batch of rows a transaction: killed half-way, it is simply run again.

What the register no longer names is marked only when a whole extract was read to its end, and never when so much is missing
that the file is surely a part.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.core import clock
from portal.core.extensions import db
from portal.core.fields import new_id
from portal.core.transactions import unit
from portal.registers import flagging, reading
from portal.registers.formats import Register, Told, Unusable, told
from portal.registers.likeness import keys_of
from portal.registers.models import RegisterEntry, RegisterLoad
from portal.registers.reading import MOST_ROWS, Progress, UnreadableExtract

ROWS_AT_ONCE = 2_000
MOST_MISSING = 0.1
"""Share of a register that one extract may lack before it is taken for a part of it."""
FEW = 20
"""Bodies that may always be missing."""
LONGEST_FILE_NAME = 200
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Choice:
    """How to take a file. `part`: it does not hold the whole register. `whole`: it does, however much is missing.

    `areas`: beginnings of postcodes ("LE", "KT17"); bodies elsewhere are left out unless they stand here already.
    """

    part: bool = False
    whole: bool = False
    areas: tuple[str, ...] = ()


@dataclass
class Loaded:
    """What a file brought. `refused` counts rows by reason; `gone` is how many it no longer names, `is_doubtful` that it cannot
    be the whole register, so that nothing was marked.
    """

    register: Register
    name: str
    taken: int = 0
    left_out: int = 0
    removed: int = 0
    gone: int = 0
    is_doubtful: bool = False
    refused: Counter[str] = field(default_factory=Counter)


def load(path: Path, register: Register, choice: Choice, progress: Progress = lambda _share: None) -> Loaded:
    """Take a file in, in transactions of its own. Raises UnreadableExtract; what was read before stays."""
    began, loaded = clock.now(), Loaded(register, path.name)
    with reading.opened(path, progress) as extract:
        _check_columns(register, extract, path.name)
        rows = _rows(register, extract, loaded)
        while some := list(islice(rows, ROWS_AT_ONCE)):
            with unit():
                _put(register, some, choice, began, loaded)
    if not loaded.taken and not loaded.left_out:
        raise UnreadableExtract(f"{path.name} holds no row that can be used. Nothing was changed.")
    with unit():
        _end(register, choice, began, loaded)
        flagging.look.later(_key="register")
    return loaded


def _check_columns(register: Register, extract: reading.Extract, name: str) -> None:
    wanted = register.columns
    if extract.columns is not None and not (
        extract.columns & set(wanted.number) and extract.columns & set(wanted.name)
    ):
        raise UnreadableExtract(
            f"{name} is no extract of {register.label}: it has no column “{wanted.number[0]}” or “{wanted.name[0]}”."
        )


def _rows(register: Register, extract: reading.Extract, loaded: Loaded) -> Iterator[Told]:
    for number, row in enumerate(extract.rows, 1):
        if number > MOST_ROWS:
            raise UnreadableExtract(f"{loaded.name} holds more than {MOST_ROWS:,} rows; those before were taken.")
        if row is None:
            loaded.refused[reading.BROKEN] += 1
            continue
        try:
            yield told(register, row)
        except Unusable as why:
            loaded.refused[str(why)] += 1


def _put(register: Register, rows: list[Told], choice: Choice, began: datetime, loaded: Loaded) -> None:
    """Save a batch: a body that is there gets what is told of it now. Of two rows of one number the last counts."""
    by_number = {row.number: row for row in rows}
    outside = {number for number, row in by_number.items() if not _is_inside(row, choice.areas)}
    outside -= _known(register, outside)
    values = [
        columns_of(register, row, began) | {"id": new_id()}
        for number, row in by_number.items()
        if number not in outside
    ]
    loaded.left_out += len(outside)
    loaded.taken += len(values)
    loaded.removed += sum(row["is_removed"] for row in values)
    if not values:
        return
    make = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    table = cast("Table", RegisterEntry.__table__)
    statement: Any = make(table)
    changed = {name: statement.excluded[name] for name in values[0] if name not in {"id", "register", "number"}}
    db.session.execute(statement.on_conflict_do_update(index_elements=["register", "number"], set_=changed), values)


def _is_inside(row: Told, areas: tuple[str, ...]) -> bool:
    return not areas or (row.postcode or "").startswith(areas)


def _known(register: Register, numbers: set[str]) -> set[str]:
    if not numbers:
        return set()
    known = select(RegisterEntry.number).where(
        RegisterEntry.register == register.scheme, RegisterEntry.number.in_(numbers)
    )
    return set(db.session.scalars(known))


def columns_of(register: Register, row: Told, began: datetime) -> dict[str, Any]:
    """The columns of an entry, from what a row says and when it was seen."""
    keys = keys_of(row.name)
    return {
        "register": register.scheme, "number": row.number, "name": row.name, "name_words": keys.words[:LONGEST_WORDS],
        "name_start": keys.start, "name_word": keys.word, "status": row.status, "removed_on": row.removed_on,
        "gone_at": None, "is_removed": row.is_removed, "postcode": row.postcode, "address": list(row.address),
        "phone": row.phone, "email": row.email, "website": row.website, "activities": row.activities, "seen_at": began,
    }  # fmt: skip


def _end(register: Register, choice: Choice, began: datetime, loaded: Loaded) -> None:
    """Write down what was loaded, and mark what a whole extract no longer names."""
    db.session.add(
        RegisterLoad(
            register=register.scheme,
            name=loaded.name[:LONGEST_FILE_NAME],
            part=choice.part,
            rows_taken=loaded.taken,
            rows_refused=loaded.refused.total(),
        )
    )
    if choice.part:
        return
    there = RegisterEntry.register == register.scheme, RegisterEntry.is_removed.is_(False)
    missing = *there, RegisterEntry.seen_at < began
    count = db.session.scalar(select(func.count()).select_from(RegisterEntry).where(*missing)) or 0
    every = db.session.scalar(select(func.count()).select_from(RegisterEntry).where(*there)) or 0
    loaded.gone = count
    if count > max(FEW, MOST_MISSING * every) and not choice.whole:
        loaded.is_doubtful = True
        return
    db.session.execute(update(RegisterEntry).where(*missing).values(gone_at=began, is_removed=True))
