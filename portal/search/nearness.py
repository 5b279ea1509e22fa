"""How alike in meaning documents are to a question, from the packed vectors that stand in their columns."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from portal.search.columns import ROUGH, Floats, Ints
from portal.search.meaning import SCALE, Vector, unpack
from portal.search.snapshot import Segment

MOST_COMPARED: Final = 5_000
"""Of more documents than this only COMPARED are compared by their whole meaning: those whose first numbers are the nearest."""

COMPARED: Final = 2_000


def alike(segments: Sequence[Segment], meaning: bytes, docs: Ints) -> Floats:
    """How alike documents, ascending, are to a packed meaning: -1 to 1; 0 where either has none, or where many others are
    nearer.
    """
    found = np.zeros(len(docs))
    if not meaning or not len(docs):
        return found
    vector = unpack(meaning)
    closely = np.arange(len(docs))
    if len(docs) > MOST_COMPARED:
        rough = _products(segments, docs, vector[:ROUGH], is_rough=True)
        closely = np.sort(np.argpartition(rough, -COMPARED)[-COMPARED:])
    found[closely] = _products(segments, docs[closely], vector, is_rough=False) / SCALE
    return found


def _products(segments: Sequence[Segment], docs: Ints, vector: Vector, *, is_rough: bool) -> Floats:
    """The product of a vector with the numbers of each document."""
    found = np.zeros(len(docs))
    ends = np.searchsorted(docs, [segment.base + segment.columns.count for segment in segments]).tolist()
    start = 0
    for segment, end in zip(segments, ends, strict=True):
        if start < end:
            rows: Any = segment.columns.roughly if is_rough else segment.columns.meanings
            if end - start < len(rows):
                rows = rows[docs[start:end] - segment.base]
            # Not "@": that starts threads, which wait for each other longer than the work takes.
            found[start:end] = np.einsum("ij,j->i", rows.astype(np.float32, copy=False), vector)
        start = end
    return found
