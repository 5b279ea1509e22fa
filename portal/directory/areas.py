"""Outlines of neighbourhoods for the map: drawn by us, so that no map tile is fetched from anybody."""

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from portal.core.access import public
from portal.directory.blueprint import bp
from portal.geography import current
from portal.geography.queries import area_name, outline

LARGEST_BOX = 1.0
"""Degrees. A wider box is cut to its middle."""
MOST_AREAS = 250
PLACES = 4


@bp.get("/services/areas.geojson")
@public(cacheable=True)
def areas() -> ResponseReturnValue:
    """The neighbourhoods inside a box, `box=south,west,north,east` in degrees. Nothing where the box makes no sense."""
    response = jsonify(areas_in(_box(request.args.get("box", ""))))
    response.mimetype = "application/geo+json"
    return response


def areas_in(box: tuple[float, float, float, float] | None) -> dict[str, Any]:
    """A GeoJSON collection of neighbourhoods whose middle lies in a box, each with its name."""
    if box is None:
        return {"type": "FeatureCollection", "features": []}
    south, west, north, east = box
    inside = [
        area.code
        for area in current.atlas().areas
        if area.lat is not None and area.lon is not None and south <= area.lat <= north and west <= area.lon <= east
    ]
    return {"type": "FeatureCollection", "features": [_feature(code) for code in inside[:MOST_AREAS]]}


def _feature(code: str) -> dict[str, Any]:
    shape = outline(frozenset({code}))
    rounded = [
        [[[round(x, PLACES), round(y, PLACES)] for x, y in ring] for ring in part] for part in shape["coordinates"]
    ]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": area_name(code)},
        "geometry": {"type": shape["type"], "coordinates": rounded},
    }


def _box(text: str) -> tuple[float, float, float, float] | None:
    try:
        south, west, north, east = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not (-90 <= south <= north <= 90 and -180 <= west <= east <= 180):
        return None
    tall, wide = (min(LARGEST_BOX, north - south) / 2, min(LARGEST_BOX, east - west) / 2)
    lat, lon = (south + north) / 2, (west + east) / 2
    return lat - tall, lon - wide, lat + tall, lon + wide
