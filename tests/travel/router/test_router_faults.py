"""What a router may say or not say, and what the user reads of it."""

import json

import numpy as np
import pytest

from matcher.errors import RouterError
from matcher.policy import TravelPolicy
from matcher.travel import provider_from_settings
from tests.travel.columns import everyone_to_all, points
from tests.travel.router.fake_router import Reply

HOME, SITE = (51.0, 4.0), (51.05, 4.2)


@pytest.fixture(params=["osrm", "valhalla"])
def kind(request):
    return request.param


def ask(settings, homes=(HOME,), sites=(SITE,)):
    provider = provider_from_settings(TravelPolicy(), [settings])
    return everyone_to_all(
        provider, points(*homes), points(*sites), [("car",)] * len(homes)
    )


def expect_error(settings, *facts):
    with pytest.raises(RouterError) as caught:
        ask(settings)
    message = str(caught.value)
    for fact in (settings.address, settings.profiles["car"], "Expected", *facts):
        assert fact in message
    assert "51.0" not in message


def in_form(kind, rows):
    """A table in the form of the kind, whatever its cells."""
    if kind == "osrm":
        return {"code": "Ok", "durations": rows}
    return {"sources_to_targets": {"durations": rows}}


def test_refusal_is_quoted(router, settings_of, kind):
    router.slowness.clear()
    fact = {"osrm": "InvalidValue", "valhalla": "125 No costing method"}[kind]
    expect_error(settings_of(kind), "400", fact)
    assert router.num_requests == 1


@pytest.mark.parametrize("status", [302, 401, 404, 500])
def test_status_without_json_is_named_and_not_asked_again(
    router, settings_of, kind, status
):
    router.scripted = [Reply(status=status, body=b"<html>no</html>")]
    expect_error(settings_of(kind), str(status))
    assert router.num_requests == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_router_is_asked_again(router, settings_of, kind, status):
    router.scripted = [Reply(status=status)] * 2
    assert np.isfinite(ask(settings_of(kind))).all()
    assert router.num_requests == 3


def test_router_that_stays_busy_is_given_up(router, settings_of, kind):
    router.scripted = [Reply(status=503)] * 9
    expect_error(settings_of(kind), "503")
    assert router.num_requests == 3


def test_nobody_at_the_address(settings_of, kind, unused_port):
    url = f"http://127.0.0.1:{unused_port}"
    expect_error(settings_of(kind, url=url), "ConnectError")


def test_address_with_https_is_asked_with_https(router, settings_of, kind):
    # The server speaks plain http: what comes back is no handshake.
    url = router.url.replace("http://", "https://")
    expect_error(settings_of(kind, url=url, retries=0), "ConnectError")


def test_answer_that_comes_too_late_is_given_up(router, settings_of, kind):
    router.scripted = [Reply(is_silent=True)] * 2
    settings = settings_of(kind, timeout_seconds=0.05, retries=1)
    expect_error(settings, "0.05 seconds")
    assert router.num_requests == 2


def test_answer_that_trickles_in_is_given_up(router, settings_of, kind):
    # Each piece comes in time; the answer does not.
    router.scripted = [Reply(body=b" " * 12, pause_seconds=0.05, pieces=12)]
    settings = settings_of(kind, timeout_seconds=0.2, retries=0)
    expect_error(settings, "0.2 seconds")


def test_silence_is_forgiven_when_the_next_answer_is_in_time(router, settings_of):
    router.scripted = [Reply(is_silent=True)]
    assert np.isfinite(ask(settings_of("osrm", timeout_seconds=1.0))).all()
    assert router.num_requests == 2


def test_answer_that_breaks_off_is_asked_again(router, settings_of, kind):
    router.scripted = [Reply(body=b'{"code', content_length=900)]
    assert np.isfinite(ask(settings_of(kind))).all()
    assert router.num_requests == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"code": "Ok", "durations": [[12.5',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"code": "Ok", "durations": [[NaN]]}',
        b'{"code": "Ok", "durations": [[Infinity]]}',
    ],
)
def test_truncated_or_unreadable_json_is_an_error(router, settings_of, kind, body):
    router.scripted = [Reply(body=body)]
    expect_error(settings_of(kind), "without readable JSON")


