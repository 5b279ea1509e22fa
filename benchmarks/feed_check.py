"""Whether our own feed passes our own check: on the demo, and on an instance that holds all real listings.

    PYTHONPATH=. .venv/bin/python benchmarks/feed_check.py --data ../shared/data/listings [--only demo|real] [--kept DIR]
    PYTHONPATH=. .venv/bin/python benchmarks/feed_check.py --listings 100000

Each instance is served by `portal serve`, and checked by `portal feed check` as a process of its own, at every level. Printed are
errors, warnings and findings by their kind; how many listings nobody confirmed within three months by the database itself; and
whether anything of a withheld place stands in what the feed answers, looked for by the words of its true address. Promises:
no error, no warning, no finding but of facts that nobody confirmed, and of those the true count; nothing of a withheld place.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from dateutil.relativedelta import relativedelta
from flask import Flask
from sqlalchemy import func, or_, select

from benchmarks import servers, tables
from benchmarks.instance import HOME, with_listings
from portal.app import create_app
from portal.config import demo_secrets
from portal.core import clock
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.directory.models import Address, Location, Service, ServiceAtLocation, ServiceChange
from portal.running.demo import make_secrets

RECORDS = "uk_listings.jsonl.gz"
BASE = "/api/oruk/v3"
LISTS = (("services", "ndjson"), ("services", "csv"), ("organizations", "ndjson"), ("service_at_locations", "csv"))
SHORTEST = 6
"""Letters of a line of an address that is looked for."""
WATCH_SECONDS = 0.2
HEADER = (
    *("instance", "services", "errors", "warnings", "findings", "of these not confirmed", "by the database"),
    *("withheld told", "requests", "seconds", "MB at most"),
)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--data", type=Path, help="the folder of real listings")
    asked.add_argument("--only", choices=("demo", "real"), help="one of the two instances")
    asked.add_argument("--kept", type=Path, help="a folder where the instance of real listings is kept between runs")
    asked.add_argument("--listings", type=int, help="so many made-up services, in place of both")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--markdown", action="store_true", help="print the table for docs/feed-check.md")
    options = asked.parse_args()
    if (
        options.listings is None
        and options.only != "demo"
        and (options.data is None or not (options.data / RECORDS).is_file())
    ):
        asked.error(f"--data must name the folder that holds {RECORDS}")
    rows, is_kept = [], True
    if options.listings is not None:
        row, is_right = checked("made-up", with_listings(options.listings, is_indexed=False), options.seed)
        rows.append(row)
        is_kept &= is_right
    elif options.only != "real":
        row, is_right = checked("demo", with_listings(None), options.seed)
        rows.append(row)
        is_kept &= is_right
    if options.listings is None and options.only != "demo":
        with real(options.data / RECORDS, options.kept) as app:
            row, is_right = checked("real listings", app, options.seed)
        rows.append(row)
        is_kept &= is_right
    tables.show(HEADER, rows, markdown=options.markdown)
    print(f"{tables.machine()}. {'Kept.' if is_kept else 'BROKEN.'}")
    return 0 if is_kept else 1


@contextmanager
def real(records: Path, kept: Path | None) -> Iterator[Flask]:
    """An instance that holds all records of a file: as long as the block, or in the folder that is named."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = kept or Path(temporary)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shared = HOME / "geography"
        if shared.is_dir() and not (folder / "geography").exists():
            (folder / "geography").symlink_to(shared, target_is_directory=True)
        is_new = not (folder / "portal.sqlite3").exists()
        make_secrets(folder)
        secrets = demo_secrets(folder)
        settings = Settings(
            instance=folder,
            secret_key=secrets["secret_key"],
            data_keys=(secrets["data_keys"],),
            database_url=f"sqlite:///{folder / 'portal.sqlite3'}",
            log_level="error",
        )
        app = create_app(settings)
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **servers.environment_of(app, 1)}
        if is_new:
            print(f"imports {records.name} ...", file=sys.stderr, flush=True)
            _run(environment, "upgrade")
            _run(environment, "import", str(records), "--source", "Real listings", "--json")
        yield app


