"""Whether what comes in goes out again the same, from which places, and what has no place here: listed, and where it is kept.

    PYTHONPATH=. .venv/bin/python benchmarks/sameness.py [--markdown] [--only demo,miami]

Four sources: the demo, the Miami package of HSDS 1.1, the examples of Open Referral UK 3.0, the mocks of its validator (the last
three from `../shared`, where that is). Each is imported into an empty instance, exported, imported into a second empty instance,
and exported again; all by the commands. Two exports are compared service by service, ids and all, as JSON text with records in
order of their ids: first without what an import never takes (who confirmed it, when it changed, where it comes from), then whole,
after an import with `--as-here`. What sources tell and our tables lack is printed by name, with how often; each original document
is looked up in the database that keeps it. Promise: every service is equal, and every original is there.
"""

import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import tables
from benchmarks.instance import HOME, with_listings
from portal.config import demo_secrets
from portal.core.extensions import settings
from portal.running.demo import make_secrets
from tests.exporting.roundtrip import differences, in_order

SHARED = HOME.parent.parent / "shared"
EXAMPLES = SHARED / "standards" / "oruk-3.0" / "examples"
MOCKS = SHARED / "standards" / "oruk-3.0-validator" / "mocks" / "Default"
FILES = {
    "miami": [SHARED / "data" / "listings" / "miami_hsds" / "datapackage.zip"],
    "examples": [EXAMPLES / "service_full.json", EXAMPLES / "service_list.json"],
    "mocks": [MOCKS / "service_full.json", MOCKS / "service_list.json"],
}
HEADER = ("source", "records", "services", "equal", "with --as-here", "not modelled", "originals kept")
TAG = re.compile(r"<[^>]*>")
SHOWN = 40
Document = dict[str, Any]


