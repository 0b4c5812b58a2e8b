import csv
from importlib.resources import files
from io import StringIO
from statistics import median

import numpy as np
import pandas as pd
import pytest

from matcher.travel import postcode_points
from matcher.travel.postcode import points_of_places

PLACES = """\
postcode,lat,lon,suspect
1111,51.0,4.0,0
1111,51.4,4.1,0
1111,51.2,4.8,0
2222,50.0,3.0,0
2222,50.2,3.6,0
2222,90.0,9.0,1
3333,50.5,5.0,1
3333,50.7,5.4,1
"""


def texts(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


@pytest.fixture
def points():
    return points_of_places(pd.read_csv(StringIO(PLACES), dtype={"postcode": str}))


def test_medians_of_lat_and_lon_are_taken_separately(points):
    assert (points.lat[0], points.lon[0]) == pytest.approx((51.2, 4.1))


def test_even_number_of_places_takes_the_mean_of_the_middle_two(points):
    assert (points.lat[1], points.lon[1]) == pytest.approx((50.1, 3.3))


def test_suspect_places_count_only_where_there_are_no_others(points):
    assert (points.lat[2], points.lon[2]) == pytest.approx((50.6, 5.2))


def test_own_coordinates_go_before_the_postcode(points):
    lat, lon = points.locate(
        texts("1111", "1111", "", "", "0000"),
        np.array([50.0, np.nan, 50.1, np.nan, np.nan]),
        np.array([3.5, np.nan, 3.6, np.nan, np.nan]),
    )
    assert lat == pytest.approx([50.0, 51.2, 50.1, np.nan, np.nan], nan_ok=True)
    assert lon == pytest.approx([3.5, 4.1, 3.6, np.nan, np.nan], nan_ok=True)


def test_half_a_coordinate_is_no_coordinate(points):
    lat, lon = points.locate(
        texts("1111", ""), np.array([50.0, np.nan]), np.array([np.nan, 3.6])
    )
    assert (lat[0], lon[0]) == pytest.approx((51.2, 4.1))
    assert np.isnan([lat[1], lon[1]]).all()


def test_unknown_postcodes_are_those_filled_in_and_not_listed(points):
    assert points.unknown(texts("1111", "", "9999", "B-1111")).tolist() == [
        False,
        False,
        True,
        True,
    ]


def test_no_rows_have_no_locations(points):
    lat, lon = points.locate(texts(), np.empty(0), np.empty(0))
    assert lat.shape == lon.shape == (0,)
    assert points.unknown(texts()).shape == (0,)


def test_empty_list_knows_no_postcode():
    nothing = points_of_places(
        pd.DataFrame({"postcode": [], "lat": [], "lon": [], "suspect": []})
    )
    lat, _ = nothing.locate(texts("1000"), np.array([np.nan]), np.array([np.nan]))
    assert np.isnan(lat).all()
    assert nothing.unknown(texts("1000")).tolist() == [True]


def test_packaged_list_gives_every_postcode_the_point_of_the_contract():
    text = files("matcher.travel").joinpath("data/belgian_postcodes.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    points = postcode_points()
    assert points.postcode.tolist() == sorted({row["postcode"] for row in rows})
    for postcode, lat, lon in zip(points.postcode, points.lat, points.lon, strict=True):
        own = [row for row in rows if row["postcode"] == postcode]
        used = [row for row in own if row["suspect"] == "0"] or own
        assert lat == pytest.approx(median(float(row["lat"]) for row in used))
        assert lon == pytest.approx(median(float(row["lon"]) for row in used))


def test_points_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        postcode_points().lat[0] = 0.0
