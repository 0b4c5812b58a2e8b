import itertools
import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InternalError
from matcher.policy import TravelMode, TravelPolicy
from matcher.travel import EstimateProvider, great_circle_km
from tests.travel.columns import everyone_to_all, points

POLICY = TravelPolicy()
ESTIMATE = EstimateProvider(POLICY)
HERE = (51.0, 4.0)
KM_PER_DEGREE = 2 * math.pi * 6371.0088 / 360
MODES = ("walk", "bike", "ebike", "moped", "pt", "car")
MODE_LISTS = st.lists(st.sampled_from(MODES), unique=True).map(tuple)
KM = st.floats(0, 300)


def north(km):
    return (HERE[0] + km / KM_PER_DEGREE, HERE[1])


def minutes(km, modes, provider=ESTIMATE):
    return everyone_to_all(provider, points(HERE), points(north(km)), [modes])[0, 0]


def best(km, modes, provider=ESTIMATE):
    pair = np.zeros(1, dtype=np.int64)
    return provider.best_mode(points(HERE), points(north(km)), pair, pair, [modes])


@pytest.mark.parametrize(
    ("mode", "access", "speed"),
    [
        ("walk", 0, 4.8),
        ("bike", 2, 16),
        ("ebike", 2, 20),
        ("moped", 3, 30),
        ("pt", 12, 25),
        ("car", 5, 45),
    ],
)
def test_mode_takes_the_minutes_of_the_contract(mode, access, speed):
    expected = access + 60 * 1.3 * 10 / speed
    assert minutes(10, (mode,)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("km", [1, 5, 7, 8, 30])
def test_blank_modes_are_bike_and_public_transport(km):
    assert minutes(km, ()) == minutes(km, ("bike", "pt"))


def test_each_pair_is_reckoned_with_the_modes_of_its_own_origin():
    origins = points(HERE, north(3), HERE)
    destinations = points(north(10), north(1))
    table = everyone_to_all(
        ESTIMATE, origins, destinations, [("walk",), (), ("car", "pt")]
    )
    expected = [
        [minutes(10, ("walk",)), minutes(1, ("walk",))],
        [minutes(7, ()), minutes(2, ())],
        [minutes(10, ("car",)), minutes(1, ("car",))],
    ]
    assert table == pytest.approx(np.array(expected), rel=1e-9)


def test_pairs_may_repeat_and_stand_in_any_order():
    origins, destinations = points(HERE, north(4)), points(north(1), north(9))
    modes = [("bike",), ("car",)]
    table = everyone_to_all(ESTIMATE, origins, destinations, modes)
    i, j = np.array([1, 0, 1, 1]), np.array([0, 1, 0, 1])
    listed = ESTIMATE.minutes(origins, destinations, i, j, modes)
    assert listed.tolist() == table[i, j].tolist()


def test_an_end_without_location_has_no_minutes_and_no_mode():
    nowhere = points(HERE, (math.nan, math.nan))
    table = everyone_to_all(ESTIMATE, nowhere, nowhere, [(), ("car",)])
    assert np.isnan(table).tolist() == [[False, True], [True, True]]
    one = np.ones(1, dtype=np.int64)
    found = ESTIMATE.best_mode(nowhere, nowhere, one, one, [(), ("car",)])
    assert found.mode.tolist() == [""]
    assert np.isnan(found.minutes).all()


def test_no_pairs_have_no_minutes():
    none = np.empty(0, dtype=np.int64)
    assert ESTIMATE.minutes(points(), points(), none, none, []).shape == (0,)
    assert ESTIMATE.best_mode(points(), points(), none, none, []).mode.shape == (0,)


def test_policy_sets_detour_access_and_speed():
    modes = {"bike": TravelMode(access=7.0, speed=10.0)}
    provider = EstimateProvider(
        replace(POLICY, detour=2.0, modes=MappingProxyType(modes))
    )
    assert minutes(5, ("bike",), provider) == pytest.approx(7 + 60, rel=1e-9)


def test_more_pairs_than_one_chunk_agree_with_the_formula_one_by_one():
    rng = np.random.default_rng(7)
    origins = points(*rng.uniform((50.7, 2.6), (51.4, 5.8), (300, 2)))
    destinations = points(*rng.uniform((50.7, 2.6), (51.4, 5.8), (250, 2)))
    lists = [(), ("walk",), ("car", "moped"), ("pt", "ebike", "walk")]
    modes = [lists[k % 4] for k in range(300)]
    table = everyone_to_all(ESTIMATE, origins, destinations, modes)
    for origin in (0, 1, 2, 3, 133, 299):
        km = great_circle_km(
            origins.lat[origin], origins.lon[origin], destinations.lat, destinations.lon
        )
        by_mode = [
            POLICY.modes[name].access
            + 60 * POLICY.detour * km / POLICY.modes[name].speed
            for name in modes[origin] or ("bike", "pt")
        ]
        assert table[origin] == pytest.approx(np.min(by_mode, axis=0), rel=1e-12)


def test_short_trips_go_by_bike_and_long_ones_by_public_transport():
    assert best(2, ()).mode.tolist() == ["bike"]
    assert best(40, ()).mode.tolist() == ["pt"]


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_modes_that_take_as_long_are_told_apart_by_the_learners_order(order):
    equal = {name: TravelMode(access=3.0, speed=12.0) for name in "abc"}
    provider = EstimateProvider(replace(POLICY, modes=MappingProxyType(equal)))
    assert best(5, order, provider).mode.tolist() == [order[0]]


def test_mode_outside_the_policy_is_our_fault():
    with pytest.raises(InternalError, match="skates"):
        minutes(5, ("skates",))


def test_description_says_that_it_is_an_estimate():
    assert "estimate" in ESTIMATE.describe()
    assert best(5, ()).is_estimate.tolist() == [True]


@given(KM, MODE_LISTS)
def test_best_mode_takes_the_minutes_and_is_of_the_list(km, modes):
    found = best(km, modes)
    assert found.minutes[0] == minutes(km, modes)
    assert found.mode[0] in (modes or ("bike", "pt"))
    assert minutes(km, (found.mode[0],)) == found.minutes[0]


@given(KM, MODE_LISTS.filter(len), st.sampled_from(MODES))
def test_one_more_mode_never_lengthens_the_way(km, modes, extra):
    assert minutes(km, (*modes, extra)) <= minutes(km, modes)


@given(KM, MODE_LISTS)
def test_order_of_the_modes_does_not_change_the_minutes(km, modes):
    assert minutes(km, modes[::-1]) == minutes(km, modes)


@given(st.floats(0, 200), st.floats(0.001, 100), MODE_LISTS)
def test_farther_takes_longer(km, more, modes):
    assert minutes(km, modes) < minutes(km + more, modes)


@given(
    st.lists(st.tuples(st.floats(49, 52), st.floats(2, 7)), min_size=2, max_size=2),
    MODE_LISTS,
)
def test_the_way_back_takes_as_long(places, modes):
    table = everyone_to_all(ESTIMATE, points(*places), points(*places), [modes, modes])
    assert table[0, 1] == table[1, 0]
