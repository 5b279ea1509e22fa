"""Which small segments become one, so that segments stay few and an update's work stays bounded."""

from collections.abc import Mapping
from typing import Final

FEW: Final = 4
"""So many segments of about one size become one."""

MOST_MERGED: Final = 1_000
"""Documents that an update writes again at most; or a tenth of all, where that is more."""


def tier(size: int) -> int:
    """About how large a segment is: each tier holds segments four times as large as the one below."""
    return max(size, 1).bit_length() // 2


def merged_with(new: int, sizes: Mapping[str, int]) -> frozenset[str]:
    """The segments that become one with so many new documents. `sizes`: live documents of each segment."""
    most = max(MOST_MERGED, sum(sizes.values()) // 10)
    chosen: frozenset[str] = frozenset()
    total = new
    while True:
        alike = [name for name, size in sizes.items() if name not in chosen and tier(size) <= tier(total)]
        larger = total + sum(sizes[name] for name in alike)
        if len(alike) + 1 < FEW or larger > most:
            return chosen
        chosen |= frozenset(alike)
        total = larger
