"""Phrases that administrators add to what is understood: checked, tried against our own queries, saved, switched off, put back.

Phrases that raise urgent help are not managed here: they are reviewed data.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.core import audit, clock
from portal.core.errors import DomainError, NotFound
from portal.core.extensions import db
from portal.core.plain import one_line
from portal.core.viewer import Viewer
from portal.core.wording import comma_list
from portal.directory import managed
from portal.directory.filters import FILTERS, Filter
from portal.directory.folding import folded
from portal.directory.languages import name_of
from portal.directory.lexicon import FILTER_MARK, NOTHING, compiled_managed, lists_of
from portal.directory.models import Synonym
from portal.directory.needs import NEEDS
from portal.directory.query_set import Trial, trial
from portal.search.words import stops

LANGUAGES = ("en", "cy", "ar", "bn", "fr", "gu", "pa", "pl", "ro", "so", "uk", "ur")
"""Those of the lexicon."""
LONGEST = 120
MOST_PARTS = 12
MOST_OPEN_PARTS = 4
"""Parts that may be missing or be any word."""
MOST = 500
"""Phrases that hold at once."""
NOT_MEANT = frozenset({"within", "topic"})
"""Filters that no phrase can mean: how far, and needs, which are meanings of their own."""


class WrongPhrase(DomainError):
    """What was typed is no phrase, or means that already."""


@dataclass(frozen=True)
class Draft:
    """A phrase that is to be added."""

    language: str
    phrase: str
    meaning: str

    @property
    def row(self) -> managed.Row:
        """As it is understood."""
        return self.language, self.phrase, self.meaning


def draft(language: str, typed: str, meaning: str) -> Draft:
    """A phrase as it would be kept. Raises WrongPhrase with a sentence for what is wrong with it."""
    if language not in LANGUAGES:
        raise WrongPhrase(_("Choose a language."))
    if meaning not in meanings():
        raise WrongPhrase(_("Choose what it means."))
    parts = [_small(part) for part in one_line(typed).split()]
    phrase = " ".join(parts)
    if problem := _problem(language, parts):
        raise WrongPhrase(problem)
    try:
        compiled_managed(language, phrase, meaning)
    except (KeyError, ValueError, IndexError) as error:
        raise WrongPhrase(_("This is no phrase that can be understood. Try plain words first.")) from error
    return Draft(language, phrase, meaning)


def meanings() -> Mapping[str, str]:
    """Everything that a phrase may mean, with its words: needs, values of filters, and nothing."""
    filters = {f"{one.name}{FILTER_MARK}{value}": f"{one.title}: {one.label_of(value)}" for one, value in _values()}
    return {**{need.id: str(need.label) for need in NEEDS.values()}, **filters, NOTHING: _("Nothing: it is no need")}


def grouped() -> Mapping[str, Mapping[str, str]]:
    """The same for a list to choose from, by heading."""
    found: dict[str, dict[str, str]] = {_("Needs"): {need.id: str(need.label) for need in NEEDS.values()}}
    for one, value in _values():
        found.setdefault(str(one.title), {})[f"{one.name}{FILTER_MARK}{value}"] = one.label_of(value)
    return {**found, _("No need"): {NOTHING: meanings()[NOTHING]}}


def label_of(meaning: str) -> str:
    """The words of a meaning, or of how a search is taken."""
    taken = {"find": _("Looking for help"), "manage_listing": _("Managing a listing"), "name": _("The name of a group")}
    return meanings().get(meaning) or taken.get(meaning, meaning)


def tried(one: Draft) -> Trial:
    """What this phrase would change in our own queries, beside those that hold already."""
    before = _held()
    return trial(before, (*before, one.row))


def add(one: Draft, *, by: Viewer) -> Synonym:
    """Let a phrase hold in every process. One that was switched off is put back. Raises WrongPhrase."""
    known = db.session.scalar(select(Synonym).where(Synonym.phrase == one.phrase, Synonym.meaning == one.meaning))
    if known is not None:
        if known.is_on:
            raise WrongPhrase(_("This phrase means that already."))
        known.language = one.language
        return switch(known.id, is_on=True, by=by)
    _need_room()
    added = Synonym(language=one.language, phrase=one.phrase, meaning=one.meaning)
    try:
        with db.session.begin_nested():
            db.session.add(added)
    except IntegrityError as problem:  # it was sent twice at the same moment: the other one came first
        raise WrongPhrase(_("This phrase means that already.")) from problem
    audit.record("synonym.added", added, by=by, details={"language": one.language, "meaning": one.meaning})
    managed.changed()
    return added


def switch(synonym_id: UUID, *, is_on: bool, by: Viewer) -> Synonym:
    """Switch a phrase off, or put it back. Raises NotFound, WrongPhrase where too many hold."""
    found = db.session.get(Synonym, synonym_id)
    if found is None:
        raise NotFound(_("There is no such phrase."))
    if found.is_on == is_on:
        return found
    if is_on:
        _need_room()
    found.is_on, found.changed_at = is_on, clock.now()
    action = "synonym.put_back" if is_on else "synonym.switched_off"
    audit.record(action, found, by=by, details={"language": found.language, "meaning": found.meaning})
    managed.changed()
    return found


def every_synonym() -> list[Synonym]:
    """Those that hold, then those that were switched off, the newest change first."""
    return list(
        db.session.scalars(select(Synonym).order_by(Synonym.is_on.desc(), Synonym.changed_at.desc(), Synonym.id))
    )


def language_names() -> Mapping[str, str]:
    """The languages that a phrase can be of, by their codes."""
    return {code: name_of(code) for code in LANGUAGES}


def _held() -> managed.Rows:
    """Those that hold, as the database has them now."""
    found = db.session.scalars(select(Synonym).where(Synonym.is_on).order_by(Synonym.created_at, Synonym.id))
    return tuple((one.language, one.phrase, one.meaning) for one in found)


def _need_room() -> None:
    if (db.session.scalar(select(func.count()).select_from(Synonym).where(Synonym.is_on)) or 0) >= MOST:
        raise WrongPhrase(_("There are %(most)s phrases. Switch some off first.", most=MOST))


def _values() -> Iterator[tuple[Filter, str]]:
    return ((one, value) for one in FILTERS if one.name not in NOT_MEANT for value in one.ids)


def _small(part: str) -> str:
    """Small letters, but for what is typed in capitals throughout: PIP."""
    letters = [sign for sign in part if sign.isalpha()]
    return part if len(letters) > 1 and all(sign.isupper() for sign in letters) else part.lower()


def _problem(language: str, parts: list[str]) -> str | None:
    inner = [part for part in parts if part not in {"^", "$"}]
    if not inner:
        return _("Enter a phrase.")
    if len(" ".join(parts)) > LONGEST or len(inner) > MOST_PARTS:
        return _("Use %(letters)s letters and %(words)s words or fewer.", letters=LONGEST, words=MOST_PARTS)
    if "^" in parts[1:] or "$" in parts[:-1]:
        return _("“^” stands before the first word, “$” behind the last.")
    if sum(part == "*" or part.endswith("?") for part in inner) > MOST_OPEN_PARTS:
        return _("Use “*” and “?” %(most)s times or fewer.", most=MOST_OPEN_PARTS)
    fixed = [part for part in inner if part != "*" and not part.endswith("?")]
    if not fixed:
        return _("One word at least must always be there: without “?” behind it, and not “*”.")
    return next(filter(None, (_problem_of(language, part) for part in inner if part != "*")), None) or _too_wide(fixed)


def _problem_of(language: str, part: str) -> str | None:
    lists = lists_of(language, part)
    for word in part.removesuffix("?").split("|"):
        if word.startswith("@"):
            if word[1:] not in lists:
                known = comma_list([f"@{name}" for name in sorted(lists)])
                return _("There is no list “%(name)s” in this language. There are: %(known)s.", name=word, known=known)
            continue
        if not word or not all(map(_may_stand, word)) or len(folded(word).split()) != 1:
            return _(
                "“%(word)s” is not one plain word. Write words without signs, with a space between them.", word=part
            )
    return None


def _may_stand(sign: str) -> bool:
    """Letters, figures, the marks of a script, what joins and parts its letters, and apostrophes."""
    return unicodedata.category(sign)[0] in {"L", "N", "M"} or sign in "'’\u200c\u200d"


def _too_wide(fixed: list[str]) -> str | None:
    if len(fixed) == 1 and any(word in stops("en") or len(word) < 2 for word in map(folded, fixed[0].split("|"))):
        return _("“%(word)s” stands in nearly every search. Add a word that says more.", word=fixed[0])
    return None
