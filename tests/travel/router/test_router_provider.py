import logging
import math
from dataclasses import replace

import numpy as np
import pytest

from matcher.errors import RouterError
from matcher.policy import TravelPolicy
from matcher.travel import EstimateProvider, provider_from_settings
from tests.travel.columns import every_pair, everyone_to_all, points

POLICY = TravelPolicy()
HOMES = [(51.0, 4.0), (51.02, 4.05), (51.1, 3.9)]
SITES = [(51.05, 4.0), (50.9, 4.2)]
NAN = math.nan


@pytest.fixture(params=["osrm", "valhalla"])
def settings(request, settings_of):
    return settings_of(request.param)


def provider(*settings):
    return provider_from_settings(POLICY, settings)


def ride(router, settings, mode, start, end):
    seconds = router.seconds(settings.profiles[mode], start, end)
    return POLICY.modes[mode].access + seconds / 60


def test_minutes_are_the_access_of_the_mode_and_the_ride_of_the_router(
    router, settings
):
    table = everyone_to_all(
        provider(settings), points(*HOMES), points(*SITES), [("car",)] * 3
    )
    expected = [[ride(router, settings, "car", h, s) for s in SITES] for h in HOMES]
    assert table == pytest.approx(np.array(expected))
    assert router.sizes == [(3, 2)]


def test_every_pair_takes_the_fastest_mode_of_its_own_learner(router, settings):
    modes = [("walk", "bike"), ("bike", "car"), ("walk",)]
    table = everyone_to_all(provider(settings), points(*HOMES), points(*SITES), modes)
    expected = [
        [
            min(ride(router, settings, mode, home, site) for mode in own)
            for site in SITES
        ]
        for home, own in zip(HOMES, modes, strict=True)
    ]
    assert table == pytest.approx(np.array(expected))


def test_modes_without_profile_keep_the_estimate_and_say_so(settings):
    pairs = every_pair(3, 2)
    modes = [("pt",), ("ebike",), ("bike",)]
    ask = (points(*HOMES), points(*SITES), *pairs, modes)
    found = provider(settings).best_mode(*ask)
    estimated = EstimateProvider(POLICY).minutes(*ask)
    assert found.mode.tolist() == ["pt", "pt", "ebike", "ebike", "bike", "bike"]
    assert found.is_estimate.tolist() == [True] * 4 + [False] * 2
    assert found.minutes[:4] == pytest.approx(estimated[:4])
    assert found.minutes[4:] != pytest.approx(estimated[4:])


def test_blank_modes_are_the_routers_bike_and_the_estimated_public_transport(
    router, settings
):
    near, far = (51.005, 4.0), (51.5, 4.6)
    homes = points(HOMES[0])
    pairs = every_pair(1, 2)
    found = provider(settings).best_mode(homes, points(near, far), *pairs, [()])
    assert found.mode.tolist() == ["bike", "pt"]
    assert found.is_estimate.tolist() == [False, True]
    assert found.minutes[0] == pytest.approx(
        ride(router, settings, "bike", HOMES[0], near)
    )


def test_null_is_no_connection_by_that_mode_only(router, settings):
    router.islands = {SITES[1]}
    modes = [("car",), ("car", "pt"), ("car",)]
    table = everyone_to_all(provider(settings), points(*HOMES), points(*SITES), modes)
    assert np.isnan(table).tolist() == [[False, True], [False, False], [False, True]]
    found = provider(settings).best_mode(
        points(*HOMES), points(*SITES), np.array([0, 1]), np.array([1, 1]), modes
    )
    assert found.mode.tolist() == ["", "pt"]
    assert found.is_estimate.tolist() == [False, True]


def test_place_off_the_road_spoils_no_other_pair(router, settings):
    homes = [(51.0 + k / 100, 4.0) for k in range(9)]
    router.off_road = {homes[4]}
    table = everyone_to_all(
        provider(settings), points(*homes), points(*SITES), [("car",)] * 9
    )
    assert np.isnan(table).all(axis=1).tolist() == [k == 4 for k in range(9)]
    assert np.isnan(table).sum() == len(SITES)


