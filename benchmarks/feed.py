"""How long the open feed takes for a page of 100, at the first, middle and last page alike, and for everything at once.

    PYTHONPATH=. .venv/bin/python benchmarks/feed.py [--listings 100000] [--pages 15] [--postgresql] [--datasette] [--json]

Server time: from the request's arrival in the application to its last byte, without a network, over pages that were not asked
for before. Beside it what the process itself computed, which other work on the machine lengthens less, and the statements of a
page. As peers, from the same database: the rows of one table by a plain OFFSET, and by datasette, which is installed for it.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import click
import peers
from flask import Flask
from sqlalchemy import event, text

from benchmarks.instance import with_listings
from portal.core.database import learn
from portal.core.extensions import db
from tests.support import postgres

PER_PAGE = 100
PROMISED_MS = 60
KINDS = {"list": "", "full": "&full=true", "places": "", "organizations": "", "changed": "&modified_after=2020-01-01"}
PATHS = {"places": "service_at_locations", "organizations": "organizations"}
PEER_PORT = 8931
OFFSET = text("select * from service where status = 'active' order by id limit :most offset :after")


@click.command()
@click.option("--listings", default=5_000, show_default=True)
@click.option("--pages", default=15, show_default=True, help="How many pages are asked for at each place.")
@click.option("--postgresql", is_flag=True, help="On a PostgreSQL server of its own, in place of SQLite.")
@click.option("--datasette", is_flag=True, help="Beside datasette too, which is installed for it.")
@click.option("--stream/--no-stream", default=True, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def main(listings: int, pages: int, postgresql: bool, datasette: bool, stream: bool, as_json: bool) -> None:
    """Print medians of server time. Exit 1 where the list of services takes longer than promised."""
    with _database(postgresql) as url:
        app = with_listings(listings, url, is_indexed=False)
        app.config["FEED_REQUESTS_A_MINUTE"] = 10**9
        with app.app_context():
            learn(db.engine)
        found: dict[str, Any] = {"listings": listings, "database": "postgresql" if postgresql else "sqlite"}
        found["pages"] = {kind: _places(app, kind, pages) for kind in KINDS}
        found["minimal"] = _median(app, [f"/services?minimal=true&page={number}" for number in (1, 1, 1)])
        found["one service"] = _median(app, _ones(app, pages))
        found["not modified"] = _not_modified(app)
        if stream:
            found["everything"] = _everything(app)
        found["peers"] = _offset(app, pages)
        if datasette and not postgresql:
            found["peers"] |= _datasette(app, pages)
    click.echo(json.dumps(found) if as_json else _words(found))
    worst = max(place["ms"] for place in found["pages"]["list"].values())
    sys.exit(1 if worst > PROMISED_MS else 0)


def _places(app: Flask, kind: str, pages: int) -> dict[str, Any]:
    """Medians at the first, middle and last pages."""
    path = f"/{PATHS.get(kind, 'services')}"
    total = int(_get(app, f"{path}?per_page=1{KINDS[kind]}").get_json()["total_items"]) // PER_PAGE
    pages = max(1, min(pages, total // 3))
    _median(app, [f"{path}?per_page={PER_PAGE}&page=1{KINDS[kind]}"] * 3)  # the process has started
    starts = {"first": 1, "middle": total // 2, "last": max(1, total - pages)}
    return {
        place: _median(
            app, [f"{path}?per_page={PER_PAGE}&page={start + number}{KINDS[kind]}" for number in range(pages)]
        )
        for place, start in starts.items()
    }


def _median(app: Flask, paths: list[str]) -> dict[str, float]:
    walls, computed, size, statements = [], [], 0, 0
    client = app.test_client()
    with app.app_context():
        engine = db.engine
    for path in paths:
        wall, own = time.perf_counter(), time.process_time()
        response = client.get(f"/api/oruk/v3{path}")
        size = len(response.get_data())
        walls.append(time.perf_counter() - wall)
        computed.append(time.process_time() - own)
        assert response.status_code == 200, path
    with _counted(engine) as seen:
        client.get(f"/api/oruk/v3{paths[-1]}")
        statements = len(seen)
    return {
        "ms": round(statistics.median(walls) * 1000, 1),
        "computed_ms": round(statistics.median(computed) * 1000, 1),
        "slowest_ms": round(max(walls) * 1000, 1),
        "bytes": size,
        "statements": statements,
    }


@contextmanager
def _counted(engine: Any) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip()[:6].upper() == "SELECT":
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _ones(app: Flask, count: int) -> list[str]:
    items = _get(app, f"/services?per_page={PER_PAGE}&page=2").get_json()["contents"]
    return [f"/services/{item['id']}" for item in items[:count]]


def _not_modified(app: Flask) -> dict[str, float]:
    path = f"/api/oruk/v3/services?per_page={PER_PAGE}&page=3"
    client = app.test_client()
    tag = client.get(path).headers["ETag"]
    walls = []
    for _ in range(5):
        began = time.perf_counter()
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        walls.append(time.perf_counter() - began)
    return {"ms": round(statistics.median(walls) * 1000, 1)}


def _everything(app: Flask) -> dict[str, Any]:
    """All services, whole, as lines."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, lines, size = time.perf_counter(), 0, 0
    response = app.test_client().get("/api/oruk/v3/services?format=ndjson&full=true", buffered=False)
    for piece in response.iter_encoded():
        lines, size = lines + piece.count(b"\n"), size + len(piece)
    response.close()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = round(time.perf_counter() - began, 1)
    return {"seconds": seconds, "lines": lines, "bytes": size, "memory_grew_mb": round((after - before) / 1024, 1)}


