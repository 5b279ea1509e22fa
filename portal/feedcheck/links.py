"""Whether addresses in documents lead anywhere. Asked politely: one at a time, each host once a second, so many in all."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from portal.core.fetching import LARGE, Fetcher, FetchProblem
from portal.feedcheck.findings import Findings

NAMES = frozenset({"url", "website", "uri", "schedule_link", "term_uri", "logo"})
MOST = 2_000
MOST_BYTES = 200_000
LONGEST = 1_000
PAUSE = 1.0
SECONDS = 60 * 60.0
DEAD = frozenset({404, 410})


class Links:
    """Addresses that documents name, each once, to a limit."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._is_full = False

    def look(self, document: Any) -> None:
        """Remember the addresses in a document."""
        for name, address in _links_in(document):
            if len(self._found) >= MOST:
                self._is_full = self._is_full or address not in self._found
                return
            self._found.setdefault(address, name)

    def check(self, fetcher: Fetcher, findings: Findings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Ask for each, and note those that lead nowhere. Those that may not be fetched, or are busy, are no findings."""
        if self._is_full:
            findings.skip(f"Only {MOST:,} addresses were looked at: documents name more.")
        began, last = time.monotonic(), dict[str, float]()
        figures = {"alive": 0, "dead": 0, "not_known": 0}
        for count, (address, name) in enumerate(self._found.items()):
            if time.monotonic() - began > SECONDS:
                findings.skip(f"Looking at addresses took too long: {len(self._found) - count:,} were not looked at.")
                break
            host = urlsplit(address).netloc
            if (wait := last.get(host, 0.0) + PAUSE - time.monotonic()) > 0:
                sleep(wait)
            state, why = _state_of(address, fetcher)
            last[host] = time.monotonic()
            figures[state] += 1
            if state == "dead":
                findings.add(3, "dead_link", "all documents", name, f"{address}: {why}")
        findings.figures["links"] = figures


def _state_of(address: str, fetcher: Fetcher) -> tuple[str, str]:
    try:
        fetcher.get(address, most=MOST_BYTES)
    except FetchProblem as problem:
        if str(problem) == f"The address {LARGE.format(megabytes=MOST_BYTES / 1_000_000)}.":
            return "alive", ""
        is_dead = problem.status in DEAD or "names a host that cannot be found" in str(problem)
        return ("dead" if is_dead else "not_known"), str(problem)
    return "alive", ""


def _links_in(document: Any) -> Iterator[tuple[str, str]]:
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            for name, value in one.items():
                if isinstance(value, dict | list):
                    waiting.append(value)
                elif name in NAMES and isinstance(value, str) and _is_web(value):
                    yield name, value.strip()
        elif isinstance(one, list):
            waiting.extend(value for value in one if isinstance(value, dict | list))


def _is_web(text: str) -> bool:
    try:
        return len(text) <= LONGEST and urlsplit(text.strip()).scheme in ("http", "https")
    except ValueError:
        return False
