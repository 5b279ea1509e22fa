"""What a backup holds: rows, files that count, and a list of both with digests. A ZIP archive once it is unlocked."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

from portal.core.settings import Settings
from portal.operations.backup.refusing import Refused

FORMAT = 1
LIST = "contents.json"
MADE_ANEW = frozenset({"index", "geography", "metrics", "dumps", "draining", "lost+found"})
"""Of an instance folder: caches, figures of running processes, marks of a moment; dumps, which would be in every backup anew."""
OF_KEYS = frozenset({"demo.json", "demo.new", "demo-accounts.json", "demo-accounts.new"})
OF_DATABASE = "portal.sqlite3"
LARGEST_KEY_FILE = 100_000
"""Only files below this size are looked through for keys."""


@dataclass(frozen=True)
class HeldTable:
    """A table in a backup: its columns in order, how many rows, and the digest of `copying.values.Sum`."""

    columns: tuple[str, ...]
    rows: int
    digest: str


@dataclass(frozen=True)
class Contents:
    """The list. `revision`: the migration that the rows have the form of. `files`: SHA-256 by path within the instance.

    `audit`: number and hash of the newest entry of the audit chain.
    """

    revision: str
    made_at: str
    audit: tuple[int, str]
    tables: dict[str, HeldTable] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(one.rows for one in self.tables.values())

    def as_json(self) -> bytes:
        """For the archive."""
        return json.dumps(asdict(self), indent=1).encode()


def read(archive: ZipFile) -> Contents:
    """The list of an archive. Raises Refused for one of a later format, and ValueError for one that we never made."""
    told: dict[str, Any] = json.loads(archive.read(LIST))
    if told["format"] != FORMAT:
        raise Refused("The backup was made by a later version. Install that version, and restore with it.")
    number, hash_ = told["audit"]
    tables = {
        name: HeldTable(tuple(one["columns"]), one["rows"], one["digest"]) for name, one in told["tables"].items()
    }
    if not all(map(_is_of_instance, told["files"])):
        raise ValueError("a file outside the instance")
    return Contents(told["revision"], told["made_at"], (number, hash_), tables, told["files"])


def files_of(settings: Settings) -> Iterator[Path]:
    """The files of an instance that cannot be made anew from the database, but for any that holds a key of it."""
    for top in sorted(settings.instance.iterdir()):
        if top.name in MADE_ANEW | OF_KEYS or top.name.startswith(OF_DATABASE) or top.is_symlink():
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not path.is_symlink() and not _holds_key(path, settings):
                yield path


def digest_of(data: bytes) -> str:
    """SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _is_of_instance(name: str) -> bool:
    """Whether a file may be put back: anybody who knows the recipient can lock an archive that names other places."""
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts:
        return False
    return path.parts[0] not in MADE_ANEW | OF_KEYS and not path.parts[0].startswith(OF_DATABASE)


def _holds_key(path: Path, settings: Settings) -> bool:
    if path.stat().st_size > LARGEST_KEY_FILE:
        return False
    told = path.read_bytes()
    keys = [settings.secret_key, *settings.data_keys]
    return any(key and key.encode() in told for key in keys) or b"AGE-SECRET-KEY-" in told
