"""Files to import, written for one test."""

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

from portal.importing.actions import Origin, import_rows
from portal.importing.contents import Request
from portal.importing.files.recognising import recognised
from portal.importing.formats import FORMATS
from portal.importing.mapping import Mapping
from portal.importing.opened import Opened, opened
from portal.importing.results import Result

RECORD: dict[str, Any] = {
    "source": "Warm places",
    "id": "a1",
    "name": "Larkfield Warm Room",
    "organisation": "Larkfield Trust",
    "description": "Tea, soup and company.",
    "postcode": "LE2 0QB",
    "lat": None,
    "lon": None,
    "url": "https://larkfield.org.uk",
    "tags": ["warm space"],
    "address": "Larkfield Hall, 1 Larkfield Road, Leicester, LE2 0QB",
    "opening_text": "Tuesday: 10:00 - 12:00",
}


def record(**changes: Any) -> dict[str, Any]:
    """A good record, with changes."""
    return RECORD | changes


def write_lines(folder: Path, *lines: dict[str, Any] | str | bytes, name: str = "warm.jsonl") -> Path:
    """A file of JSON lines. A text or bytes stand as they are."""
    parts = [json.dumps(line, ensure_ascii=False) if isinstance(line, dict) else line for line in lines]
    whole = b"\n".join(part if isinstance(part, bytes) else part.encode() for part in parts) + b"\n"
    path = folder / name
    path.write_bytes(gzip.compress(whole) if name.endswith(".gz") else whole)
    return path


def read(path: Path, mapping: Mapping | None = None) -> Opened:
    """What a file holds, read in this process."""
    scratch = Path(tempfile.mkdtemp(dir=path.parent))
    contents = FORMATS[recognised(path)].read(
        Request(path, mapping.sheet if mapping else None, flat=mapping is not None, scratch=scratch)
    )
    return opened(contents, mapping, path.name)


def run(path: Path, *, source: str | None = None, dry_run: bool = False) -> list[Result]:
    """Import a file, and give what became of each row."""
    return list(import_rows(read(path).rows, Origin(path.stem, source), dry_run=dry_run))


def outcomes(results: list[Result]) -> list[str]:
    """What became of each row, in a word."""
    return [result.outcome for result in results]
