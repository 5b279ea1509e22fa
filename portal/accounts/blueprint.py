"""The blueprint of every page about one's own account. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint, Response

bp = Blueprint("accounts", __name__)


@bp.after_request
def _kept_by_nobody(response: Response) -> Response:
    """What stands on these pages is not for whoever uses the browser next, signed in or not."""
    response.headers["Cache-Control"] = "no-store"
    return response
