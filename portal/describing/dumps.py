"""Dated dumps of all public listings, in the folder of the instance: which there are, which are kept, which may be given.

A dump is a folder that appeared whole: its name is the moment at which it was made. Of one day the newest counts.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from portal.core import clock
from portal.core.extensions import db, settings
from portal.describing.withheld import State, Suspect

FORMATS = {
    "services.ndjson.gz": ("ndjson", "application/gzip"),
    "hsds.zip": ("hsds", "application/zip"),
}
"""Files of a dump: in what format each is, and its type."""
ABOUT = "about.json"
KEPT_DAYS = 7
KEPT_MONTHS = timedelta(days=365)
NAME = re.compile(r"(\d{4}-\d{2}-\d{2})T\d{12}Z")


@dataclass(frozen=True)
class File:
    """One file of a dump: its size in bytes, and the SHA-256 of it in hexadecimal digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Dump:
    """What was public on a day. As of `looked_at`, `private` are fingerprints of the places that were private, and `withdrawn`
    ids of listings that had just been withdrawn.
    """

    folder: Path
    date: date
    made_at: datetime
    looked_at: datetime
    services: int
    private: dict[str, str]
    withdrawn: tuple[str, ...]
    files: tuple[File, ...]

    def file(self, name: str) -> File | None:
        """One of its files."""
        return next((one for one in self.files if one.name == name), None)

    def suspect(self, state: State) -> Suspect:
        """What it tells, as far as can be known, and must not tell any more."""
        return state.suspect(self.private, self.looked_at, self.withdrawn)


def home() -> Path:
    """Where dumps lie."""
    return settings().instance / "dumps"


def name_of(day: date, moment: datetime) -> str:
    """What a dump's folder is called: its day, and when it was written."""
    return f"{day}T{moment.astimezone(UTC):%H%M%S%f}Z"


def found() -> list[Dump]:
    """Every dump that lies there whole, newest day first; of one day the newest alone."""
    by_day: dict[date, Dump] = {}
    for folder in sorted(_folders(home()), key=lambda one: one.name):
        if (dump := _read(folder)) is not None and (
            dump.date not in by_day or by_day[dump.date].looked_at <= dump.looked_at
        ):
            by_day[dump.date] = dump
    return [by_day[day] for day in sorted(by_day, reverse=True)]


def leftovers(kept: Sequence[Dump]) -> list[Path]:
    """Folders of dumps besides these."""
    wanted = {one.folder for one in kept}
    return [folder for folder in _folders(home()) if folder not in wanted]


def state_for(dumps: Sequence[Dump]) -> State:
    """What may not be told, as far back as these go. Asked of the database each time."""
    return State.since(min((one.looked_at for one in dumps), default=clock.now()))


def is_held_back(dump: Dump) -> bool:
    """Whether it may not be given as it is. Holds no transaction afterwards: its reader may be slow."""
    try:
        return bool(dump.suspect(state_for([dump])))
    finally:
        db.session.rollback()


def newest() -> Dump | None:
    """The dump of the last day."""
    return next(iter(found()), None)


def of_day(day: str) -> Dump | None:
    """The dump of a day, such as "2026-11-30"."""
    return next((one for one in found() if str(one.date) == day), None)


def worth_keeping(dumps: Sequence[Dump], today: date) -> list[Dump]:
    """Those of the last seven days, and the first of every month for a year. What is dated in the future is not."""
    past = [one for one in dumps if one.date <= today]
    firsts = {(one.date.year, one.date.month): one for one in sorted(past, key=lambda one: one.date, reverse=True)}
    old = [one for one in firsts.values() if one.date > today - KEPT_MONTHS]
    return [one for one in past if one.date > today - timedelta(days=KEPT_DAYS) or one in old]


def written(folder: Path, about: dict[str, Any]) -> None:
    """Put down what a dump is, beside its files."""
    (folder / ABOUT).write_text(json.dumps(about, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def is_due() -> bool:
    """Whether there is no dump of today yet."""
    last = newest()
    return last is None or last.date != clock.today()


def _folders(place: Path) -> list[Path]:
    try:
        return [one for one in place.iterdir() if NAME.fullmatch(one.name) and one.is_dir()]
    except OSError:
        return []


def _read(folder: Path) -> Dump | None:
    """A dump, or None for what is none: its file cannot be read, or was removed meanwhile."""
    try:
        told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return Dump(
            folder=folder,
            date=date.fromisoformat(told["date"]),
            made_at=datetime.fromisoformat(told["made_at"]),
            looked_at=datetime.fromisoformat(told["looked_at"]),
            services=int(told["services"]),
            private=dict(told["private"]),
            withdrawn=tuple(told["withdrawn"]),
            files=tuple(File(**one) for one in told["files"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
