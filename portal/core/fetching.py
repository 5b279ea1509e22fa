"""The one way in which the portal fetches an address that somebody gave (B6 of the promises).

The name is looked up once, every answer must be public, and the connection goes to an answer that was checked, while the
certificate is that of the name. Each redirect is checked anew. Size is counted unpacked, time in all.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Self
from urllib.parse import urljoin

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from portal.core.connecting import NO_HEADERS, Connections, Posted, Resolve, Watch, resolve
from portal.core.destinations import Destination, Exceptions, LeadsInside, NotFetched, destination_of
from portal.core.extensions import settings

MOST_BYTES = 10_000_000
MOST_SECONDS = 15.0
MOST_REDIRECTS = 3
A_READ = 65_536
PACKINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "br"})
REDIRECTS = frozenset({301, 302, 303, 307, 308})

SILENT = "cannot be reached"
SLOW = "took longer than {seconds:.0f} seconds, so fetching was stopped"
LARGE = "holds more than {megabytes:.0f} MB, so fetching was stopped"
UNTRUSTED = "has no valid certificate, so it is not fetched"
NOT_KEPT = "cannot be kept in a file here: {why}"
BROKEN = "broke off before its end, or does not speak HTTP"
PACKED = "is packed in a way that is not read here"
ROUNDABOUT = "leads on more than {most} times"
ASTRAY = "leads on to another, which {why}"
TURNED_AWAY = "was answered with the error {status}"


class FetchProblem(Exception):
    """Why nothing was fetched, as a sentence that tells nothing of what is there.

    `status` is that of an answer that was an error; `retry_after` the Retry-After header of it.
    """

    def __init__(self, why: str, *, status: int | None = None, retry_after: str | None = None) -> None:
        super().__init__(f"The address {why}.")
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True)
class Fetched:
    """What was fetched: its type as told, and from where, after redirects. `body` is empty where it went into a file.

    `headers` are those of the answer, by their names in small letters.
    """

    address: str
    media_type: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """What a machine answered to what was posted to it, whatever it thinks of it. `retry_after` is the header of that name."""

    status: int
    media_type: str
    body: bytes
    retry_after: str | None = None


Keep = Callable[[bytes], object]


class Fetcher:
    """Fetches addresses, for one thread; keeps connections open until it is closed. Cookies and proxies: none."""

    def __init__(
        self,
        exceptions: Exceptions,
        *,
        trust: ssl.SSLContext | None = None,
        resolve: Resolve = resolve,
        seconds: float = MOST_SECONDS,
    ) -> None:
        """`trust`: whose certificates count, else those the system trusts. `resolve` looks names up."""
        self._exceptions = exceptions
        self._connections = Connections(exceptions, trust, resolve)
        self._seconds = seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections that are open."""
        self._connections.close()

    def get(
        self, address: str, accept: str = "*/*", most: int = MOST_BYTES, headers: Mapping[str, str] = NO_HEADERS
    ) -> Fetched:
        """What is at an address, at most so many bytes unpacked. Raises FetchProblem, of status 304 where nothing is new.

        `headers` are asked with besides, such as If-None-Match; they hold no secret, since redirects are followed with them.
        """
        parts: list[bytes] = []
        found = self._fetched(address, accept, most, parts.append, headers)
        return replace(found, body=b"".join(parts))

    def download(
        self,
        address: str,
        into: Path,
        accept: str = "*/*",
        most: int = MOST_BYTES,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> Fetched:
        """The same into a file, which is not there if it fails. Raises FetchProblem."""

        def keep(part: bytes) -> None:
            try:
                file.write(part)
            except OSError as error:
                raise FetchProblem(NOT_KEPT.format(why=error.strerror)) from None

        try:
            with into.open("wb", buffering=0) as file:
                return self._fetched(address, accept, most, keep, headers)
        except BaseException:
            into.unlink(missing_ok=True)
            raise

    def post(self, address: str, posted: Posted, accept: str = "*/*", most: int = MOST_BYTES) -> Answered:
        """Send something to an address, once. No redirect is followed. Raises FetchProblem where nobody answered."""
        watch = self._connections.watch = Watch(self._seconds)
        with watch.running():
            try:
                where = destination_of(address, self._exceptions)
                response = self._connections.answered(where, accept, posted)
                if response.status in REDIRECTS:
                    self._drop(where, response)
                    raise FetchProblem(TURNED_AWAY.format(status=response.status), status=response.status)
                parts: list[bytes] = []
                self._read(response, most, parts.append)
            except FetchProblem:
                self.close()
                raise
            except NotFetched as problem:
                self.close()
                raise FetchProblem(str(problem)) from None
            except (HTTPError, HTTPException, OSError, ValueError) as error:
                self.close()
                raise FetchProblem(self._slow if watch.is_over else _why(error)) from None
        again = response.headers.get("Retry-After")
        return Answered(response.status, _media_type(response), b"".join(parts), again)

    def _fetched(
        self, address: str, accept: str, most: int, keep: Keep, headers: Mapping[str, str] = NO_HEADERS
    ) -> Fetched:
        watch = self._connections.watch = Watch(self._seconds)
        with watch.running():
            try:
                return self._followed(address, accept, most, keep, headers)
            except FetchProblem:
                self.close()
                raise
            except (HTTPError, HTTPException, OSError, ValueError) as error:
                self.close()
                raise FetchProblem(self._slow if watch.is_over else _why(error)) from None

    @property
    def _slow(self) -> str:
        return SLOW.format(seconds=self._seconds)

    def _followed(self, address: str, accept: str, most: int, keep: Keep, headers: Mapping[str, str]) -> Fetched:
        at, was_outside = address, False
        for hop in range(MOST_REDIRECTS + 1):
            try:
                where = destination_of(at, self._exceptions)
                is_inside = self._exceptions.holds(where)
                if is_inside and was_outside:
                    raise LeadsInside
                was_outside = was_outside or not is_inside
                response = self._connections.answered(where, accept, headers=headers)
            except NotFetched as problem:
                raise FetchProblem(str(problem) if hop == 0 else ASTRAY.format(why=problem)) from None
            location = response.headers.get("Location", "")
            if response.status in REDIRECTS and location:
                self._drop(where, response)
                at = _next(at, location)
                continue
            if response.status != 200:
                self._drop(where, response)
                again = response.headers.get("Retry-After")
                raise FetchProblem(
                    TURNED_AWAY.format(status=response.status), status=response.status, retry_after=again
                )
            self._read(response, most, keep)
            told = {name.lower(): value for name, value in response.headers.items()}
            return Fetched(at, _media_type(response), headers=told)
        raise FetchProblem(ROUNDABOUT.format(most=MOST_REDIRECTS))

    def _read(self, response: BaseHTTPResponse, most: int, keep: Keep) -> None:
        packings = response.headers.get("Content-Encoding", "").lower().split(",")
        if len(packings) > 2 or not {one.strip() for one in packings} <= PACKINGS:
            raise FetchProblem(PACKED)
        count, large = 0, FetchProblem(LARGE.format(megabytes=most / 1_000_000))
        if _whole(response.headers.get("Content-Length", "")) > most:
            raise large
        while part := response.read(A_READ, decode_content=True):
            count += len(part)
            if count > most:
                raise large
            if self._connections.watch.is_over:
                break
            keep(part)
        if self._connections.watch.is_over:
            raise FetchProblem(self._slow)
        response.release_conn()

    def _drop(self, where: Destination, response: BaseHTTPResponse) -> None:
        """Take leave of an answer whose body nobody reads."""
        response.close()
        self._connections.forget(where)


def fetcher(seconds: float = MOST_SECONDS) -> Fetcher:
    """A fetcher by the settings of the running application. `seconds`: how long one answer may take in all."""
    return Fetcher(Exceptions.of(settings().fetch_allow), seconds=seconds)


def seconds_of(told: str | None, otherwise: float) -> float:
    """Seconds that a Retry-After header names, as a number or as a time."""
    if told is None:
        return otherwise
    if told.strip().isdecimal() and len(told) < 12:
        return float(told)
    try:
        when = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return otherwise
    return max((when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)


def _why(error: Exception) -> str:
    if isinstance(error, SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return UNTRUSTED if "CERTIFICATE_VERIFY_FAILED" in str(error) else BROKEN
    return SILENT if isinstance(error, ConnectTimeoutError | NewConnectionError) else BROKEN


def _media_type(response: BaseHTTPResponse) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _next(at: str, location: str) -> str:
    """Where a redirect leads, seen from an address; what it says where that is none."""
    try:
        return urljoin(at, location)
    except ValueError:
        return location


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
