"""Places on a sphere: great-circle distance and the grid cells that a circle can touch. Pure.

Latitudes and longitudes are degrees, distances metres. The Earth is a sphere of R = 6,371 km; the haversine
form (Sinnott 1984, "Virtues of the Haversine") keeps its precision over the short distances of a town.
"""

from __future__ import annotations

import math

import h3

EARTH_RADIUS_M = 6_371_000
CELL_RESOLUTION = 8
"""H3 resolution of a public position: hexagons with an edge of about 500 m."""

CELLS_PER_DEGREE = 100
COLUMNS = 360 * CELLS_PER_DEGREE
ROWS = 180 * CELLS_PER_DEGREE


def distance_m(lat_a: float, lng_a: float, lat_b: float, lng_b: float) -> int:
    """Great-circle distance of two points in whole metres (half to even)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half_phi, half_lambda = (phi_b - phi_a) / 2, (math.radians(lng_b) - math.radians(lng_a)) / 2
    h = math.sin(half_phi) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lambda) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h))))


def cell_centre(cell: str) -> tuple[float, float]:
    """Latitude and longitude of the centre of a public H3 cell. Raises ValueError for anything else."""
    # h3 comes without types.
    if not h3.is_valid_cell(cell) or h3.get_resolution(cell) != CELL_RESOLUTION:  # type: ignore[no-untyped-call]
        raise ValueError(f"not an H3 cell of resolution {CELL_RESOLUTION}: {cell!r}")
    lat, lng = h3.cell_to_latlng(cell)  # type: ignore[no-untyped-call]
    return float(lat), float(lng)


def row_of(lat: float) -> int:
    """Row of cells of 0.01° that holds a latitude; the north pole belongs to the last row."""
    return min(ROWS - 1, max(0, math.floor((lat + 90) * CELLS_PER_DEGREE)))


def cells_around(lat: float, lng: float, radius_m: int) -> tuple[range, list[tuple[int, int]]]:
    """Rows and closed column spans that hold every point within `radius_m` (and some more) of a point.

    A circle that holds a pole touches every column; one across the antimeridian gives two spans. The metre
    added to the radius covers the rounding of distances.
    """
    angle = (radius_m + 1) / EARTH_RADIUS_M
    reach = math.degrees(angle)
    rows = range(row_of(lat - reach), row_of(lat + reach) + 1)
    everything = [(0, COLUMNS - 1)]
    if lat + reach >= 90 or lat - reach <= -90:
        return rows, everything
    # The widest meridian distance of a circle is not on its centre's parallel: sin Δλ = sin r / cos φ.
    across = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))
    first = math.floor((lng - across + 180) * CELLS_PER_DEGREE) - 1
    last = math.floor((lng + across + 180) * CELLS_PER_DEGREE) + 1
    if last - first + 1 >= COLUMNS:
        return rows, everything
    first, last = first % COLUMNS, last % COLUMNS
    return rows, [(first, last)] if first <= last else [(first, COLUMNS - 1), (0, last)]
