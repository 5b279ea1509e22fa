"""The blueprint of the pages of teams, and days as their templates write them."""

from datetime import date, timedelta
from typing import cast

from flask import Blueprint, Flask

from portal.core import problems

bp = Blueprint("teams", __name__)
bp.record(lambda state: problems.own_page(cast("Flask", state.app), bp.name, "teams/trouble.html"))


@bp.app_template_filter("daybefore")
def day_before(day: date) -> date:
    """The last day before another: what holds until a day ends on the one before."""
    return day - timedelta(days=1)
