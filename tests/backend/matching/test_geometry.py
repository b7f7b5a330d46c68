"""Distances agree with references within 0.1 %; the cells around a point leave out none, even at poles."""

import math

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.matching import geometry

# Everywhere, and often where a circle reaches over a pole.
poles = st.builds(lambda centi, sign: sign * (90 - centi / 100), st.integers(0, 80), st.sampled_from([1, -1]))
lats = st.one_of(st.floats(-90, 90), poles)
lngs = st.floats(-180, 180)


def by_vectors_m(lat_a: float, lng_a: float, lat_b: float, lng_b: float) -> float:
    """An independent reference: the angle between two unit vectors, by `atan2` (exact at every distance)."""

    def unit(lat: float, lng: float) -> tuple[float, float, float]:
        phi, lam = math.radians(lat), math.radians(lng)
        return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)

    a, b = unit(lat_a, lng_a), unit(lat_b, lng_b)
    cross = (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return 6_371_000 * math.atan2(math.hypot(*cross), sum(x * y for x, y in zip(a, b, strict=True)))


@pytest.mark.parametrize(
    ("here", "there", "reference_m"),
    [
        # Nashville – Los Angeles, the customary example (2,887.26 km at R = 6,372.8 km)
        ((36.12, -86.67), (33.94, -118.40), 2_887_259.95 * 6_371 / 6_372.8),
        ((0.0, 0.0), (90.0, 0.0), 6_371_000 * math.pi / 2),
        ((0.0, -180.0), (0.0, 180.0), 0.0),
        ((0.0, 0.0), (0.0, 180.0), 6_371_000 * math.pi),
        ((0.0, 179.99), (0.0, -179.99), 6_371_000 * math.radians(0.02)),
        ((89.99, 0.0), (89.99, 180.0), 6_371_000 * math.radians(0.02)),
        ((90.0, 12.0), (90.0, -77.0), 0.0),
    ],
)
def test_distance__of_reference_points__is_right_within_a_thousandth(
    here: tuple[float, float], there: tuple[float, float], reference_m: float
) -> None:
    assert geometry.distance_m(*here, *there) == pytest.approx(reference_m, rel=1e-3, abs=1)


@given(lats, lngs, lats, lngs)
def test_distance__of_any_two_points__equals_the_angle_of_their_vectors(
    lat_a: float, lng_a: float, lat_b: float, lng_b: float
) -> None:
    reference = by_vectors_m(lat_a, lng_a, lat_b, lng_b)
    assert geometry.distance_m(lat_a, lng_a, lat_b, lng_b) == pytest.approx(reference, rel=1e-3, abs=1)


@given(
    lats,
    lngs,
    st.one_of(st.integers(1, 100_000), st.integers(60_000, 100_000)),
    st.integers(0, 359).map(math.radians),
    st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]),
)
@settings(max_examples=500)
def test_cells_around__any_point_within_the_radius__hold_it(
    lat: float, lng: float, radius_m: int, bearing: float, part: float
) -> None:
    angle = radius_m * part / geometry.EARTH_RADIUS_M
    phi, lam = math.radians(lat), math.radians(lng)
    sine = math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, sine)))
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * math.sin(there)
    )
    lat_there, lng_there = math.degrees(there), (math.degrees(lam + turn) + 180) % 360 - 180
    rows, spans = geometry.cells_around(lat, lng, radius_m)
    column = int((lng_there + 180) * geometry.CELLS_PER_DEGREE) % geometry.COLUMNS
    assert geometry.row_of(lat_there) in rows
    assert any(first <= column <= last for first, last in spans)


def test_cell_centre__of_a_public_cell__is_within_it() -> None:
    cell = h3.latlng_to_cell(48.2, 16.37, 8)
    assert h3.latlng_to_cell(*geometry.cell_centre(cell), 8) == cell


@pytest.mark.parametrize("cell", ["", "vienna", "8a1e15b64d7ffff", "861e15b67ffffff"])
def test_cell_centre__of_anything_finer_coarser_or_else__is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="resolution 8"):
        geometry.cell_centre(cell)
