"""Printing what was measured: plain columns for people, or Markdown for `docs/performance.md`."""

import datetime
import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from pathlib import Path


def show(header: Sequence[str], rows: Sequence[Sequence[str]], *, markdown: bool) -> None:
    """Print a table."""
    if markdown:
        for row in (header, ["---"] * len(header), *rows):
            print(f"| {' | '.join(row)} |")
    else:
        widths = [max(len(row[at]) for row in (header, *rows)) for at in range(len(header))]
        for row in (header, *rows):
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(flush=True)


def machine() -> str:
    """Where and when this ran, and what else did."""
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    today = datetime.datetime.now(tz=datetime.UTC).date()
    return (
        f"{cores} cores ({_processor()}), Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{today.day} {today:%B %Y}, load {load:.1f}"
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    names = [line.partition(":")[2].strip() for line in told if line.startswith("model name")]
    return names[0] if names else platform.machine()


def spread(taken: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    return statistics.median(taken), statistics.quantiles(taken, n=100)[94]


def verdict(what: str, measured: float, target: float, *, at_least: bool = False, unit: str = "") -> bool:
    """Print whether a promise was kept. True if it was."""
    is_kept = measured >= target if at_least else measured <= target
    bound = "at least" if at_least else "at most"
    print(
        f"{what}: {measured:.3g}{unit}, promised {bound} {target:g}{unit}: {'kept' if is_kept else 'NOT KEPT'}",
        flush=True,
    )
    return is_kept
