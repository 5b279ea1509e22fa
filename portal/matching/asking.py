"""What a resident asked, understood and answered, as the page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.core.i18n import current_locale
from portal.directory import urgent
from portal.directory.needs import NEEDS, is_any_sensitive
from portal.directory.saved import saved_here
from portal.directory.urgent import UrgentCard
from portal.geography.places import Place, PlaceProblem
from portal.geography.queries import locate
from portal.matching.matching import match
from portal.matching.questions import ASKED, QUESTIONS, Answers, Asked, Params, problem_with_needs, read, wanted_of
from portal.matching.shown import Results, results_of


@dataclass(frozen=True)
class Answer:
    """The page. `results`: none before the form was sent, and where something has to be put right first."""

    answers: Answers
    questions: Sequence[Asked]
    errors: Sequence[tuple[str, str]] = ()
    place: Place | None = None
    results: Results | None = None
    urgent_cards: Sequence[UrgentCard] = ()

    @property
    def is_sensitive(self) -> bool:
        """Whether the tab must not say what it is about."""
        return is_any_sensitive(frozenset(self.answers.of("topic"))) or bool(self.urgent_cards)

    @property
    def here(self) -> Params:
        """The address of this page of results."""
        return self.answers.params(page=self.results.paging.page if self.results else 1)

    @property
    def form(self) -> Params:
        """The address of the form with these answers in it."""
        return {name: value for name, value in self.answers.params().items() if name != ASKED}

    @property
    def shared(self) -> Params:
        """The same for a link that leaves the page: a sector at most."""
        return self.answers.params(near=self.place.shared if self.place else "")

    @property
    def search(self) -> Params:
        """The address of a search for the same needs, for who would rather look through all: a sector at most."""
        near = self.place.shared if self.place else ""
        return {"topic": self.answers.of("topic"), **({"near": near} if near else {})}

    @property
    def needs(self) -> list[str]:
        """What is looked for, as labels."""
        return [str(NEEDS[one].label) for one in self.answers.of("topic")]


def answer_to(args: Mapping[str, Sequence[str]]) -> Answer:
    """The page for an address."""
    answers = read(args)
    found = locate(answers.near) if answers.near else None
    place = found if isinstance(found, Place) else None
    errors: list[tuple[str, str]] = []
    if ASKED in args:
        errors = _errors(answers, found)
    results = None
    if ASKED in args and not errors:
        matches = match(wanted_of(answers, place), language=current_locale().code)
        results = results_of(matches, place=place, page=answers.page, saved=saved_here())
    cards = urgent.cards_for(urgent.kinds_of_needs(answers.of("topic")), place=found) if ASKED in args else ()
    return Answer(answers, _questions(answers, dict(errors)), errors, place, results, cards)


def _errors(answers: Answers, found: Place | PlaceProblem | None) -> list[tuple[str, str]]:
    needs = problem_with_needs(answers)
    wrong = [("topic", needs)] if needs else []
    return [*wrong, ("near", found.sentence)] if isinstance(found, PlaceProblem) else wrong


def _questions(answers: Answers, errors: Mapping[str, str]) -> list[Asked]:
    return [
        Asked(one, answers.of(one.name), answers.near if one.name == "near" else "", errors.get(one.name))
        for one in QUESTIONS
    ]
