"""The pages below /insight."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.directory.needs import GROUPS, NEEDS
from portal.insight import fairness_views, offers_views, overview_views, queries, unmet_views
from portal.insight.blueprint import bp
from portal.insight.explaining import how_missed

__all__ = ["bp", "fairness_views", "offers_views", "overview_views", "unmet_views"]


@bp.get("/searches")
@requires(Permission.INSIGHT_READ)
def searches() -> ResponseReturnValue:
    """What people look for and do not find. The words are for those who manage what words mean and what is listed."""
    who, asked = viewer(), request.args
    may_read_words = who.can(Permission.SITE_MANAGE) or who.can(Permission.MODERATE)
    return page(
        "insight/searches.html",
        found=queries.searches(asked.get("month", ""), asked.get("district", ""), asked.get("need", "")),
        words=queries.frequent_words() if may_read_words else None,
        how=how_missed(),
        can_add=who.can(Permission.SITE_MANAGE),
        needs=NEEDS,
        groups=GROUPS,
    )
