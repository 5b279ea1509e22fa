"""The blueprint of what people ask for themselves. Files named `*_views.py` add their views; `views.py` names the files."""

from flask import Blueprint, Response, request

bp = Blueprint("selfreferral", __name__)
LINKED = "/agree/"


@bp.after_request
def keep_private(response: Response) -> Response:
    """What somebody tells of themselves is kept by no browser and found by nobody; a secret address is told to no site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.path.startswith(LINKED):
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
