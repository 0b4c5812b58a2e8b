import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.travel.router.place import NOWHERE, places_of
from tests.travel.columns import points


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_degrees_come_back_rounded_to_four_decimals(lat, lon):
    ((north, east),) = places_of(points((lat, lon))).lat_lon()
    assert float(north) == pytest.approx(lat, abs=0.5001e-4)
    assert float(east) == pytest.approx(lon, abs=0.5001e-4)


def test_corners_of_the_globe_have_keys_of_their_own():
    corners = [(lat, lon) for lat in (-90, 0, 90) for lon in (-180, 0, 180)]
    keys = places_of(points(*corners)).key.tolist()
    assert len(set(keys)) == len(corners)
    assert min(keys) > NOWHERE


def test_points_within_the_rounding_are_one_place():
    near = points((51.00001, 4.00001), (50.99999, 3.99999))
    assert len(set(places_of(near).key.tolist())) == 1


def test_half_a_location_is_nowhere():
    lost = points((math.nan, 4.0), (51.0, math.nan))
    assert places_of(lost).key.tolist() == [NOWHERE, NOWHERE]
