"""A few words of a text around those that were searched, marked. Escaped here, so that nothing of a listing is HTML."""

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

from portal.search.words import stops

LENGTH = 180
MOST_WORDS = 16
WORD = re.compile(r"\w+(?:['’]\w+)*")
SHORTEST = 3
ENDINGS = ("ings", "ing", "ies", "ers", "ed", "es", "er", "ly", "s", "y")


def snippet(text: str, words: str, *, shown: str = "") -> Markup | None:
    """The piece of `text` with most of the words, each marked; none if it holds none, or if `shown` holds as many."""
    wanted = stems(words)
    if not wanted or not text:
        return None
    tokens = [(found.start(), found.end(), stem(found.group())) for found in WORD.finditer(text)]
    places = [token for token in tokens if token[2] in wanted]
    if not places:
        return None
    start = _best_start(places)
    inside = [place for place in places if start <= place[0] and place[1] <= start + LENGTH]
    if len({place[2] for place in inside}) <= len(wanted & stems(shown)):
        return None
    first = _word_start(text, max(0, start - 30))
    last = _word_end(text, first + LENGTH)
    return _marked(text, first, last, inside)


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without case, accents and a common ending. For marking only: what matches is the engine's business."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(letter)
    )
    for ending in ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= SHORTEST:
            return plain[: -len(ending)]
    return plain


def stems(text: str) -> frozenset[str]:
    """The stems of the words of a text that mean something: long enough, and none of those that every text holds."""
    found = [match.group() for match in WORD.finditer(text)]
    meant = [word for word in found[: MOST_WORDS * 8] if len(word) >= SHORTEST and word.casefold() not in stops("en")]
    return frozenset(stem(word) for word in meant)


def _best_start(places: list[tuple[int, int, str]]) -> int:
    """Where the window that holds most different words begins."""
    counts = [
        (len({other[2] for other in places[number : number + 24] if other[1] <= place[0] + LENGTH}), -number)
        for number, place in enumerate(places)
    ]
    return places[-max(counts)[1]][0]


def _word_start(text: str, at: int) -> int:
    found = text.find(" ", at)
    return 0 if at == 0 else (found + 1 if 0 <= found < at + 30 else at)


def _word_end(text: str, at: int) -> int:
    found = text.rfind(" ", 0, at)
    return len(text) if at >= len(text) else (found if found > at - 30 else at)


def _marked(text: str, first: int, last: int, places: list[tuple[int, int, str]]) -> Markup:
    parts: list[Markup] = [Markup("… ") if first else Markup("")]
    at = first
    for start, end, _stem in places:
        if start < at or end > last:
            continue
        parts += [escape(text[at:start]), Markup("<mark>%s</mark>") % text[start:end]]
        at = end
    parts += [escape(text[at:last]), Markup(" …") if last < len(text) else Markup("")]
    return Markup("").join(parts)
