"""A feed of Open Referral UK 3.0, read page by page, and files at an address.

Source: docs.openreferraluk.org, "API reference". What a feed says of itself is checked: it may lie, repeat itself, never end.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from portal.core import clock
from portal.core.fetching import Fetcher, FetchProblem, seconds_of
from portal.importing.dialects import DIALECTS, Dialect, Page
from portal.importing.jsonlines import value_of
from portal.importing.lines import FileProblem
from portal.importing.rows import Refused, Row, checked
from portal.openreferral.ids import told_id

ENDINGS = (".json", ".jsonl", ".ndjson", ".geojson", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".zip")
"""Of a path that is a file's, not a feed's; with or without .gz."""
SUITABLE = re.compile(r"(?:^|[^0-9.])3\.\d+(?![0-9])")
AGAIN = frozenset({429, 502, 503, 504})
"""Errors that may be gone a little later."""
NOT_UNDERSTOOD = frozenset({400, 404, 422, 501})
"""Errors with which a feed may answer to a parameter that it does not know."""
MOST_VALUES = 1_000_000
"""Of one document: each takes memory, however short it is written."""
MOST_IN_A_ROW = 5
GROWTH = 5
"""Pages that may be added while a feed is read."""


@dataclass(frozen=True)
class Limits:
    """How much of one feed is read, in all unpacked; and how long is waited where it asks for that: at once, and in all."""

    per_page: int = 50
    pages: int = 10_000
    services: int = 200_000
    bytes: int = 5_000_000_000
    seconds: float = 4 * 60 * 60
    tries: int = 3
    wait: float = 120.0
    waits: float = 900.0


USUAL = Limits()


class _NotUnderstood(Exception):
    """The feed turned away a question that it may not know."""


def is_file(address: str) -> bool:
    """True where an address names a file; false where it is a feed's."""
    return _name_of(address).lower().removesuffix(".gz").endswith(ENDINGS)


def download(address: str, folder: Path, fetcher: Fetcher) -> Path:
    """The file at an address, in this folder under its own name. Raises FileProblem."""
    path = folder / name_of(address)
    try:
        fetcher.download(address, path)
    except FetchProblem as problem:
        raise FileProblem(str(problem)) from None
    return path


def name_of(address: str) -> str:
    """A name for the file at an address: its own, as far as it is plain."""
    return re.sub(r"[^A-Za-z0-9._ -]", "_", _name_of(address)).lstrip(".")[-120:] or "listings"