def checked(name: str, app: Flask, seed: int) -> tuple[list[str], bool]:
    """A row of the table, and whether every promise is kept."""
    with servers.portal(app) as port:
        address = f"http://127.0.0.1:{port}{BASE}"
        environment = {**os.environ, **servers.environment_of(app, port), "PORTAL_FETCH_ALLOW": f"127.0.0.1:{port}"}
        began = time.perf_counter()
        told, megabytes = _check({**environment, "PYTHONPATH": str(Path(__file__).parent.parent)}, address, seed)
        seconds = time.perf_counter() - began
        tell(name, told)
        with app.app_context():
            wanted, secrets = not_confirmed(), withheld_words()
            db.session.remove()
        leaked = told_of(address, secrets)
    print(
        f"  {name}: {len(secrets):,} lines of withheld addresses were looked for; told: {sorted(leaked)[:5]}",
        flush=True,
    )
    unassured = sum(one["count"] for one in told["faults"] if one["fault"] == "unassured")
    row = [
        name, f"{told['figures'].get('services', 0):,}", f"{told['errors']:,}", f"{told['warnings']:,}", f"{told['findings']:,}",
        f"{unassured:,}", f"{wanted:,}", f"{len(leaked):,}", f"{told['figures']['requests']:,}", f"{seconds:.0f}",
        f"{megabytes:.0f}",
    ]  # fmt: skip
    is_right = not told["errors"] and not told["warnings"] and told["findings"] == unassured == wanted and not leaked
    return row, is_right


def tell(name: str, told: Any) -> None:
    """Print what a check found, a line a kind."""
    for one in told["faults"]:
        what = f"{one['count']:,} {one['weight']} {one['fault']} at {one['where']} {one['detail']}"
        print(f"  {name}: {what} - {one['example']}")
    for sentence in told["not_judged"]:
        print(f"  {name}: not judged: {sentence}")
    empty = told["figures"].get("empty_fields", {}).items()
    without = ", ".join(f"{field} {100 * at['empty'] // at['of']}%" for field, at in empty)
    print(f"  {name}: {told['figures'].get('gone', 0):,} are gone; services without {without}", flush=True)


def not_confirmed() -> int:
    """How many public listings nobody confirmed within three months, by the database."""
    oldest = clock.today() - relativedelta(months=3)
    wanted = select(func.count()).select_from(Service).join(ServiceChange, ServiceChange.service_id == Service.id)
    late = or_(Service.assured_date.is_(None), Service.assured_date < oldest)
    return db.session.scalar(wanted.where(ServiceChange.is_public, late)) or 0


def withheld_words() -> set[str]:
    """First lines, postcodes and points of the addresses of places that are withheld, which no public place has."""
    rows = db.session.execute(
        select(Location.privacy, Location.latitude, Location.longitude, Address.address_1, Address.postal_code)
        .outerjoin(Address, Address.location_id == Location.id)
        .join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
    ).all()
    private, public = set[str](), set[str]()
    for row in rows:
        point = [f"{one:.9f}".rstrip("0") for one in (row.latitude, row.longitude) if one is not None]
        for text in (row.address_1, row.postal_code, *point):
            if text and len(text.strip()) >= SHORTEST:
                (public if row.privacy == "public" else private).add(text.strip().casefold())
    return private - public


def told_of(address: str, words: set[str]) -> set[str]:
    """Which of these words stand in anything that the feed gives, as JSON or as a table."""
    if not words:
        return set()
    found: set[str] = set()
    for path, form in LISTS:
        with _opened(f"{address}/{path}?full=true&format={form}") as answer:
            for line in answer:
                text = line.decode().casefold()
                found |= {word for word in words - found if word in text}
    return found


def _opened(address: str) -> HTTPResponse:
    """The answer of the feed. The check just before may have taken all that one address gets in a minute: then after a wait."""
    while True:
        try:
            answer: HTTPResponse = urllib.request.urlopen(address, timeout=600)
        except HTTPError as refused:
            if refused.code != HTTPStatus.TOO_MANY_REQUESTS:
                raise
            time.sleep(float(refused.headers["Retry-After"]))
        else:
            return answer


def _check(environment: Mapping[str, str], address: str, seed: int) -> tuple[Any, float]:
    """What a check told, and the most memory that its process held, in megabytes."""
    arguments = servers.command("feed", "check", address, "--json", "--seed", str(seed))
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(arguments, env=environment, stdout=told, text=True)
        most = 0.0
        while process.poll() is None:
            most = max(most, _held(process.pid))
            time.sleep(WATCH_SECONDS)
        told.seek(0)
        text = told.read()
    if process.returncode not in (0, 1) or not text:
        raise SystemExit(f"portal feed check: {text}")
    return json.loads(text), most


def _held(pid: int) -> float:
    """The most memory that a process held so far, in megabytes."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _run(environment: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(servers.command(*arguments), env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"portal {arguments[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
