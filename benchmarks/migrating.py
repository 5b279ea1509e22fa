"""The release before serves and writes while `portal upgrade` of this one runs: R14.

    PYTHONPATH=. .venv/bin/python benchmarks/migrating.py [--listings 20000] [--before 492e032] [--postgresql] [--kills 10]

The code of the release before is taken from git into a folder of its own, and runs there: two processes that serve, a worker.
Readers and writers go on for five seconds before and after; each request is timed. Then `upgrade` is run again, and on copies of
the old database it is killed at random moments until it has come through. Exit 1 where something is not as promised.
"""

import argparse
import io
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from sqlalchemy import create_engine, text

from tests.support import postgres
from tests.support.processes import ROOT, environment, free_port

_UPGRADE = [sys.executable, "-m", "portal.cli", "upgrade"]
AROUND_SECONDS = 5.0
PAUSE_SECONDS = 2.0
PAGES = ("/services?q=tea&near=LE2+0QB", "/services?q=walking+group", "/", "/services/not-found")
FILL = """
import sys
from pathlib import Path
from portal.app import create_app
from portal.core.extensions import db
from portal.core.settings import Settings
from portal.core.transactions import unit
from portal.demo import actions
from portal.directory import indexing
from portal.operations import upgrading
folder, url = Path(sys.argv[1]), sys.argv[2]
app = create_app(Settings(instance=folder, secret_key="k" * 40, database_url=url, demo=True, log_level="error"))
with app.app_context():
    upgrading.upgrade(lambda told: None)
    with unit():
        actions.load(int(sys.argv[3]))
    indexing.rebuild_index()
"""


class Visits:
    """What visitors met: seconds, statuses, by kind."""

    def __init__(self, port: int) -> None:
        self.site = f"http://127.0.0.1:{port}"
        self.stop = threading.Event()
        self.met: list[tuple[str, float, float, int]] = []
        self.threads = [
            threading.Thread(target=one, daemon=True) for one in (self._read, self._read, self._write, self._write)
        ]

    def _read(self) -> None:
        number = 0
        while not self.stop.is_set():
            address = self.site + PAGES[number % len(PAGES)]
            self._note("read", lambda address=address: build_opener().open(address, timeout=30))
            number += 1

    def _write(self) -> None:
        opener = build_opener(HTTPCookieProcessor(CookieJar()))
        while not self.stop.is_set():
            page = self._note("read", lambda: opener.open(f"{self.site}/services/not-found", timeout=30))
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
            key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
            if not token:
                continue
            form = {
                "need": "befriending",
                "words": "chess",
                "postcode": "",
                "contact": "",
                "csrf_token": token[1],
                "key": key[1] if key else secrets.token_hex(15),
            }
            request = Request(f"{self.site}/services/not-found", urlencode(form).encode(), _headers(self.site))
            self._note("write", lambda request=request: opener.open(request, timeout=30))
            time.sleep(0.05)

    def _note(self, kind: str, ask: object) -> str:
        began = time.monotonic()
        try:
            with ask() as answer:  # type: ignore[operator]
                page, status = answer.read().decode(), answer.status
        except HTTPError as error:
            page, status = "", error.code
        except (URLError, OSError):
            page, status = "", 0
        self.met.append((kind, began, time.monotonic() - began, status))
        return page


def _headers(site: str) -> dict[str, str]:
    """From a page of the site, and each from another address: one may send ten an hour."""
    chance = random.randrange
    return {"Origin": site, "X-Forwarded-For": f"198.{chance(18, 20)}.{chance(256)}.{chance(256)}"}


