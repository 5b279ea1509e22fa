"""The blueprint of the pages behind links in mails, and of reports."""

from flask import Blueprint, Response, request

bp = Blueprint("assurance", __name__)
LINKED = "/confirm/"


@bp.after_request
def keep_private(response: Response) -> Response:
    """A page whose address is a secret is kept nowhere, found nowhere, and told to no other site."""
    if request.path.startswith(LINKED):
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
