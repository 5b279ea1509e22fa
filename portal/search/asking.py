"""What a reader typed, cut into parts to look for. There is no query language: quotes, a star at the end, and words."""

import re
from dataclasses import dataclass
from typing import Final

from portal.search import words

MOST: Final = 16
"""Words of a question that are looked for. What follows is left out."""

SHORTEST_START: Final = 3
"""Letters that must stand before a star."""

_MOST_READ: Final = 2_000
_QUOTED = re.compile('"([^"]*)"')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_START = re.compile(r"[^\s*]+\*(?=\s|$)")


@dataclass(frozen=True)
class Part:
    """A word, a phrase of several, or the start of a word."""

    words: tuple[str, ...]
    is_start: bool = False


@dataclass(frozen=True)
class Asked:
    """The parts of a question. `is_cut`: something was left out that could have been looked for."""

    parts: tuple[Part, ...]
    is_cut: bool = False


def asked(text: str, language: str) -> Asked:
    """The parts of what was typed. Words such as "the" only count inside quotes, or where there is nothing else."""
    typed = text[:_MOST_READ].translate(_QUOTES)
    found = [Part(tuple(words.cut(inner))) for inner in _QUOTED.findall(typed)]
    found = [part for part in found if part.words]
    loose = _QUOTED.sub(" ", typed)
    plain: list[Part] = []
    for chunk in loose.split():
        plain += _parts_of(chunk)
    dropped = words.stops(language)
    weighty = [part for part in plain if part.is_start or part.words[0] not in dropped]
    if not weighty and not found:
        weighty = plain
    parts = list(dict.fromkeys(found + weighty))
    return _at_most(parts, is_cut=len(text) > _MOST_READ or (not parts and bool(text.strip())))


def _parts_of(chunk: str) -> list[Part]:
    found = list(words.cut(chunk))
    if not found:
        return []
    last = found.pop()
    is_start = bool(_START.fullmatch(chunk)) and len(last) >= SHORTEST_START
    return [*(Part((word,)) for word in found), Part((last,), is_start)]


def _at_most(parts: list[Part], *, is_cut: bool) -> Asked:
    kept: list[Part] = []
    room = MOST
    for part in parts:
        if len(part.words) > room:
            return Asked(tuple(kept) or (Part(part.words[:MOST]),), is_cut=True)
        kept.append(part)
        room -= len(part.words)
    return Asked(tuple(kept), is_cut)
