"""Open Referral documents: one service, a page of them, a folder or zip file of such, or the tables of HSDS as JSON."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.importing.contents import Contents, Counted, Progress, Request
from portal.importing.files.archives import Entry, entries_of, is_package
from portal.importing.files.documents import Document
from portal.importing.files.flat import told
from portal.importing.files.joining import Joining
from portal.importing.files.standard import AT, LOCATIONS, NAMES, ORGANIZATIONS, SERVICES, kinds_of
from portal.importing.files.streams import Streams
from portal.importing.lines import FileProblem
from portal.importing.rows import Row

STEP = 2_000
NESTED = frozenset({"organization", "service_at_locations", "service_areas", "cost_options", "schedules", "hereabouts"})
OF_SERVICE = NESTED | {
    "organization_id", "attributes", "taxonomy_terms", "eligibility_description", "assured_date", "fees_description",
}  # fmt: skip
OF_ORGANIZATION = frozenset({"website", "organization_identifiers", "parent_organization_id", "legal_status", "tax_id"})


def read_feed(request: Request) -> Contents:
    """Services of Open Referral in one file, a folder or a zip file. Raises FileProblem."""
    if not is_package(request.path):
        document, progress = _document(request)
        return Contents(_services([document], request, Counted(0)), progress)
    entries = [entry for entry in entries_of(request.path) if entry.ends(".json") and entry.stem != "datapackage"]
    if not entries:
        raise FileProblem(f"{request.path.name} holds no file of JSON.")
    progress = Counted(sum(entry.size for entry in entries))
    documents = [_opened(entry, request) for entry in entries]
    return Contents(_services(documents, request, progress), progress)


def read_records(request: Request) -> Contents:
    """A JSON document that holds a list of records, or the features of a map (GeoJSON). Raises FileProblem."""
    document, progress = _document(request)
    rows = (Row(one.number, one.value if one.problem is None else None, one.problem) for one in document.records())
    contents = Contents(iter(()), progress)
    return told(rows, contents, flat=request.flat or "features" in document.survey.keys)


def looks_like_service(record: dict[str, Any]) -> bool:
    """True for a record that has a service's name and one thing that only Open Referral calls so."""
    return isinstance(record.get("name"), str) and bool(OF_SERVICE & set(record))


def _services(documents: list[Document], request: Request, progress: Counted) -> Iterator[Row]:
    """Services as they come where each has all that is its own; joined by id where parts stand apart."""
    kinds = {document.name: _kind(document) for document in documents}
    lists = [key for document in documents for key in document.survey.lists or ()]
    is_apart = any(kind not in {None, SERVICES} for kind in kinds.values()) or len(kinds_of(lists)) > 1
    if is_apart:
        yield from _joined(documents, kinds, request)
        return
    line = 0
    for document in documents:
        for record in document.records():
            line += 1
            yield Row(line, {"hsds": record.value} if record.problem is None else None, record.problem)
    progress.read_bytes = progress.size


def _joined(documents: list[Document], kinds: dict[str, str | None], request: Request) -> Iterator[Row]:
    if request.scratch is None:
        raise FileProblem("There is no folder for what does not fit in memory.")
    joining, problems = Joining(request.scratch), list[Row]()
    for document in documents:
        of_key = kinds_of(list(document.survey.lists or ()))
        for count, record in enumerate(document.records(), 1):
            kind = of_key.get(record.key) or kinds[document.name] or SERVICES
            if record.problem is None:
                joining.add(kind, record.number, record.value)
            elif len(problems) < STEP:
                problems.append(Row(record.number, problem=f"in {document.name}, {record.problem}"))
            if count % STEP == 0:
                request.pulse()
    yield from joining.services()
    yield from problems


def _kind(document: Document) -> str | None:
    """Which table a document is: by its first record, else by its name. None where that does not tell."""
    named = NAMES.get(Path(document.name).name.split(".")[0].strip().lower().replace("-", "_"))
    first = next((record.value for record in document.records() if record.problem is None), {})
    keys = set(first)
    if NESTED & keys and "name" in keys:
        return SERVICES
    if {"service_id", "location_id"} <= keys or {"service_id", "location"} <= keys:
        return AT
    if named is not None:
        return named
    if OF_ORGANIZATION & keys:
        return ORGANIZATIONS
    if {"latitude", "addresses"} & keys and not looks_like_service(first):
        return LOCATIONS
    return None


def _document(request: Request) -> tuple[Document, Progress]:
    streams = Streams(request.path)
    return Document(request.path.name, streams.opened, request), streams


def _opened(entry: Entry, request: Request) -> Document:
    return Document(entry.name, entry.open, request)
