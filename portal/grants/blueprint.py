"""The blueprint of the pages below /grants."""

from typing import cast

from flask import Blueprint, Flask

from portal.core import problems

bp = Blueprint("grants", __name__, url_prefix="/grants")
bp.record(lambda state: problems.own_page(cast("Flask", state.app), bp.name, "grants/trouble.html"))