class LeftAlone(FileProblem):
    """The feed asks not to be read for a while. `seconds`: how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__("The feed asks to be left alone for longer than we wait. Run the import again later.")
        self.seconds = seconds


def services_of(
    address: str, fetcher: Fetcher, limits: Limits = USUAL, *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Row]:
    """Services of the feed at this address, which is its own, that of its services or of a page: one row each, whole.

    A service that cannot be had is a refused row. Raises FileProblem, also after some rows: reading it again is safe.
    """
    return Walk(address, fetcher, limits, sleep=sleep).rows()


class Walk:
    """One reading of one feed. `dialect`: its version. `since`: of a feed that can tell, only what changed after this moment.

    `extras`: parameters that it is asked with where it takes them. While it is read, `date` is the Date header of its first
    answer, `bytes_read` how much was sent, and `repeated` how many services stood there again. `is_whole` is false where only
    changes are read.
    """

    def __init__(
        self,
        address: str,
        fetcher: Fetcher,
        limits: Limits = USUAL,
        *,
        sleep: Callable[[float], None] = time.sleep,
        dialect: Dialect = DIALECTS["3"],
        since: datetime | None = None,
        extras: Mapping[str, str] | None = None,
    ) -> None:
        self._base, self._one, self._filters = _parts_of(address)
        self._fetcher = fetcher
        self._limits = limits
        self._sleep = sleep
        self._dialect = dialect
        self._extras = dict(extras or {})
        self._since = since if dialect.since is not None else None
        self.is_whole = True
        self._began = time.monotonic()
        self._waited = 0.0
        self.bytes_read = 0
        self._seen: set[str] = set()
        self._failed = 0
        self._line = 0
        self.date: str | None = None
        self.repeated = 0

    def rows(self) -> Iterator[Row]:
        """Services of the feed, one row each, whole. Raises FileProblem."""
        if self._dialect.says_version:
            self._check_version()
        if self._one is not None:
            self.is_whole = False
            yield self._row(self._one, None)
            return
        if self._since is not None and self._heeds_since():
            self._extras |= self._changed_after(self._since)
            self.is_whole = False
        page = self._first_page()
        before = 1 if page.is_first is False else 0  # a feed that counts its pages from 0
        if before:
            yield from self._rows_of(self._page(0), 0)
        most_pages, number = page.total_pages + GROWTH, 1
        while True:
            yield from self._rows_of(page, number)
            number += 1
            if number > page.total_pages - before:
                return
            if page.total_pages > most_pages:
                raise FileProblem(
                    f"The feed says that it has more pages with each one, so reading stopped at page {number}."
                )
            if number > self._limits.pages:
                raise FileProblem(f"The feed has more than {self._limits.pages:,} pages; those after were not read.")
            page = self._page(number)
            if not page.contents:
                raise FileProblem(f"The feed says that it has {page.total_pages:,} pages, but page {number} is empty.")

    def _changed_after(self, moment: datetime) -> dict[str, str]:
        return {self._dialect.since or "": f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}

    def _heeds_since(self) -> bool:
        """True if the feed knows what changed: many take the question and answer with everything.

        Tomorrow nothing has changed yet; but a feed in which nothing is left has nothing of any day.
        """
        try:
            ahead = self._page(1, {"per_page": "1"} | self._changed_after(clock.now() + timedelta(days=1)))
            every = self._page(1, {"per_page": "1"})
        except (FileProblem, _NotUnderstood):
            return False
        return not ahead.contents and bool(every.contents)

    def _first_page(self) -> Page:
        """The first page; without what the feed was asked besides, where it says that it does not know such."""
        try:
            return self._page(1)
        except _NotUnderstood:
            self._extras, self.is_whole = {}, True
            return self._page(1)

    def _rows_of(self, page: Page, number: int) -> Iterator[Row]:
        is_whole = any(
            isinstance(value, list) for one in page.contents if isinstance(one, dict) for value in one.values()
        )
        is_new = not page.contents
        for one in page.contents:
            told = told_id(one)
            if told is None:
                self._line += 1
                is_new = True
                yield Row(self._line, problem="it is null" if one is None else "it is no service with an id")
            elif told in self._seen:
                self.repeated += 1
            else:
                self._seen.add(told)
                is_new = True
                if len(self._seen) > self._limits.services:
                    raise FileProblem(
                        f"The feed has more than {self._limits.services:,} services; the rest was not read."
                    )
                yield self._row(told, one if is_whole or is_gone(one) else None)
        if not is_new:
            raise FileProblem(f"The feed goes round in a circle: page {number} holds only what was on pages before it.")

    def _row(self, told: str, known: dict[str, Any] | None) -> Row:
        """A service as a row: the document that is known, or that at its own address."""
        self._line += 1
        try:
            document = known if known is not None else self._service(told)
            return Row(self._line, {self._dialect.wrapper: checked(document)})
        except Refused as refusal:
            return Row(self._line, problem=str(refusal), id=told)

    def _service(self, told: str) -> dict[str, Any]:
        try:
            document = self._document(f"/services/{quote(told, safe='')}")
        except (FetchProblem, Refused) as problem:
            self._failed += 1
            if self._failed == MOST_IN_A_ROW:
                raise FileProblem(
                    f"{MOST_IN_A_ROW} services in a row could not be read, so reading stopped. {problem}"
                ) from None
            raise Refused(f"the feed does not give it whole: {_lowered(str(problem))}") from None
        self._failed = 0
        if told_id(document) != told:
            raise Refused("the feed gives another service in its place")
        assert isinstance(document, dict)
        return document

    def _page(self, number: int, extras: Mapping[str, str] | None = None) -> Page:
        more = self._extras if extras is None else extras
        asked = {"page": number, "per_page": self._limits.per_page, **more}
        try:
            found = self._document(f"/services?{urlencode([*self._filters, *asked.items()])}")
        except FetchProblem as problem:
            if number == 1 and self._extras and problem.status in NOT_UNDERSTOOD:
                raise _NotUnderstood from None
            raise FileProblem(f"Page {number} of the feed was not read. {problem}") from None
        except Refused as problem:
            raise FileProblem(f"Page {number} of the feed was not read: {problem}.") from None
        return self._dialect.page_of(found, number)

    def _check_version(self) -> None:
        """What the feed says of its version. It may say nothing; then its pages must be right."""
        try:
            found = self._document("/")
        except Refused:
            return
        except FetchProblem as problem:
            if problem.status is None:
                raise FileProblem(str(problem)) from None
            return
        version = found.get("version") if isinstance(found, dict) else None
        if isinstance(version, str | int | float) and not SUITABLE.search(str(version).strip()):
            raise FileProblem(
                f'The feed is of version "{str(version)[:40]}". What can be read is Open Referral UK 3, such as "HSDS-UK-3.0".'
            )

    def _document(self, path: str) -> Any:
        """The JSON at a path of the feed. Raises Refused for what is no such, FetchProblem, FileProblem when time is up."""
        for attempt in range(1, self._limits.tries + 1):
            if time.monotonic() - self._began > self._limits.seconds:
                raise FileProblem("The feed takes longer to read than is allowed, so reading was stopped.")
            try:
                found = self._fetcher.get(self._base + path, accept="application/json")
                self.date = self.date or found.headers.get("date")
                self.bytes_read += len(found.body)
                if self.bytes_read > self._limits.bytes:
                    raise FileProblem("The feed holds more than is read of one feed, so reading was stopped.")
                return _read(found.body)
            except FetchProblem as problem:
                if problem.status not in AGAIN or attempt == self._limits.tries:
                    raise
                self._wait(problem, attempt)
        raise AssertionError("the last try gives or raises")

    def _wait(self, problem: FetchProblem, attempt: int) -> None:
        seconds = seconds_of(problem.retry_after, 2.0**attempt)
        self._waited += seconds
        if seconds > self._limits.wait or self._waited > self._limits.waits:
            raise LeftAlone(seconds)
        self._sleep(seconds)


def _parts_of(address: str) -> tuple[str, str | None, list[tuple[str, str]]]:
    """A feed's base, the one service that an address may name, and what it filters by."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address, None, []
    path, one = parts.path.rstrip("/"), None
    before, found, after = path.rpartition("/services")
    if found and after.startswith("/") and after.count("/") == 1:
        path, one = before, unquote(after[1:])
    elif found and not after:
        path = before
    filters = [(name, value) for name, value in parse_qsl(parts.query) if name not in {"page", "per_page"}]
    return f"{parts.scheme}://{parts.netloc}{path}", one, filters


def is_gone(document: Any) -> bool:
    """True for what a portal like this one leaves in the place of a service that has ended: its id, and that it is gone."""
    ours = document.get("hereabouts") if isinstance(document, dict) else None
    return isinstance(ours, dict) and bool(ours.get("gone"))


def _read(body: bytes) -> Any:
    """A JSON value. Raises Refused, also for what would take much memory."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise Refused(f"it holds more than {MOST_VALUES:,} values")
    try:
        return value_of(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("it is not text in UTF-8") from None


def _name_of(address: str) -> str:
    try:
        return PurePosixPath(unquote(urlsplit(address.strip()).path)).name
    except ValueError:
        return ""


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")