@contextmanager
def release_before(commit: str, folder: Path) -> Iterator[Path]:
    """The code of a commit in a folder of its own."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    code = folder / "before"
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(code, filter="data")
    yield code


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=20_000)
    asked.add_argument("--before", default="492e032")
    asked.add_argument("--postgresql", action="store_true")
    asked.add_argument("--kills", type=int, default=10)
    options = asked.parse_args()
    server = postgres.start() if options.postgresql else None
    try:
        with tempfile.TemporaryDirectory() as name, release_before(options.before, Path(name)) as code:
            return _measure(Path(name), code, server, options)
    finally:
        if server:
            server.stop()


def _measure(folder: Path, code: Path, server: postgres.Server | None, options: argparse.Namespace) -> int:
    instance = folder / "instance"
    instance.mkdir(mode=0o700)
    (instance / "geography").symlink_to(ROOT / ".pytest_cache" / "geography", target_is_directory=True)
    url = server.url("postgres") if server else f"sqlite:///{instance / 'portal.sqlite3'}"
    env = environment(
        instance,
        PORTAL_DATABASE_URL=url,
        PORTAL_LOG_LEVEL="error",
        PORTAL_DRAIN_SECONDS="0",
        PORTAL_TRUSTED_PROXIES="1",
    )
    old = {**env, "PYTHONPATH": str(code)}
    filling = [sys.executable, "-c", FILL, str(instance), url, str(options.listings)]
    subprocess.run(filling, cwd=code, env=old, check=True)
    copies = _Copies(url, server, folder)
    copies.keep()
    port = free_port()
    serving = [sys.executable, "-m", "portal.cli", "serve", "--port", str(port), "--workers", "2"]
    working = [sys.executable, "-m", "portal.cli", "worker"]
    running = [subprocess.Popen(command, cwd=code, env=old) for command in (serving, working)]
    visits = Visits(port)
    try:
        time.sleep(8)
        for thread in visits.threads:
            thread.start()
        time.sleep(AROUND_SECONDS)
        began = time.monotonic()
        _upgrade(env)
        took = time.monotonic() - began
        time.sleep(AROUND_SECONDS)
        visits.stop.set()
        for thread in visits.threads:
            thread.join()
        _upgrade(env)
    finally:
        visits.stop.set()
        for process in running:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    kept = _told(visits, began, took, options)
    return 0 if kept and copies.killed(env, options.kills) else 1


def _upgrade(env: dict[str, str]) -> None:
    subprocess.run(_UPGRADE, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


def _revision(env: dict[str, str]) -> str:
    engine = create_engine(env["PORTAL_DATABASE_URL"])
    with engine.connect() as connection:
        found = connection.execute(text("select version_num from alembic_version")).scalar_one()
    engine.dispose()
    return str(found)


def _is_well(env: dict[str, str]) -> bool:
    command = [sys.executable, "-m", "portal.cli", "doctor"]
    doctor = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    is_well = "good  migrations" in doctor.stdout and "good  index" in doctor.stdout
    if not is_well:
        print(doctor.stdout, doctor.stderr[-500:])
    return is_well


def _told(visits: Visits, began: float, took: float, options: argparse.Namespace) -> bool:
    bad = [one for one in visits.met if one[3] != 200]
    during = [one for one in visits.met if one[1] + one[2] >= began and one[1] <= began + took]
    print(
        f"{options.listings:,} listings; migrated in {took:.1f} s while {len(during):,} requests ran, of {len(visits.met):,}"
    )
    for kind in ("read", "write"):
        times = [seconds for name, _at, seconds, _status in during if name == kind]
        others = [seconds for name, at, seconds, _status in visits.met if name == kind and at < began - 1]
        if times and others:
            print(f"{kind}s: {len(times)} meanwhile, longest {max(times):.2f} s; before it {max(others):.2f} s")
    longest = max((seconds for _name, _at, seconds, _status in during), default=0.0)
    print(f"answers that were none: {len(bad)} {sorted({one[3] for one in bad})}; longest pause {longest:.2f} s")
    is_kept = not bad and longest <= PAUSE_SECONDS
    print("kept" if is_kept else "MISSED", f"0 errors and {PAUSE_SECONDS:g} s at most", flush=True)
    return is_kept


class _Copies:
    """Copies of the old database, on which `upgrade` is killed."""

    def __init__(self, url: str, server: postgres.Server | None, folder: Path) -> None:
        self.url, self.server, self.folder = url, server, folder

    def keep(self) -> None:
        if self.server:
            self._on_server("create database kept template postgres")
        else:
            file = Path(self.url.removeprefix("sqlite:///"))
            with create_engine(self.url).connect() as connection:
                connection.execute(text("pragma wal_checkpoint(truncate)"))
            shutil.copy(file, self.folder / "kept.sqlite3")

    def fresh(self) -> str:
        """The address of a new copy."""
        if self.server:
            self._on_server("drop database if exists tried")
            self._on_server("create database tried template kept")
            return self.server.url("tried")
        for path in self.folder.glob("tried.sqlite3*"):
            path.unlink()
        shutil.copy(self.folder / "kept.sqlite3", self.folder / "tried.sqlite3")
        return f"sqlite:///{self.folder / 'tried.sqlite3'}"

    def killed(self, env: dict[str, str], kills: int) -> bool:
        """Whether `upgrade` comes through on copies on which it was killed, each at another moment of its run."""
        own = {**env, "PORTAL_DATABASE_URL": self.fresh()}
        began = time.monotonic()
        _upgrade(own)
        whole = time.monotonic() - began
        done, kept, at = 0, 0, list[str]()
        for _ in range(kills * 3):
            if done == kills:
                break
            own = {**env, "PORTAL_DATABASE_URL": self.fresh()}
            process = subprocess.Popen(_UPGRADE, cwd=ROOT, env=own, stdout=subprocess.DEVNULL)
            time.sleep(random.uniform(0.2, 1.0) * whole)
            if process.poll() is not None:
                continue
            process.kill()
            process.wait()
            done += 1
            at.append(_revision(own))
            _upgrade(own)
            kept += _is_well(own)
        print(f"killed {done} times on the way, at migrations {', '.join(sorted(at))}; run again: {kept} kept")
        return kept == done == kills

    def _on_server(self, statement: str) -> None:
        assert self.server
        other = create_engine(self.server.url("template1"), isolation_level="AUTOCOMMIT")
        with other.connect() as connection:
            connection.execute(text(statement))
        other.dispose()


if __name__ == "__main__":
    raise SystemExit(main())
