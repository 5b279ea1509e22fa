"""The page that matches a person: what the record says, as it is or as it was changed for this page, and what fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from portal.caseload import record_told
from portal.caseload.referring_context import Looking, Referring
from portal.core.i18n import current_locale
from portal.core.i18n import gettext as _
from portal.directory import urgent
from portal.directory.filters import Value
from portal.directory.languages import name_of
from portal.directory.needs import NEEDS
from portal.directory.urgent import UrgentCard
from portal.geography.places import Place
from portal.matching.matching import match
from portal.matching.questions import ASKED, QUESTIONS, Answers, Asked, Question, problem_with_needs, read
from portal.matching.records import ReferralRules, languages_of, told_by, wanted_for, where
from portal.matching.shown import Results, results_of
from portal.people.models import Person

LEFT_OUT = frozenset({"near", "ask"})
"""Questions that the record answers: where the person lives, and that a link worker asks."""


@dataclass(frozen=True)
class Matched:
    """The page. `is_changed`: the answers are not those of the record. `results`: none where there is no need to match."""

    answers: Answers
    questions: Sequence[Asked]
    place: Place | None
    age: str
    area: str
    is_changed: bool = False
    problem: str | None = None
    results: Results | None = None
    urgent_cards: Sequence[UrgentCard] = ()
    refer: Referring | None = None

    @property
    def errors(self) -> tuple[tuple[str, str], ...]:
        """What has to be put right, where something was sent."""
        return (("topic", self.problem),) if self.problem and self.is_changed else ()


def matched(person: Person, sent: Mapping[str, Sequence[str]]) -> Matched:
    """The page for the record of a person that was opened. `sent`: a form of this page; empty for what the record says."""
    is_changed = ASKED in sent
    answers = read(sent, languages_of(person)) if is_changed else told_by(person)
    place = where(person)
    problem = problem_with_needs(answers, len(NEEDS))
    results = None
    if problem is None:
        wanted = wanted_for(person, answers, place)
        matches = match(wanted, language=current_locale().code, more=ReferralRules(person))
        results = results_of(matches, place=place, page=answers.page)
    is_open = person.closed_at is None and person.death_recorded_at is None
    return Matched(
        answers=answers,
        questions=_questions(person, answers, problem if is_changed else None),
        place=place,
        age=record_told.age_of(person),
        area=record_told.area_of(person),
        is_changed=is_changed,
        problem=problem,
        results=results,
        urgent_cards=urgent.cards_for(urgent.kinds_of_needs(answers.of("topic")), place=place),
        refer=Referring(Looking(person.reference, person.initials)) if is_open else None,
    )


def _questions(person: Person, answers: Answers, problem: str | None) -> list[Asked]:
    drawn = [_question(one, person) for one in QUESTIONS if one.name not in LEFT_OUT]
    return [Asked(one, answers.of(one.name), error=problem if one.name == "topic" else None) for one in drawn]


def _question(one: Question, person: Person) -> Question:
    """A question as it is asked of somebody with a record."""
    if one.name == "topic":
        return replace(one, hint=None)
    if one.name == "age":
        label = _("As on the record: %(age)s", age=record_told.age_of(person))
        return replace(one, values=(Value("", label), *one.values[1:]))
    if one.name == "language":
        more = [Value(code, name_of(code)) for code in languages_of(person).get("language", ()) if code not in one.ids]
        return replace(one, values=(*one.values, *more))
    return one
