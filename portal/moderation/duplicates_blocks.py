"""Which listings are compared at all: those that share a key. So the work grows with the listings, not with their square."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeVar

from portal.moderation.duplicates import Record, Spot, words_of

Id = TypeVar("Id")
MOST_IN_BLOCK = 60
"""A key that more listings share than this tells nothing; other keys find their pairs."""
CELL = 0.018
"""Degrees of latitude: two kilometres. Four grids overlap, so that any two points within one kilometre share a cell."""
NEAR_CELL = 0.0027
"""300 metres: so near, any word of both names is enough, also one of many names."""


def keys_of(record: Record) -> frozenset[str]:
    """The keys under which a listing meets others: numbers, addresses, and words of its name in a place."""
    keys = {f"register {one}" for one in record.registers}
    keys |= {f"phone {one}" for one in record.phones}
    keys |= {f"mail {one}" for one in record.emails}
    keys |= {f"web {one}" for one in record.urls}
    name = " ".join(sorted(set(record.words)))
    telling = record.telling or frozenset(record.words)
    for postcode in record.postcodes:
        keys.add(f"postcode {postcode}")
        keys |= {f"sector {postcode[:-2]} {word}" for word in telling}
    for spot in record.spots:
        venue = frozenset(words_of(spot.address)[:4])
        for cell in _cells(spot, NEAR_CELL):
            keys |= {f"near {cell} {word}" for word in record.words}
        for cell in _cells(spot, CELL):
            keys |= {f"cell {cell} {word}" for word in telling | {word for word in venue if len(word) > 3}}
    if name:
        keys.add(f"name {name} {next(iter(record.registers), '')[:6]}" if not record.telling else f"name {name}")
    return frozenset(keys)


def pairs_of(records: Mapping[Id, Record]) -> Iterator[tuple[Id, Id]]:
    """Pairs of listings that share a key, each once, in the order in which the listings were given."""
    blocks: dict[str, list[int]] = defaultdict(list)
    ids = list(records)
    for number, record in enumerate(records.values()):
        for key in keys_of(record):
            blocks[key].append(number)
    seen: set[int] = set()
    for block in blocks.values():
        if not 2 <= len(block) <= MOST_IN_BLOCK:
            continue
        for place, first in enumerate(block):
            for second in block[place + 1 :]:
                pair = first * len(ids) + second
                if pair not in seen:
                    seen.add(pair)
                    yield ids[first], ids[second]


def _cells(spot: Spot, size: float) -> Iterator[str]:
    """The cells of four overlapping grids in which a place lies. A degree of longitude is taken as that of 54° north."""
    if spot.point is None:
        return
    down, across = spot.point[0] / size, spot.point[1] / size * 0.588
    for grid, (move_down, move_across) in enumerate(((0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5))):
        yield f"{grid}:{math.floor(down + move_down)}:{math.floor(across + move_across)}"
