"""What an export costs, and whether it comes back the same: exported, imported into an empty instance, compared.

    PYTHONPATH=. .venv/bin/python benchmarks/roundtrip.py [--listings 10000] [--markdown]

For the demo and for so many made-up services, and each format: seconds, those of one core, the most memory and the size of
`portal export`; the same of `portal import` of it; then how many services are equal, but for ids, who confirmed
them and when they changed. What differs is printed. Promise: 10,000 services are exported in under 60 s, and all come back
equal.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

from benchmarks import tables
from benchmarks.instance import HOME, with_listings
from portal.app import create_app
from portal.core.extensions import settings
from portal.core.settings import Settings
from portal.exporting.formats import FORMATS
from tests.exporting.roundtrip import differences, documents, facts

SECRET = "a secret of the benchmarks, long enough"
PROMISE_SECONDS = 60
WHERE = {"oruk": "services.json", "hsds": ".", "csv": "services.csv", "xlsx": "services.xlsx"}
HEADER = ("services", "format", "export", "of one core", "memory", "size", "import", "of one core", "memory", "equal")
SHOWN = 10
WATCH_SECONDS = 0.05


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--listings", type=int, default=10_000, help="made-up services, beside the demo")
    asked.add_argument("--without-demo", action="store_true", help="made-up services alone")
    asked.add_argument("--markdown", action="store_true", help="print the table for docs/export.md")
    options = asked.parse_args()
    rows: list[Sequence[str]] = []
    is_kept = True
    for count in [options.listings] if options.without_demo else [None, options.listings]:
        with redirect_stdout(sys.stderr):
            app = with_listings(count)
        with app.app_context():
            before, instance = told_by(), settings().instance
        for name in FORMATS:
            with tempfile.TemporaryDirectory() as folder:
                row, seconds, is_equal = there_and_back(instance, before, name, Path(folder))
            rows.append(row)
            print("  ".join(row), file=sys.stderr, flush=True)
            is_kept &= is_equal and (count is None or seconds < PROMISE_SECONDS)
    tables.show(HEADER, rows, markdown=options.markdown)
    print(f"{tables.machine()}. Exported in under {PROMISE_SECONDS} s and equal: {'kept' if is_kept else 'BROKEN'}")
    return 0 if is_kept else 1


def there_and_back(instance: Path, before: list[str], name: str, folder: Path) -> tuple[Sequence[str], float, bool]:
    """A row of the table, the seconds of the export, and whether all came back equal."""
    out, other = folder / "out", folder / "other"
    other.mkdir()
    if (HOME / "geography").is_dir():
        (other / "geography").symlink_to(HOME / "geography", target_is_directory=True)
    run(other, "upgrade")
    out_seconds, out_worked, out_memory = run(instance, "export", str(out), "--format", name)
    size = sum(path.stat().st_size for path in out.iterdir())
    in_seconds, in_worked, in_memory = run(
        other, "import", str(out / WHERE[name]), "--format", name, "--source", "Elsewhere"
    )
    app = create_app(settings_of(other))
    with app.app_context():
        after = told_by()
    equal = len(before) - len(set(before) - set(after))
    show_differences(before, after)
    cells = (
        f"{len(before):,}", name, f"{out_seconds:.1f} s", f"{out_worked:.1f} s", f"{out_memory:,.0f} MB", f"{size / 1e6:,.1f} MB",
        f"{in_seconds:.1f} s", f"{in_worked:.1f} s", f"{in_memory:,.0f} MB", f"{equal:,}",
    )  # fmt: skip
    return cells, out_seconds, equal == len(before) == len(after)


def run(instance: Path, *arguments: str) -> tuple[float, float, float]:
    """Run a command of the portal. Gives its seconds, those of one core, and the most memory it had, in MB."""
    environment = {
        **os.environ,
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_LOG_LEVEL": "error",
        "PYTHONPATH": str(HOME.parent),
    }
    began = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.cli", *arguments], env=environment, stdout=told, stderr=told
        )
        pid, memory = 0, 0.0
        while not pid:
            memory = max(memory, _memory_of(process.pid))
            time.sleep(WATCH_SECONDS)
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        if process.returncode:
            told.seek(0)
            raise SystemExit(f"portal {arguments[0]} failed: {told.read()[-2000:].decode(errors='replace')}")
    return seconds, usage.ru_utime + usage.ru_stime, memory


def _memory_of(pid: int) -> float:
    """The most memory that a running process has had, in MB. Its own report would count this program's too."""
    told = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    return sum(int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmHWM:"))


def settings_of(instance: Path) -> Settings:
    return Settings(
        instance=instance,
        secret_key=SECRET,
        database_url=f"sqlite:///{instance / 'portal.sqlite3'}",
        demo=True,
        log_level="error",
    )


def told_by() -> list[str]:
    """Every public service of the instance, as texts that can be compared, in order of names."""
    told = ((one["name"], json.dumps(facts(one), sort_keys=True, ensure_ascii=False)) for one in documents())
    return [text for _name, text in sorted(told)]


def show_differences(before: list[str], after: list[str]) -> None:
    """Print the first things that are not the same."""
    kept = set(before) & set(after)
    pairs = zip((one for one in before if one not in kept), (one for one in after if one not in kept), strict=False)
    for one, other in list(pairs)[:SHOWN]:
        left, right = json.loads(one), json.loads(other)
        print(f"  {left['name']}: {next(differences(left, right), '')[:400]}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
