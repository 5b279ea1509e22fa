"""What `portal copy` says."""

from collections.abc import Iterator
from typing import Any

from portal.core import clock
from portal.operations.copying.copying import MOST_PROBLEMS, Copied

SHOWN = 12
"""Hexadecimal digits of a digest that a table shows."""


def as_json(copied: Copied) -> Iterator[dict[str, Any]]:
    """A line a table or a problem, and one for the whole."""
    for problem in copied.problems:
        yield {"table": problem.table, "key": problem.key, "problem": problem.sentence}
    for one in copied.tables:
        yield {
            "table": one.table,
            "rows": one.rows,
            "digest": one.digest,
            "copied_rows": one.copied_rows,
            "copied_digest": one.copied_digest,
            "is_equal": one.is_equal,
        }
    yield {"target": copied.target, "rows": copied.rows, "seen_at": copied.seen_at, "is_equal": copied.is_equal}


def in_words(copied: Copied) -> Iterator[str]:
    """The table of both sides, and what to do next."""
    for problem in copied.problems[:MOST_PROBLEMS]:
        yield str(problem)
    if copied.problems:
        return
    yield f"{'Table':<24}{'Rows':>12}{'Copied':>12}  Digest"
    for one in copied.tables:
        told = "the same" if one.is_equal else f"{one.copied_digest[:SHOWN]} is DIFFERENT"
        yield f"{one.table:<24}{one.rows:>12,}{one.copied_rows:>12,}  {one.digest[:SHOWN]}  {told}"
    if copied.is_equal:
        yield f"{copied.rows:,} rows in {len(copied.tables)} tables are at {copied.target}, the same on both sides."
        yield (
            f"What was changed here after {clock.local(copied.seen_at):%H:%M:%S} is not there: stop the site and its "
            "workers, and run this again."
        )
        yield "Then set PORTAL_DATABASE_URL to that address, run portal upgrade, and start portal serve and portal worker."


def why_not(copied: Copied) -> str:
    """Why a copy is not done."""
    if copied.problems:
        count = len(copied.problems)
        told = f"{count:,} things" if count <= MOST_PROBLEMS else f"More than {MOST_PROBLEMS} things"
        return (
            f"{told} here cannot be kept by the other database. Put them right, and run this again. Nothing was copied."
        )
    different = ", ".join(one.table for one in copied.tables if not one.is_equal)
    return f"The two sides differ in: {different}. Run this again; if it stays so, give an empty database."
