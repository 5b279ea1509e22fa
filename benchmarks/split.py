"""What a page of results is made of: the work of each part without that of the parts inside it, and its SQL statements.

Work is this process's own, which other programs on the machine lengthen less than the clock.
"""

import importlib
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import process_time
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from benchmarks import servers, tables
from portal.core.extensions import db

PARTS = (
    ("understanding the words", "portal.directory.understanding", "understand"),
    ("understanding the place", "portal.geography.queries", "locate"),
    ("did you mean", "portal.directory.correcting", "correction_of"),
    ("rows", "portal.directory.queries", "public_listings"),
    ("cards", "portal.directory.cards", "card_of"),
    ("snippets", "portal.directory.snippets", "snippet"),
    ("filters and counts, as shown", "portal.directory.panel", "groups_of"),
    ("template", "flask.templating", "render_template"),
    ("compression", "portal.core.compression", "gzipped"),
)
SEARCH = "search and counts"
REST = "the rest"
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK")


class Clock:
    """Seconds of each part, each without the parts inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inside = [REST]
        self._since = process_time()

    def _turn(self) -> None:
        now = process_time()
        part = self._inside[-1]
        self.seconds[part] = self.seconds.get(part, 0.0) + now - self._since
        self._since = now

    def start(self) -> None:
        """Begin a page."""
        self.seconds.clear()
        self._since = process_time()

    def stop(self) -> dict[str, float]:
        """End a page. Gives milliseconds of its parts."""
        self._turn()
        return {part: seconds * 1000 for part, seconds in self.seconds.items()}

    def timed(self, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its time put down to a part."""

        def run(*arguments: Any, **options: Any) -> Any:
            self._turn()
            self._inside.append(part)
            try:
                return work(*arguments, **options)
            finally:
                self._turn()
                self._inside.pop()

        return run


@contextmanager
def watched(app: Flask, clock: Clock) -> Iterator[None]:
    """While inside, the parts of pages are timed, wherever in the portal they are called from."""
    put_back: list[tuple[Any, str, Any]] = []

    def put(owner: Any, name: str, new: Any) -> None:
        put_back.append((owner, name, getattr(owner, name)))
        setattr(owner, name, new)

    engine = type(app.extensions["portal.search"])
    for name in ("search", "count"):
        put(engine, name, clock.timed(SEARCH, getattr(engine, name)))
    for part, module, name in PARTS:
        work = getattr(importlib.import_module(module), name)
        new = clock.timed(part, work)
        for each in list(sys.modules.values()):
            is_ours = getattr(each, "__name__", "").startswith(("portal.", module))
            if is_ours and each.__dict__.get(name) is work:
                put(each, name, new)
    try:
        yield
    finally:
        for owner, name, old in reversed(put_back):
            setattr(owner, name, old)


def ask(app: Flask, path: str) -> bytes:
    """A page as a server would ask for it. Raises AssertionError where it is no 200."""
    builder = EnvironBuilder(path=path, headers={"Accept-Encoding": "gzip", "Accept-Language": "en-GB"})
    status: list[str] = []
    environ = builder.get_environ()
    answer = app.wsgi_app(environ, lambda told, _headers, _info=None: status.append(told) or bytes)
    body = b"".join(answer)
    if close := getattr(answer, "close", None):
        close()
    assert status[0].startswith("200"), path
    return body


def show(app: Flask, asking: Sequence[tuple[str, str]], runs: int, *, markdown: bool) -> None:
    """Print what the pages of these questions are made of: medians of parts over all pages of all runs."""
    paths = [servers.portal_path(words, near) for words, near in asking]
    clock = Clock()
    pages: list[dict[str, float]] = []
    with watched(app, clock):
        for run in range(runs + 1):
            for path in paths:
                clock.start()
                ask(app, path)
                if run:
                    pages.append(clock.stop())
    whole = [sum(page.values()) for page in pages]
    total = statistics.mean(whole)
    rows = []
    for part in (SEARCH, *(name for name, *_ in PARTS), REST):
        taken = [page.get(part, 0.0) for page in pages]
        mean = statistics.mean(taken)
        rows.append([part, f"{statistics.median(taken):.2f}", f"{mean:.2f}", f"{mean / total:.0%}"])
    rows.append(["the whole page", f"{statistics.median(whole):.2f}", f"{total:.2f}", "100%"])
    tables.show(["part", "ms of own work, median", "mean", "share"], rows, markdown=markdown)
    print(f"SQL statements of a page, at most: {most_statements(app, asking)}")


def most_statements(app: Flask, asking: Sequence[tuple[str, str]]) -> int:
    """The most SQL statements that one of the pages takes, other than those that begin and end a transaction."""
    counted = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal counted
        counted += not statement.upper().startswith(NOT_COUNTED)

    most = 0
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        for words, near in asking:
            counted = 0
            ask(app, servers.portal_path(words, near))
            most = max(most, counted)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return most
