"""The description of the open feed: for programs at /api/openapi.json, for people at /api."""

from flask import Response
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.extensions import settings
from portal.core.pages import page
from portal.describing import guide, openapi
from portal.describing.blueprint import bp
from portal.describing.extensions import EXTENSIONS
from portal.feed import answers
from portal.feed.everybody import HEADERS

__all__ = ["bp"]


@bp.get("/api/openapi.json")
@public(cacheable=True)
def document() -> Response:
    """The whole description."""
    response = answers.json_answer(openapi.description())
    response.headers.pop("Last-Modified", None)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


@bp.get("/api")
@public(cacheable=True)
def home() -> ResponseReturnValue:
    """The same for people, from the same document."""
    return page(
        "describing/home.html",
        guide=guide.guide(openapi.description()),
        extensions=EXTENSIONS,
        licence=settings().feed_licence,
        openapi_url=openapi.PATH,
    )
