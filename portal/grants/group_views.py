"""The grants of a group, for those who speak for it: what they promised, and telling what was done."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.core.wording import money
from portal.grants import queries
from portal.grants.grant_views import report_page
from portal.grants.pages import rows_of

bp = Blueprint("group_grants", __name__, url_prefix="/group/grants")


@bp.get("")
@requires(Permission.LISTING_EDIT)
def held() -> ResponseReturnValue:
    """Every grant of the viewer's organisations, and the reports that are due."""
    grants = queries.held_grants(viewer())
    due = [(grant, quarter) for grant in grants for quarter in queries.due_of(grant)]
    return page("grants/held.html", grants=grants, due=due, money=money)


@bp.get("/<string:reference>")
@requires(Permission.LISTING_EDIT)
def grant(reference: str) -> ResponseReturnValue:
    """One grant, quarter by quarter."""
    one = queries.held_grant(viewer(), reference)
    return page("grants/held-grant.html", grant=one, rows=rows_of(one), money=money)


@bp.route("/<string:reference>/<string:quarter>", methods=["GET", "POST"])
@requires(Permission.LISTING_EDIT)
def report(reference: str, quarter: str) -> ResponseReturnValue:
    """Tell what was done in one quarter."""
    one = queries.held_grant(viewer(), reference)
    return report_page(one, quarter, told_by="group", back=url_for(".grant", reference=one.shown_reference))
