"""Answering with a page."""

from typing import Any

from flask import Response, make_response, render_template

from portal.core.extensions import settings


def page(template: str, *, status: int | None = None, **context: Any) -> Response:
    """The page of a template. Answers 422 when the form in `context` has errors, unless a status is given."""
    if status is None:
        form = context.get("form")
        status = 422 if form is not None and form.errors else 200
    return make_response(render_template(template, **context), status)


def wants_json(path: str) -> bool:
    """True for the addresses of machines, whose errors are problem documents rather than pages."""
    return path.startswith(("/api/", "/fhir/"))


def whole_address(path: str) -> str:
    """The address of a path with scheme and host, for what leaves the site: paper, calendars, codes for phones."""
    return f"{settings().base_url}{path}"
