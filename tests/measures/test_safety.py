"""The safety step: any answer but the lowest about harm, or words of danger, lead to it; it is kept, and never blocks."""

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core.audit import AuditEntry
from portal.core.extensions import db
from portal.measures import actions, safety
from portal.measures.actions import Taken
from portal.measures.instruments import instruments
from portal.people.models import Person
from tests.factories import Make

PHQ9, MYCAW = instruments()["phq9"], instruments()["mycaw"].with_ends(0, 6)
CALM = {item.id: "nearly-every" for item in PHQ9.items if item.id != "harm"}


@pytest.mark.parametrize("answer", ["several", "more-than-half", "nearly-every"])
def test_any_thought_of_harm_leads_to_the_step(answer: str) -> None:
    assert safety.needs_step(PHQ9, {"harm": answer}) == ("mental_health",)


@pytest.mark.parametrize("answer", ["not-at-all", None, ""])
def test_no_thought_of_harm_and_the_highest_of_all_others_do_not(answer: str | None) -> None:
    assert safety.needs_step(PHQ9, CALM | {"harm": answer}) == ()


def test_words_of_danger_lead_to_it_too_and_everyday_words_do_not() -> None:
    assert safety.needs_step(MYCAW, {"concern-1": "I want to kill myself"}) == ("mental_health",)
    assert safety.needs_step(MYCAW, {"concern-1": "My knees", "concern-2": None}) == ()


def test_its_cards_show_numbers(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        (card,) = safety.cards(("mental_health",), nation="wales")
        assert card.nation == "wales" and any(line.call for line in card.lines)


@pytest.mark.parametrize("done", [(), ("called-line", "told-practice"), ("nonsense", "later")])
def test_the_answers_are_kept_whatever_was_done_and_that_with_them(
    sqlite_app: Flask, make: Make, person: Person, worker: User, done: tuple[str, ...]
) -> None:
    with sqlite_app.test_request_context():
        actions.switch("phq9", is_on=True, by=make.user("administrator"))
        db.session.commit()
        told = Taken("phq9", CALM | {"harm": "several"}, "before", "together", "s" * 30, done=done)
        kept = actions.record(person, told, by=worker)
        db.session.commit()
        assert kept.safety == {"kinds": ["mental_health"], "done": [one for one in done if one in safety.DONE]}
        assert kept.score is not None and kept.score["total"] == 25
        entry = db.session.query(AuditEntry).filter_by(action="measure.safety_step").one()
        assert entry.details == {} and entry.subject_id == str(kept.id)


def test_without_danger_nothing_is_kept_of_a_step(sqlite_app: Flask, make: Make, person: Person, worker: User) -> None:
    with sqlite_app.test_request_context():
        actions.switch("phq9", is_on=True, by=make.user("administrator"))
        told = Taken("phq9", CALM | {"harm": "not-at-all"}, "before", "together", "s" * 30, done=("later",))
        assert actions.record(person, told, by=worker).safety is None
