"""What each filter would give, exactly: bits of documents that answer against bits of documents that have a value."""

from collections.abc import Iterator, Mapping

import numpy as np

from portal.search.answering import Answering
from portal.search.columns import Bits, Ints, count, tally
from portal.search.port import UNTOLD, WHEN
from portal.search.snapshot import Facet

Counts = Mapping[str, Mapping[str, int]]


def counts(answering: Answering) -> tuple[Counts, Counts]:
    """Facet to value to number of results, and the same for those that have not told."""
    told: dict[str, dict[str, int]] = {}
    untold: dict[str, dict[str, int]] = {}
    snapshot = answering.snapshot
    whole = tally(snapshot.table, answering.found)
    for facet, held in snapshot.facets.items():
        base = answering.base_for(facet)
        numbers = whole[held.at] if base is answering.found else tally(held.rows, base)
        told[facet] = _with(held, numbers) | dict(_on_visit(answering, facet, held, base))
        untold[facet] = _without(answering, facet, held, numbers)
    if answering.query.windows:
        base = answering.base_for(WHEN)
        windows = answering.query.windows
        rows = snapshot.windowed(tuple(window.intervals for window in windows))
        told[WHEN] = dict(zip((window.value for window in windows), tally(rows, base).tolist(), strict=True))
        untold[WHEN] = {UNTOLD: count(base & ~snapshot.timed)}
    return _above_zero(told), _above_zero(untold)


def _above_zero(numbers: dict[str, dict[str, int]]) -> Counts:
    kept = {facet: {value: number for value, number in values.items() if number} for facet, values in numbers.items()}
    return {facet: values for facet, values in kept.items() if values}


def _with(held: Facet, numbers: Ints) -> dict[str, int]:
    return dict(zip(held.values, numbers.tolist(), strict=False))


def _on_visit(answering: Answering, facet: str, held: Facet, base: Bits) -> Iterator[tuple[str, int]]:
    for marked, value in answering.query.on_visit:
        if marked == facet and value in held.number:
            yield value, count(base & answering.having(facet, value, answering.radius))


def _without(answering: Answering, facet: str, held: Facet, numbers: Ints) -> dict[str, int]:
    """How many are silent about each value, other filters as they are, and how many silence alone keeps back."""
    found: dict[str, int] = {}
    if held.can_deny:
        found = _with(held, numbers[len(held.values) :])
    ticks = answering.ticks(facet)
    if not ticks:
        return found | {UNTOLD: int(numbers[-1])}
    others = answering.answers(answering.radius, without=facet, all_of=True)
    having = {value: answering.having(facet, value, answering.radius) for value in ticks}
    if held.can_deny:
        for value in ticks:
            rest = [having[tick] for tick in ticks if tick != value]
            found[value] = count(np.bitwise_and.reduce([others, held.silent(value), *rest]))
    open_to = np.bitwise_and.reduce([others, *(having[value] | held.silent(value) for value in ticks)])
    return found | {UNTOLD: count(open_to & ~np.bitwise_and.reduce(list(having.values())))}
