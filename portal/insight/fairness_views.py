"""Fairness, and how groups do: pages, tables as files, and all of it for programs."""

from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.insight import figures
from portal.insight.answers import choices, csv_of, edition_at, json_of, newest
from portal.insight.blueprint import bp
from portal.insight.fairness import fairness
from portal.insight.responding import helped, responding


@bp.get("/fairness")
@requires(Permission.FIGURES_READ)
def fairness_home() -> ResponseReturnValue:
    """The newest of the viewer's area, or those that the form asks for."""
    return newest(".show_fairness")


@bp.get("/<string:area>/<string:quarter>/fairness")
@requires(Permission.FIGURES_READ)
def show_fairness(area: str, quarter: str) -> ResponseReturnValue:
    """The steps of a referral by group of people."""
    edition = edition_at(area, quarter)
    return page("insight/fairness.html", found=fairness(edition), **choices(edition, figures.editions(viewer())))


@bp.get("/<string:area>/<string:quarter>/fairness/<string:table>.csv")
@requires(Permission.FIGURES_READ)
def fairness_table(area: str, quarter: str, table: str) -> ResponseReturnValue:
    """One table as a file."""
    found = fairness(edition_at(area, quarter)).table(table)
    if found is None:
        raise NotFound(_("There is no such table."))
    return csv_of(found)


@bp.get("/<string:area>/<string:quarter>/fairness.json")
@requires(Permission.FIGURES_READ)
def fairness_data(area: str, quarter: str) -> ResponseReturnValue:
    """All of it for programs."""
    edition = edition_at(area, quarter)
    return json_of(edition, fairness(edition).tables)


@bp.get("/groups")
@requires(Permission.FIGURES_READ)
def groups_home() -> ResponseReturnValue:
    """The newest of the viewer's area, or those that the form asks for."""
    return newest(".show_groups")


@bp.get("/<string:area>/<string:quarter>/groups")
@requires(Permission.FIGURES_READ)
def show_groups(area: str, quarter: str) -> ResponseReturnValue:
    """How many were answered by each organisation, in how many days, and whether first visits helped."""
    edition = edition_at(area, quarter)
    return page(
        "insight/groups.html", table=responding(edition), helped=helped(edition), **choices(edition, figures.editions(viewer()))
    )  # fmt: skip


@bp.get("/<string:area>/<string:quarter>/groups.csv")
@requires(Permission.FIGURES_READ)
def groups_table(area: str, quarter: str) -> ResponseReturnValue:
    """It as a file."""
    return csv_of(responding(edition_at(area, quarter)))


@bp.get("/<string:area>/<string:quarter>/groups/helped.csv")
@requires(Permission.FIGURES_READ)
def helped_table(area: str, quarter: str) -> ResponseReturnValue:
    """Whether first visits helped, as a file."""
    return csv_of(helped(edition_at(area, quarter)))


@bp.get("/<string:area>/<string:quarter>/groups.json")
@requires(Permission.FIGURES_READ)
def groups_data(area: str, quarter: str) -> ResponseReturnValue:
    """Both for programs."""
    edition = edition_at(area, quarter)
    return json_of(edition, [responding(edition), helped(edition)])
