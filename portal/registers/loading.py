"""Takes in an extract of a public register, a batch of rows a transaction: killed half-way, it is simply run again.

What the register no longer names, and who it says is removed, is marked only when the file was read to its end, and never when
that is so much that the file is surely a part, or broken: one file would flag every group.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, func, or_, select, update

from portal.core import clock
from portal.core.database import put_into
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
"""Share of those that stood in a register whom one extract may lack, or call removed, before it is not believed."""
FEW = 20
"""Bodies that may always be missing, where they are not more than half of all."""
LONGEST_FILE_NAME = 200
LONGEST_WORDS = 500
TABLE = cast("Table", RegisterEntry.__table__)


@dataclass(frozen=True)
class Choice:
    """How to take a file. `part`: it does not hold the whole register. `whole`: it does, however much is missing.

    `many_removed`: it may call removed whom it likes. `areas`: beginnings of postcodes ("LE", "KT17"); bodies elsewhere are
    left out unless they stand here already.
    """

    part: bool = False
    whole: bool = False
    many_removed: bool = False
    areas: tuple[str, ...] = ()


@dataclass
class Loaded:
    """What a file brought. `refused` counts rows by reason; `gone` is how many it no longer names, `ended` how many it calls
    removed that stood before. `is_doubtful`: that cannot be, so nobody was marked. `stood`: how many stood before.
    """

    register: Register
    name: str
    taken: int = 0
    left_out: int = 0
    removed: int = 0
    gone: int = 0
    ended: int = 0
    is_doubtful: bool = False
    stood: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    held: list[dict[str, Any]] = field(default_factory=list)

    def is_too_many(self, count: int) -> bool:
        """Whether so many cannot have left the register since the last extract."""
        return count > max(FEW, MOST_MISSING * self.stood) or (count > 1 and 2 * count > self.stood)

    @property
    def is_broken(self) -> bool:
        """Whether lines could not be read, so that nobody can tell whom they named."""
        return self.refused[reading.BROKEN] > 0


def load(path: Path, register: Register, choice: Choice, progress: Progress = lambda _share: None) -> Loaded:
    """Take a file in, in transactions of its own. Raises UnreadableExtract; what was read before stays."""
    began, loaded = clock.now(), Loaded(register, path.name)
    with unit():
        loaded.stood = _count(*_standing(register))
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
        if row is None or (extract.columns is not None and _runs_on(register, row)):
            loaded.refused[reading.BROKEN] += 1
            continue
        try:
            yield told(register, row)
        except Unusable as why:
            loaded.refused[str(why)] += 1


def _runs_on(register: Register, row: reading.Row) -> bool:
    """Whether a number or name takes in lines after its own, as after a quotation mark that is never closed."""
    return any("\n" in str(row.get(name) or "").strip() for name in (*register.columns.number, *register.columns.name))


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
    _hold_back(register, values, choice, loaded)
    statement = put_into(db.session(), TABLE)
    changed = {name: statement.excluded[name] for name in values[0] if name not in {"id", "register", "number"}}
    # Of two files that are read at once the later counts; what a clock that was wrong has written does not.
    is_later = and_(TABLE.c.seen_at > statement.excluded.seen_at, TABLE.c.seen_at <= clock.now())
    changed["seen_at"] = case((is_later, TABLE.c.seen_at), else_=statement.excluded.seen_at)
    db.session.execute(statement.on_conflict_do_update(index_elements=["register", "number"], set_=changed), values)


def _hold_back(register: Register, values: list[dict[str, Any]], choice: Choice, loaded: Loaded) -> None:
    """Leave as they stand whom these rows call removed until the whole file has shown how many they are."""
    told = {row["number"]: row for row in values if row["is_removed"]}
    if not told:
        return
    stand = select(RegisterEntry.number, RegisterEntry.status).where(
        *_standing(register), RegisterEntry.number.in_(told)
    )
    for number, status in db.session.execute(stand):
        row = told[number]
        loaded.ended += 1
        if choice.many_removed or not loaded.is_too_many(loaded.ended):
            loaded.held.append({"of": number, "told": row["status"], "day": row["removed_on"]})
        row.update(status=status, removed_on=None, is_removed=False)


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
    """Write down what was loaded, and mark whom it calls removed and whom a whole extract no longer names, if it is believed."""
    db.session.add(
        RegisterLoad(
            register=register.scheme,
            name=loaded.name[:LONGEST_FILE_NAME],
            part=choice.part,
            rows_taken=loaded.taken,
            rows_refused=loaded.refused.total(),
        )
    )
    unseen = or_(RegisterEntry.seen_at < began, RegisterEntry.seen_at > clock.now())
    missing = *_standing(register), unseen
    loaded.gone = 0 if choice.part else _count(*missing)
    is_short = loaded.is_too_many(loaded.gone) or (loaded.gone > 0 and loaded.is_broken)
    is_wrong = loaded.is_too_many(loaded.ended)
    loaded.is_doubtful = (is_short and not choice.whole) or (is_wrong and not choice.many_removed)
    if loaded.is_doubtful:
        return
    if loaded.held:
        of_number = update(TABLE).where(TABLE.c.register == register.scheme, TABLE.c.number == bindparam("of"))
        as_told = of_number.values(status=bindparam("told"), removed_on=bindparam("day"), is_removed=True)
        db.session.connection().execute(as_told, loaded.held)
    if loaded.gone:
        db.session.execute(update(RegisterEntry).where(*missing).values(gone_at=began, is_removed=True))


def _standing(register: Register) -> tuple[ColumnElement[bool], ...]:
    return RegisterEntry.register == register.scheme, RegisterEntry.is_removed.is_(False)


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(RegisterEntry).where(*conditions)) or 0
