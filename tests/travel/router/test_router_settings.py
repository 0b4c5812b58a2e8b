import pytest

from matcher.errors import RouterError
from matcher.policy import TravelMode, TravelPolicy
from matcher.travel import (
    EstimateProvider,
    RouterSettings,
    provider_from_settings,
    router_settings,
)

POLICY = TravelPolicy()
URL = "http://localhost:5000"


def test_option_names_kind_and_address():
    settings = router_settings(f"osrm={URL}")
    assert (settings.kind, settings.url) == ("osrm", URL)
    assert set(settings.profiles) == {"walk", "bike", "car"}


def test_option_may_name_the_profile_of_each_mode():
    settings = router_settings(f"valhalla={URL}/route?ebike=bicycle&car=auto")
    assert settings.url == f"{URL}/route"
    assert dict(settings.profiles) == {"ebike": "bicycle", "car": "auto"}


@pytest.mark.parametrize(
    "text",
    ["", "osrm", "osrm=", f"google={URL}", URL, f"osrm={URL}?bike", f"osrm={URL}?&"],
)
def test_option_of_another_form_is_explained(text):
    with pytest.raises(RouterError, match="Expected"):
        router_settings(text)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:5000",
        "ftp://host",
        "http://",
        "http://a:b",
        "http://a:99999",
        "http://[::1",
        "http://host/?key=1",
        "http://host#here",
    ],
)
def test_address_that_no_request_can_be_sent_to_is_refused(url):
    with pytest.raises(RouterError, match="url"):
        RouterSettings(kind="osrm", url=url)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("kind", "google"),
        ("timeout_seconds", 0.0),
        ("retries", -1),
        ("backoff_seconds", -0.5),
        ("batch_size", 1),
    ],
)
def test_setting_out_of_range_is_named_with_what_was_found(setting, value):
    with pytest.raises(RouterError) as caught:
        RouterSettings(**({"kind": "osrm", "url": URL} | {setting: value}))
    assert setting in str(caught.value)
    assert f'"{value}"' in str(caught.value)


def test_without_router_travel_is_estimated():
    assert provider_from_settings(POLICY) == EstimateProvider(POLICY)


def test_mode_that_the_policy_does_not_know_is_refused_with_the_nearest():
    settings = router_settings(f"osrm={URL}?biek=bike")
    with pytest.raises(RouterError, match=r'biek.*Did you mean "bike"'):
        provider_from_settings(POLICY, [settings])


def test_mode_of_the_users_own_policy_may_be_routed():
    modes = {"cargo": TravelMode(access=4.0, speed=12.0)}
    provider = provider_from_settings(
        TravelPolicy(modes=modes), [router_settings(f"osrm={URL}?cargo=bike")]
    )
    assert "cargo" in provider.describe()


def test_mode_without_a_profile_is_refused():
    with pytest.raises(RouterError, match='no profile for mode "bike"'):
        provider_from_settings(POLICY, [router_settings(f"osrm={URL}?bike=")])


def test_two_routers_for_one_mode_are_refused():
    routers = [router_settings(f"osrm={URL}"), router_settings("valhalla=http://other")]
    with pytest.raises(RouterError, match=r'"bike".*localhost'):
        provider_from_settings(POLICY, routers)


def test_description_names_router_and_modes():
    provider = provider_from_settings(POLICY, [router_settings(f"osrm={URL}?bike=x")])
    assert provider.describe() == (
        f"bike: osrm {URL} x; other modes: estimate from distance"
    )
