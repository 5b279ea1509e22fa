"""No words of a person go anywhere unseen: every field of every form is looked at for danger, or the table says why not."""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wtforms import SearchField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

import portal
from portal.directory.help_first import FreeWords
from portal.measures import safety
from portal.measures.instruments import instruments
from portal.selfreferral.flows import LINK_WORKER, REFER
from tests.house.danger_table import AFTER, DANGER, EVERYWHERE, FIRST, HELD, OUTSIDE

ROOT = Path(__file__).parent.parent.parent
LOOKED_AT = {FIRST, AFTER}
OF_WORDS = (StringField, SearchField, TextAreaField)
NO_WORDS = {"HiddenField", "PasswordField"}


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _forms() -> dict[str, type]:
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        importlib.import_module(module.name)
    known = {f"{one.__module__}.{one.__qualname__}": one for one in _below(BaseForm)}
    return {name: one for name, one in sorted(known.items()) if name.startswith("portal.") and "<" not in name}


FORMS = _forms()


def fields_of(form: type) -> set[str]:
    """The fields of a form into which words are typed."""
    found = {name: getattr(form, name, None) for name in dir(form)}
    return {
        name
        for name, one in found.items()
        if isinstance(one, UnboundField)
        and issubclass(one.field_class, OF_WORDS)
        and not {kind.__name__ for kind in one.field_class.__mro__} & NO_WORDS
    }


def free_of(form: type) -> set[str]:
    """The fields in which danger is looked for."""
    of_questions = {name for one in (*REFER, *LINK_WORKER) if one.form is form for name in one.free}
    return {*getattr(form, "free", ()), *of_questions}


def _outside(name: str) -> bool:
    return any(name.startswith(f"{feature}.") for feature in OUTSIDE)


def test_there_are_forms_with_words_to_look_at() -> None:
    assert len(FORMS) > 100 and sum(len(fields_of(one)) for one in FORMS.values()) > 150


@pytest.mark.parametrize("name", [name for name in FORMS if not _outside(name)])
def test_every_field_is_looked_at_for_danger_or_the_table_says_why_not(name: str) -> None:
    told = {**EVERYWHERE, **DANGER.get(name, {})}
    fields = fields_of(FORMS[name])
    assert not fields - told.keys(), "put these into tests/house/danger_table.py"
    seen = {field for field in fields if told[field] in LOOKED_AT}
    assert free_of(FORMS[name]) == seen, "what the form looks at is not what the table says"


def test_the_table_names_nothing_that_is_gone() -> None:
    assert not DANGER.keys() - FORMS.keys()
    gone = {name: rows.keys() - fields_of(FORMS[name]) for name, rows in DANGER.items()}
    assert not {name: rows for name, rows in gone.items() if rows}
    assert not [feature for feature in OUTSIDE if not any(name.startswith(f"{feature}.") for name in FORMS)]
    anywhere = {field for name, one in FORMS.items() if not _outside(name) for field in fields_of(one)}
    assert not EVERYWHERE.keys() - anywhere


def test_what_becomes_of_the_words_is_proven_for_each_feature() -> None:
    looked_at = [name for name, rows in DANGER.items() if LOOKED_AT & set(rows.values())]
    for name in looked_at:
        proof = next((ROOT / path for feature, path in HELD.items() if name.startswith(f"{feature}.")), None)
        assert proof is not None and "Does someone need help right now?" in proof.read_text(encoding="utf-8"), name


def test_words_in_a_questionnaire_are_looked_at_wherever_one_asks_for_them() -> None:
    """Their forms are made for each questionnaire, so that no walk finds them."""
    asked = [(one, item) for one in instruments().values() for item in one.items if item.kind == "words"]
    assert asked
    for instrument, item in asked:
        assert safety.needs_step(instrument, {item.id: "Chcę się zabić"}) == ("mental_health",), instrument.id


def test_no_view_forgets_the_forms_that_look() -> None:
    """Each module that makes such a form asks it what danger it saw."""
    forgot = []
    for name, module in sys.modules.items():
        if name.startswith("portal.") and name.endswith("views"):
            makes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, FreeWords)]
            text = inspect.getsource(module)
            if any(free_of(one) for one in makes) and not re.search(r"\.dangers\b|help_with\(", text):
                forgot.append(name)
    assert not forgot


def test_every_area_of_words_in_a_template_is_a_field_of_a_form() -> None:
    """A text area that no form knows would be looked at by nobody."""
    bare = {
        path.name: found
        for path in (ROOT / "portal" / "templates").rglob("*.html")
        if (found := re.findall(r"<textarea[^>]*\bname=\"(\w+)\"", path.read_text(encoding="utf-8")))
    }
    assert bare == {"written.html": ["words"]}, "its form is portal.selfreferral.status_forms.WriteForm"
