"""Locations and the travel estimate, with distances from elsewhere."""

import math

import pytest

from matcher.checker.places import (
    estimated_minutes,
    great_circle_km,
    location,
    postcode_points,
)
from matcher.checker.run_policy import MODES

GHENT = (51.0543, 3.7174)
BRUGES = (51.2093, 3.2247)
KM = great_circle_km(GHENT, BRUGES)


def test_one_degree_of_latitude_is_a_360th_of_the_way_around():
    around = 2 * math.pi * 6371.0088

    assert great_circle_km((50, 4), (51, 4)) == pytest.approx(around / 360)
    assert great_circle_km((0, 0), (0, 180)) == pytest.approx(around / 2)
    assert great_circle_km(GHENT, GHENT) == 0


@pytest.mark.parametrize(
    ("modes", "minutes"),
    [
        (("walk",), 60 * 1.3 * KM / 4.8),
        (("bike",), 2 + 60 * 1.3 * KM / 16),
        (("ebike",), 2 + 60 * 1.3 * KM / 20),
        (("moped",), 3 + 60 * 1.3 * KM / 30),
        (("pt",), 12 + 60 * 1.3 * KM / 25),
        (("car",), 5 + 60 * 1.3 * KM / 45),
        (("walk", "pt", "bike"), 12 + 60 * 1.3 * KM / 25),
        ((), 12 + 60 * 1.3 * KM / 25),
    ],
)
def test_least_minutes_over_the_modes(modes: tuple[str, ...], minutes: float):
    assert estimated_minutes(GHENT, BRUGES, modes, 1.3, MODES) == pytest.approx(minutes)


def test_bike_is_a_default_mode_for_a_short_way():
    assert estimated_minutes(GHENT, GHENT, (), 1.3, MODES) == 2


def test_missing_location_makes_minutes_unknown():
    assert math.isnan(estimated_minutes(None, GHENT, (), 1.3, MODES))
    assert math.isnan(estimated_minutes(GHENT, None, (), 1.3, MODES))


def test_coordinates_come_before_the_postcode():
    assert location(50.5, 4.5, "9000") == (50.5, 4.5)
    assert location(math.nan, math.nan, "9000") == postcode_points()["9000"]
    assert location(50.5, math.nan, "9000") == postcode_points()["9000"]
    assert location(math.nan, math.nan, "") is None
    assert location(math.nan, math.nan, "0000") is None


@pytest.mark.parametrize(
    ("postcode", "point"),
    [
        ("1020", (50.8759, 4.3484)),  # one place
        ("1300", (50.7060, 4.58840)),  # two places: the mean of both
        ("1435", (50.6343, 4.6173)),  # three: the middle lat and, apart, the middle lon
        ("1357", (50.7471, 4.9883)),  # a suspect place is left out
        ("1150", (50.8551, 4.3707)),  # nothing but a suspect place
    ],
)
def test_point_of_a_postcode(postcode: str, point: tuple[float, float]):
    assert postcode_points()[postcode] == pytest.approx(point, abs=5e-5)
