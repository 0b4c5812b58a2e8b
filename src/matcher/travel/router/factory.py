"""From settings, or the words of a command line, to a source of travel times."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal, cast
from urllib.parse import parse_qsl

from matcher.errors import RouterError
from matcher.policy import TravelPolicy
from matcher.travel.estimate import EstimateProvider
from matcher.travel.provider import TravelProvider
from matcher.travel.router.provider import RouterProvider
from matcher.travel.router.route import Route
from matcher.travel.router.settings import DEFAULT_PROFILES, RouterSettings


def router_settings(text: str) -> RouterSettings:
    """Settings of an option such as ``osrm=http://localhost:5000?bike=cycling``.

    What stands before the first ``=`` is the kind, after a ``?`` the profile of
    each mode that the router is to answer for; without, the defaults of its kind.

    Raises
    ------
    RouterError
        The text is not of that form.
    """
    kind, _, rest = text.partition("=")
    if kind not in DEFAULT_PROFILES or not rest:
        message = (
            f'--router: found "{kind}". Expected osrm=ADDRESS or valhalla=ADDRESS,'
            " where ?MODE=PROFILE may follow the address."
        )
        raise RouterError(message)
    url, _, query = rest.partition("?")
    try:
        profiles = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError as error:
        message = f'--router: found "?{query}". Expected ?MODE=PROFILE&MODE=PROFILE.'
        raise RouterError(message) from error
    return RouterSettings(
        kind=cast('Literal["osrm", "valhalla"]', kind), url=url, profiles=dict(profiles)
    )


def provider_from_settings(
    policy: TravelPolicy, routers: Iterable[RouterSettings] = ()
) -> TravelProvider:
    """Source of travel times: the routers given, the estimate for other modes.

    Raises
    ------
    RouterError
        A router answers for a mode that is not of the policy, or that another
        one answers for.
    """
    routes: list[Route] = []
    taken: dict[str, str] = {}
    for settings in routers:
        modes_by_profile: dict[str, list[str]] = {}
        for mode, profile in sorted(settings.profiles.items()):
            _check(mode, profile, settings, policy, taken)
            taken[mode] = settings.address
            modes_by_profile.setdefault(profile, []).append(mode)
        routes += [
            Route(settings=settings, profile=profile, modes=tuple(modes))
            for profile, modes in modes_by_profile.items()
        ]
    if not routes:
        return EstimateProvider(policy)
    return RouterProvider(policy=policy, routes=tuple(routes))


def _check(
    mode: str,
    profile: str,
    settings: RouterSettings,
    policy: TravelPolicy,
    taken: dict[str, str],
) -> None:
    where = f"Router {settings.address}"
    if mode not in policy.modes:
        near = get_close_matches(mode, policy.modes, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        known = ", ".join(sorted(policy.modes))
        message = f'{where}: found mode "{mode}". Expected one of {known}.{hint}'
        raise RouterError(message)
    if not profile:
        message = f'{where}: found no profile for mode "{mode}". Expected a name.'
        raise RouterError(message)
    if mode in taken:
        message = (
            f'{where}: found mode "{mode}", which {taken[mode]} answers for. Expected'
            " one router per mode. Name the modes of each: ?MODE=PROFILE."
        )
        raise RouterError(message)
