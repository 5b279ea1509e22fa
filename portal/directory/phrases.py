"""Finding written-down phrases in typed words, however they are spelt. Used for words that call for urgent help.

A phrase is a line of plain words: `a|b` is a choice, `word?` may be missing, `*` stands for up to two words, `@name` for
a list of words, `^` and `$` for the begin and the end of the text. Capitals must be typed as capitals.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from portal.directory.folding import folded_keeping_capitals, undrawn, without_repeats, words_of
from portal.directory.typing_errors import SpellingTable, known_words

LONGEST_TEXT = 20_000
MOST_TOKENS = 5_000
GAP = 2
LONGEST_PAIR = 40
NEVER_HIDDEN = frozenset({"emergency", "mental_health"})
"""Kinds of danger that a longer phrase of another kind does not hide."""
FILLERS = frozenset(
    {
        "a",
        "an",
        "any",
        "the",
        "for",
        "into",
        "about",
        "in",
        "to",
        "really",
        "interested",
        "want",
        "like",
        "need",
        "another",
    }
)
"""What may stand between "not" and what is not meant."""

WEAK_NEGATORS = frozenset({"dont", "doesnt", "didnt", "isnt", "arent", "wasnt"})
WISHES = frozenset({"about", "for", "interested", "into", "like", "need", "want"})
"""What must stand between a weak negator and what is not meant: "don't want counselling", but "don't sleep" is meant."""

Form = frozenset[str]

_LOOK_ALIKES = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_ONE_AS_L = str.maketrans({"1": "l"})


@dataclass(frozen=True, slots=True)
class Element:
    """One part of a phrase: which words fit (none: any word), and how often it stands."""

    words: frozenset[str] | None
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase made ready. `kinds` is what it means; empty for an exception. `anchor` is the part it is looked up by.

    Phrases hide those of their own `family` alone. An exception without a family holds for all.
    """

    text: str
    kinds: tuple[str, ...]
    elements: tuple[Element, ...]
    anchor: int
    at_start: bool
    at_end: bool
    family: str = ""
    before: tuple[Element, ...] = field(init=False, repr=False, compare=False)
    """Its parts before the anchor, the last one first: as they are looked for."""
    needs: Form = field(init=False, repr=False, compare=False)
    """The words of another part that must be there, if it has one: a text without any of them need not be gone through."""

    def __post_init__(self) -> None:
        fixed = [
            one.words for place, one in enumerate(self.elements) if one.words and one.least and place != self.anchor
        ]
        object.__setattr__(self, "before", self.elements[: self.anchor][::-1])
        object.__setattr__(self, "needs", min(fixed, key=len, default=self.elements[self.anchor].words))

    @property
    def is_one_word(self) -> bool:
        """True where a single word is enough: such a word must be long to be recognised misspelt."""
        return len(self.elements) == 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: from the token `start` up to, not including, `end`. `is_unwanted`: it stands behind "not"."""

    start: int
    end: int
    phrase: Phrase
    is_unwanted: bool = False

    def holds(self, other: "Hit") -> bool:
        """True if the other is of the same family, lies within this one and is shorter. Danger to life is never hidden."""
        is_within = self.start <= other.start and other.end <= self.end
        if (
            not is_within
            or self.end - self.start <= other.end - other.start
            or self.phrase.family != other.phrase.family
        ):
            return False
        return not (NEVER_HIDDEN & set(other.phrase.kinds)) - set(self.phrase.kinds)

    def silences(self, other: "Hit") -> bool:
        """True if they share a word, and this one is an exception to the other."""
        is_shared = self.start < other.end and other.start < self.end
        return is_shared and self.phrase.family in {"", other.phrase.family}


class Beside:
    """Hits by the words that they cover, one of those that hide alike: a long text has thousands, and each asked all others."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._at: dict[int, list[Hit]] = defaultdict(list)
        for hit in {(one.start, one.end, one.phrase.family, one.phrase.kinds): one for one in hits}.values():
            for place in range(hit.start, hit.end):
                self._at[place].append(hit)

    def silence(self, hit: Hit) -> bool:
        """Whether one of these is an exception to it."""
        return any(one.silences(hit) for place in range(hit.start, hit.end) for one in self._at.get(place, ()))

    def hold(self, hit: Hit) -> bool:
        """Whether it lies within one of these that hides it."""
        return any(one.holds(hit) for one in self._at.get(hit.start, ()))