def _offset(app: Flask, pages: int) -> dict[str, Any]:
    """The plain way: ORDER BY id LIMIT 100 OFFSET n over the services themselves, rows alone, no documents."""
    found = {}
    with app.app_context():
        total = int(db.session.scalar(text("select count(*) from service")) or 0) // PER_PAGE
        for place, start in {"first": 0, "middle": total // 2, "last": max(0, total - pages)}.items():
            asked = [{"most": PER_PAGE, "after": (start + number) * PER_PAGE} for number in range(pages)]
            found[place] = _taken([lambda one=one: db.session.execute(OFFSET, one).all() for one in asked])  # type: ignore[misc]
        db.session.remove()
    return {"plain OFFSET, rows of one table": found}


def _datasette(app: Flask, pages: int) -> dict[str, Any]:
    """The same table read by datasette, page by page of its JSON, by the page number that it makes of OFFSET."""
    database = Path(app.extensions["portal.settings"].instance) / "portal.sqlite3"
    programs = peers.ensure()
    command = [str(programs / "datasette"), "serve", "--immutable", str(database), "--port", str(PEER_PORT)]
    server = subprocess.Popen(
        [*command, "--setting", "max_returned_rows", "1000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{PEER_PORT}/portal"
    try:
        _wait_for(base)
        total = _count(app)
        found = {}
        for place, start in {"first": 0, "middle": total // 2, "last": max(0, total - pages * PER_PAGE)}.items():
            sql = "select+*+from+service+order+by+id+limit+100+offset+"
            asked = [f"{base}.json?sql={sql}{start + number * PER_PAGE}" for number in range(pages)]
            found[place] = _taken([lambda one=one: urlopen(one, timeout=60).read() for one in asked])  # type: ignore[misc]
        return {"datasette, rows of one table over loopback": found}
    finally:
        server.terminate()
        server.wait(10)


def _count(app: Flask) -> int:
    with app.app_context():
        total = int(db.session.scalar(text("select count(*) from service")) or 0)
        db.session.remove()
    return total


def _wait_for(address: str) -> None:
    for _ in range(200):
        try:
            urlopen(f"{address}.json", timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    raise click.ClickException("datasette did not start")


def _taken(asks: list[Callable[[], Any]]) -> dict[str, float]:
    walls = []
    for ask in asks:
        began = time.perf_counter()
        ask()
        walls.append(time.perf_counter() - began)
    return {"ms": round(statistics.median(walls) * 1000, 1)}


def _get(app: Flask, path: str) -> Any:
    return app.test_client().get(f"/api/oruk/v3{path}")


@contextmanager
def _database(postgresql: bool) -> Iterator[str | None]:
    if not postgresql:
        yield None
        return
    server = postgres.start()
    try:
        yield server.url()
    finally:
        server.stop()


def _words(found: dict[str, Any]) -> str:
    lines = [
        f"{found['listings']:,} services on {found['database']}, pages of {PER_PAGE}, medians in ms of server time:"
    ]
    for kind, places in found["pages"].items():
        for place, one in places.items():
            lines.append(
                f"  {kind:<14}{place:<8}{one['ms']:>8.1f}   computed {one['computed_ms']:>6.1f}"
                f"   {one['statements']:>3} statements   {one['bytes'] / 1000:>8.0f} kB"
            )
    others = [name for name in ("minimal", "one service", "not modified", "everything", "peers") if name in found]
    lines += [f"  {name}: {json.dumps(found[name])}" for name in others]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
