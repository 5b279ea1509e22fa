"""How the feed answers: JSON with a tag by which readers know what they have, streams of everything, and errors for machines.

Every answer is for everybody: any site may read it, no cookie is set, and no answer depends on who asks.
"""

import csv
import hashlib
import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request
from werkzeug.http import http_date

from portal.core.compression import gzipped
from portal.core.database import reading
from portal.core.errors import DomainError, TooManyRequests
from portal.core.formulas import disarmed
from portal.core.pages import whole_address
from portal.feed import limits, queries
from portal.feed.asked import Asked, WrongParameter
from portal.feed.contents import Gone
from portal.openreferral.flattening import Document
from portal.openreferral.tables import OURS, TABLES

CACHE = "public, max-age=60"
TITLES = {400: "Bad request", 404: "Not found", 410: "Gone", 429: "Too many requests", 503: "Service unavailable"}
SMALLEST_ZIPPED = 600
TAG_BYTES = 16


def json_answer(document: Document, *, page_links: Asked | None = None) -> Response:
    """A document, or 304 where the reader has it already."""
    body = dumped(document)
    tag = hashlib.blake2b(body, digest_size=TAG_BYTES).hexdigest()
    headers = {"Cache-Control": CACHE, "Vary": "Accept-Encoding"}
    if (moment := queries.last_change()) is not None:
        headers["Last-Modified"] = http_date(moment)
    if page_links is not None and (links := _links(page_links, document)):
        headers["Link"] = links
    zips = len(body) >= SMALLEST_ZIPPED and bool(request.accept_encodings["gzip"])
    headers["ETag"] = f'"{tag}-gzip"' if zips else f'"{tag}"'
    if _has(tag):
        return Response(status=304, headers=headers)
    if zips:
        headers["Content-Encoding"] = "gzip"
        body = gzipped(
            body, with_random_name=False
        )  # nothing secret is in it, and the same facts are to be the same bytes
    return Response(body, headers=headers, mimetype="application/json")


def ndjson_answer(batches: Iterable[list[Document]]) -> Response:
    """Every item as a line of JSON."""
    return _stream(
        (b"".join(dumped(one) + b"\n" for one in some) for some in batches), "application/x-ndjson", "ndjson"
    )


def csv_answer(asked: Asked, batches: Iterable[list[Document]]) -> Response:
    """Every item as a row: a column for each field, one of a nested object after it and a dot, lists and what is ours as JSON."""
    return _stream(_rows(asked, batches), "text/csv", "csv")


def problem(status: int, detail: str, **more: Any) -> Response:
    """An error as RFC 9457 has it."""
    told = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail, **more}
    return Response(
        dumped(told),
        status=status,
        mimetype="application/problem+json",
        headers={"Cache-Control": "no-store", "Vary": "Accept-Encoding"},
    )


def problem_of(error: DomainError) -> Response:
    """A refusal of the feed."""
    if isinstance(error, WrongParameter):
        return problem(error.status, error.sentence, parameter=error.parameter)
    if isinstance(error, Gone):
        return problem(error.status, error.sentence, service=error.facts)
    response = problem(error.status, error.sentence)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def dumped(document: Document) -> bytes:
    """JSON, as short as it can be."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _has(tag: str) -> bool:
    """Whether the reader has this already, in either encoding."""
    known = request.if_none_match
    return known.contains(tag) or known.contains(f"{tag}-gzip")


def _links(asked: Asked, envelope: Document) -> str:
    """Where the other pages are, as RFC 8288 has it."""
    number, pages = envelope["page_number"], envelope["total_pages"]
    wanted = {"first": 1 if pages else None, "last": pages or None}
    wanted |= {"prev": number - 1 if 1 < number <= pages + 1 else None, "next": number + 1 if number < pages else None}
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "page" and value]
    path = whole_address(request.path)
    return ", ".join(
        f'<{path}?{urlencode([*query, ("page", page)], errors="replace")}>; rel="{name}"'
        for name, page in wanted.items()
        if page is not None
    )


def _rows(asked: Asked, batches: Iterable[list[Document]]) -> Iterator[bytes]:
    """RFC 4180, some rows at a time. Every row has the same columns, which are known before the first."""
    columns = COLUMNS[asked.endpoint]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    for some in batches:
        writer.writerows([[_cell(row.get(name)) for name in columns] for row in map(_flat, some)])
        yield written.getvalue().encode()
        written.seek(0)
        written.truncate()
    yield written.getvalue().encode()


def _flat(document: Document, before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, dict) and name != OURS:
            found |= _flat(value, f"{before}{name}.")
        else:
            found[before + name] = value
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return disarmed(json.dumps(value, ensure_ascii=False))
    return disarmed(value) if isinstance(value, str) else str(value)


def _stream(pieces: Iterable[bytes], mimetype: str, ending: str) -> Response:
    name = (request.endpoint or "").rpartition(".")[2]
    headers = {
        "Cache-Control": CACHE,
        "Vary": "Accept-Encoding",
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
    }
    if request.accept_encodings["gzip"]:
        headers["Content-Encoding"] = "gzip"
        pieces = _zipped(pieces)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    end = limits.begin_stream()
    response = Response(until_the_end(_in_steps(app, iter(pieces)), end), mimetype=mimetype, headers=headers)
    response.call_on_close(end)
    response.headers["Content-Type"] = f"{mimetype}; charset=utf-8"
    return response


def _in_steps(app: Flask, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Each piece made in a context of its own, so that a slow reader holds no connection and no transaction meanwhile."""
    while True:
        with app.app_context(), reading():
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def until_the_end(pieces: Iterable[bytes], end: Callable[[], None]) -> Iterator[bytes]:
    """The same pieces; `end` is called after the last, or where they are given up on the way."""
    try:
        yield from pieces
    finally:
        end()


def _zipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    press = zlib.compressobj(6, zlib.DEFLATED, 31)
    for piece in pieces:
        if pressed := press.compress(piece):
            yield pressed
    yield press.flush()


POINTERS = frozenset({"organization_id", "parent_organization_id"})
"""Ids of other things that stand in items themselves."""


def _columns(table: str, *, before: str = "", nested: tuple[str, ...] = (), lists: tuple[str, ...] = ()) -> list[str]:
    """Columns of a table for people with a spreadsheet: its own fields, those of what stands in it, lists and ours as JSON."""
    about = TABLES[table]
    own = [name for name in about.columns if name not in about.points_to or name in POINTERS]
    found = [before + name for name in (*own, *lists, *([OURS] if about.ours else []))]
    return found + [name for one in nested for name in _columns(one, before=f"{before}{one}.")]


_SERVICE = ("contacts", "schedules", "service_areas", "languages", "funding", "cost_options", "attributes")
COLUMNS = {
    "services": [*_columns("service", lists=(*_SERVICE, "service_at_locations"), nested=("organization",))],
    "organizations": [*_columns("organization", lists=("organization_identifiers", "services"))],
    "service_at_locations": [
        *("id", "service_id", "location_id", "schedules", OURS),
        *_columns("location", before="location.", lists=("addresses", "accessibility")),
        *_columns("service", before="service."),
        *_columns("organization", before="service.organization."),
    ],
    "taxonomies": _columns("taxonomy"),
    "taxonomy_terms": [*_columns("taxonomy_term"), "taxonomy_id", "term"],
}
"""Of each list, whether its items are whole or not: what an item lacks is an empty cell."""