def compiled(line: str, kinds: tuple[str, ...], lists: Mapping[str, frozenset[str]], *, family: str = "") -> Phrase:
    """A phrase from its line. Raises ValueError where the line makes no sense."""
    parts = line.split()
    at_start, at_end = parts[0] == "^", parts[-1] == "$"
    elements = _with_one_gap(_element(part, lists) for part in parts if part not in {"^", "$"})
    fixed = [place for place, one in enumerate(elements) if one.words is not None and one.least]
    if not fixed:
        raise ValueError(f"“{line}” has no word that must be there")
    anchor = min(fixed, key=lambda place: len(elements[place].words or ()))
    return Phrase(line, kinds, elements, anchor, at_start, at_end, family)


def _with_one_gap(elements: Iterable[Element]) -> tuple[Element, ...]:
    """The same with gaps that follow each other as one: there is then one way to fill them."""
    joined: list[Element] = []
    for one in elements:
        if one.words is None and joined and joined[-1].words is None:
            joined[-1] = Element(None, 0, joined[-1].most + one.most)
        else:
            joined.append(one)
    return tuple(joined)


def _element(part: str, lists: Mapping[str, frozenset[str]]) -> Element:
    return _of_lists(part, lists) if "@" in part else _plain(part)


@lru_cache(maxsize=50_000)
def _plain(part: str) -> Element:
    """An element without a list: many phrases share it."""
    return _of_lists(part, {})


def _of_lists(part: str, lists: Mapping[str, frozenset[str]]) -> Element:
    if part == "*":
        return Element(None, 0, GAP)
    least = 0 if part.endswith("?") else 1
    words: set[str] = set()
    for word in part.removesuffix("?").split("|"):
        words |= lists[word[1:]] if word.startswith("@") else {_one_word(word)}
    return Element(frozenset(words), least)


@lru_cache(maxsize=50_000)
def _one_word(typed: str) -> str:
    if typed.isascii() and typed.isalnum():
        return typed  # nothing to fold
    word = folded_keeping_capitals(typed)
    if not word or " " in word:
        raise ValueError(f"“{typed}” is not one plain word")
    return word


