"""How long a whole harvest of our own feed takes our own reader over loopback, and a second one with nothing changed.

    PYTHONPATH=. .venv/bin/python benchmarks/harvest.py [--listings 100000]

Serves an instance with so many made-up services (`benchmarks/instance.py`), and reads its feed into an empty instance with
`portal source run`, each as a process of its own: read, staged, accepted and applied. Then reads it again by what changed, and
whole. Beside the seconds on the clock those of one core, and the most memory of the reading process. Promises, for 100,000:
10 minutes and 500 MB; the second by what changed 30 seconds. Prints a table, and exits 1 where a promise is broken.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import instance, servers
from portal.config import demo_secrets
from portal.running.demo import make_secrets

FIRST_SECONDS, FIRST_MEGABYTES, AGAIN_SECONDS = 600, 500, 30
NAME = "Ourselves"


class Measured(NamedTuple):
    """A reading: what the command printed, seconds on the clock and of one core, and megabytes at most."""

    told: dict[str, Any]
    seconds: float
    of_one_core: float
    megabytes: float


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=100_000)
    listings = asked.parse_args().listings
    app = instance.with_listings(listings, is_indexed=False)
    with servers.portal(app) as port, tempfile.TemporaryDirectory() as folder:
        environment = _reader(Path(folder), port)
        _run(environment, "upgrade")
        address = f"http://127.0.0.1:{port}/api/oruk/v3"
        _run(environment, "source", "add", NAME, address, "--profile", "oruk3", "--trust", "apply")
        rows = {
            "the first, whole": _read(environment, "--accept"),
            "again, by what changed": _read(environment),
            "again, whole": _read(environment, "--whole"),
        }
    print(
        "| Reading | State | Read | New | Same | Seconds | of one core | MB at most |\n|---|---|---|---|---|---|---|---|"
    )
    for called, row in rows.items():
        counts = row.told["counts"]
        read, new, same = (counts.get(name, 0) for name in ("read", "new", "same"))
        took = f"{row.seconds:.1f} | {row.of_one_core:.1f} | {row.megabytes:.0f}"
        print(f"| {called} | {row.told['state']} | {read:,} | {new:,} | {same:,} | {took} |")
    first, again, _whole = rows.values()
    is_whole = first.told["counts"].get("new", 0) >= listings * 0.9 and first.told["state"] == "applied"
    is_kept = first.seconds <= FIRST_SECONDS and first.megabytes <= FIRST_MEGABYTES and again.seconds <= AGAIN_SECONDS
    return 0 if is_whole and is_kept else 1


def _reader(folder: Path, port: int) -> Mapping[str, str]:
    """The settings of an empty instance that may read from this port."""
    make_secrets(folder)
    secrets = demo_secrets(folder)
    shared = instance.HOME / "geography"
    if shared.is_dir():
        (folder / "geography").symlink_to(shared, target_is_directory=True)
    return {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "PORTAL_INSTANCE": str(folder),
        "PORTAL_SECRET_KEY": secrets["secret_key"],
        "PORTAL_DATA_KEYS": secrets["data_keys"],
        "PORTAL_FETCH_ALLOW": f"127.0.0.1:{port}",
        "PORTAL_LOG_LEVEL": "error",
    }


def _read(environment: Mapping[str, str], *options: str) -> Measured:
    began = time.perf_counter()
    arguments = servers.command("source", "run", NAME, "--json", *options)
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(arguments, env=environment, stdout=printed)
        most = spent = 0.0
        while process.poll() is None:
            most = max(most, _megabytes(process.pid))
            spent = max(spent, _seconds_of_one_core(process.pid))
            time.sleep(0.1)
        printed.seek(0)
        told = printed.read()
    if process.returncode:
        raise SystemExit(f"portal source run: {told}")
    return Measured(json.loads(told), time.perf_counter() - began, spent, most)


def _megabytes(pid: int) -> float:
    """The most that a process has held so far. Not what `wait4` tells: that counts what its parent held when it was made."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _seconds_of_one_core(pid: int) -> float:
    with suppress(OSError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _run(environment: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(servers.command(*arguments), env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"portal {' '.join(arguments[:2])}: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
