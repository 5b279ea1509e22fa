"""Fairness, and how groups do: pages, tables as files, and all of it for programs."""

from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.permissions import Permission
from portal.insight.answers import csv_of, edition_at, file_of, json_of, newest, page_of
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
    return page_of("insight/fairness.html", edition, found=fairness(edition))


@bp.get("/<string:area>/<string:quarter>/fairness/<string:table>.csv")
@requires(Permission.FIGURES_READ)
def fairness_table(area: str, quarter: str, table: str) -> ResponseReturnValue:
    """One table as a file."""
    return file_of(fairness(edition_at(area, quarter)).tables, table)


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
    return page_of("insight/groups.html", edition, table=responding(edition), helped=helped(edition))


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
