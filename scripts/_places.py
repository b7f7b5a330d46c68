"""Coarse public places: nothing finer than a cell of about half a kilometre is ever published."""

from __future__ import annotations

import h3

CELL_RESOLUTION = 8


def cell_of(lat: float, lng: float) -> str:
    """The H3 cell (resolution 8) around a point in degrees."""
    return str(h3.latlng_to_cell(lat, lng, CELL_RESOLUTION))  # type: ignore[no-untyped-call]
