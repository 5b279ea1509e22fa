"""How long the calendar of the largest neighbourhood takes, and booklets as PDF, over the demo.

    PYTHONPATH=. .venv/bin/python benchmarks/papers.py [--markdown]

The calendar is asked for as a subscriber does, with and without what it had: medians by the clock. Each booklet is made as the
worker makes it, in a process of its own: seconds of the processor, and the most memory of that process. Needs the extra `pdf`.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from benchmarks import tables
from benchmarks.instance import with_listings
from portal.directory.queries import listings_in, public_ids_after, public_listings
from portal.geography.queries import codes_of
from portal.neighbourhoods import press, pressing, queries
from portal.neighbourhoods.booklet import MOST_ENTRIES, booklet_of
from tests.support.pdf import Pdf

TIMES = 5
BOOKLETS: tuple[tuple[str, pressing.Paper, bool], ...] = (
    ("en", "a4", False),
    ("cy", "a5", False),
    ("en", "a4", True),
    ("ur", "a4", True),
)
"""Language, paper, and whether all of the demo stands in it, as far as a booklet holds it."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument(
        "--markdown", action="store_true", help="print the tables for docs/calendars.md and docs/booklet.md"
    )
    options = asked.parse_args()
    app = with_listings(None)
    print(tables.machine())
    with app.test_request_context("/"):
        slug = max(
            (one for cut in queries.sets_here() for one in cut.neighbourhoods),
            key=lambda one: len(listings_in(codes_of(one))),
        ).slug
    of_calendar = ("neighbourhood", "events", "KB", "s where it is sent", "s where it has not changed")
    tables.show(of_calendar, [_calendar(app.test_client(), slug)], markdown=options.markdown)
    if press.is_here():
        of_booklets = ("listings", "language", "paper", "pages", "processor, s", "MB at most", "KB")
        tables.show(of_booklets, [_booklet(app, slug, *one) for one in BOOKLETS], markdown=options.markdown)
    return 0


def _calendar(client: FlaskClient, slug: str) -> tuple[str, ...]:
    address = f"/neighbourhoods/{slug}.ics"
    sent = client.get(address)
    assert sent.status_code == 200
    had = {"If-None-Match": sent.headers["ETag"]}
    assert client.get(address, headers=had).status_code == 304
    events = sent.data.count(b"BEGIN:VEVENT")
    seconds = (_median(lambda: client.get(address)), _median(lambda: client.get(address, headers=had)))
    return (slug, f"{events:,}", f"{len(sent.data) / 1024:.0f}", *(f"{one:.2f}" for one in seconds))


def _booklet(app: Flask, slug: str, language: str, paper: pressing.Paper, is_all: bool) -> tuple[str, ...]:
    prefix = "" if language == "en" else f"/{language}"
    environ = {"portal.language": language, "SCRIPT_NAME": prefix}
    with app.test_request_context("/", environ_overrides=environ), force_locale(language):
        told = pressing.ready(pressing.Wish(slug, paper))
        assert told is not None
        if is_all:
            every = list(public_listings(public_ids_after(None, 10 * MOST_ENTRIES)).values())
            told = replace(told, booklet=booklet_of(every, codes_of(told.neighbourhood)))
        page = pressing.page_of(told, is_file=True)
        before = _processor()
        with _watched() as most:
            body = press.pdf_of(page)
        seconds = _processor() - before
    pages = sum(
        b"/Type /Page\n" in one or b"/Type /Page " in one or b"/Type /Page/" in one
        for one in Pdf(body).objects.values()
    )
    kilobytes = f"{len(body) / 1024:.0f}"
    return (
        f"{told.booklet.count}", language, paper.upper(), f"{pages}", f"{seconds:.1f}", f"{max(most):.0f}", kilobytes
    )  # fmt: skip


def _median(ask: Callable[[], object]) -> float:
    seconds = []
    for _time in range(TIMES):
        began = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _watched() -> Iterator[list[float]]:
    """The most memory of processes that this one starts meanwhile, MB, looked at again and again."""
    seen, over = [0.0], Event()

    def watch() -> None:
        while not over.wait(0.05):
            for listed in Path("/proc/self/task").glob("*/children"):
                with suppress(OSError, IndexError):  # it has just ended
                    for child in listed.read_text().split():
                        told = Path(f"/proc/{child}/status").read_text().partition("VmHWM:")[2]
                        seen.append(int(told.split()[0]) / 1024)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


if __name__ == "__main__":
    raise SystemExit(main())
