"""Checks a folder of saved documents: one of each endpoint, under the names that the national validator's own samples have.

Lists are read item by item, so that an export of any size needs little memory.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import ijson  # type: ignore[import-untyped]

from portal.feedcheck.endpoints import BASE, ENDPOINTS, Endpoint
from portal.feedcheck.findings import Findings, Level
from portal.feedcheck.getting import MOST_BYTES, NotJson, read_json
from portal.feedcheck.national import judge_details
from portal.feedcheck.paging import judge_envelope, judge_one

KNOWN_FILES: Mapping[str, tuple[str, ...]] = {
    "/": ("api_details.json",),
    "/services": ("service_list.json", "services.json"),
    "/services/{id}": ("service_full.json",),
    "/taxonomies": ("taxonomy_list.json",),
    "/taxonomies/{id}": ("taxonomy.json",),
    "/taxonomy_terms": ("taxonomy_term_list.json",),
    "/taxonomy_terms/{id}": ("taxonomy_term.json",),
    "/organizations": ("organization_list.json",),
    "/organizations/{id}": ("organization_full.json", "organization.json"),
    "/service_at_locations": ("service_at_location_list.json",),
    "/service_at_locations/{id}": ("service_at_location_full.json",),
}
"""Names of saved documents by the endpoint they come from. `services.json` is what `portal export --format oruk` writes."""
NAMES = tuple(name for names in KNOWN_FILES.values() for name in names)
MOST_TOP = 100
"""Names at the top of a page that are read."""

Look = Callable[[Endpoint, Any, bool], None]
"""Is shown each document with its endpoint, and whether it was an item of a list."""


class FolderProblem(Exception):
    """Why a folder cannot be checked, as a sentence."""


def check_folder(folder: Path, findings: Findings, level: Level, look: Look) -> None:
    """Judge what is in a folder, and show each document to `look`. Raises FolderProblem."""
    if not any((folder / name).is_file() for name in NAMES):
        raise FolderProblem(f"{folder} holds no saved document. Names that are known: {', '.join(NAMES)}.")
    for name in sorted(one.name for one in folder.iterdir() if one.is_file() and not one.name.startswith(".")):
        if name not in NAMES:
            findings.skip(f"{name} has no name that is known, so it was not read.")
    if (base := _file_of(folder, BASE)) is not None:
        _whole(base, findings, 1, BASE, lambda document: judge_details(document, findings))
    else:
        findings.skip("The base address was not saved (api_details.json), so it was not judged.")
    for endpoint in ENDPOINTS:
        if endpoint.level <= level:
            _list(folder, endpoint, findings, look)
            _one(folder, endpoint, findings, look)


def _file_of(folder: Path, endpoint: str) -> Path | None:
    return next((folder / name for name in KNOWN_FILES[endpoint] if (folder / name).is_file()), None)


def _whole(path: Path, findings: Findings, level: Level, where: str, judge: Callable[[Any], None]) -> None:
    """Judge a file that is one document."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotJson(f"It holds more than {MOST_BYTES / 1_000_000:.0f} MB.")
        document = read_json(path.read_bytes())
    except (NotJson, OSError) as problem:
        sentence = str(problem) if isinstance(problem, NotJson) else "The file cannot be read."
        findings.add(level, "not_json", where, sentence, path.name)
        return
    judge(document)


def _one(folder: Path, endpoint: Endpoint, findings: Findings, look: Look) -> None:
    path = _file_of(folder, endpoint.by_id)
    if path is None:
        findings.skip(f"{endpoint.by_id} was not saved, so it was not judged.")
        return

    def judge(document: Any) -> None:
        judge_one(endpoint.kind, document, findings, endpoint.level, endpoint.by_id, is_item=False)
        look(endpoint, document, False)

    _whole(path, findings, endpoint.level, endpoint.by_id, judge)


def _list(folder: Path, endpoint: Endpoint, findings: Findings, look: Look) -> None:
    path = _file_of(folder, endpoint.path)
    level, where = endpoint.level, endpoint.path
    if path is None:
        findings.skip(f"{where} was not saved, so it was not judged.")
        return
    count = 0
    try:
        page = _top(path)
        if not isinstance(page.get("contents"), list):
            findings.add(level, "type", where, "contents is not a list", path.name)
            return
        for one in _items(path):
            count += 1
            judge_one(endpoint.kind, one, findings, level, where, is_item=True, nested=True)
            look(endpoint, one, True)
    except (ijson.JSONError, UnicodeDecodeError, OSError, ValueError, RecursionError, OverflowError):
        findings.add(level, "not_json", where, "It is not whole JSON, or cannot be read.", path.name)
        return
    number = page.get("page_number")
    asked = number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else 1
    judge_envelope(page, count, asked, findings, level, where)
    if not count:
        findings.add(level, "empty", where, weight="warning")


def _top(path: Path) -> dict[str, Any]:
    """What stands at the top of a page, its contents as an empty list. Raises ValueError for what is no page."""
    page: dict[str, Any] = {}
    with path.open("rb") as file:
        events = ijson.parse(_without_mark(file), use_float=True)
        if next(events, ("", "", ""))[1] != "start_map":
            return page
        for prefix, event, value in events:
            if event == "map_key" and prefix == "":
                if len(page) >= MOST_TOP:
                    raise ValueError("too many names")
                page[value] = None
            elif prefix in page and event in ("start_array", "start_map"):
                page[prefix] = [] if event == "start_array" else {}
            elif prefix in page and event not in ("end_array", "end_map", "map_key"):
                page[prefix] = value
    return page


def _items(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        yield from ijson.items(_without_mark(file), "contents.item", use_float=True)


def _without_mark(file: Any) -> Any:
    """The file after the mark that some programs put before UTF-8."""
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    return file