def test_ends_without_location_are_not_asked_for(router, settings):
    homes, sites = points(HOMES[0], (NAN, NAN)), points(SITES[0], (NAN, NAN))
    table = everyone_to_all(provider(settings), homes, sites, [("car",), ("car",)])
    assert np.isnan(table).tolist() == [[False, True], [True, True]]
    assert router.sizes == [(1, 1)]


def test_nobody_to_be_asked_for_asks_nothing(router, settings):
    none = np.empty(0, dtype=np.int64)
    assert provider(settings).minutes(points(), points(), none, none, []).shape == (0,)
    lost = points((NAN, NAN))
    assert np.isnan(everyone_to_all(provider(settings), lost, lost, [("car",)])).all()
    everyone_to_all(provider(settings), points(*HOMES), points(*SITES), [("pt",)] * 3)
    assert router.num_requests == 0


def test_learners_of_one_postcode_are_asked_for_once(router, settings):
    homes = points(*[HOMES[0]] * 50)
    table = everyone_to_all(provider(settings), homes, points(*SITES), [("car",)] * 50)
    assert router.sizes == [(1, 2)]
    assert (table == table[0]).all()


def test_only_the_pairs_asked_for_are_put_in_tables(router, settings):
    homes = [(51.0 + k / 100, 4.0) for k in range(8)]
    sites = [(50.9, 4.0 + k / 100) for k in range(8)]
    # Two trajectories: the first half of the homes needs the first half of the sites.
    i, j = every_pair(8, 8)
    same = (i < 4) == (j < 4)
    minutes = provider(settings).minutes(
        points(*homes), points(*sites), i[same], j[same], [("car",)] * 8
    )
    assert sorted(router.sizes) == [(4, 4), (4, 4)]
    expected = [
        ride(router, settings, "car", homes[a], sites[b])
        for a, b in zip(i[same], j[same], strict=True)
    ]
    assert minutes == pytest.approx(expected)


def test_tables_stay_within_the_batch_size(router, settings):
    homes = [(51.0 + k / 100, 4.0) for k in range(13)]
    sites = [(50.9, 4.0 + k / 100) for k in range(17)]
    small = replace(settings, batch_size=10)
    table = everyone_to_all(
        provider(small), points(*homes), points(*sites), [("car",)] * 13
    )
    assert max(map(sum, router.sizes)) <= 10
    assert sum(a * b for a, b in router.sizes) == 13 * 17
    expected = [[ride(router, settings, "car", h, s) for s in sites] for h in homes]
    assert table == pytest.approx(np.array(expected))


def test_router_that_takes_less_at_a_time_gets_less(router, settings):
    homes = [(51.0 + k / 100, 4.0) for k in range(13)]
    router.max_locations = 6
    table = everyone_to_all(
        provider(settings), points(*homes), points(*SITES), [("car",)] * 13
    )
    assert max(map(sum, router.sizes)) <= 6
    assert not np.isnan(table).any()


def test_router_that_takes_nothing_at_all_is_an_error(router, settings):
    router.max_locations = 1
    with pytest.raises(RouterError, match="single pair"):
        everyone_to_all(
            provider(settings), points(HOMES[0]), points(SITES[0]), [("car",)]
        )


def test_router_with_the_map_of_another_country_is_an_error_soon(router, settings):
    homes = [(51.0 + k / 1000, 4.0) for k in range(60)]
    router.off_road = {*homes}
    with pytest.raises(RouterError, match="map of the region"):
        everyone_to_all(
            provider(settings), points(*homes), points(*SITES), [("car",)] * 60
        )
    assert router.num_requests < 100


