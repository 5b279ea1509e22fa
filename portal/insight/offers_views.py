"""The same offer compared across neighbourhoods: the page, and as a file."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.csv_files import csv_answer
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.plain import plain
from portal.core.viewer import viewer
from portal.insight.blueprint import bp
from portal.insight.definitions import MEASURES
from portal.insight.explaining import how_offered
from portal.insight.offers import LONGEST, Offers, areas_offered, offers


@bp.get("/offers")
@requires(Permission.FIGURES_READ)
def offers_home() -> ResponseReturnValue:
    """The first of the viewer's areas, or the one that the form asks for."""
    areas = areas_offered(viewer())
    if not areas:
        return page("insight/none-yet.html")
    asked = request.args.get("area", "")
    area = asked if asked in dict(areas) else areas[0][0]
    return redirect(url_for(".show_offers", area=area, q=request.args.get("q") or None), 303)


@bp.get("/<string:area>/offers")
@requires(Permission.FIGURES_READ)
def show_offers(area: str) -> ResponseReturnValue:
    """How many live listings each neighbourhood has, by need, or of what is looked for."""
    how = how_offered(MEASURES["listings"])
    return page("insight/offers.html", found=_found(area), areas=areas_offered(viewer()), longest=LONGEST, how=how)


@bp.get("/<string:area>/offers.csv")
@requires(Permission.FIGURES_READ)
def offers_table(area: str) -> ResponseReturnValue:
    """It as a file: a line for each need, a column for each neighbourhood."""
    found = _found(area)
    lines = [*([found.looked_for.offer] if found.looked_for else []), *found.lines]
    head = (_("Need"), _("Listings"), *found.places)
    return csv_answer(f"{found.area}-offers", [head, *((one.label, one.total, *one.counts) for one in lines)])


def _found(area: str) -> Offers:
    found = offers(viewer(), area, plain(request.args.get("q", "")))
    if found is None:
        raise NotFound(_("There are no such figures, or they are of an area that is not yours."))
    return found
