"""Forms of the tests: what is typed into one, and what it says."""

from typing import Any

from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict


def sent(app: Flask, form: type[FlaskForm], typed: dict[str, str]) -> Any:
    """A form that was sent with these fields and checked."""
    with app.test_request_context(method="POST", data=typed):
        made = form(MultiDict(typed), meta={"csrf": False})
        made.validate()
        return made
