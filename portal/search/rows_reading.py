"""Opening the index that rows hold: which commit is the newest, and its segments."""

from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

from portal.search import columns
from portal.search.columns import Columns, words_for
from portal.search.lexicon import Lexicon
from portal.search.packing import State, Torn, state_from
from portal.search.port import IndexUnavailable
from portal.search.postings import Cache
from portal.search.rows_shelf import Rows, RowsShelf
from portal.search.snapshot import Segment, Snapshot

_LOOK: Final = "select generation, is_sound from search_state where version = %s"
_STATE: Final = "select generation, segments, checksum, is_sound from search_state where version = %s"
_SEGMENTS: Final = "select id, arrays, lexicon, checksum from search_segment where id = any(%s::uuid[])"


class Missing(IndexUnavailable):
    """There is no index, or it waits to be built."""


@dataclass(frozen=True)
class Held:
    """What a process holds of a segment as long as a state names it."""

    columns: Columns
    lexicon: Lexicon


class Opener:
    """Opens states of one version. Segments that were read stay, since they never change."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._held: dict[str, Held] = {}
        self.cache = Cache()

    def look(self, rows: Rows) -> int:
        """Which commit is the newest. Raises Missing."""
        found = rows(_LOOK, (self._version,))
        if not found or not found[0][1]:
            raise Missing("the index waits to be built")
        generation: int = found[0][0]
        return generation

    def state(self, rows: Rows) -> State:
        """What the newest commit consists of. Raises Missing, or Torn where it is damaged."""
        found = rows(_STATE, (self._version,))
        if not found or not found[0][3]:
            raise Missing("the index waits to be built")
        return state_from(*found[0][:3])

    def held(self, rows: Rows, state: State) -> dict[str, Held]:
        """The segments of a state by name. Raises Torn where one is damaged or lost."""
        known = self._held
        new = [entry.name for entry in state.entries if entry.name not in known]
        read = {row[0].hex: _held_from(*row[1:]) for row in rows(_SEGMENTS, (new,))} if new else {}
        try:
            held = {entry.name: known.get(entry.name) or read[entry.name] for entry in state.entries}
        except KeyError as fault:
            raise Torn("a segment is missing") from fault
        for entry in state.entries:
            if held[entry.name].columns.count != entry.count:
                raise Torn("a segment is not the one that was named")
        self._held = held
        return held

    def keep(self, name: str, held: Held) -> None:
        """Hold a segment that was written just now."""
        self._held = {**self._held, name: held}

    def snapshot(self, rows: Rows) -> Snapshot:
        """The newest commit. Raises Missing or Torn."""
        state = self.state(rows)
        held = self.held(rows, state)
        segments: list[Segment] = []
        base = 0
        for entry in state.entries:
            segments.append(Segment(entry.name, held[entry.name].columns, base, entry.deleted))
            base += words_for(entry.count) * 64
        shelf = RowsShelf(rows, {name: one.lexicon for name, one in held.items()})
        return Snapshot(segments, shelf, self.cache, state.generation)


def segment_checksum(arrays: bytes, lexicon: bytes) -> int:
    """The checksum of what a segment's row holds."""
    return crc32(lexicon, crc32(arrays))


def _held_from(arrays: bytes, lexicon: bytes, checksum: Any) -> Held:
    if segment_checksum(arrays, lexicon) != checksum:
        raise Torn("a segment is damaged")
    return Held(columns.from_bytes(arrays), Lexicon(lexicon))
