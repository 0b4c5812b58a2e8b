import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.travel import great_circle_km
from matcher.travel.point import EARTH_RADIUS_KM
from tests.travel.columns import points

PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def km(start, end):
    return float(great_circle_km(*(np.array([x]) for x in (*start, *end)))[0])


@pytest.mark.parametrize(
    ("start", "end", "turn"),
    [
        ((0.0, 0.0), (0.0, 90.0), 1 / 4),
        ((0.0, 0.0), (90.0, 123.0), 1 / 4),
        ((-90.0, 0.0), (90.0, 0.0), 1 / 2),
        ((0.0, -179.0), (0.0, 179.0), 2 / 360),
        ((51.0, 4.0), (51.5, 4.0), 0.5 / 360),
    ],
)
def test_known_arcs_have_their_part_of_the_circumference(start, end, turn):
    assert km(start, end) == pytest.approx(2 * math.pi * 6371.0088 * turn, rel=1e-12)


def test_neighbours_a_centimetre_apart_keep_their_digits():
    degrees = 1e-7
    expected = math.radians(degrees) * EARTH_RADIUS_KM
    assert km((51.0, 4.0), (51.0 + degrees, 4.0)) == pytest.approx(expected, rel=1e-6)


def test_unknown_coordinates_give_unknown_kilometres():
    nan = float("nan")
    assert math.isnan(km((nan, 4.0), (51.0, 4.0)))
    assert math.isnan(km((51.0, 4.0), (51.0, nan)))


def test_points_know_which_rows_have_a_location():
    nan = float("nan")
    where = points((51.0, 4.0), (nan, nan), (51.0, nan))
    assert where.is_known.tolist() == [True, False, False]
    assert len(where) == 3


@given(PLACES, PLACES)
def test_distance_is_the_same_both_ways_and_at_most_half_the_globe(start, end):
    assert km(start, end) == km(end, start)
    assert 0 <= km(start, end) <= math.pi * EARTH_RADIUS_KM


@given(PLACES)
def test_a_point_is_nowhere_but_at_itself(place):
    assert km(place, place) == 0


@given(PLACES, PLACES, PLACES)
def test_a_detour_is_never_shorter(start, between, end):
    # Near the antipodes a rounding in the haversine moves the arc by 1e-8 radians.
    assert km(start, end) <= km(start, between) + km(between, end) + 1e-3


@given(PLACES, PLACES)
def test_haversine_agrees_with_the_angle_between_vectors(start, end):
    def vector(place):
        lat, lon = map(math.radians, place)
        return (
            math.cos(lat) * math.cos(lon),
            math.cos(lat) * math.sin(lon),
            math.sin(lat),
        )

    a, b = vector(start), vector(end)
    apart = 2 * math.atan2(
        math.dist(a, b), math.hypot(*(x + y for x, y in zip(a, b, strict=True)))
    )
    assert km(start, end) == pytest.approx(apart * EARTH_RADIUS_KM, rel=1e-6, abs=1e-3)
