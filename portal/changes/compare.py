"""Two tellings of a fact, compared word by word. A whole number, such as a telephone number, is one word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from portal.changes.facts import FACTS, differing, shown

WORD = re.compile(r"[£+]?\d(?:[\d.,:]*\d|[ -](?=\d))*[^\W\d]*|\w+(?:['’]\w+)*|\s+|.", re.DOTALL)
MOST_WORDS = 4_000
"""Longer texts are compared line by line: the time grows with the square."""
Kind = Literal["kept", "removed", "added"]


@dataclass(frozen=True)
class Piece:
    """A run of text that stands in both tellings, or in one only."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Difference:
    """One fact in two tellings. `pieces` is both in one text, `before` and `after` are each telling's lines."""

    name: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @property
    def left(self) -> tuple[Piece, ...]:
        """The old telling: kept and removed."""
        return tuple(piece for piece in self.pieces if piece.kind != "added")

    @property
    def right(self) -> tuple[Piece, ...]:
        """The new telling: kept and added."""
        return tuple(piece for piece in self.pieces if piece.kind != "removed")


def pieces_of(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as one run of pieces, in order."""
    old, new = _words(before), _words(after)
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(_joined(piece for code in found for piece in _pieces(code, old, new)))


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Each fact of `after` that says something else than `before`, in order of the page. Values are plain JSON."""
    return [difference(name, before.get(name), after[name]) for name in differing(before, after)]


def difference(name: str, before: Any, after: Any) -> Difference:
    """One fact in two tellings, as readers are told it."""
    old, new = shown(name, before), shown(name, after)
    pieces = pieces_of("\n".join(old), "\n".join(new))
    return Difference(name, str(FACTS[name].label), tuple(old), tuple(new), pieces)


def _words(text: str) -> list[str]:
    words = WORD.findall(text)
    return words if len(words) <= MOST_WORDS else text.splitlines(keepends=True)


def _pieces(code: tuple[str, int, int, int, int], old: list[str], new: list[str]) -> Iterator[Piece]:
    tag, first, last, start, end = code
    if tag == "equal":
        yield Piece("kept", "".join(old[first:last]))
        return
    if last > first:
        yield Piece("removed", "".join(old[first:last]))
    if end > start:
        yield Piece("added", "".join(new[start:end]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Changes that only a space parts become one, so that marks do not flicker word by word."""
    waiting: list[Piece] = []
    for piece in pieces:
        is_gap = (
            piece.kind == "kept"
            and bool(waiting)
            and len(piece.text) < 3
            and piece.text.isspace()
            and piece.text != "\n"
        )
        if piece.kind != "kept" or is_gap:
            waiting.append(piece)
        else:
            yield from _settled(waiting)
            yield piece
            waiting = []
    yield from _settled(waiting)


def _settled(waiting: list[Piece]) -> Iterator[Piece]:
    trailing = waiting.pop() if waiting and waiting[-1].kind == "kept" else None
    for kind, other in (("removed", "added"), ("added", "removed")):
        if text := "".join(piece.text for piece in waiting if piece.kind != other):
            if any(piece.kind == kind for piece in waiting):
                yield Piece("removed" if kind == "removed" else "added", text)
            elif text.strip():
                yield Piece("kept", text)
    if trailing:
        yield trailing