def test_second_run_asks_nothing(router, settings):
    router.islands = {SITES[1]}
    ask = (points(*HOMES), points(*SITES), *every_pair(3, 2), [("car", "walk")] * 3)
    first = provider(settings).minutes(*ask)
    asked = router.num_requests
    second = provider(settings).minutes(*ask)
    assert router.num_requests == asked > 0
    assert np.isnan(second).any()
    np.testing.assert_array_equal(first, second)


def test_second_run_asks_only_for_what_is_new(router, settings):
    everyone_to_all(
        provider(settings), points(*HOMES[:2]), points(*SITES), [("car",)] * 2
    )
    everyone_to_all(provider(settings), points(*HOMES), points(*SITES), [("car",)] * 3)
    assert router.sizes == [(2, 2), (1, 2)]


def test_other_router_or_profile_does_not_use_the_same_answers(router, settings):
    ask = (points(*HOMES), points(*SITES), *every_pair(3, 2), [("car",)] * 3)
    provider(settings).minutes(*ask)
    profile = settings.profiles["bike"]
    slower = provider(replace(settings, profiles={"car": profile})).minutes(*ask)
    assert router.profiles == [settings.profiles["car"], profile]
    assert (slower > provider(settings).minutes(*ask)).all()


def test_answers_before_a_failure_are_kept(router, settings):
    homes = [(51.0 + k / 100, 4.0) for k in range(12)]
    small = replace(settings, batch_size=4, retries=0)
    ask = (points(*homes), points(*SITES), *every_pair(12, 2), [("car",)] * 12)
    router.max_locations = 4
    whole = provider(replace(small, cache_folder=small.cache_folder / "b"))
    expected = whole.minutes(*ask)
    num_tables = router.num_requests
    stubborn = replace(small, profiles={"car": small.profiles["car"]})
    broken = router.slowness.pop(small.profiles["car"])
    with pytest.raises(RouterError):
        provider(stubborn).minutes(*ask)
    router.slowness[small.profiles["car"]] = broken
    np.testing.assert_array_equal(provider(stubborn).minutes(*ask), expected)
    assert router.num_requests == 2 * num_tables + 1


def test_one_more_mode_never_lengthens_the_way(settings):
    ask = (points(*HOMES), points(*SITES), *every_pair(3, 2))
    known = ["walk", "bike", "pt", "ebike", "car"]
    before = provider(settings).minutes(*ask, [("walk",)] * 3)
    for count in range(2, len(known) + 1):
        after = provider(settings).minutes(*ask, [tuple(known[:count])] * 3)
        assert (after <= before).all()
        before = after


def test_server_that_ignores_the_profile_is_warned_of(router, settings, caplog):
    router.slowness = dict.fromkeys(router.slowness, 10)
    with caplog.at_level(logging.WARNING, logger="matcher"):
        everyone_to_all(
            provider(settings), points(*HOMES), points(*SITES), [("car", "bike")] * 3
        )
    assert "same times" in caplog.text
    assert settings.profiles["bike"] in caplog.text


def test_logs_hold_no_coordinates_of_anybody(settings, caplog):
    with caplog.at_level(logging.DEBUG, logger="matcher"):
        everyone_to_all(
            provider(settings), points(*HOMES), points(*SITES), [("car",)] * 3
        )
    assert "tables asked" in caplog.text
    assert "51.0" not in caplog.text


def test_two_routers_share_the_modes(router, settings_of):
    both = [
        settings_of("osrm", profiles={"bike": "bike", "ebike": "bike"}),
        settings_of("valhalla", profiles={"car": "auto"}),
    ]
    modes = [("ebike",), ("bike",), ("car",)]
    table = everyone_to_all(provider(*both), points(*HOMES), points(SITES[0]), modes)
    expected = [
        POLICY.modes[mode].access + router.seconds(profile, home, SITES[0]) / 60
        for mode, profile, home in zip(
            ("ebike", "bike", "car"), ("bike", "bike", "auto"), HOMES, strict=True
        )
    ]
    assert table[:, 0] == pytest.approx(expected)
    assert "ebike" in provider(*both).describe()
    assert "estimate" in provider(*both).describe()
