"""From the British National Grid to degrees, many points at once.

Reverse transverse Mercator on the Airy 1830 ellipsoid, then the seven-parameter Helmert shift from OSGB36 to WGS 84.
Source: Ordnance Survey, A guide to coordinate systems in Great Britain, v3.6, annexes B.6, C.2 and table 4.
The shift is good to about five metres, which is less than the spread of a postcode's own houses.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

AIRY_A, AIRY_B = 6377563.396, 6356256.909
WGS84_A, WGS84_B = 6378137.000, 6356752.3142
SCALE = 0.9996012717
TRUE_LAT, TRUE_LON = np.radians(49.0), np.radians(-2.0)
FALSE_EAST, FALSE_NORTH = 400_000.0, -100_000.0
SHIFT = (446.448, -125.157, 542.060)
TWIST = tuple(np.radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))
STRETCH = -20.4894e-6
EARTH_RADIUS_KM = 6371.0088


def degrees_from_grid(easting: NDArray[Any], northing: NDArray[Any]) -> tuple[Floats, Floats]:
    """Latitudes and longitudes (degrees, WGS 84) of grid references in metres."""
    lat, lon = _reverse_mercator(np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64))
    return _shift_datum(lat, lon)


def distance_km(lat: Floats | float, lon: Floats | float, lats: Floats | float, lons: Floats | float) -> Floats:
    """Distances over ground between points near each other, in kilometres; degrees in."""
    north = np.radians(np.asarray(lats) - lat)
    east = np.radians(np.asarray(lons) - lon) * np.cos(np.radians((np.asarray(lats) + lat) / 2))
    return np.asarray(EARTH_RADIUS_KM * np.hypot(north, east), dtype=np.float64)


def _reverse_mercator(easting: Floats, northing: Floats) -> tuple[Floats, Floats]:
    lat = TRUE_LAT + (northing - FALSE_NORTH) / (AIRY_A * SCALE)
    for _ in range(3):
        lat = lat + (northing - FALSE_NORTH - _meridian_arc(lat)) / (AIRY_A * SCALE)
    squashed = 1 - (AIRY_B / AIRY_A) ** 2
    sine, secant, tangent = np.sin(lat), 1 / np.cos(lat), np.tan(lat)
    across = AIRY_A * SCALE / np.sqrt(1 - squashed * sine**2)
    along = AIRY_A * SCALE * (1 - squashed) / (1 - squashed * sine**2) ** 1.5
    ratio, t2 = across / along, tangent**2
    bend = ratio - 1
    d = (easting - FALSE_EAST) / across
    lat_out = lat - tangent * ratio * d**2 * (
        1 / 2 - d**2 / 24 * (5 + 3 * t2 + bend - 9 * t2 * bend) + d**4 / 720 * (61 + 90 * t2 + 45 * t2**2)
    )
    lon_out = TRUE_LON + secant * d * (
        1 - d**2 / 6 * (ratio + 2 * t2) + d**4 / 120 * (5 + 28 * t2 + 24 * t2**2) - d**6 / 5040 * (61 + 662 * t2)
    )
    return lat_out, lon_out


def _meridian_arc(lat: Floats) -> Floats:
    n = (AIRY_A - AIRY_B) / (AIRY_A + AIRY_B)
    away, both = lat - TRUE_LAT, lat + TRUE_LAT
    return np.asarray(
        AIRY_B
        * SCALE
        * (
            (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * away
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * np.sin(away) * np.cos(both)
            + 15 / 8 * (n**2 + n**3) * np.sin(2 * away) * np.cos(2 * both)
            - 35 / 24 * n**3 * np.sin(3 * away) * np.cos(3 * both)
        )
    )


def _shift_datum(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    squashed = 1 - (AIRY_B / AIRY_A) ** 2
    across = AIRY_A / np.sqrt(1 - squashed * np.sin(lat) ** 2)
    x, y, z = (
        across * np.cos(lat) * np.cos(lon),
        across * np.cos(lat) * np.sin(lon),
        across * (1 - squashed) * np.sin(lat),
    )
    grow, (rx, ry, rz), (tx, ty, tz) = 1 + STRETCH, TWIST, SHIFT
    x2 = tx + grow * x - rz * y + ry * z
    y2 = ty + rz * x + grow * y - rx * z
    z2 = tz - ry * x + rx * y + grow * z
    squashed = 1 - (WGS84_B / WGS84_A) ** 2
    flat = np.hypot(x2, y2)
    lat = np.arctan2(z2, flat * (1 - squashed))
    for _ in range(2):
        across = WGS84_A / np.sqrt(1 - squashed * np.sin(lat) ** 2)
        lat = np.arctan2(z2 + squashed * across * np.sin(lat), flat)
    return np.degrees(lat), np.degrees(np.arctan2(y2, x2))
