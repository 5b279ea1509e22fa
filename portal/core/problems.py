"""Errors as pages for people and as problem documents (RFC 9457) for machines. Nothing of the inside is shown."""

from uuid import uuid4

import structlog
from flask import Blueprint, Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable

from portal.core import sent_again
from portal.core.database import reading
from portal.core.errors import DomainError, TooManyRequests
from portal.core.extensions import db
from portal.core.pages import wants_json
from portal.core.viewer import look_as_nobody

log = structlog.get_logger()
PAGES = frozenset({400, 403, 404, 405, 410, 413, 422, 429, 500, 503})
RETRY_SECONDS = 5
OWN_PAGES = "portal.problems.own_pages"
NOT_TAKEN = frozenset({429, 500, 503})
"""With these, what was typed is right and can be sent again."""


LAST_RESORT = (
    '<!doctype html><html lang="en" dir="ltr"><title>Something went wrong</title><h1>Something went wrong</h1>'
    "<p>It is our fault, not yours. Try again in a few minutes. In danger, call 999. "
    "To talk to someone, call 111 and choose option 2, or Samaritans on 116 123.</p></html>"
)
"""For when even the error page cannot be made."""


def init_app(app: Flask) -> None:
    """Show every error by the handlers below."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def own_page(bp: Blueprint, template: str) -> None:
    """Let errors of a blueprint be a page of its own, which is told what the others are told."""
    bp.record(lambda state: state.app.extensions.setdefault(OWN_PAGES, {}).update({bp.name: template}))


def _domain_error(error: DomainError) -> Response:
    response = _answer(error.status, error.sentence)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.wait_seconds)
    return response


def _csrf_error(error: CSRFError) -> Response:
    return _answer(400, _("This page was open for a long time. Go back, reload the page, and try again."))


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, SecurityError):  # asked for under a name that is not ours, so that no link can be made
        return Response(HTTP_TITLES[400], 400, mimetype="text/plain")
    response = _answer(error.code, None)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _database_error(error: DBAPIError) -> Response:
    """The database is busy or gone: say when to try again. Anything else of it is a fault of ours."""
    if not isinstance(error, OperationalError):
        return _unexpected(error)
    db.session.rollback()
    log.error("database.unavailable", error=type(error.orig).__name__)
    response = _answer(ServiceUnavailable.code, None)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _unexpected(error: Exception) -> Response:
    """A fault of ours: an id for the reader to quote, which is in the log with the place of the fault."""
    error_id = uuid4().hex[:12]
    db.session.rollback()
    log.error(
        "request.failed", error_id=error_id, error=type(error).__name__, endpoint=request.endpoint, exc_info=error
    )
    return _answer(InternalServerError.code, None, error_id=error_id)


def _answer(status: int, sentence: str | None, error_id: str | None = None) -> Response:
    if wants_json(request.path):
        title = sentence or HTTP_TITLES.get(status, "Error")
        response = make_response(jsonify(type="about:blank", title=title, status=status), status)
        response.mimetype = "application/problem+json"
        return response
    own: dict[str | None, str] = current_app.extensions.get(OWN_PAGES, {})
    template = own.get(request.blueprint) or f"errors/{status if status in PAGES else 'other'}.html"
    try:
        again = sent_again.fields() if status in NOT_TAKEN else []
        page = _page(template, sentence=sentence, error_id=error_id, status=status, again=again)
        return make_response(page, status, {"Cache-Control": "no-store"} if again else {})
    except Exception as error:
        log.error("error_page.failed", error=type(error).__name__, exc_info=error)
        return Response(LAST_RESORT, status, mimetype="text/html")


def _page(template: str, **told: object) -> str:
    """The page of an error. Where the database does not even tell who looks, it is that of nobody."""
    with reading():
        try:
            return render_template(template, **told)
        except DBAPIError:
            db.session.rollback()
            look_as_nobody()
            return render_template(template, **told)


HTTP_TITLES = {
    400: "Bad request",
    404: "Not found",
    405: "Method not allowed",
    413: "Content too large",
    429: "Too many requests",
    500: "Internal server error",
    503: "Service unavailable",
}
