"""What is filtered, counted and sorted: one numpy array a property, one bit a document for each value.

Columns belong to a segment and never change, as the segment does not. They are kept in a file beside it and can be built
again from the documents that it stores.
"""

import io
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from portal.search.meaning import PACKED
from portal.search.port import Document, Point

Bits = npt.NDArray[np.uint64]
"""One bit a document, 64 to a number, the lowest first."""

Ints = npt.NDArray[np.int64]
Signed = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

EARTH_KM: Final = 6371.0088

ROUGH: Final = 64
"""So many numbers of a meaning are looked at first, where there are many documents."""

HAS: Final = "has"
DENIES: Final = "denies"
SERVES: Final = "serves"

Key = tuple[str, str, str]
"""HAS or DENIES with a facet and a value, or SERVES with "" and an area."""


@dataclass(frozen=True)
class Columns:
    """The columns of `count` documents, in the order of the segment.

    `point_doc` and `session_doc` say whose a point or a session is: points stand in the order of documents, sessions in that
    of their starts. `meanings`: a packed vector a document, zeros where it has none. `longest` is the length of the longest
    session.
    """

    count: int
    ids: npt.NDArray[np.bytes_]
    checked: Ints
    demerit: Ints
    point_doc: Ints
    points: Floats
    session_doc: Ints
    starts: Ints
    ends: Ints
    keys: tuple[Key, ...]
    bits: Bits
    meanings: Signed
    languages: frozenset[str]

    @property
    def longest(self) -> int:
        """The length of the longest session, in minutes."""
        return int((self.ends - self.starts).max(initial=0))

    @cached_property
    def roughly(self) -> npt.NDArray[np.float32]:
        """The first numbers of each meaning, ready to be multiplied: enough to tell what is near from what is far."""
        return np.ascontiguousarray(self.meanings[:, :ROUGH], dtype=np.float32)


def words_for(count: int) -> int:
    """How many numbers hold the bits of so many documents."""
    return (count + 63) // 64


def pack(flags: Flags) -> Bits:
    """Flags, one a document in a multiple of 64, as bits."""
    return np.packbits(flags, bitorder="little").view(np.uint64)


def unpack(bits: Bits) -> Flags:
    """Bits as flags, one a document."""
    return np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_)