class PhraseBook:
    """Many phrases, and the ways to find them in a text."""

    def __init__(
        self, phrases: Iterable[Phrase], *, negators: Iterable[str] = (), misspelt: Iterable[str] | None = None
    ) -> None:
        """`negators`: phrases right behind one of these words are not meant: "not religious". `misspelt`: words that are
        recognised misspelt; all where none are given.
        """
        self.phrases = tuple(phrases)
        self._negators = frozenset(negators)
        self._by_word: dict[str, list[Phrase]] = defaultdict(list)
        vocabulary: set[str] = set()
        for phrase in self.phrases:
            for word in phrase.elements[phrase.anchor].words or ():
                self._by_word[word].append(phrase)
            for element in phrase.elements:
                vocabulary |= element.words or frozenset()
        self._vocabulary = frozenset(vocabulary)
        self._spelling = SpellingTable(self._vocabulary if misspelt is None else misspelt)

    def hits(self, text: str, *, with_unwanted: bool = False) -> list[Hit]:
        """Every phrase in a text that no exception overlaps, without those that lie within a longer one.

        Those behind a negator only on demand.
        """
        words = without_repeats(words_of(text[:LONGEST_TEXT])[:MOST_TOKENS])
        readings = [words, self._joined(words)]
        if (split := self._split(words)) != words:
            readings += [split, self._joined(split)]
        readings = [reading for at, reading in enumerate(readings) if reading not in readings[:at]]
        found = (hit for reading in readings for hit in self._found(reading))
        return [hit for hit in found if with_unwanted or not hit.is_unwanted]

    def _found(self, words: Sequence[str]) -> list[Hit]:
        forms = [self._forms(word) for word in words]
        said = frozenset[str]().union(*forms)
        hits = {
            (hit.start, hit.end, hit.phrase.text, hit.phrase.kinds, hit.phrase.family): hit
            for place, form in enumerate(forms)
            for word in form
            for phrase in self._by_word.get(word, ())
            if not phrase.needs.isdisjoint(said)
            and (hit := self._at(phrase, forms, place, word, words[place])) is not None
        }.values()
        exceptions = Beside(hit for hit in hits if not hit.phrase.kinds)
        kept = [
            replace(hit, is_unwanted=self._is_negated(hit, words))
            for hit in hits
            if hit.phrase.kinds and not exceptions.silence(hit)
        ]
        wanted = [hit for hit in kept if not hit.is_unwanted]
        longer = Beside(wanted)
        return [hit for hit in wanted if not longer.hold(hit)] + [hit for hit in kept if hit.is_unwanted]

    def _is_negated(self, hit: Hit, words: Sequence[str]) -> bool:
        """Whether "not", or "don't want", stands before it, with at most two words between that say nothing themselves."""
        between: list[str] = []
        for word in reversed(words[max(0, hit.start - 3) : hit.start] if self._negators else ()):
            if word.lower() in self._negators:
                return True
            if word.lower() in WEAK_NEGATORS:
                return bool(WISHES.intersection(between))
            if word.lower() not in FILLERS:
                return False
            between.append(word.lower())
        return False

    def _at(self, phrase: Phrase, forms: Sequence[Form], place: int, word: str, typed: str) -> Hit | None:
        if (
            phrase.is_one_word
            and word not in self._plain_forms(typed)
            and not self._spelling.is_sure(word, typed.lower())
        ):
            return None
        start = _reach(phrase.before, forms, place - 1, -1, phrase.at_start)
        if start is None:
            return None
        end = _reach(phrase.elements, forms, place + 1, 1, phrase.at_end, phrase.anchor + 1)
        return None if end is None else Hit(start + 1, end, phrase)

    def _forms(self, word: str) -> Form:
        """The word and what it may stand for, rightly spelt."""
        forms = self._plain_forms(word)
        if not self._is_unknown(word.lower()):
            return forms
        return forms.union(*(self._spelling.meant_by(one) for one in {one.lower() for one in forms}))

    def _plain_forms(self, word: str) -> Form:
        """The word without capitals, without drawn-out letters and without figures for letters."""
        lower = word.lower()
        if not self._is_unknown(lower):
            return frozenset({word, lower})
        forms = {word, lower, *(one for one in undrawn(lower) if one in self._vocabulary)}
        if any(letter.isalpha() for letter in lower):
            forms |= {lower.translate(_LOOK_ALIKES), lower.translate(_ONE_AS_L).translate(_LOOK_ALIKES)}
        return frozenset(forms)

    def _split(self, words: list[str]) -> list[str]:
        """Words that were run together, taken apart: "killmyself", "iwanttodie"."""
        parts: list[str] = []
        for word in words:
            if 5 <= len(word) <= 40 and self._is_unknown(word.lower()):
                parts += self._taken_apart(word.lower()) or [word]
            else:
                parts.append(word)
        return parts

    def _put_right(self, first: str, second: str) -> list[str] | None:
        """What two words are if the space between them is wrong; None if it may be right."""
        both = (first + second).lower()
        if both in self._vocabulary:
            return [both]
        if not (self._is_unknown(first.lower()) or self._is_unknown(second.lower())):
            return None
        parts = self._taken_apart(both)
        return parts if parts and len(parts) == 2 else None

    def _is_unknown(self, word: str) -> bool:
        return word not in self._vocabulary and word not in known_words()

    def _taken_apart(self, word: str) -> list[str] | None:
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 14), end):
                head, tail = best[start], word[start:end]
                if head is None or tail not in self._vocabulary or (len(tail) == 1 and tail != "i"):
                    continue
                now = best[end]
                if now is None or len(head) + 1 < len(now):
                    best[end] = [*head, tail]
        found = best[-1]
        return found if found and len(word) >= 3 * (len(found) - 1) else None

    def _joined(self, words: list[str]) -> list[str]:
        """Words that were torn apart, put together, and a space put right: "sui cide", "roughs leeping"."""
        joined: list[str] = []
        is_taken = False
        for first, second in pairwise([*words, ""]):
            if is_taken:
                is_taken = False
                continue
            both = first + second
            parts = self._put_right(first, second) if second and 6 <= len(both) <= LONGEST_PAIR else None
            joined += parts or [first]
            is_taken = parts is not None
        return joined


def _reach(
    elements: Sequence[Element], forms: Sequence[Form], at: int, step: int, to_edge: bool, first: int = 0
) -> int | None:
    """The place after the elements from number `first` on, going by `step` from `at`; None where they do not stand there."""
    size = len(forms)
    for number in range(first, len(elements)):
        one = elements[number]
        for count in range(one.most + 1):
            if count:
                place = at + step * (count - 1)
                if not 0 <= place < size or (one.words is not None and one.words.isdisjoint(forms[place])):
                    return None
            if count < one.least:
                continue
            if count == one.most:
                break
            end = _reach(elements, forms, at + step * count, step, to_edge, number + 1)
            if end is not None:
                return end
        at += step * one.most
    is_edge = at < 0 or at >= size
    return at if is_edge or not to_edge else None
