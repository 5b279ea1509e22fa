"""Takes in a code list: every row looked at first, then the list replaced in one transaction."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from portal.codes import snomed
from portal.codes.files import Contents, Row
from portal.codes.known import Known
from portal.codes.models import CONFIRMED, LONGEST_CODE, LONGEST_LABEL, UNCONFIRMED, CodeEntry, CodeList
from portal.core import audit, clock
from portal.core.database import one_at_a_time
from portal.core.errors import DomainError
from portal.core.extensions import db
from portal.core.numbers import whole_number

LOCK = 7_310_051
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
YES_NO = {
    "": True,
    "1": True,
    "yes": True,
    "true": True,
    "y": True,
    "0": False,
    "no": False,
    "false": False,
    "n": False,
}
WRONG_SNOMED: dict[snomed.Problem, str] = {
    "shortened": "a spreadsheet has shortened the number: format the column as text, and fetch the file anew",
    "shape": "an id of SNOMED CT has 6 to 18 digits",
    "check digit": "its check digit is wrong",
    "kind": "it is the id of a description or a relationship, not of a concept",
}
LENGTHS = {"title": 200, "version": 60, "source": 300, "licence": 300}


class Refusal(DomainError):
    """Why nothing of a file was taken, as a sentence."""


@dataclass(frozen=True)
class Refused:
    """A row that was not taken, and why."""

    row: int
    code: str
    why: str


@dataclass(frozen=True)
class Entry:
    """A row that can be taken."""

    code: str
    label: str
    active: bool
    sort: int
    parent: str | None


@dataclass
class Loaded:
    """What a file brought to a list. `gone`: codes of the list that it lacks, which are offered no more."""

    known: Known
    status: str
    taken: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    refused: list[Refused] = field(default_factory=list)


def load(
    known: Known, contents: Contents, *, status: str | None = None, version: str | None = None, dry_run: bool = False
) -> Loaded:
    """Put what a file holds in the place of the list. With `dry_run` nothing is changed. Raises Refusal: then nothing is either.

    Rows that are wrong are left out and told one by one; where they are more than half, the file is not believed.
    """
    if known.is_ours:
        raise Refusal(f"The portal lives by the codes of “{known.name}”, so no file can take their place.")
    status = _status(status or contents.told.get("status") or CONFIRMED)
    if (system := contents.told.get("system", known.system)) != known.system:
        raise Refusal(f"The file holds codes of {system}, but “{known.name}” holds those of {known.system}.")
    entries, refused = _checked(known, contents.rows)
    if len(refused) > len(entries):
        first = refused[0]
        raise Refusal(
            f"{len(refused):,} of {len(contents.rows):,} rows cannot be taken, so nothing was."
            f" The first is row {first.row}: {first.why}."
        )
    loaded = Loaded(known, status, taken=len(entries), refused=refused)
    one_at_a_time(db.session(), LOCK)
    row = db.session.scalar(select(CodeList).where(CodeList.name == known.name))
    if row is not None and row.status == CONFIRMED and status == UNCONFIRMED:
        raise Refusal(f"“{known.name}” is loaded and confirmed. An unconfirmed list cannot take its place.")
    _compare(row, entries, loaded)
    if not dry_run:
        _save(row, known, entries, status, {**contents.told, **({"version": version} if version else {})})
        audit.record("codes.loaded", ("code_list", known.name), by="operator", details=_counts(loaded))
    return loaded


def _status(told: str) -> str:
    if told not in {CONFIRMED, UNCONFIRMED}:
        raise Refusal(f"A list is {CONFIRMED} or {UNCONFIRMED}, not “{told}”.")
    return told


def _checked(known: Known, rows: Iterable[Row]) -> tuple[list[Entry], list[Refused]]:
    entries: dict[str, Entry] = {}
    refused: list[Refused] = []
    rows = list(rows)
    codes = {row.code for row in rows}
    for row in rows:
        why = "it stands in the file already" if row.code in entries else _wrong(known, row, codes)
        if why:
            refused.append(Refused(row.number, row.code[:LONGEST_CODE], why))
        else:
            sort = whole_number(row.sort) if row.sort else row.number
            entries[row.code] = Entry(row.code, row.label, YES_NO[row.active.casefold()], sort or 0, row.parent or None)
    return list(entries.values()), refused


def _wrong(known: Known, row: Row, codes: set[str]) -> str | None:
    """What is wrong with a row, worst first."""
    if not row.code:
        return "it has no code"
    if known.is_snomed and (problem := snomed.problem(row.code)):
        return WRONG_SNOMED[problem]
    if len(row.code) > LONGEST_CODE or not CODE.fullmatch(row.code):
        return f"a code has at most {LONGEST_CODE} letters and digits, and no spaces"
    if row.system and row.system != known.system:
        return f"it is a code of {row.system[:100]}"
    if not row.label:
        return "it has no words"
    if len(row.label) > LONGEST_LABEL:
        return f"its words are longer than {LONGEST_LABEL} letters"
    if row.active.casefold() not in YES_NO:
        return "“active” is neither yes nor no"
    if row.sort and whole_number(row.sort) is None:
        return "“sort” is no whole number"
    return "its parent is not in the file" if row.parent and row.parent not in codes else None


def _compare(row: CodeList | None, entries: list[Entry], loaded: Loaded) -> None:
    held = {one.code: _of(one) for one in row.entries} if row is not None else {}
    told = {one.code for one in entries}
    for one in entries:
        before = held.get(one.code)
        if before is None:
            loaded.new += 1
        elif before == one:
            loaded.same += 1
        else:
            loaded.changed += 1
    loaded.gone = sum(one.active for code, one in held.items() if code not in told)


def _of(entry: CodeEntry) -> Entry:
    return Entry(entry.code, entry.label, entry.active, entry.sort, entry.parent)


def _save(row: CodeList | None, known: Known, entries: list[Entry], status: str, told: dict[str, str]) -> None:
    if row is None:
        row = CodeList(name=known.name)
        db.session.add(row)
    said = {key: told.get(key, "")[:most] for key, most in LENGTHS.items()}
    row.title, row.system, row.version = known.title, known.system, said["version"] or None
    row.source, row.licence = said["source"] or known.source, said["licence"] or known.licence
    row.status, row.loaded_at = status, clock.now()
    held = {one.code: one for one in row.entries}
    for code in held.keys() - {one.code for one in entries}:
        held[code].active = False
    for one in entries:
        entry = held.get(one.code)
        if entry is None:
            row.entries.append(entry := CodeEntry(code=one.code))
        entry.label, entry.active, entry.sort, entry.parent = one.label, one.active, one.sort, one.parent


def _counts(loaded: Loaded) -> dict[str, object]:
    told = ("taken", "new", "changed", "same", "gone")
    return {"status": loaded.status, "refused": len(loaded.refused)} | {name: getattr(loaded, name) for name in told}