@pytest.mark.parametrize("document", [[], "Ok", 7, None, True, {}, {"code": []}])
def test_json_of_another_shape_is_an_error(router, settings_of, kind, document):
    router.scripted = [Reply.of(200, document)]
    expect_error(settings_of(kind))


@pytest.mark.parametrize(
    "rows",
    [
        None,
        [],
        7,
        {},
        [[]],
        [7],
        [[1.0, 2.0]],
        [[1.0], [2.0]],
        [["12"]],
        [[True]],
        [[[1.0]]],
        [[{}]],
        [[-1.0]],
        [[10**400]],
    ],
)
def test_table_of_another_size_or_kind_is_an_error(router, settings_of, kind, rows):
    router.scripted = [Reply(body=json.dumps(in_form(kind, rows)).encode())]
    expect_error(settings_of(kind))


@pytest.mark.parametrize(
    "matrix",
    [
        7,
        [],
        [[{"time": 60}, {"time": 60}]],
        [[{"distance": 1.0}]],
        [[60]],
        [[{"time": "60"}]],
        [[{"time": 60, "from_index": 1, "to_index": 0}]],
        [[{"time": 60, "from_index": 0, "to_index": 3}]],
    ],
)
def test_matrix_of_pairs_that_does_not_fit_is_an_error(router, settings_of, matrix):
    router.scripted = [Reply.of(200, {"sources_to_targets": matrix})]
    expect_error(settings_of("valhalla"))


@pytest.mark.parametrize("is_flat", [False, True])
def test_valhalla_may_answer_pair_by_pair(router, settings_of, is_flat):
    cells = [{"time": 60 * k, "from_index": 0, "to_index": k} for k in range(3)]
    matrix = cells if is_flat else [cells]
    router.scripted = [Reply.of(200, {"sources_to_targets": matrix})]
    sites = [(51.0, 4.0 + k / 100) for k in range(3)]
    access = TravelPolicy().modes["car"].access
    assert ask(settings_of("valhalla"), sites=sites).tolist() == [
        [access, access + 1, access + 2]
    ]


def test_older_valhalla_gives_the_same_minutes(router, settings_of, tmp_path):
    homes, sites = [HOME, (51.2, 4.1)], [SITE, (50.9, 4.0), HOME]
    router.islands = {sites[1]}
    new = ask(settings_of("valhalla"), homes, sites)
    router.is_old = True
    old = ask(settings_of("valhalla", cache_folder=tmp_path / "old"), homes, sites)
    np.testing.assert_array_equal(old, new)
    assert np.isnan(old).any()


@pytest.mark.parametrize("status", [413, 414])
def test_question_that_is_too_long_is_asked_in_parts(router, settings_of, kind, status):
    router.scripted = [Reply(status=status)]
    sites = [SITE, (51.1, 4.1)]
    assert np.isfinite(ask(settings_of(kind), sites=sites)).all()
    assert router.sizes == [(1, 1), (1, 1)]


def test_refused_pair_is_no_connection(router, settings_of):
    refusal = {"code": "NoTable", "message": "No route found"}
    router.scripted = [Reply.of(400, refusal)]
    assert np.isnan(ask(settings_of("osrm"))).all()
    assert np.isnan(ask(settings_of("osrm"))).all()
    assert router.num_requests == 1


def test_login_in_the_address_is_used_and_not_shown(router, settings_of, kind):
    url = router.url.replace("//", "//planner:secret@")
    settings = settings_of(kind, url=url)
    assert settings.address == router.url
    assert np.isfinite(ask(settings)).all()
    router.slowness.clear()
    with pytest.raises(RouterError) as caught:
        ask(settings, homes=[(51.3, 4.4)])
    assert "secret" not in str(caught.value)


def test_proxy_of_the_environment_is_not_used_for_this_machine(
    settings_of, kind, monkeypatch, unused_port
):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port}")
    assert np.isfinite(ask(settings_of(kind))).all()
