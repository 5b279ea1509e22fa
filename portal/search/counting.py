"""What each filter would give, exactly: bits of documents that answer against bits of documents that have a value."""

from collections.abc import Mapping

import numpy as np

from portal.search.answering import Answering
from portal.search.columns import Bits, count
from portal.search.port import UNTOLD, WHEN
from portal.search.snapshot import Facet


def facet_counts(answering: Answering) -> Mapping[str, Mapping[str, int]]:
    """Facet to value to number of results."""
    found = {facet: _told(answering, facet, held) for facet, held in answering.snapshot.facets.items()}
    windows = answering.query.windows
    if windows:
        base = answering.answers(answering.radius, without=WHEN) if answering.query.when else answering.found
        found[WHEN] = {
            window.value: number
            for window in windows
            if (number := count(base & answering.snapshot.having(window.intervals)))
        }
    return {facet: values for facet, values in found.items() if values}


def _told(answering: Answering, facet: str, held: Facet) -> dict[str, int]:
    base = answering.base_for(facet)
    numbers = np.bitwise_count(held.has & base).sum(axis=1)
    for marked, value in answering.query.on_visit:
        if marked == facet and value in held.rows:
            numbers[held.rows[value]] = count(base & answering.having(facet, value, answering.radius))
    return {held.values[row]: int(numbers[row]) for row in np.flatnonzero(numbers)}


def untold_counts(answering: Answering) -> Mapping[str, Mapping[str, int]]:
    """Facet to value to number of those that said neither yes nor no; under UNTOLD those that silence alone keeps back."""
    found = {facet: _untold(answering, facet, held) for facet, held in answering.snapshot.facets.items()}
    if answering.query.windows:
        base = answering.answers(answering.radius, without=WHEN) if answering.query.when else answering.found
        found[WHEN] = {UNTOLD: count(base & ~answering.snapshot.timed)}
    return {facet: told for facet, values in found.items() if (told := {value: n for value, n in values.items() if n})}


def _untold(answering: Answering, facet: str, held: Facet) -> dict[str, int]:
    ticks = sorted(
        {value for clause in answering.clauses if clause.every and clause.facet == facet for value in clause.values}
    )
    base = answering.base_for(facet)
    found: dict[str, int] = {}
    if held.can_deny:
        numbers = np.bitwise_count(held.silent & base).sum(axis=1)
        found = {held.values[row]: int(numbers[row]) for row in np.flatnonzero(numbers)}
    if not ticks:
        found[UNTOLD] = count(base & ~held.told)
        return found
    others = answering.answers(answering.radius, without=facet, all_of=True)
    lacking = {value: ~answering.having(facet, value, answering.radius) for value in ticks}
    if held.can_deny:
        for value in ticks:
            found[value] = count(
                _silent(held, value) & _but(others, [lacking[tick] for tick in ticks if tick != value])
            )
    open_to = others
    for value in ticks:
        open_to = open_to & (_silent(held, value) | ~lacking[value])
    found[UNTOLD] = count(open_to) - count(_but(others, list(lacking.values())))
    return found


def _silent(held: Facet, value: str) -> Bits:
    row = held.rows.get(value)
    return ~np.zeros_like(held.told) if row is None else held.silent[row]


def _but(bits: Bits, out: list[Bits]) -> Bits:
    for each in out:
        bits = bits & ~each
    return bits
