"""Templates escape what they are given and know every name."""

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError


def test_what_a_template_is_given_is_escaped(sqlite_app: Flask) -> None:
    assert "<script>" not in render_template_string("{{ text }}", text="<script>alert(1)</script>")


def test_a_misspelt_name_is_an_error_and_not_an_empty_string(sqlite_app: Flask) -> None:
    with pytest.raises(UndefinedError):
        render_template_string("{{ misspelt }}")
