"""What a text is about, as a vector: texts about alike things point alike, whichever words they use.

Each word has a vector, from the model that the package wordllama ships; a text has the sum of those of its words, everyday words
counting little ("smooth inverse frequency", Arora et al. 2017). It is English: a text in another language has none.
Only files are read, nothing is fetched: the package itself is never imported.
"""

import importlib.util
import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from portal.search import words

Vector = npt.NDArray[np.float32]
"""DIMENSIONS numbers; of length one, where it is not said otherwise."""

DIMENSIONS: Final = 256
MODEL: Final = "wordllama"
WEIGHTS: Final = Path("weights", "l2_supercat_256.safetensors")
TOKENIZER: Final = Path("tokenizers", "l2_supercat_tokenizer_config.json")
FREQUENCIES: Final = Path("frequency_dictionary_en_82_765.txt")
"""In the package symspellpy: how often words stand in English books and pages."""

EVERYDAY: Final = 0.001
"""A word that is this share of all text counts half of what a rare one does."""

SCALE: Final = 400.0
"""Packed, a number is a signed byte of so many parts; what is beyond 127 is cut off."""

PACKED: Final = DIMENSIONS
"""Bytes of a packed vector."""

_MOST_REMEMBERED: Final = 20_000


def of_text(text: str, *, is_typed: bool = False) -> Vector | None:
    """The vector of an English text; none where it says nothing, such as "is it for me". `is_typed`: only words of the
    dictionary count.
    """
    model = _model()
    read = [word for word in words.cut(text) if not is_typed or model.is_known(word)]
    if all(word in words.stops("en") for word in read):
        return None
    return unit(np.sum([model.of_word(word) for word in read], axis=0))


def together(vectors: Iterable[Vector | None]) -> Vector | None:
    """The middle of several vectors, none of them left out; none where there are none."""
    there = [one for one in vectors if one is not None]
    return unit(np.sum(there, axis=0)) if there else None


def unit(vector: Vector) -> Vector | None:
    """A vector of length one; none where it has no direction."""
    length = math.sqrt(float(vector @ vector))
    return None if length < 1e-6 else vector / np.float32(length)


def pack(vector: Vector | None) -> bytes:
    """A vector as PACKED bytes; empty for none."""
    if vector is None:
        return b""
    packed: bytes = np.clip(np.rint(vector * SCALE), -127, 127).astype(np.int8).tobytes()
    return packed


def unpack(packed: bytes) -> Vector:
    """The vector that was packed, but for what rounding took."""
    return np.frombuffer(packed, dtype=np.int8).astype(np.float32) / np.float32(SCALE)


def make_ready() -> None:
    """Read the model, which takes a moment, before the first text."""
    _model()


@cache
def _model() -> "_Model":
    return _Model()


class _Model:
    """Vectors of words, kept for those that were asked for."""

    def __init__(self) -> None:
        folder = _folder_of(MODEL)
        self._pieces = load_file(folder / WEIGHTS)["embedding.weight"]
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._often = _frequencies()
        self._total = sum(self._often.values())
        self._held: dict[str, Vector] = {}

    def is_known(self, word: str) -> bool:
        """Whether the dictionary has the word."""
        return word in self._often

    def weight_of(self, word: str) -> float:
        """What a word counts for, 0 to 1: the rarer, the more."""
        return EVERYDAY / (EVERYDAY + self._often.get(word, 0) / self._total)

    def of_word(self, word: str) -> Vector:
        """The vector of a folded word, as long as the word counts."""
        found = self._held.get(word)
        if found is None:
            pieces = self._tokenizer.encode(word, add_special_tokens=False).ids
            whole = self._pieces[pieces].astype(np.float32).sum(axis=0)
            found = whole * np.float32(self.weight_of(word))
            if len(self._held) < _MOST_REMEMBERED:
                self._held[word] = found
        return found


def _frequencies() -> dict[str, int]:
    with (_folder_of("symspellpy") / FREQUENCIES).open(encoding="utf-8-sig") as lines:
        return {word: int(often) for word, often in (line.split() for line in lines)}


def _folder_of(package: str) -> Path:
    """Where a package lies, without importing it."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"The package {package} is not installed: see requirements-data.txt.")
    return Path(found.submodule_search_locations[0])
