"""A backup while people read and write, and the way from its file to a serving instance: R15.

    PYTHONPATH=. .venv/bin/python benchmarks/backing_up.py [--listings 20000] [--postgresql]

Prints the share of writes that failed while `portal backup` ran, how long it took, whether what was acknowledged before it is in
it, how long `portal restore` takes on an empty instance (postcodes built too) until the site there is ready, and that a damaged
file is refused. Exit 1 where a promise is broken.
"""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import create_engine, text

from benchmarks.instance import with_listings
from benchmarks.migrating import Visits
from portal.core.extensions import db
from portal.operations.backup import sealing
from tests.support import postgres
from tests.support.processes import ROOT, environment, fetch, free_port

AROUND_SECONDS = 4.0
MOST_FAILED = 0.01
RESTORE_SECONDS = 300.0
BEFORE_SECONDS = 900.0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=20_000)
    asked.add_argument("--postgresql", action="store_true")
    options = asked.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = other = None
        if options.postgresql:
            server = postgres.start(is_durable=True)
            stack.callback(server.stop)
            url, other = (_database(server, name) for name in ("portal", "restored"))
        app = with_listings(options.listings, url)
        return _measure(app, folder, other, "PostgreSQL" if url else "SQLite")


def _measure(app: Flask, folder: Path, other: str | None, database: str) -> int:
    settings = app.extensions["portal.settings"]
    recipient = sealing.new_key(folder / "key")
    with app.app_context():
        before = db.session.scalar(text("select count(*) from unmet_need")) or 0
        db.session.remove()
    keys = {
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(48),
        "PORTAL_DATA_KEYS": ",".join(settings.data_keys) or Fernet.generate_key().decode(),
        "PORTAL_BACKUP_RECIPIENTS": recipient,
        "PORTAL_TRUSTED_PROXIES": "1",
        "PORTAL_LOG_LEVEL": "error",
        "PORTAL_DRAIN_SECONDS": "0",
    }
    env = environment(settings.instance, **keys, PORTAL_DATABASE_URL=settings.database_url)
    file = folder / "one.age"
    visits, began, took = _under_load(env, file)
    is_kept = _told(visits, began, took, file, database)
    new = folder / "restored"
    new.mkdir(mode=0o700)
    url = other or f"sqlite:///{new / 'portal.sqlite3'}"
    env = environment(new, **keys, PORTAL_DATABASE_URL=url)
    damaged = folder / "damaged.age"
    whole = file.read_bytes()
    damaged.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    refused = _portal("restore", str(damaged), "--key", str(folder / "key"), env=env, check=False)
    is_kept &= _said(refused.returncode == 1, f"a damaged one: {refused.stderr.strip().splitlines()[-1]}")
    seconds = _restored(env, file, folder / "key")
    is_kept &= _said(seconds <= RESTORE_SECONDS, f"restored, and ready to serve, after {seconds:.0f} s")
    acknowledged = sum(1 for kind, at, long, status in visits.met if _is_write(kind, status) and at + long < began)
    with create_engine(url).connect() as connection:
        there = (connection.scalar(text("select count(*) from unmet_need")) or 0) - before
    told = f"{acknowledged} writes were acknowledged before it began, {there} are back"
    return 0 if _said(acknowledged <= there, told) and is_kept else 1


def _under_load(env: dict[str, str], file: Path) -> tuple[Visits, float, float]:
    """What visitors met, when the backup began, and how long it took."""
    port = free_port()
    commands = (["serve", "--port", str(port), "--workers", "2"], ["worker"])
    running = [subprocess.Popen([sys.executable, "-m", "portal.cli", *one], cwd=ROOT, env=env) for one in commands]
    visits = Visits(port)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        for thread in visits.threads:
            thread.start()
        time.sleep(AROUND_SECONDS)
        began = time.monotonic()
        done = _portal("backup", str(file), env=env)
        took = time.monotonic() - began
        print(done.stdout.strip())
        time.sleep(AROUND_SECONDS)
        return visits, began, took
    finally:
        visits.stop.set()
        for thread in visits.threads:
            thread.join(60)
        for process in running:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _told(visits: Visits, began: float, took: float, file: Path, database: str) -> bool:
    during = [one for one in visits.met if one[1] + one[2] >= began and one[1] <= began + took]
    writes = [one for one in during if one[0] == "write"]
    failed = sum(one[3] != 200 for one in writes)
    slowest = max((one[2] for one in writes), default=0.0)
    print(f"{database}: backed up in {took:.1f} s, {file.stat().st_size:,} bytes; load {os.getloadavg()[0]:.1f}")
    errors = sum(one[3] == 0 or one[3] >= 500 for one in during)
    told = f"{failed} of {len(writes)} writes failed meanwhile, {errors} of {len(during)} requests; slowest write {slowest:.2f} s"
    return _said(bool(writes) and failed <= MOST_FAILED * len(writes), told) and _said(
        took <= BEFORE_SECONDS - 600, "begun every ten minutes, at most fifteen are lost"
    )


def _restored(env: dict[str, str], file: Path, key: Path) -> float:
    """Seconds from an empty instance to a site that is ready."""
    began = time.monotonic()
    print(_portal("restore", str(file), "--key", str(key), env=env).stdout.strip())
    port = free_port()
    commands = (["serve", "--port", str(port), "--workers", "2"], ["worker"])
    running = [subprocess.Popen([sys.executable, "-m", "portal.cli", *one], cwd=ROOT, env=env) for one in commands]
    try:
        _wait(f"http://127.0.0.1:{port}/readyz")
        return time.monotonic() - began
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _is_write(kind: str, status: int) -> bool:
    return kind == "write" and status == 200


def _portal(*arguments: str, env: dict[str, str], check: bool = True) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise SystemExit(f"{arguments[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done


def _wait(address: str) -> None:
    until = time.monotonic() + 120
    while fetch(address)[0] != 200:
        if time.monotonic() > until:
            raise SystemExit(f"{address} did not answer")
        time.sleep(0.2)


def _said(is_kept: bool, told: str) -> bool:
    print(f"{'kept' if is_kept else 'MISSED'}: {told}", flush=True)
    return is_kept


def _database(server: postgres.Server, name: str) -> str:
    other = create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(text(f"create database {name}"))
    other.dispose()
    return server.url(name)


if __name__ == "__main__":
    raise SystemExit(main())
