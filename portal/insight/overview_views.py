"""The overview by area and quarter: the page, each of its tables as a file, and all of it for programs."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.insight.answers import edition_at, file_of, json_of, newest, page_of
from portal.insight.blueprint import bp
from portal.insight.overview import overview


@bp.get("")
@requires(Permission.INSIGHT_READ)
def home() -> ResponseReturnValue:
    """Lead on to what a role may see: the newest figures, or what people look for."""
    if viewer().can(Permission.FIGURES_READ):
        return newest(".show_overview")
    return redirect(url_for(".searches"), 303)


@bp.get("/overview")
@requires(Permission.FIGURES_READ)
def figures_home() -> ResponseReturnValue:
    """The newest figures of the viewer's area, or those that the form asks for."""
    return newest(".show_overview")


@bp.get("/<string:area>/<string:quarter>")
@requires(Permission.FIGURES_READ)
def show_overview(area: str, quarter: str) -> ResponseReturnValue:
    """The overview."""
    edition = edition_at(area, quarter)
    return page_of("insight/overview.html", edition, found=overview(edition))


@bp.get("/<string:area>/<string:quarter>/<string:table>.csv")
@requires(Permission.FIGURES_READ)
def overview_table(area: str, quarter: str, table: str) -> ResponseReturnValue:
    """One table of the overview as a file."""
    return file_of(overview(edition_at(area, quarter)).tables, table)


@bp.get("/<string:area>/<string:quarter>.json")
@requires(Permission.FIGURES_READ)
def overview_data(area: str, quarter: str) -> ResponseReturnValue:
    """The overview for programs."""
    edition = edition_at(area, quarter)
    return json_of(edition, overview(edition).tables)
