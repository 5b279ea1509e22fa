"""How alike two names of bodies are, and the few words by which likely ones are looked up in an index."""

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz import fuzz

NO_WORDS = frozenset({
    "the", "a", "an", "of", "and", "for", "in", "at", "to", "y", "yr", "ltd", "limited", "plc", "llp", "cic", "cio",
    "incorporated", "registered", "charity", "charitable", "company", "trust",
})  # fmt: skip
"""Words of many names, and legal forms: they tell no two bodies apart."""
NOT_WORDS = re.compile(r"[^\w\s]|_")
START_LETTERS = 5
LONGEST_WORD = 30
PART = 0.94
"""What a name is worth that is the whole of the other but for words more."""


@dataclass(frozen=True)
class Keys:
    """What a name is looked up by: its words, the first letters of the first, and the longest."""

    words: str
    start: str
    word: str


def keys_of(name: str) -> Keys:
    """The keys of a name. Legal forms and small words count only where there is nothing else."""
    flat = unicodedata.normalize("NFKD", name.casefold().replace("&", " and ").replace("'", "").replace("’", ""))
    every = NOT_WORDS.sub(" ", "".join(letter for letter in flat if not unicodedata.combining(letter))).split()
    words = [word for word in every if word not in NO_WORDS] or every
    if not words:
        return Keys("", "", "")
    return Keys(" ".join(words), words[0][:START_LETTERS], max(words, key=len)[:LONGEST_WORD])


def likeness(one: str, other: str) -> float:
    """How alike two names are: 0 to 1. The order of words and legal forms do not matter."""
    return likeness_of_words(keys_of(one).words, keys_of(other).words)


def likeness_of_words(left: str, right: str) -> float:
    """The same of names whose words were told apart already."""
    if not left or not right:
        return 0.0
    sorted_ratio = fuzz.token_sort_ratio(left, right)
    is_part = min(len(left.split()), len(right.split())) > 1
    return float(max(sorted_ratio, fuzz.token_set_ratio(left, right) * PART if is_part else 0.0)) / 100
