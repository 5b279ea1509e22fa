"""Queries of our own with what each should be read as (`data/queries.jsonl`), and what an added phrase would change in them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from portal.directory import managed
from portal.directory.lexicon import managed_book
from portal.directory.understanding import Understanding, understand

FILE = Path(__file__).parent / "data" / "queries.jsonl"
Verdict = Literal["better", "worse", "same"]


@dataclass(frozen=True)
class Expected:
    """One query and how it should be read. `also`: needs that are fine lower down."""

    query: str
    language: str
    needs: frozenset[str]
    also: frozenset[str]
    filters: frozenset[str]
    intent: str


@dataclass(frozen=True)
class Difference:
    """One query that would be read otherwise: meanings that come and go, as a phrase has them, and whether that is better.

    `is_urgent_changed`: other cards of urgent help would show, which no phrase can do.
    """

    query: str
    language: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    verdict: Verdict
    is_urgent_changed: bool = False


@dataclass(frozen=True)
class Trial:
    """What a phrase would change, the worse first. `asked`: how many queries were asked."""

    asked: int
    differences: tuple[Difference, ...]

    def count(self, verdict: Verdict) -> int:
        """How many queries would be read so."""
        return sum(one.verdict == verdict for one in self.differences)


def trial(before: managed.Rows, after: managed.Rows) -> Trial:
    """What would be read otherwise if these phrases held in place of those. Understands only the queries that either touches."""
    touched = [one for one in queries() if _hits(before, one.query) != _hits(after, one.query)]
    found = [
        difference
        for one in touched
        if (difference := _difference(one, _read(before, one), _read(after, one))) is not None
    ]
    order: Mapping[str, int] = {"worse": 0, "better": 1, "same": 2}
    return Trial(len(queries()), tuple(sorted(found, key=lambda one: order[one.verdict])))


@cache
def queries() -> tuple[Expected, ...]:
    """All of them."""
    lines = (json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip())
    return tuple(
        Expected(
            query=line["query"],
            language=line["lang"],
            needs=frozenset(line["needs"]),
            also=frozenset(line["also"]),
            filters=frozenset(f"{name}={value}" for name, values in line["filters"].items() for value in values),
            intent=line["intent"],
        )
        for line in lines
    )


def _hits(rows: managed.Rows, text: str) -> list[tuple[int, int, str, tuple[str, ...]]]:
    return [(hit.start, hit.end, hit.phrase.text, hit.phrase.kinds) for hit in managed_book(rows).hits(text)]


def _read(rows: managed.Rows, one: Expected) -> Understanding:
    with managed.trying(rows):
        return understand(one.query, one.language)


def _difference(one: Expected, before: Understanding, after: Understanding) -> Difference | None:
    was, will = _meanings(before), _meanings(after)
    gained = tuple(meaning for meaning in will if meaning not in was)
    lost = tuple(meaning for meaning in was if meaning not in will)
    is_urgent_changed = before.urgent != after.urgent
    if not gained and not lost and not is_urgent_changed and before.needs[:1] == after.needs[:1]:
        return None
    verdict = _verdict(one, gained, lost, before, after)
    return Difference(one.query, one.language, gained, lost, verdict, is_urgent_changed)


def _verdict(
    one: Expected, gained: tuple[str, ...], lost: tuple[str, ...], before: Understanding, after: Understanding
) -> Verdict:
    wanted, fine = one.needs | one.filters | {one.intent}, one.also
    was_right, is_right = (bool(one.needs & frozenset(read.needs[:1])) for read in (before, after))
    is_worse = any(meaning not in wanted | fine for meaning in gained) or any(
        meaning in wanted | fine for meaning in lost
    )
    if is_worse or (was_right and not is_right):
        return "worse"
    is_better = any(meaning in wanted for meaning in gained) or any(meaning not in wanted | fine for meaning in lost)
    return "better" if is_better or (is_right and not was_right) else "same"


def _meanings(read: Understanding) -> tuple[str, ...]:
    """Needs, values of filters and the intent, but for places, which no phrase of ours names."""
    filters = (f"{name}={value}" for name, values in read.filters.items() if name != "near" for value in sorted(values))
    return (*read.needs, *filters, read.intent)
