"""The components of nhsuk-frontend escape what they are given, and our own templates know every name."""

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError

ATTACK = "<script>alert(1)</script>"


def test_components_escape_what_they_are_given(sqlite_app: Flask) -> None:
    made = render_template_string(
        "{{ nhs.card({'heading': {'text': text}, 'description': {'text': text}}) }}", text=ATTACK
    )
    assert "<script>" not in made and made.count("&lt;script&gt;") == 2


def test_our_templates_escape_what_they_are_given(sqlite_app: Flask) -> None:
    assert "<script>" not in render_template_string("{{ text }}", text=ATTACK)


def test_a_misspelt_name_is_an_error_and_not_an_empty_string(sqlite_app: Flask) -> None:
    with pytest.raises(UndefinedError):
        render_template_string("{{ misspelt }}")
