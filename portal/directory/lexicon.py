"""What people type, and which need or filter they mean by it: phrases by language, as reviewed data (`data/lexicon/`).

Every language is looked for in every text: people type in one language on pages of another, and mix them. A phrase of everyday
words ("food court") silences what shares a word with it. What stands behind "not" or "without" is not wanted. Phrases that
administrators have added (`managed`) stand beside these, and count for more.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from portal.directory import managed
from portal.directory.folding import folded
from portal.directory.phrases import Beside, Hit, Phrase, PhraseBook, compiled

FOLDER = Path(__file__).parent / "data" / "lexicon"
FILTER_MARK = "="
FAMILIES = ("sure", "maybe", "filter", "managing")
UNWANTED = MappingProxyType({"sure": "unwanted"})
"""What becomes of a phrase behind "not": a need that is named so is not wanted; all else was not said."""
NOTHING = "nothing"
"""As the meaning of a phrase that was added: whatever shares a word with it is not meant."""


@dataclass(frozen=True)
class Meant:
    """What a text was read to mean. `sure` and `maybe`: ids of needs, the most certain first; `unwanted`: those it says "not" to.

    `filters`: name to values.
    """

    sure: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    unwanted: frozenset[str] = frozenset()
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_managing: bool = False


def meant_by(text: str) -> Meant:
    """What the words of a text mean. Never raises."""
    hits = sorted(_hits(text), key=lambda hit: (hit.start - hit.end, hit.start))
    found: dict[str, dict[str, None]] = {family: {} for family in (*FAMILIES, *UNWANTED.values())}
    for hit in hits:
        family = UNWANTED.get(hit.phrase.family) if hit.is_unwanted else hit.phrase.family
        if family is not None:
            found[family].update(dict.fromkeys(hit.phrase.kinds))
    filters: dict[str, frozenset[str]] = {}
    for kind in found["filter"]:
        name, _mark, value = kind.partition(FILTER_MARK)
        filters[name] = filters.get(name, frozenset()) | {value}
    sure = tuple(found["sure"])
    return Meant(
        sure=sure,
        maybe=tuple(need for need in found["maybe"] if need not in sure),
        unwanted=frozenset(found["unwanted"]) - frozenset(sure),
        filters=MappingProxyType(filters),
        is_managing=bool(found["managing"]),
    )


def lines_in(text: str) -> Mapping[str, tuple[str, ...]]:
    """The lines, as they are written down, that speak for each need in a text: longest hit first, none behind "not"."""
    found: dict[str, dict[str, None]] = {}
    for hit in sorted(_hits(text), key=lambda hit: (hit.start - hit.end, hit.start)):
        if hit.phrase.family in ("sure", "maybe") and not hit.is_unwanted:
            for need in hit.phrase.kinds:
                found.setdefault(need, {})[hit.phrase.text] = None
    return MappingProxyType({need: tuple(lines) for need, lines in found.items()})


def compiled_managed(language: str, phrase: str, meaning: str) -> Phrase:
    """A phrase that was added, made ready. Raises KeyError for a list that there is not, ValueError for what makes no sense."""
    if meaning == NOTHING:
        return compiled(phrase, (NOTHING,), lists_of(language, phrase))
    return compiled(
        phrase, (meaning,), lists_of(language, phrase), family="filter" if FILTER_MARK in meaning else "sure"
    )


def lists_of(language: str, phrase: str = "@") -> Mapping[str, frozenset[str]]:
    """The lists that a phrase of a language may name; none are looked for where it names none."""
    return _lists(language) if "@" in phrase else {}


@lru_cache(maxsize=8)
def managed_book(rows: managed.Rows) -> PhraseBook:
    """The phrases that were added. One that a later lexicon does not understand is left out."""
    phrases: list[tuple[str, Phrase]] = []
    for language, phrase, meaning in rows:
        with suppress(KeyError, ValueError, IndexError):
            phrases.append((language, compiled_managed(language, phrase, meaning)))
    english = (one for language, one in phrases if language == "en")
    return PhraseBook(
        (one for _language, one in phrases),
        negators=_book_and_negators()[1],
        misspelt=frozenset(word for one in english for element in one.elements for word in element.words or ()),
    )


def _hits(text: str) -> list[Hit]:
    """What stands in a text. What was added comes first, hides what is shorter within it, and silences where it means nothing."""
    ours, rows = _book().hits(text, with_unwanted=True), managed.rows()
    if not rows:
        return ours
    added = managed_book(rows).hits(text)
    meant = [hit for hit in added if NOTHING not in hit.phrase.kinds]
    silent, longer = Beside(hit for hit in added if NOTHING in hit.phrase.kinds), Beside(meant)
    return [hit for hit in (*meant, *ours) if not silent.silence(hit) and not longer.hold(hit)]


def _book() -> PhraseBook:
    return _book_and_negators()[0]


@cache
def _lists(language: str) -> Mapping[str, frozenset[str]]:
    paths = [path for path in sorted(FOLDER.glob("*.yaml")) if path.stem.partition("-")[0] == language]
    return {name: words for path in paths for name, words in _read(path).lists.items()}


@cache
def _files() -> Sequence["_File"]:
    return [_read(path) for path in sorted(FOLDER.glob("*.yaml"))]


@cache
def _book_and_negators() -> tuple[PhraseBook, Sequence[str]]:
    """The phrases of all languages, with whom they speak of: a longer phrase hides a shorter one of its family within it."""
    files = _files()
    phrases: dict[str, list[Phrase]] = {file.language: [] for file in files}
    for file in files:
        phrases[file.language] += file.phrases()
    negators = [str(word) for file in files for word in file.told.get("negators") or ()]
    book = PhraseBook(
        (phrase for several in phrases.values() for phrase in several),
        negators=negators,
        misspelt=frozenset(word for one in phrases["en"] for element in one.elements for word in element.words or ()),
    )
    return book, tuple(negators)


def plain_lines() -> Mapping[str, Sequence[str]]:
    """The English lines that are sure of each need, as somebody would type them: the first of each choice, without what may be
    missing.
    """
    found: dict[str, list[str]] = {}
    for file in _files():
        for need, told in (file.told.get("needs") or {}).items() if file.language == "en" else ():
            lines = (str(line).split() for line in told.get("sure") or ())
            plain = (
                [word.partition("|")[0] for word in line if word[0] not in "^$*@" and word[-1] != "?"] for line in lines
            )
            found.setdefault(need, []).extend(map(" ".join, plain))
    return found


@cache
def vocabulary() -> frozenset[str]:
    """Every word of every phrase, small unless it must be typed in capitals."""
    elements = (element for phrase in _book().phrases for element in phrase.elements)
    return frozenset(word for element in elements for word in element.words or ())


@dataclass(frozen=True)
class _File:
    """One language, or a part of one, as it is written down."""

    language: str
    told: Mapping[str, Any]
    lists: Mapping[str, frozenset[str]]

    def phrases(self) -> Iterator[Phrase]:
        for need, told in (self.told.get("needs") or {}).items():
            for family in ("sure", "maybe"):
                yield from self._compiled(told.get(family), (need,), family)
        for name, values in (self.told.get("filters") or {}).items():
            for value, lines in values.items():
                yield from self._compiled(lines, (f"{name}{FILTER_MARK}{value}",), "filter")
        yield from self._compiled(self.told.get("managing"), ("managing",), "managing")
        yield from self._compiled(self.told.get("nothing"), (), "")
        yield from self._compiled(self.told.get("not_filters"), (), "filter")

    def _compiled(self, lines: Sequence[object] | None, kinds: tuple[str, ...], family: str) -> Iterator[Phrase]:
        for line in lines or ():
            yield compiled(str(line), kinds, self.lists, family=family)


def _read(path: Path) -> _File:
    told = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
    language = path.stem.partition("-")[0]
    return _File(
        language, told, {name: frozenset(folded(words).split()) for name, words in (told.get("lists") or {}).items()}
    )
