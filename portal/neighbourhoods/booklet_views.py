"""The booklet of a neighbourhood: a page to print, and a PDF where this site makes them."""

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.access import public
from portal.core.errors import NotFound
from portal.core.pages import page
from portal.neighbourhoods import press, pressing
from portal.neighbourhoods.pressing import Paper, Ready, Wish

bp = Blueprint("booklets", __name__)


@bp.get("/neighbourhoods/<slug>/booklet")
@public()
def show(slug: str) -> ResponseReturnValue:
    """The booklet as a page to print."""
    return make_response(pressing.page_of(_ready(slug), is_file=False))


@bp.get("/neighbourhoods/<slug>/booklet.pdf")
@public()
def pdf(slug: str) -> ResponseReturnValue:
    """The booklet as a PDF; where it has not been made yet, a page that says so and asks for it."""
    told = _for_press(slug)
    found = pressing.file_of(told)
    if found is None:
        is_asked = request.args.get("asked") == "1"
        return page("neighbourhoods/booklet-wait.html", status=202 if is_asked else 404, told=told, is_asked=is_asked)
    response = Response(found, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{slug}.pdf"'
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(told.key)
    response.make_conditional(request)
    return response


@bp.post("/neighbourhoods/<slug>/booklet.pdf")
@public()
def order(slug: str) -> ResponseReturnValue:
    """Have the PDF made."""
    told = _for_press(slug)
    pressing.ask_for(told, asked_by=request.remote_addr or "")
    return redirect(url_for(".pdf", **told.wish.params, asked="1"), 303)


def _for_press(slug: str) -> Ready:
    if not press.is_here():
        raise NotFound(_("This site makes no PDF files. Print the booklet from its page instead."))
    return _ready(slug)


def _ready(slug: str) -> Ready:
    paper: Paper = "a5" if request.args.get("paper") == "a5" else "a4"
    told = pressing.ready(Wish(slug, paper, request.args.get("large") == "1"))
    if told is None:
        abort(404)
    return told
