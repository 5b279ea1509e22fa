"""Answering with a page."""

from typing import Any

from flask import Response, make_response, render_template


def page(template: str, *, status: int | None = None, **context: Any) -> Response:
    """The page of a template. Answers 422 when the form in `context` has errors, unless a status is given."""
    if status is None:
        form = context.get("form")
        status = 422 if form is not None and form.errors else 200
    return make_response(render_template(template, **context), status)


def wants_json(path: str) -> bool:
    """True for the addresses of machines, whose errors are problem documents rather than pages."""
    return path.startswith(("/api/", "/fhir/"))
