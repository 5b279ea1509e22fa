"""The blueprint of the practice's pages. Views hang on it in `views`, `followed_views` and `leaflet_views`."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from portal.accounts.places import count_by
from portal.handover.queries import count_asked

bp = Blueprint("handover", __name__)


@bp.record
def count_in_header(state: BlueprintSetupState) -> None:
    """The header of a practice names how many questions of teams wait for an answer."""
    count_by(cast("Flask", state.app), "handover.following", count_asked)
