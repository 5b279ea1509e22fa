"""Forms that are made from a measure: what they take, what they say, and how they are drawn."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, get_template_attribute
from flask_wtf.csrf import generate_csrf

from portal.measures import forms, queries, safety
from portal.measures.forms import MeasureForm

KEY = "one-time-key-0000000000000000"
HARM = {"answer-harm": "several"}


@pytest.fixture(autouse=True)
def _without_tokens(active_app: Flask) -> Iterator[None]:
    """A form that is made outside a page has no token; that each page asks for one is proven elsewhere."""
    active_app.config["WTF_CSRF_ENABLED"] = False
    yield
    active_app.config["WTF_CSRF_ENABLED"] = True


def sent(app: Flask, name: str, told: dict[str, Any], language: str = "en") -> MeasureForm:
    with app.test_request_context(
        "/", method="POST", data={"key": KEY, "point": "after", "completed_by": "person"} | told
    ):
        form = forms.form_for(queries.measure(name, language))
        form.validate_on_submit()
        return form


def drawn(app: Flask, macro: str, form: MeasureForm, *more: Any) -> BeautifulSoup:
    with app.test_request_context("/"):
        form.csrf_token = "" if not hasattr(form, "csrf_token") else form.csrf_token
        generate_csrf()
        return BeautifulSoup(
            str(get_template_attribute("components/measure-form.html", macro)(form, "/there", *more)), "html.parser"
        )


def test_what_was_typed_becomes_what_is_kept(sqlite_app: Flask) -> None:
    form = sent(sqlite_app, "ons4", {"answer-satisfied": "4", "answer-anxious": "10", "done": ["later", "nonsense"]})
    assert not form.errors
    told = form.taken()
    assert told.answers == {"satisfied": "4", "worthwhile": None, "happy": None, "anxious": "10"}
    assert (told.point, told.completed_by, told.form_key, told.done) == ("after", "person", KEY, ("later",))


@pytest.mark.parametrize(
    ("name", "told", "field", "sentence"),
    [
        ("ons4", {}, "answer-satisfied", "Answer at least one question."),
        ("ons4", {"answer-happy": "11"}, "answer-happy", "Choose one of the answers"),
        ("ons4", {"answer-happy": "\x00"}, "answer-happy", "Choose one of the answers"),
        ("ons4", {"answer-happy": "1", "point": ""}, "point", "Say when this is"),
        ("ons4", {"answer-happy": "1", "completed_by": "cat"}, "completed_by", "Choose one of the answers"),
        ("pam", {"answer-score": "lots"}, "answer-score", "Enter the score as a number, like 56 or 56.4"),
        ("mycaw", {"answer-concern-1": "x" * 501}, "answer-concern-1", "Use 500 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    sqlite_app: Flask, name: str, told: dict[str, str], field: str, sentence: str
) -> None:
    assert (field, sentence) in sent(sqlite_app, name, told).problems()


def test_every_question_is_a_fieldset_with_its_words_and_the_licence_stands_below(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context("/"):
        form = forms.form_for(queries.measure("phq9", "en"), point="after")
    page = drawn(sqlite_app, "measure_form", form)
    legends = [one.get_text() for one in page.select("fieldset legend")]
    assert len(legends) == 9 + 2 and legends[8].startswith("9. Thoughts that you would be better off dead")
    assert len(page.select("input[type=radio][name=answer-harm]")) == 4
    assert "Pfizer" in page.select_one(".questionnaire__notice").get_text()  # type: ignore[union-attr]
    assert "Wording not checked yet" in page.get_text()
    assert [one["value"] for one in page.select("input[checked]")] == ["after", "together"]
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len(set(ids)) and {"answer-interest", "answer-harm", "point"} <= set(ids)


def test_a_row_of_numbers_says_its_ends_to_who_hears_it(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context("/"):
        form = forms.form_for(queries.measure("ons4", "en"))
    page = drawn(sqlite_app, "measure_form", form)
    labels = [one.get_text() for one in page.select("label[for^=answer-anxious]")]
    assert len(labels) == 11
    assert (labels[0], labels[5], labels[10]) == ("0 Not at all anxious", "5", "10 Completely anxious")


def test_the_safety_step_shows_numbers_and_carries_every_answer(sqlite_app: Flask) -> None:
    form = sent(sqlite_app, "phq9", HARM | {"answer-down": "nearly-every"})
    assert form.kinds == ("mental_health",)
    with sqlite_app.test_request_context("/"):
        cards = safety.cards(form.kinds)
    page = drawn(sqlite_app, "measure_safety", form, cards)
    assert page.select('a[href^="tel:"]')
    carried = {one["name"]: one["value"] for one in page.select("input[type=hidden]")}
    assert carried["answer-harm"] == "several" and carried["answer-down"] == "nearly-every"
    assert (carried["key"], carried["point"], carried["completed_by"]) == (KEY, "after", "person")
    assert [one["value"] for one in page.select("input[name=done]")] == list(safety.DONE)
    assert not page.select("[required]") and {one["name"] for one in page.select("button")} == {"send", "change"}


def test_blank_answers_that_the_step_carries_are_still_no_answers(sqlite_app: Flask) -> None:
    form = sent(sqlite_app, "phq9", HARM | {"answer-down": ""})
    assert not form.errors and form.taken().answers["down"] is None


def test_a_reason_has_to_be_chosen(sqlite_app: Flask) -> None:
    for told, is_well in (({"why": "declined"}, True), ({}, False), ({"why": "because"}, False)):
        with sqlite_app.test_request_context("/", method="POST", data=told):
            assert forms.NotTakenForm().validate_on_submit() == is_well
