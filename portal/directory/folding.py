"""Typed text as words that can be compared, however they were typed: accents, signs, hidden and spaced letters."""

import re
import unicodedata
from collections.abc import Iterable

REPEATED = 12
"""Words in a row that are read once, however often they stand in a text."""
_LETTERS = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ہ", "ه": "ہ", "ۀ": "ہ", "أ": "ا", "إ": "ا", "ـ": None, "ı": "i"}
)
_APOSTROPHES = frozenset("'’‘`´ʼ＇′")
_HIDDEN_LETTER = re.compile(r"(?<=[^\W\d_])[*#]+(?=[^\W\d_])")
"""Letters that people leave out of words which sites take down: "k*ll", "su*cide"."""
_OVERDOSED = re.compile(r"\bod['’`](?:e?d|ing)\b", re.IGNORECASE)


def without_repeats(words: list[str]) -> list[str]:
    """Words without those that begin a dozen which stood there before: who repeats them by the thousand says nothing more."""
    if len(words) <= 2 * REPEATED:
        return words
    seen: set[tuple[str, ...]] = set()
    kept: list[str] = []
    for place, word in enumerate(words):
        dozen = tuple(words[place : place + REPEATED])
        if dozen not in seen:
            kept.append(word)
            seen.add(dozen)
    return kept


def folded(text: str) -> str:
    """A text without marks, signs and invisible characters, as phrases are compared; capitals stay."""
    return " ".join(words_of(text))


def words_of(text: str) -> list[str]:
    """The words of a text, folded, as phrases are compared."""
    text = _HIDDEN_LETTER.sub("", _OVERDOSED.sub("overdosed", text))
    return _unspaced(folded_keeping_capitals(text).split())


def folded_keeping_capitals(text: str) -> str:
    """Compatibility forms, accents, vowel marks, apostrophes and invisible characters go; other signs part words."""
    kept = text.translate(_OF_ASCII) if text.isascii() else "".join(map(_kept, unicodedata.normalize("NFKD", text)))
    words = unicodedata.normalize("NFC", kept).translate(_LETTERS).split()
    return " ".join(word.strip("@$!") for word in words if word.strip("@$!"))


def _kept(letter: str) -> str:
    """What becomes of a letter or sign: itself, a space, or nothing."""
    category = unicodedata.category(letter)
    if category in {"Mn", "Cf", "Cc"} and letter not in "\n\r\t" and not _is_vowel_sign(letter):
        return ""
    if letter in _APOSTROPHES:
        return ""
    return letter if category[0] in {"L", "N", "M"} or letter in "@$!" else " "


def _is_vowel_sign(letter: str) -> bool:
    """Marks that Indian scripts cannot be read without."""
    return "\u0900" <= letter <= "\u0dff"


_OF_ASCII = {number: _kept(chr(number)) for number in range(128)}
"""The same for what most people type, in one go."""


def _unspaced(words: list[str]) -> list[str]:
    """Letters typed one by one, put together: "s u i c i d e"."""
    together: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        together += ["".join(run)] if len(run) > 2 else run
        run = []
        if word:
            together.append(word)
    return together


def undrawn(word: str) -> Iterable[str]:
    """The word with letters that were drawn out ("dieee", "killl") written once, and written twice."""
    for most in (2, 1):
        kept = ""
        for letter in word:
            if len(kept) < most or any(one != letter for one in kept[-most:]):
                kept += letter
        if kept != word:
            yield kept
