"""Which needs a text speaks for, learned from sentences that people with a need would say (`data/examples/`, written by us).

A linear model: each word, each pair of neighbours and each piece of a word says something for or against each need, and what they
say is added up. So "kettle" and "telly" speak for feeling lonely in a sentence that nobody foresaw, and a misspelt word still
speaks by its pieces. It learns nothing from searches: `benchmarks/teach.py` learns it from the sentences alone, and a test holds
it to them.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from portal.directory.needs import NEEDS
from portal.directory.typing_errors import known_words
from portal.search.words import cut, stops, term

Weights = npt.NDArray[np.float64]
"""What speaks for each need and for none of them, in the order of ORDER: above 0 for it, below against it."""

FOLDER: Final = Path(__file__).parent / "data" / "examples"
MODEL: Final = Path(__file__).parent / "data" / "needs-model.npz"
NONE: Final = "none"
"""Stands for what is about none of the needs: "plumber", "what's on", names of groups."""
ORDER: Final = (*NEEDS, NONE)
LONGEST_PIECE: Final = 5
MOST_WORDS: Final = 60
"""Words of a text that are read."""
WORTH_TELLING: Final = 0.2
"""What a part must say for a need, of what the first says, to be told as one that speaks for it."""
ENGLISH_SHARE: Final = 0.6
"""With fewer of its words known a text is in another language."""


def spoken_for(text: str) -> Weights:
    """What a text says of each need; zeros where it says nothing, or is in another language, whose words mean other things."""
    words = list(cut(text))[:MOST_WORDS]
    known = sum(word in known_words() or _model().knows(word) for word in words)
    return _model().said(words) if known and known >= ENGLISH_SHARE * len(words) else np.zeros(len(ORDER))


def speaking_for(text: str, need: str, most: int = 3) -> tuple[str, ...]:
    """What in a text speaks most for a need by what was taught, most first: words and pairs of words as they were typed, and
    pieces of other words, with "..." where they go on. Nothing where nothing does, or the text is not read at all; and nothing
    that says next to nothing beside the first.
    """
    words = list(cut(text))[:MOST_WORDS]
    if not spoken_for(text).any():
        return ()
    chosen: list[str] = []
    found = sorted(_model().parts(words, ORDER.index(need)), key=lambda one: -one[1])
    for part, much in found:
        is_much = much > 0 and much >= WORTH_TELLING * found[0][1]
        if is_much and len(chosen) < most and not any(part.strip(".") in one for one in chosen):
            chosen.append(part)
    return tuple(chosen)


def sentences_of(need: str) -> Sequence[str]:
    """Sentences of people who have a need, or NONE."""
    path = FOLDER / f"{need}.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else ()


def digest() -> str:
    """What the sentences are, in short: a model that was learned from others does not fit."""
    whole = "\n".join(f"{need}: {sentence}" for need in ORDER for sentence in sentences_of(need))
    return hashlib.sha256(whole.encode()).hexdigest()


def make_ready() -> None:
    """Read the model, which takes a moment, before the first search."""
    _model()


def terms_in(words: Sequence[str]) -> Iterator[str]:
    """The stems of a text's words and their pairs, each once."""
    stems = [term(word, "en") for word in words if word not in stops("en")]
    yield from dict.fromkeys([*stems, *(f"{left} {right}" for left, right in pairwise(stems))])


def pieces_in(words: Iterable[str]) -> Iterator[str]:
    """The pieces of a text's words, each once: two to five letters, the edges of a word as spaces."""
    padded = [f" {word} " for word in words]
    yield from dict.fromkeys(
        word[start : start + length]
        for word in padded
        for length in range(2, LONGEST_PIECE + 1)
        for start in range(max(len(word) - length + 1, 1))
    )


PARTS: Final[Mapping[str, Callable[[Sequence[str]], Iterator[str]]]] = {"terms": terms_in, "pieces": pieces_in}
"""What is looked at in a text. Each part counts as much as the other, however many it finds."""


@cache
def _model() -> "_Model":
    return _Model(MODEL)


class _Model:
    """The weights as `benchmarks/teach.py` keeps them: of each term and piece how rare it is, and a signed byte for each need."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as kept:
            self._scale = float(kept["scale"])
            self._start = kept["start"].astype(np.float64)
            self._rows = {part: _numbered(kept[part]) for part in PARTS}
            self._rarity = {part: kept[f"{part}_rarity"] for part in PARTS}
            self._weights = {part: kept[f"{part}_weights"] for part in PARTS}

    def knows(self, word: str) -> bool:
        """Whether a word stands in the sentences."""
        return term(word, "en") in self._rows["terms"]

    def said(self, words: Sequence[str]) -> Weights:
        """What words say of each need; zeros where none of them is known."""
        whole = self._start.copy()
        is_known = False
        for part, read in PARTS.items():
            numbers = self._rows[part]
            rows = [number for one in read(words) if (number := numbers.get(one)) is not None]
            if rows:
                rarity = self._rarity[part][rows]
                length = np.sqrt(float(rarity @ rarity))
                whole += (rarity / length) @ self._weights[part][rows].astype(np.float32) * self._scale
                is_known = is_known or part == "terms"
        return whole if is_known else np.zeros(len(ORDER))

    def parts(self, words: Sequence[str], need: int) -> Iterator[tuple[str, float]]:
        """What each part of a text says of one need."""
        typed = _typed(words)
        for part, read in PARTS.items():
            known = {one: self._rows[part][one] for one in read(words) if one in self._rows[part]}
            rarity = self._rarity[part][list(known.values())]
            length = np.sqrt(float(rarity @ rarity)) or 1.0
            much = rarity / length * self._weights[part][list(known.values()), need] * self._scale
            for one, said in zip(known, much.tolist(), strict=True):
                yield typed[one] if part == "terms" else _piece(one), said


def _typed(words: Sequence[str]) -> Mapping[str, str]:
    """The words behind each stem, and behind each pair of stems."""
    read = [(term(word, "en"), word) for word in words if word not in stops("en")]
    pairs = {f"{left[0]} {right[0]}": f"{left[1]} {right[1]}" for left, right in pairwise(read)}
    return {**dict(reversed(read)), **pairs}


def _piece(piece: str) -> str:
    """A piece of a word as it can be read: "lone..." for the start of one."""
    return f"{'' if piece.startswith(' ') else '...'}{piece.strip()}{'' if piece.endswith(' ') else '...'}"


def _numbered(written: npt.NDArray[np.uint8]) -> dict[str, int]:
    return {one: number for number, one in enumerate(written.tobytes().decode().split("\n"))}
