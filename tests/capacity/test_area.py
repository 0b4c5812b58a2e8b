"""Areas: every row in one of them, by what people call them."""

import numpy as np
import pytest

from matcher.capacity.area import AreaError, Areas, areas_named

UNKNOWN = np.nan


def area(text, postcode="", lat=UNKNOWN, lon=UNKNOWN):
    (found,) = areas_named(text).of(
        np.array([postcode], object), np.array([lat]), np.array([lon])
    )
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("district", "93xx"),
        ("postzone", "93xx"),
        ("municipality", "9300 Aalst"),
        ("gemeente", "9300 Aalst"),
        ("Arrondissement", "Aalst"),
        ("provincie", "Oost-Vlaanderen"),
        ("9300:1", "9300:1"),
        ("9000:50", "9000:50"),
        ("9000:5", "other"),
    ],
)
def test_postcode_lies_in_the_area_that_is_asked_for(text, expected):
    assert area(text, "9300") == expected


def test_without_a_postcode_the_nearest_one_counts():
    in_aalst = (50.938, 4.039)
    assert area("gemeente", "", *in_aalst) == "9300 Aalst"
    assert area("district", "", *in_aalst) == "93xx"
    assert area("9300:1", "", *in_aalst) == "9300:1"


@pytest.mark.parametrize("text", ["district", "gemeente", "province", "9300:20"])
def test_without_a_location_the_area_is_not_known(text):
    assert area(text) == "?"


def test_coordinates_go_before_the_postcode_where_kilometres_count():
    assert area("9300:5", "9300", 51.05, 3.72) == "other"


@pytest.mark.parametrize(
    ("text", "fact"),
    [("wijk", "gemeente"), ("9999999:5", "9300:20"), ("0001:5", "0001"),
     ("9300:0", "500"), ("9300:501", "500")],
)  # fmt: skip
def test_area_that_is_not_known_is_refused_in_both_languages(text, fact):
    with pytest.raises(AreaError) as refused:
        areas_named(text)
    assert fact in refused.value.dutch
    assert refused.value.dutch != str(refused.value)


def test_the_same_area_is_read_back_from_its_text():
    for areas in (Areas(), Areas(level="province"), areas_named("9300:12,5")):
        assert areas_named(str(areas)) == areas