def bits_of(docs: Ints, size: int) -> Bits:
    """Bits of these documents, out of so many, a multiple of 64."""
    if len(docs) > 1_000:
        flags = np.zeros(size, dtype=np.bool_)
        flags[docs] = True
        return pack(flags)
    bits = np.zeros(size // 64, dtype=np.uint64)
    np.bitwise_or.at(bits, docs >> 6, np.uint64(1) << (docs & 63).astype(np.uint64))
    return bits


def count(bits: Bits) -> int:
    """How many bits are set."""
    return int(np.bitwise_count(bits).sum())


def has(bits: Bits, docs: Ints) -> Flags:
    """Whether the bits of these documents are set."""
    flags: Flags = (bits[docs >> 6] >> (docs & 63).astype(np.uint64) & np.uint64(1)).astype(np.bool_)
    return flags


def tally(rows: Bits, bits: Bits) -> Ints:
    """How many bits each row shares with these. Where few are set, only the numbers that hold them are looked at."""
    held = np.flatnonzero(bits)
    if len(held) * 4 < len(bits):
        rows, bits = rows[:, held], bits[held]
    shared: Ints = np.bitwise_count(rows & bits).sum(axis=1, dtype=np.int64)
    return shared


def on_sphere(points: Iterable[Point]) -> Floats:
    """Points as vectors of length one, so that a difference gives a distance without trigonometry for each."""
    degrees = np.array([(point.lat, point.lon) for point in points], dtype=np.float64).reshape(-1, 2)
    lat, lon = np.radians(degrees).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def kilometres(points: Floats, near: Point) -> Floats:
    """Great-circle distances of points on the sphere."""
    apart = points - on_sphere([near])
    half = np.sqrt(np.einsum("ij,ij->i", apart, apart)) / 2
    away: Floats = 2 * EARTH_KM * np.arcsin(np.minimum(half, 1.0))
    return away


def columns_of(documents: Sequence[Document], languages: Iterable[str]) -> Columns:
    """The columns of these documents, whose texts are read in these languages."""
    rows: dict[Key, list[int]] = {}
    points: list[tuple[int, Point]] = []
    sessions: list[tuple[int, int, int]] = []
    for number, document in enumerate(documents):
        points += [(number, point) for point in document.points]
        sessions += [(start, end, number) for start, end in document.sessions]
        for key in _keys_of(document):
            rows.setdefault(key, []).append(number)
    sessions.sort()
    times = np.array(sessions, dtype=np.int64).reshape(-1, 3)
    keys = tuple(sorted(rows))
    flags = np.zeros((len(keys), words_for(len(documents)) * 64), dtype=np.bool_)
    for row, key in enumerate(keys):
        flags[row, rows[key]] = True
    return Columns(
        count=len(documents),
        ids=np.array([document.id.encode() for document in documents] or [b""][:0], dtype=np.bytes_),
        checked=np.array([document.checked for document in documents], dtype=np.int64),
        demerit=np.array([document.demerit for document in documents], dtype=np.int64),
        point_doc=np.array([number for number, _ in points], dtype=np.int64),
        points=on_sphere(point for _, point in points),
        session_doc=times[:, 2].copy(),
        starts=times[:, 0].copy(),
        ends=times[:, 1].copy(),
        keys=keys,
        bits=pack(flags).reshape(len(keys), -1) if keys else np.zeros((0, words_for(len(documents))), dtype=np.uint64),
        meanings=_meanings(documents),
        languages=frozenset(languages),
    )


def _meanings(documents: Sequence[Document]) -> Signed:
    """Zeros also for one of another length: it must not shift those of all others, nor leave everybody without an index."""
    none = bytes(PACKED)
    whole = bytearray().join(document.meaning if len(document.meaning) == PACKED else none for document in documents)
    return np.frombuffer(whole, dtype=np.int8).reshape(-1, PACKED) if whole else np.zeros((0, PACKED), dtype=np.int8)


def _keys_of(document: Document) -> Iterable[Key]:
    for facet, values in document.facets.items():
        for value in values:
            yield HAS, facet, value
    for facet, values in document.denied.items():
        for value in values:
            yield DENIES, facet, value
    for area in document.serves:
        yield SERVES, "", area


_ARRAYS: Final = (
    "ids",
    "checked",
    "demerit",
    "point_doc",
    "points",
    "session_doc",
    "starts",
    "ends",
    "bits",
    "meanings",
)


def to_bytes(columns: Columns) -> bytes:
    """Columns as the bytes of a file."""
    names: dict[str, Any] = {"count": columns.count, "keys": columns.keys, "languages": sorted(columns.languages)}
    file = io.BytesIO()
    header = np.frombuffer(json.dumps(names).encode(), dtype=np.uint8)
    np.savez(file, header=header, **{name: getattr(columns, name) for name in _ARRAYS})
    return file.getvalue()


def from_bytes(held: bytes) -> Columns:
    """The columns that gave these bytes. Raises ValueError, KeyError or BadZipFile where they are torn."""
    with np.load(io.BytesIO(held), allow_pickle=False) as file:
        names = json.loads(file["header"].tobytes())
        arrays = {name: file[name] for name in _ARRAYS}
    if arrays["meanings"].shape != (names["count"], PACKED):
        raise ValueError("meanings are not one for each document")
    keys = tuple((kind, facet, value) for kind, facet, value in names["keys"])
    return Columns(count=names["count"], keys=keys, languages=frozenset(names["languages"]), **arrays)


def save(columns: Columns, path: Path) -> None:
    """Write a file of columns, whole or not at all, and onto the disk."""
    beside = path.with_name(f"{path.name}.part")
    with beside.open("wb") as part:
        part.write(to_bytes(columns))
        part.flush()
        os.fsync(part.fileno())
    beside.replace(path)


def load(path: Path) -> Columns:
    """Read a file of columns. Raises OSError, ValueError, KeyError or BadZipFile where it is missing or torn."""
    return from_bytes(path.read_bytes())