@dataclass
class Told:
    """What became of one source. `unmodelled` and `notes` count by name and by sentence."""

    name: str
    records: int = 0
    services: int = 0
    equal: int = 0
    moved: int = 0
    kept: int = 0
    unmodelled: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    untold: Counter[str] = field(default_factory=Counter)
    checked: int = 0

    @property
    def is_kept(self) -> bool:
        return self.services == self.equal == self.moved and self.kept == self.records


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--markdown", action="store_true", help="print the table for docs/export.md")
    asked.add_argument("--only", default="demo,miami,examples,mocks", help="which sources, with commas between")
    options = asked.parse_args()
    found = []
    for name in options.only.split(","):
        if name != "demo" and not all(path.exists() for path in FILES[name]):
            print(f"{name}: not beside this copy, so left out", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            found.append(_demo(Path(folder)) if name == "demo" else _of(name, Path(folder)))
    rows = [
        (one.name, f"{one.records:,}", f"{one.services:,}", f"{one.equal:,}", f"{one.moved:,}",
         f"{sum(one.unmodelled.values()):,} values of {len(one.unmodelled)} names", f"{one.kept:,}")
        for one in found
    ]  # fmt: skip
    tables.show(HEADER, rows, markdown=options.markdown)
    for one in found:
        _show(one)
    is_kept = bool(found) and all(one.is_kept for one in found)
    print(f"{tables.machine()}. Every service equal and every original kept: {'kept' if is_kept else 'BROKEN'}")
    return 0 if is_kept else 1


def _demo(folder: Path) -> Told:
    with redirect_stdout(sys.stderr):
        app = with_listings(None, is_indexed=False)
    with app.app_context():
        instance = settings().instance
    told = Told("demo")
    first = _exported(Instance(instance), folder / "out")
    told.records = len(first)
    _round(told, first, folder)
    told.kept = told.records
    return told


def _of(name: str, folder: Path) -> Told:
    """A source from elsewhere: into a first instance, and on from there."""
    told, house = Told(name), Instance(folder / "first").made()
    for path in FILES[name]:
        said = house.run("import", str(path), "--source", name, "--json")
        answer = json.loads(said)
        told.records += answer["new"] + answer["refused"]
        told.unmodelled.update(answer["unmodelled"])
        for row in answer["rows"]:
            told.notes.update(_general(note) for note in row.get("notes", ()))
            told.notes.update([_general(f"refused: {row['why']}")] if row["result"] == "refused" else [])
    first = _exported(house, folder / "out")
    _round(told, first, folder)
    originals = house.originals()
    told.kept = len(originals) + sum(count for note, count in told.notes.items() if note.startswith("refused: "))
    by_name = {(one["name"], one["organization"]["name"]): json.dumps(one, ensure_ascii=False) for one in first}
    for original in originals:
        _look_for(told, original, " ".join(by_name.values()) if len(first) < 20 else _its(original, by_name))
    return told


def _its(original: Document, by_name: dict[tuple[str, str], str]) -> str:
    name = " ".join(str(original.get("name")).split())
    return " ".join(text for (service, _body), text in by_name.items() if service == name)


def _look_for(told: Told, original: Document, text: str) -> None:
    """Count values of an original that stand nowhere in what went out of it, by name, but for those listed already."""
    plain = _plain(text)
    digits = re.sub(r"\D", "", text)
    for name, value in _values(original, ""):
        if name in told.unmodelled or any(name.startswith(f"{one}.") for one in told.unmodelled):
            continue
        told.checked += 1
        wanted = _plain(value)
        if wanted and wanted not in plain and not (name.endswith("number") and re.sub(r"\D", "", value)[-9:] in digits):
            told.untold[name] += 1


def _values(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name != "id" and not name.endswith("_id"):
                yield from _values(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for one in value:
            yield from _values(one, path)
    elif value not in (None, "", True, False):
        yield path, str(value)


def _plain(text: str) -> str:
    return "".join(
        letter for letter in TAG.sub("", text.replace("\\n", "").replace("\\", "")).casefold() if letter.isalnum()
    )


def _round(told: Told, first: list[Document], folder: Path) -> None:
    """On from an export: into an empty instance as any import, and into another as if it had always stood there."""
    told.services = len(first)
    exported = folder / "out" / "services.json"
    for number, (options, keep) in enumerate(((("--source", "Elsewhere"), False), (("--as-here",), True))):
        house = Instance(folder / f"house{number}").made()
        house.run("import", str(exported), *options)
        second = _exported(house, folder / f"out{number}")
        left, right = _texts(first, whole=keep), _texts(second, whole=keep)
        equal = sum(right.get(key) == text for key, text in left.items())
        told.moved, told.equal = (equal, told.equal) if keep else (told.moved, equal)
        for key in [key for key, text in left.items() if right.get(key) != text][:3]:
            lines = differences(json.loads(left[key]), json.loads(right.get(key, "null")))
            print(f"  {told.name}: {key}: {next(lines, '')[:400]}", file=sys.stderr)


def _texts(documents: list[Document], *, whole: bool) -> dict[str, str]:
    return {one["id"]: json.dumps(_sorted(one) if whole else in_order(one)) for one in documents}


def _sorted(value: Any) -> Any:
    if isinstance(value, list):
        told = [_sorted(one) for one in value]
        return sorted(told, key=lambda one: str(one.get("id"))) if told and isinstance(told[0], dict) else told
    return {name: _sorted(one) for name, one in sorted(value.items())} if isinstance(value, dict) else value


def _exported(house: "Instance", folder: Path) -> list[Document]:
    house.run("export", str(folder), "--format", "oruk")
    found: list[Document] = json.loads((folder / "services.json").read_text(encoding="utf-8"))["contents"]
    return found


class Instance:
    """An instance of the portal in a folder, used by its commands alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def made(self) -> "Instance":
        """A new and empty one."""
        self._path.mkdir()
        if (HOME / "geography").is_dir():
            (self._path / "geography").symlink_to(HOME / "geography", target_is_directory=True)
        make_secrets(self._path)
        self.run("upgrade")
        return self

    def run(self, *arguments: str) -> str:
        """What a command says."""
        secrets = demo_secrets(self._path)
        environment = {
            **os.environ,
            "PORTAL_INSTANCE": str(self._path),
            "PORTAL_SECRET_KEY": secrets["secret_key"],
            "PORTAL_DATA_KEYS": secrets["data_keys"],
            "PORTAL_LOG_LEVEL": "error",
            "PYTHONPATH": str(HOME.parent),
        }
        done = subprocess.run(
            [sys.executable, "-m", "portal.cli", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"portal {arguments[0]} failed: {done.stdout[-500:]} {done.stderr[-2000:]}")
        return done.stdout

    def originals(self) -> list[Document]:
        """The original documents that its database keeps."""
        with sqlite3.connect(self._path / "portal.sqlite3") as connection:
            found = [json.loads(text) for (text,) in connection.execute("select document from source_record")]
        return [one.get("hsds", one) for one in found]


def _general(sentence: str) -> str:
    return re.sub(r'"[^"]*"|\d[\d,.]*', "…", sentence)


def _show(one: Told) -> None:
    print(f"\n{one.name}: not modelled, by name; kept in the original documents (table source_record)")
    for name, count in one.unmodelled.most_common(SHOWN):
        print(f"  {count:>7,}  {name}")
    if one.notes:
        print(f"{one.name}: left out with a note, by what the note says")
        for note, count in one.notes.most_common(SHOWN):
            print(f"  {count:>7,}  {note}")
    if one.checked:
        print(f"{one.name}: of {one.checked:,} other values, those that are told again in other words, or not")
        for name, count in one.untold.most_common(SHOWN):
            print(f"  {count:>7,}  {name}")


if __name__ == "__main__":
    sys.exit(main())
