"""The blueprint of huddles."""

from typing import cast

from flask import Blueprint, Flask

from portal.core import problems

bp = Blueprint("huddles", __name__)
bp.record(lambda state: problems.own_page(cast("Flask", state.app), bp.name, "huddles/trouble.html"))
