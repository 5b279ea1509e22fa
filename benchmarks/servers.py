"""The servers that pages are asked of: the portal, Datasette over the same listings, and a bare Flask page."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from benchmarks import peers
from portal.core.database import reading
from portal.directory import indexing, queries
from portal.running.serving import WORKER_THREADS

FACETS = ("topic", "cost", "how", "join", "access", "who", "language")
TEXTS = ("name", "organisation", "needs", "summary", "description")
WORKERS = 2
START_SECONDS = 60.0


def free_port() -> int:
    """A port on which nothing listens."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@contextmanager
def running(command: Sequence[str], port: int, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """A server as a process of its own, from its first answer until the block ends or this program is ended. Gives its port."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    process = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(peers.ROOT), **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, port, command)
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, command: Sequence[str]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit(f"{' '.join(command[:4])} did not start")


@contextmanager
def portal(app: Flask) -> Iterator[int]:
    """`portal serve --workers 2` over the instance of the application."""
    port = free_port()
    arguments = ["serve", "--port", str(port), "--workers", str(WORKERS)]
    with running(command(*arguments), port, environment_of(app, port)):
        yield port


def command(*arguments: str) -> list[str]:
    """A command of the portal, as a process is started."""
    return [sys.executable, "-m", "portal.cli", *arguments]


def environment_of(app: Flask, port: int) -> dict[str, str]:
    """The settings of an application, for a process that serves on the port or works beside it."""
    settings = app.extensions["portal.settings"]
    return {
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_DATA_KEYS": ",".join(settings.data_keys),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_LOG_LEVEL": "error",
        "PORTAL_DRAIN_SECONDS": "0",
        "PORTAL_SEARCH": settings.search,
    }


def portal_path(words: str, near: str) -> str:
    """The address of a page of results."""
    return f"/services?{urlencode({'q': words, 'near': near})}"


@contextmanager
def datasette(app: Flask, folder: Path) -> Iterator[int]:
    """Datasette over the public listings, immutable and without suggested facets, otherwise as it comes."""
    programs = peers.ensure()
    path = folder / "listings.db"
    export(app, path)
    port = free_port()
    settings = ["--setting", "suggest_facets", "off"]
    with running([str(programs / "datasette"), "serve", "-i", str(path), "-p", str(port), *settings], port):
        yield port


def datasette_path(words: str, *, with_arrays: bool = False) -> str:
    """The address of Datasette's page of ten rows with full-text search and seven facets: of the first value, or of all."""
    facets = [("_facet_array", f"{facet}_all") if with_arrays else ("_facet", facet) for facet in FACETS]
    return f"/listings/services?{urlencode([('_search', words), *facets, ('_size', '10')])}"


def export(app: Flask, path: Path) -> None:
    """Put the public listings into a table with full-text search: of each facet the first value, and all as a JSON array."""
    path.unlink(missing_ok=True)
    columns = ("id", *TEXTS, *FACETS, *(f"{facet}_all" for facet in FACETS), "lat", "lon")
    with closing(sqlite3.connect(path)) as database:
        types = {"id": "text primary key", "lat": "float", "lon": "float"}
        described = ", ".join(f'"{name}" {types.get(name, "text")}' for name in columns)
        database.execute(f"create table services ({described})")
        marks = ", ".join("?" * len(columns))
        with app.app_context(), reading():
            rows = [_row(one) for one in queries.in_batches(queries.public_ids())]
        database.executemany(f"insert into services values ({marks})", rows)
        searched = ", ".join(TEXTS)
        database.execute(
            f"create virtual table services_fts using fts5({searched}, content='services', tokenize='porter unicode61')"
        )
        database.execute("insert into services_fts (services_fts) values ('rebuild')")
        database.commit()
        database.execute("vacuum")


def _row(listing: queries.Listing) -> tuple[object, ...]:
    document = indexing.document_of(listing)
    point = document.points[0] if document.points else None
    return (
        document.id,
        *(document.texts.get(name, "") for name in TEXTS),
        *(min(document.facets.get(facet, ()), default=None) for facet in FACETS),
        *(json.dumps(sorted(document.facets.get(facet, ()))) for facet in FACETS),
        point.lat if point else None,
        point.lon if point else None,
    )


@contextmanager
def bare(html: bytes, folder: Path) -> Iterator[int]:
    """A Flask application that only sends this page, under the portal's own kind of server."""
    (folder / "bare.html").write_bytes(html)
    (folder / "bare.py").write_text(_BARE)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(folder), "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WORKERS), "--worker-class", "gthread", "--threads", str(WORKER_THREADS)]
    command += ["--keep-alive", "5", "--no-control-socket", "bare:app"]
    with running(command, port):
        yield port


_BARE = """
from pathlib import Path
from flask import Flask

app = Flask(__name__)
html = Path("bare.html").read_text()


@app.get("/services")
def services():
    return html
"""
