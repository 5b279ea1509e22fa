"""Held listings by the keys under which an incoming record meets them, small enough for 100,000 of them.

Keys are those of the moderators' search for duplicates. Each is kept as a number of eight bytes beside the number of its
listing, in order: 100,000 listings take some 60 megabytes, and a key is found by halving. Two keys of one number (one pair in
four million million) only make a comparison too many.
"""

from array import array
from collections.abc import Sequence
from uuid import UUID

import numpy as np
import numpy.typing as npt

from portal.moderation.duplicates import Record
from portal.moderation.duplicates_blocks import MOST_IN_BLOCK, keys_of
from portal.moderation.duplicates_records import records_of

A_STEP = 2_000
"""So many listings are read at once."""


class Blocks:
    """Ids of held listings, by keys. Filled once, then asked."""

    def __init__(self) -> None:
        self._ids: list[UUID] = []
        self._keys = array("q")
        self._numbers = array("I")
        self._sorted_keys: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._sorted_numbers: npt.NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)

    @classmethod
    def of(cls, ids: Sequence[UUID]) -> "Blocks":
        """Blocks of these listings, read from the database in steps; what was read is let go at once."""
        made = cls()
        for first in range(0, len(ids), A_STEP):
            for service_id, record in records_of(ids[first : first + A_STEP], also_withdrawn=True).items():
                made.add(service_id, record)
        made.settle()
        return made

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, service_id: UUID, record: Record) -> None:
        """Put a listing down under all its keys."""
        number = len(self._ids)
        self._ids.append(service_id)
        keys = [hash(key) for key in keys_of(record)]
        self._keys.extend(keys)
        self._numbers.extend([number] * len(keys))

    def settle(self) -> None:
        """Put everything in order, after the last was added."""
        keys, numbers = np.array(self._keys, dtype=np.int64), np.array(self._numbers, dtype=np.uint32)
        order = np.argsort(keys, kind="stable")
        self._sorted_keys, self._sorted_numbers = keys[order], numbers[order]
        self._keys, self._numbers = array("q"), array("I")

    def near(self, record: Record) -> frozenset[UUID]:
        """Ids of the listings that share a key with a record; a key that many share tells nothing."""
        wanted = np.fromiter((hash(key) for key in keys_of(record)), dtype=np.int64)
        starts = np.searchsorted(self._sorted_keys, wanted, side="left")
        ends = np.searchsorted(self._sorted_keys, wanted, side="right")
        found: set[int] = set()
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            if 0 < end - start < MOST_IN_BLOCK:
                found.update(self._sorted_numbers[start:end].tolist())
        return frozenset(self._ids[number] for number in found)
