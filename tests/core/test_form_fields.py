"""Fields of forms: what each refuses and takes, how the component draws it, and what differs after a clash."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, get_template_attribute
from werkzeug.datastructures import MultiDict

from portal.codes.dates import day_field
from portal.core.form_fields import Choice, Number, Select, Ticks, line, words
from portal.core.forms import VersionedForm

COLOURS = {"r": "Red", "g": "Green <b>"}


class Asked(VersionedForm):
    pick = Select("Pick", {"": "Choose one", **COLOURS}, needed="Choose a colour", description="Of the door")
    free = Select("Free", {"": "Any", **COLOURS})
    say = Choice("Say", COLOURS, needed="Say a colour")
    maybe = Choice("Maybe", COLOURS)
    some = Ticks("Some", COLOURS, look="wide", has_names=True, shows_values=True)
    many = Number("Many", "Enter %(least)s to %(most)s", least=5, most=1_200, needed="Enter how many")
    few = Number("Few", "Enter 0 to %(most)s, or nothing", most=9)
    name = line("Name", "As on the door", needed="Enter a name", longest=5, lang="cy")
    note = words("Note", longest=10, rows=6)
    day = day_field("Day")


RIGHT = {"pick": "r", "say": "g", "many": "12", "name": "Sam"}


def _asked(app: Flask, **typed: Any) -> Asked:
    with app.test_request_context(method="POST"):
        form = Asked(MultiDict({**RIGHT, **typed}), meta={"csrf": False})
        form.validate()
        return form


def _drawn(app: Flask, form: Asked, name: str) -> BeautifulSoup:
    with app.test_request_context():
        macro = get_template_attribute("components/form-field.html", "field_of")
        return BeautifulSoup(str(macro(form[name])), "html.parser")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({}, None),
        ({"pick": ""}, ("pick", "Choose a colour")),
        ({"pick": "x"}, ("pick", "Choose one of the answers")),
        ({"free": ""}, None),
        ({"free": "x"}, ("free", "Choose one of the answers")),
        ({"say": ""}, ("say", "Say a colour")),
        ({"say": "x"}, ("say", "Choose one of the answers")),
        ({"maybe": "x"}, ("maybe", "Choose one of the answers")),
        ({"some": ["r", "g"]}, None),
        ({"some": ["r", "x"]}, ("some", "Choose from the answers")),
        ({"many": ""}, ("many", "Enter how many")),
        ({"many": "4"}, ("many", "Enter 5 to 1,200")),
        ({"many": "1200"}, None),
        ({"many": "1201"}, ("many", "Enter 5 to 1,200")),
        ({"many": "-7"}, ("many", "Enter 5 to 1,200")),
        ({"few": "0"}, None),
        ({"few": "ten"}, ("few", "Enter 0 to 9, or nothing")),
        ({"few": "9" * 400}, ("few", "Enter 0 to 9, or nothing")),
        ({"name": " \u200b "}, ("name", "Enter a name")),
        ({"name": "x" * 5}, None),
        ({"name": "x" * 6}, ("name", "Use 5 characters or fewer")),
        ({"note": "x" * 11}, ("note", "Use 10 characters or fewer")),
        ({"day-day": "1", "day-month": "2", "day-year": "2826"}, ("day", "Check the year.")),
    ],
)
def test_what_is_wrong_is_said_in_our_words_at_its_field(
    sqlite_app: Flask, typed: dict[str, Any], problem: tuple[str, str] | None
) -> None:
    assert _asked(sqlite_app, **typed).problems() == ([problem] if problem else [])


def test_a_number_is_told_as_one_once_it_was_checked(sqlite_app: Flask) -> None:
    form = _asked(sqlite_app, many="0012")
    assert (form.many.number, form.few.number) == (12, None)


@pytest.mark.parametrize(("sent", "seen"), [("7", 7), ("", 0), ("0", 0), ("x", -1), ("-1", -1), ("9" * 99, -1)])
def test_the_version_of_a_row_is_a_number_or_that_of_no_row(sqlite_app: Flask, sent: str, seen: int) -> None:
    assert _asked(sqlite_app, version=sent).seen_version == seen


def test_a_page_shows_the_fields_without_those_that_are_hidden(sqlite_app: Flask) -> None:
    form = _asked(sqlite_app)
    assert [one.name for one in form.drawn] == [
        "pick",
        "free",
        "say",
        "maybe",
        "some",
        "many",
        "few",
        "name",
        "note",
        "day",
    ]
    with sqlite_app.test_request_context():
        drawn = BeautifulSoup(
            str(get_template_attribute("components/form-fields.html", "form_fields")(form)), "html.parser"
        )
    assert [one["name"] for one in drawn.select("input[type=hidden]")] == ["csrf_token", "key", "version"]
    assert {str(one["name"]) for one in drawn.select("[name]")} >= {one.name for one in form.drawn} - {"day"}


@pytest.mark.parametrize("name", ["pick", "say", "some", "many", "name", "note", "day"])
def test_what_is_wrong_and_the_hint_are_read_with_the_field(sqlite_app: Flask, name: str) -> None:
    form = _asked(sqlite_app)
    form.refuse(name, "Not <i>")
    drawn = _drawn(sqlite_app, form, name)
    box = drawn.select_one("[aria-describedby]")
    assert box is not None
    told = [drawn.select_one(f"#{one}") for one in str(box["aria-describedby"]).split()]
    assert None not in told and told[-1] is not None and told[-1].get_text(" ", strip=True).endswith("Not <i>")
    assert (f"{name}-hint" in str(box["aria-describedby"])) == bool(form[name].description)
    assert drawn.select_one(f"#{name}") is not None


def test_what_was_chosen_and_typed_stands_in_its_box(sqlite_app: Flask) -> None:
    form = _asked(sqlite_app, pick="g", say="r", some=["g"], name='"<b>', note="a\nb")
    assert [str(one["value"]) for one in _drawn(sqlite_app, form, "pick").select("option[selected]")] == ["g"]
    assert [str(one["value"]) for one in _drawn(sqlite_app, form, "say").select("[checked]")] == ["r"]
    some = _drawn(sqlite_app, form, "some")
    assert [str(one["value"]) for one in some.select("[checked]")] == ["g"] and some.select_one("ul.ticks.wide")
    assert [one.get_text() for one in some.select("bdi")] == ["Red", "r", "Green <b>", "g"]
    name, note = _drawn(sqlite_app, form, "name").input, _drawn(sqlite_app, form, "note").textarea
    assert name is not None and (name["value"], name["lang"], name["autocomplete"]) == ('"<b>', "cy", "off")
    assert note is not None and (note.get_text(), note["rows"]) == ("a\nb", "6")


def test_a_clash_tells_what_differs_in_words_and_lets_the_next_press_go_before(sqlite_app: Flask) -> None:
    typed: dict[str, Any] = {"some": ["g", "r"], "note": "Mine", "day-day": "1", "day-month": "2", "day-year": "2026"}
    form = _asked(sqlite_app, version="3", **typed)
    assert form.clash is None and form.clash_status is None
    standing = {"pick": "g", "free": None, "say": "g", "some": ["r"], "many": 12, "name": "Sam", "note": None}
    with sqlite_app.test_request_context():
        form.clashes_with({**standing, "day": date(2026, 3, 4)}, 5, {"name": "Samuel"})
    assert form.clash is not None and [(one.label, one.standing, one.typed) for one in form.clash] == [
        ("Pick", "Green <b>", "Red"),
        ("Some", "Red", "Red, Green <b>"),
        ("Name", "Sam", "Samuel"),
        ("Note", "", "Mine"),
        ("Day", "4 March 2026", "1 February 2026"),
    ]
    assert (form.clash_status, form.seen_version) == (409, 5)
