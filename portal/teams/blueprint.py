"""The blueprint of the pages of teams, and days as their templates write them."""

from datetime import date, timedelta

from flask import Blueprint

from portal.core import problems

bp = Blueprint("teams", __name__)
problems.own_page(bp, "teams/trouble.html")


@bp.app_template_filter("daybefore")
def day_before(day: date) -> date:
    """The last day before another: what holds until a day ends on the one before."""
    return day - timedelta(days=1)
