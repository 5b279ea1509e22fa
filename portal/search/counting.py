"""What each filter would give, exactly: bits of documents that answer against bits of documents that have a value."""

from collections.abc import Mapping

import numpy as np

from portal.search.answering import Answering
from portal.search.columns import Bits, count, tally
from portal.search.port import UNTOLD, WHEN
from portal.search.snapshot import Facet

Counts = Mapping[str, Mapping[str, int]]


def counts(answering: Answering) -> tuple[Counts, Counts]:
    """Facet to value to number of results, and the same for those that have not told."""
    snapshot, query = answering.snapshot, answering.query
    told: dict[str, dict[str, int]] = {}
    untold: dict[str, dict[str, int]] = {}
    whole = tally(snapshot.table, answering.found)
    labels = snapshot.labels
    some = np.flatnonzero(whole)
    for at, number in zip(some.tolist(), whole[some].tolist(), strict=True):
        is_untold, facet, value = labels[at]
        (untold if is_untold else told).setdefault(facet, {})[value] = number
    for facet in {clause.facet for clause in answering.clauses} & snapshot.facets.keys():
        held, base = snapshot.facets[facet], answering.base_for(facet)
        numbers = tally(held.rows, base).tolist()
        told[facet] = dict(zip(held.values, numbers, strict=False))
        untold[facet] = _without(answering, facet, held, numbers)
    for facet, marked in _on_visit(answering).items():
        if facet in snapshot.facets:
            near = _near_of(answering, snapshot.facets[facet], marked, answering.base_for(facet))
            told[facet] = told.get(facet, {}) | near
    if query.windows:
        base = answering.base_for(WHEN)
        rows = snapshot.windowed(tuple(window.intervals for window in query.windows))
        told[WHEN] = dict(zip((window.value for window in query.windows), tally(rows, base).tolist(), strict=True))
        untold[WHEN] = {UNTOLD: count(base & ~snapshot.timed)}
    return _above_zero(told), _above_zero(untold)


def _above_zero(numbers: dict[str, dict[str, int]]) -> Counts:
    kept = {facet: {value: number for value, number in values.items() if number} for facet, values in numbers.items()}
    return {facet: values for facet, values in kept.items() if values}


def _on_visit(answering: Answering) -> dict[str, list[str]]:
    """Facet to those of its values that a document has only where it is near, where that is known."""
    found: dict[str, list[str]] = {}
    if answering.query.near is not None:
        for facet, value in answering.query.on_visit:
            found.setdefault(facet, []).append(value)
    return found


def _near_of(answering: Answering, held: Facet, marked: list[str], base: Bits) -> dict[str, int]:
    values = [value for value in marked if value in held.number]
    rows = held.rows[[held.number[value] for value in values]]
    return dict(zip(values, tally(rows, base & answering.near(answering.radius)).tolist(), strict=True))


def _without(answering: Answering, facet: str, held: Facet, numbers: list[int]) -> dict[str, int]:
    """How many are silent about each value, other filters as they are, and how many silence alone keeps back."""
    found: dict[str, int] = {}
    if held.can_deny:
        found = dict(zip(held.values, numbers[len(held.values) :], strict=False))
    ticks = answering.ticks(facet)
    if not ticks:
        found[UNTOLD] = numbers[-1]
        return found
    others = answering.answers(answering.radius, without=facet, all_of=True)
    having = {value: answering.having(facet, value, answering.radius) for value in ticks}
    if held.can_deny:
        for value in ticks:
            rest = [having[tick] for tick in ticks if tick != value]
            found[value] = count(np.bitwise_and.reduce([others, held.silent(value), *rest]))
    open_to = np.bitwise_and.reduce([others, *(having[value] | held.silent(value) for value in ticks)])
    return found | {UNTOLD: count(open_to & ~np.bitwise_and.reduce(list(having.values())))}
