"""The blueprint of coordinators' pages, and of the answers of groups."""

from flask import Blueprint, Response, request

from portal.coordinating import saying
from portal.coordinating.kinds import kind_label
from portal.core import problems

bp = Blueprint("coordinating", __name__)
problems.own_page(bp, "coordinating/trouble.html")
bp.add_app_template_filter(kind_label, "question_kind")
for words in (
    saying.short_day, saying.long_day, saying.weekday_named, saying.why_left_out, saying.space_answers,
):  # fmt: skip
    bp.add_app_template_global(words)
LINKED = "/answer/"


@bp.after_request
def keep_private(response: Response) -> Response:
    """A page whose address is a secret is kept nowhere, found nowhere, and told to no other site."""
    if LINKED in request.path:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
