"""What is too long is refused in a sentence that names the limit: every box of huddles and teams."""

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import Length

from portal.huddles import forms as of_huddles
from portal.huddles import gap_forms as of_gaps
from portal.teams import forms as of_teams

NAMES_A_LIMIT = re.compile(r"Use \d+ characters or fewer")


def typed_into() -> Iterator[tuple[type[FlaskForm], str]]:
    """Every box of words with a limit, by its form and name."""
    for module in (of_huddles, of_gaps, of_teams):
        for _name, form in inspect.getmembers(module, inspect.isclass):
            if issubclass(form, FlaskForm) and form.__module__ == module.__name__:
                for name, made in inspect.getmembers(form, lambda one: isinstance(one, UnboundField)):
                    if issubclass(made.field_class, StringField) and _limit(made) is not None:
                        yield form, name


def _limit(made: UnboundField) -> int | None:
    given = [one for part in (made.args, made.kwargs.get("validators") or []) for one in _flat(part)]
    return next((one.max for one in given if isinstance(one, Length)), None)


def _flat(part: Iterable[Any]) -> list[Any]:
    return [one for held in part for one in (held if isinstance(held, list | tuple) else [held])]


BOXES = list(typed_into())


def test_the_boxes_are_found() -> None:
    assert {"situation", "what", "why", "words", "name", "organisation"} <= {name for _form, name in BOXES}


@pytest.mark.parametrize(("form", "name"), BOXES, ids=lambda one: getattr(one, "__name__", one))
def test_a_box_says_how_much_it_takes(sqlite_app: Flask, form: type[FlaskForm], name: str) -> None:
    with sqlite_app.test_request_context(method="POST", data={name: "x" * 9_000}):
        asked = of_gaps.GapForm([]) if form is of_gaps.GapForm else form()
        asked.validate()
        told = [str(one) for one in asked[name].errors]
    assert any(NAMES_A_LIMIT.search(one) for one in told), told
