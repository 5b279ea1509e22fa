"""The blueprint of what those who plan may see. Files named `*_views.py` add their views; `views.py` names the files."""

from typing import cast

from flask import Blueprint, Flask

from portal.core import problems

bp = Blueprint("insight", __name__, url_prefix="/insight")
bp.record(lambda state: problems.own_page(cast("Flask", state.app), bp.name, "insight/trouble.html"))
