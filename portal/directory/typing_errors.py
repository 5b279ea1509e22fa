"""What a misspelt word may have been meant to be, out of a small list of words that matter."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import symspellpy
from symspellpy.editdistance import DistanceAlgorithm, EditDistance

DICTIONARY = "frequency_dictionary_en_82_765.txt"
LONGEST = 16
SURE_LENGTH = 7
"""A single word of at least this length is recognised with one error, without others around it."""
LONG_LENGTH = 10
"""A single word of at least this length is recognised with two errors."""


@cache
def known_words() -> frozenset[str]:
    """Ordinary English words: what is one of them was meant. Source: the word list of symspellpy."""
    path = Path(symspellpy.__file__).parent / DICTIONARY
    with path.open(encoding="utf-8-sig") as lines:
        return frozenset(line.partition(" ")[0] for line in lines)


class SpellingTable:
    """Finds the words of a list that are one or two typing errors away. Source: symmetric delete spelling correction."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_rest: dict[str, list[str]] = defaultdict(list)
        self._memory: dict[str, frozenset[str]] = {}
        self._distance = EditDistance(DistanceAlgorithm.DAMERAU_OSA)
        for word in words:
            if word.isascii() and 4 <= len(word) <= LONGEST:
                for rest in _rests(word, _errors_allowed(word)):
                    self._by_rest[rest].append(word)

    def meant_by(self, typed: str) -> frozenset[str]:
        """The words that this one may be meant to be; none if it is an ordinary word itself."""
        if not 3 < len(typed) <= LONGEST or typed in known_words() or not typed.isascii():
            return frozenset()
        found = self._memory.get(typed)
        if found is None:
            found = frozenset(self._near(typed))
            if len(self._memory) < 10_000:
                self._memory[typed] = found
        return found

    def is_sure(self, word: str, typed: str) -> bool:
        """True if one word is close enough to another, and long enough, to be recognised by itself when it is misspelt."""
        if len(word) < SURE_LENGTH:
            return False
        return int(self._distance.compare(typed, word, 2 if len(word) >= LONG_LENGTH else 1)) >= 0

    def _near(self, typed: str) -> Iterator[str]:
        for rest in _rests(typed, 2 if len(typed) > 5 else 1):
            for word in self._by_rest.get(rest, ()):
                allowed = _errors_allowed(word)
                if allowed == 2 and word[0] != typed[0] and word[1] != typed[1]:
                    allowed = 1
                if abs(len(word) - len(typed)) <= allowed and self._distance.compare(typed, word, allowed) >= 0:
                    yield word


def _errors_allowed(word: str) -> int:
    return 2 if len(word) >= 7 else 1


def _rests(word: str, errors: int) -> set[str]:
    """The word, and the word with up to this many letters left out."""
    rests = newest = {word}
    for _round in range(errors):
        newest = {one[:place] + one[place + 1 :] for one in newest for place in range(len(one))}
        rests = rests | newest
    return rests
