"""The blueprint of groups' answers to referrals. Files named `*_views.py` add their views; `views.py` names the files."""

from typing import cast

from flask import Blueprint, Flask, Response, request
from flask.blueprints import BlueprintSetupState

from portal.accounts.places import count_by
from portal.referrals.reasons import words_of as reason_words
from portal.responding.queries import count_to_answer
from portal.responding.sessions import said_at
from portal.responding.words import visit_words

bp = Blueprint("responding", __name__)
bp.add_app_template_global(reason_words, "reason_words")
bp.add_app_template_global(said_at)
bp.add_app_template_global(visit_words)
LINKED = "/respond/"


@bp.record
def count_in_header(state: BlueprintSetupState) -> None:
    """The header of a group names how many referrals wait for an answer."""
    count_by(cast("Flask", state.app), "responding.referrals", count_to_answer)


@bp.after_request
def keep_private(response: Response) -> Response:
    """A page whose address is a secret is kept nowhere, found nowhere, and told to no other site."""
    if request.path.startswith(LINKED) or LINKED in request.path:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
