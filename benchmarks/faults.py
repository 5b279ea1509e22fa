"""What damage to the index and a locked database cost: R5 and R7, with figures.

    PYTHONPATH=. .venv/bin/python benchmarks/faults.py [--listings 20000] [--locked 8]

The index of the kept instance is damaged on purpose and mended again: twenty flipped bytes over all its files, each file cut
short and deleted, a disk that is full at several sizes. Meanwhile pages must answer 200, and in the end the index must say what
the database says. Then another process holds the database's write lock while pages are read and a form is sent.
Exit 1 where something is not as promised.
"""

import argparse
import os
import resource
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random

from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient

from benchmarks.instance import with_listings
from portal.app import create_app
from portal.core.extensions import settings
from portal.directory import indexing
from portal.search import current
from portal.search.port import IndexUnavailable
from portal.search.whoosh_engine import WhooshEngine
from tests.support.page import Browser, Page

MEND_SECONDS = 60.0
READ_P95_MS = 1_000.0
WRITE_SECONDS = 6.0
PAGES = ("/services?q=tea&near=LE2+0QB", "/services?q=walking+group", "/services?q=debt+advice&near=KT19", "/")
READ = {".seg", ".columns", ".toc"}
HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("begin immediate")
print("held", flush=True)
sys.stdin.read()
held.execute("rollback")
"""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=20_000)
    asked.add_argument("--locked", type=float, default=8.0)
    options = asked.parse_args()
    app = with_listings(options.listings)
    with app.app_context():
        folder = settings().index_folder / current.version()
        kept = [_flipped(app, folder), _each_file(app, folder), _full(folder), _mended(app, folder)]
    with_keys = create_app(replace(app.extensions["portal.settings"], data_keys=(Fernet.generate_key().decode(),)))
    with with_keys.app_context():
        kept.append(_locked(with_keys, options.locked))
    return 0 if all(kept) else 1


def _flipped(app: Flask, folder: Path) -> bool:
    chance, found, spent = Random(20), 0, list[float]()
    for _ in range(20):
        files = [path for path in sorted(folder.iterdir()) if path.suffix in READ]
        path = chance.choices(files, [one.stat().st_size for one in files])[0]
        before = path.read_bytes()
        at = chance.randrange(len(before))
        path.write_bytes(before[:at] + bytes([before[at] ^ 1 << chance.randrange(8)]) + before[at + 1 :])
        began = time.perf_counter()
        sound = WhooshEngine(folder)._files.is_sound()
        spent.append(time.perf_counter() - began)
        found += not sound
        _pages_answer(app)
        path.write_bytes(before)
    print(f"{found} of 20 flipped bytes found, by reading everything in {statistics.median(spent) * 1000:,.0f} ms")
    return _said(found == 20, "each is found")


def _each_file(app: Flask, folder: Path) -> bool:
    wrong, names = [], sorted(path.name for path in folder.iterdir() if path.stat().st_size)
    for name in names:
        path, before = folder / name, (folder / name).read_bytes()
        for most in (None, 0, len(before) // 2, len(before) - 1):
            if most is None:
                path.unlink()
            else:
                os.truncate(path, most)
            if not _pages_answer(app):
                wrong.append(name)
            path.write_bytes(before)
    return _said(not wrong, f"pages answer with each of {len(names)} files deleted, and cut short at three places")


def _full(folder: Path) -> bool:
    """A full disk, as the system tells it: no file grows beyond so many bytes."""
    engine = current.engine()
    some = [one for one in (engine.stored(name) for name in sorted(engine.ids())[:200]) if one is not None]
    before, left = engine.ids(), set(folder.iterdir())
    refused = 0
    for most in (0, 1_000, 20_000, 50_000, 100_000):
        with full_at(most):
            try:
                engine.update(some)
            except (OSError, IndexUnavailable):
                refused += 1
    is_as_before = refused < 5 or (
        engine.ids() == before and set(folder.iterdir()) <= left | {folder / "MAIN_WRITELOCK"}
    )
    engine.update(some)
    print(f"a disk that is full at five sizes: {refused} updates refused")
    return _said(
        is_as_before and indexing.check_index().is_equal, "the index is whole, and nothing is left of what failed"
    )


def _mended(app: Flask, folder: Path) -> bool:
    for path in folder.glob("*.seg"):
        os.truncate(path, path.stat().st_size // 2)
    current.init_app(app, WhooshEngine(folder))
    torn = _timed(lambda: _page(app.test_client(), PAGES[0]))
    began = time.perf_counter()
    is_mended = indexing.mend_index()
    seconds = time.perf_counter() - began
    whole = _timed(lambda: _page(app.test_client(), PAGES[0]))
    check = indexing.check_index()
    print(
        f"a page without the index {torn:,.0f} ms, with it {whole:,.0f} ms; {check.total:,} listings mended in {seconds:.1f} s"
    )
    return _said(is_mended and seconds <= MEND_SECONDS and check.is_equal, f"mended in {MEND_SECONDS:g} s, and equal")


def _locked(app: Flask, seconds: float) -> bool:
    path = settings().database_url.removeprefix("sqlite:///")
    client = app.test_client()
    browser = Browser(app)
    for page in (*PAGES, "/services/not-found"):
        browser.get(page)
    typed = {"need": "befriending", "words": "chess", "postcode": "", "contact": "", "key": secrets.token_hex(15)}
    holding = [sys.executable, "-c", HOLD, path]
    with subprocess.Popen(holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline(), "the lock is not held"
        began = time.perf_counter()
        took: list[float] = []
        with ThreadPoolExecutor(1) as writing:
            sent = writing.submit(_sent, browser, typed)
            while not sent.done() or time.perf_counter() - began < seconds:
                took.append(_timed(lambda: _page(client, PAGES[len(took) % len(PAGES)])))
            answer, waited = sent.result()
        other.stdin.close()
    p95 = statistics.quantiles(took, n=100)[94]
    print(f"locked for {seconds:g} s: {len(took)} pages read, 95th percentile {p95:,.0f} ms")
    print(f"a form waited {waited:.1f} s: 503, Retry-After {answer.headers.get('Retry-After')}")
    is_kept = answer.form("/services/not-found")["words"] == typed["words"] and waited <= WRITE_SECONDS
    return _said(p95 <= READ_P95_MS and is_kept, "reading goes on; writing says when to try again, with the words kept")


def _sent(browser: Browser, typed: dict[str, str]) -> tuple[Page, float]:
    """The answer to a form that cannot be stored now, and the seconds it took."""
    began = time.perf_counter()
    page = browser.post("/services/not-found", typed, expect=503)
    return page, time.perf_counter() - began


@contextmanager
def full_at(most: int) -> Iterator[None]:
    """While inside, a write beyond so many bytes of a file fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _pages_answer(app: Flask) -> bool:
    """Whether pages answer from a process that opens the index anew."""
    engine = current.engine()
    current.init_app(app, WhooshEngine(settings().index_folder / current.version()))
    try:
        with suppress(AssertionError):
            for path in PAGES[:2]:
                _page(app.test_client(), path)
            return True
        return False
    finally:
        current.init_app(app, engine)


def _page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200, path


def _timed(run: Callable[[], None]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


def _said(is_kept: bool, promise: str) -> bool:
    print(f"{'kept' if is_kept else 'MISSED'}: {promise}", flush=True)
    return is_kept


if __name__ == "__main__":
    raise SystemExit(main())
