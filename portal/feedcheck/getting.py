"""How documents of a feed are got from its address, each by its path and query.

A feed may lie, drip, nest and never end: every limit is here, and whatever goes wrong is a sentence.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import quote, urlencode, urlsplit

from portal.core.fetching import Fetcher, FetchProblem, seconds_of

AGAIN = frozenset({429, 502, 503, 504})
"""Errors that may be gone a little later."""
MOST_BYTES = 50_000_000
MOST_VALUES = 2_000_000
DEEPEST = 60
ORIGIN = "https://another-site.example"
"""The website in whose name we ask whether others may read the feed."""


class Stopped(Exception):
    """A limit of the whole check is reached; the sentence says which."""


@dataclass(frozen=True)
class Limits:
    """Of one check: seconds in all, requests, how often one is tried, and how long is waited where the feed asks for that."""

    seconds: float = 4 * 60 * 60
    requests: int = 50_000
    tries: int = 4
    wait: float = 120.0
    waits: float = 60 * 60


USUAL = Limits()


@dataclass(frozen=True)
class Got:
    """One answer: the document, or why there is none. `status` is that of an answer that was no 200; headers in small letters."""

    document: Any = None
    problem: str | None = None
    status: int | None = None
    is_json: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


class AtAddress:
    """A feed at its base address."""

    def __init__(
        self,
        address: str,
        fetcher: Fetcher,
        limits: Limits = USUAL,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base = base_of(address)
        self.fetcher = fetcher
        self.requests = 0
        self.waited = 0.0
        self._limits = limits
        self._sleep = sleep
        self._began = time.monotonic()

    def get(
        self, path: str, query: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> Got:
        """The document at a path below the base. Raises Stopped."""
        address = self.base + path + (f"?{urlencode(query, errors='replace')}" if query else "")
        for attempt in range(1, self._limits.tries + 1):
            self._count()
            try:
                found = self.fetcher.get(address, "application/json", MOST_BYTES, headers or {})
            except FetchProblem as problem:
                if problem.status not in AGAIN or attempt == self._limits.tries:
                    return Got(problem=str(problem), status=problem.status)
                self._wait(problem, attempt)
                continue
            try:
                return Got(read_json(found.body), headers=found.headers)
            except NotJson as problem:
                return Got(problem=str(problem), is_json=False, headers=found.headers)
        raise AssertionError("the last try gives or returns")

    def _count(self) -> None:
        self.requests += 1
        if self.requests > self._limits.requests:
            raise Stopped(f"The check asked {self._limits.requests:,} times, which is as often as it may.")
        if time.monotonic() - self._began > self._limits.seconds:
            raise Stopped(f"The check took {self._limits.seconds / 60:,.0f} minutes, which is as long as it may.")

    def _wait(self, problem: FetchProblem, attempt: int) -> None:
        seconds = seconds_of(problem.retry_after, min(2.0**attempt, self._limits.wait))
        self.waited += seconds
        if seconds > self._limits.wait or self.waited > self._limits.waits:
            raise Stopped("The feed asks to be left alone for longer than the check waits.")
        self._sleep(seconds)


class NotJson(ValueError):
    """Why a body is no JSON document that can be read."""


def base_of(address: str) -> str:
    """The base of a feed from its own address, or from that of its services."""
    parts = urlsplit(address.strip())
    path = parts.path.rstrip("/").removesuffix("/services")
    return f"{parts.scheme}://{parts.netloc}{path}"


def id_path(endpoint: str, one: str) -> str:
    """The path of the document of this id."""
    return f"{endpoint}/{quote(one, safe='', errors='replace')}"


def read_json(body: bytes) -> Any:
    """The JSON value that a body is. Raises NotJson, also for what would take much memory or many levels."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise NotJson(f"It holds more than {MOST_VALUES:,} values.")
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise NotJson("It is not text in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"It is not whole JSON: {error.msg} at letter {error.pos + 1:,}.") from None
    except RecursionError:
        raise NotJson("It is nested too deep to read.") from None
    except ValueError:
        raise NotJson("It holds a number that cannot be read.") from None
    if _is_deep(value):
        raise NotJson(f"It is nested more than {DEEPEST} deep.")
    return value


def _is_deep(value: Any) -> bool:
    level = _inside([value])
    for _ in range(DEEPEST):
        if not level:
            return False
        level = _inside(inner for one in level for inner in (one.values() if isinstance(one, dict) else one))
    return True


def _inside(values: Iterable[Any]) -> list[Any]:
    return [one for one in values if isinstance(one, dict | list)]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
