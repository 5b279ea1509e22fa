"""Did you mean: a close spelling from words that listings use. Never of a place, and never in silence."""

from portal.geography import current
from portal.search.current import engine
from portal.search.port import IndexUnavailable

MOST_CHANGED = 2
"""Words of one question that are put right at most: where more are strange, it is another language or a name."""


def correction_of(words: str, language: str) -> str | None:
    """The words with misspelt ones put right; none where all is well, unsure, or the strange word is the name of a place."""
    try:
        suggested = engine().suggest(words, language)
    except IndexUnavailable:
        return None
    if suggested is None or suggested.casefold() == words.casefold():
        return None
    changed = set(words.casefold().split()) - set(suggested.casefold().split())
    if len(changed) > MOST_CHANGED or any(_is_place(word) for word in changed):
        return None
    return suggested


def _is_place(word: str) -> bool:
    """Whether it is the name of a place in Great Britain."""
    return bool(current.atlas().named(word.strip(".,;:!?")))
