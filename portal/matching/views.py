"""Help me choose: a form and its results at one address. Nothing is kept of it."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.core.pages import page
from portal.matching.asking import answer_to

bp = Blueprint("matching", __name__)


@bp.after_request
def keep_private(response: Response) -> Response:
    """What somebody tells of themselves is kept by no browser and found by nobody."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/help-me-choose")
@public()
def help_me_choose() -> ResponseReturnValue:
    """What fits, what may fit if one asks, and what does not fit and why."""
    answer = answer_to(request.args.to_dict(flat=False))
    return page(
        "matching/choose.html", status=422 if answer.errors else 200, answer=answer, is_sensitive=answer.is_sensitive
    )
