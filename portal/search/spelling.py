"""Did you mean: words that stand in no document, put right from words that do."""

import re
from threading import Lock
from typing import Final

from symspellpy import SymSpell, Verbosity

from portal.search import words
from portal.search.columns import unpack
from portal.search.snapshot import Snapshot

MOST_LEARNT: Final = 30_000
"""Words of a segment that are learnt, the most frequent first."""

SHORTEST: Final = 4
"""Letters of a word that is worth putting right."""

_LONGEST_QUESTION: Final = 300
_MOST_WORDS: Final = 16
_TYPED = re.compile(r"\w+(?:['’]\w+)*")


class Speller:
    """Words of documents, learnt segment by segment. One that has left all documents is never suggested."""

    def __init__(self) -> None:
        self._known = SymSpell(max_dictionary_edit_distance=2, prefix_length=5)
        self._learnt: set[str] = set()
        self._lock = Lock()

    def suggest(self, snapshot: Snapshot, typed: str, language: str) -> str | None:
        """The same words, with those put right that no document has. None where all is well or unsure."""
        text = typed[:_LONGEST_QUESTION]
        found = list(_TYPED.finditer(text))[:_MOST_WORDS]
        mended = text
        for match in reversed(found):
            word, *more = tuple(words.cut(match[0])) or ("",)
            is_plain = word.isalpha() and not more and text[match.end() : match.end() + 1] != "*"
            if is_plain and (better := self._better(snapshot, word, language)):
                mended = mended[: match.start()] + better + mended[match.end() :]
        return None if mended == text else mended

    def _better(self, snapshot: Snapshot, word: str, language: str) -> str | None:
        if len(word) < SHORTEST or word in words.stops(language) or self._stands(snapshot, word):
            return None
        with self._lock:
            self._learn(snapshot)
            close = self._known.lookup(word, Verbosity.CLOSEST, max_edit_distance=1 if len(word) < 6 else 2)
        near = [each.term for each in close if each.term[0] == word[0] or each.distance == 1]
        return next((term for term in near if self._is_live(snapshot, term)), None)

    def _stands(self, snapshot: Snapshot, word: str) -> bool:
        """Whether a document has the word or one of its forms."""
        return any(len(snapshot.postings("stems", words.term(word, code))[0]) for code in snapshot.languages)

    def _is_live(self, snapshot: Snapshot, word: str) -> bool:
        docs, _ = snapshot.postings("forms", word)
        return bool(unpack(snapshot.live)[docs].any())

    def _learn(self, snapshot: Snapshot) -> None:
        for segment in snapshot.segments:
            if segment.name in self._learnt:
                continue
            with snapshot.reading():
                counted = sorted(snapshot.shelf.forms(segment.name), reverse=True)
            for number, form in counted[:MOST_LEARNT]:
                if len(form) >= SHORTEST - 1 and form.isalpha():
                    self._known.create_dictionary_entry(form, number)
        self._learnt = {segment.name for segment in snapshot.segments}
