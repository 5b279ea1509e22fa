"""Unmet need: the page with its four sources, the map, each table as a file, and all of it for programs."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.insight import figures, maps
from portal.insight.answers import csv_of, edition_at, json_of, newest, page_of
from portal.insight.blueprint import bp
from portal.insight.definitions import MEASURES, UNMET_SOURCES
from portal.insight.unmet_need import source_named, unmet


@bp.get("/unmet")
@requires(Permission.FIGURES_READ)
def unmet_home() -> ResponseReturnValue:
    """The newest of the viewer's area, or what the form asks for."""
    return newest(".show_unmet", source=source_named(request.args.get("source", "")))


@bp.get("/<string:area>/<string:quarter>/unmet")
@requires(Permission.FIGURES_READ)
def show_unmet(area: str, quarter: str) -> ResponseReturnValue:
    """One source at a time: its table, two charts and the map, all from the same cells."""
    edition, asked = edition_at(area, quarter), request.args
    before = figures.edition(viewer(), area, edition.quarter.before)
    found = unmet(
        edition, source_named(asked.get("source", "")), need=asked.get("need", ""), place=asked.get("place", ""),
        before=before,
    )  # fmt: skip
    sources = [MEASURES[one] for one in UNMET_SOURCES]
    return page_of("insight/unmet.html", edition, found=found, map=maps.of_need(edition, found.need), sources=sources)


@bp.get("/<string:area>/<string:quarter>/unmet/<string:source>.csv")
@requires(Permission.FIGURES_READ)
def unmet_table(area: str, quarter: str, source: str) -> ResponseReturnValue:
    """One source as a file, whole."""
    return csv_of(unmet(edition_at(area, quarter), source_named(source)).whole)


@bp.get("/<string:area>/<string:quarter>/unmet.json")
@requires(Permission.FIGURES_READ)
def unmet_data(area: str, quarter: str) -> ResponseReturnValue:
    """All four sources for programs."""
    edition = edition_at(area, quarter)
    return json_of(edition, [unmet(edition, one).whole for one in UNMET_SOURCES])
