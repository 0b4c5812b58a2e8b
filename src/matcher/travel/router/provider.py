"""Travel times of routers, behind the protocol of the room."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcher.policy import TravelPolicy
from matcher.travel.estimate import EstimateProvider
from matcher.travel.mode_choice import mode_choices
from matcher.travel.point import Floats, Points
from matcher.travel.provider import BestModes, Index, ModeLists
from matcher.travel.router.place import NOWHERE, places_of
from matcher.travel.router.route import Route

logger = logging.getLogger(__name__)

_ENOUGH_TO_TELL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterProvider:
    """Minutes on the road for the modes that a router knows (`TravelProvider`).

    A mode takes its access minutes of the policy plus the router's time: the
    router knows the ride, not the way to the bike shed. Modes without a route
    keep the estimate. A mode without connection counts for nothing.

    Attributes
    ----------
    routes
        No mode stands in two of them.
    """

    policy: TravelPolicy
    routes: tuple[Route, ...]

    def minutes(
        self,
        origins: Points,
        destinations: Points,
        origin_index: Index,
        destination_index: Index,
        modes: ModeLists,
    ) -> Floats:
        """Least minutes of each pair; NaN without location or connection.

        Raises
        ------
        RouterError
            A router does not answer as documented.
        """
        return self.best_mode(
            origins, destinations, origin_index, destination_index, modes
        ).minutes

    def best_mode(
        self,
        origins: Points,
        destinations: Points,
        origin_index: Index,
        destination_index: Index,
        modes: ModeLists,
    ) -> BestModes:
        """Mode behind the minutes of each pair; ties go to the list's order.

        Raises
        ------
        RouterError
            A router does not answer as documented.
        """
        choices = mode_choices(modes, self.policy.modes)
        routed = {mode for route in self.routes for mode in route.modes}
        pairs = _Pairs(
            origins=origins,
            destinations=destinations,
            origin_index=origin_index,
            destination_index=destination_index,
        )
        by_mode = np.full((len(choices.names) + 1, len(origin_index)), np.inf)
        users = {name: choices.uses(name)[origin_index] for name in choices.names}
        for name, used, minutes in self._by_mode(pairs, users):
            by_mode[choices.names.index(name), used] = minutes
        by_mode[np.isnan(by_mode)] = np.inf
        # The last row answers position -1: past the end of a list, or no mode.
        best = np.full(len(origin_index), -1, dtype=np.int64)
        row = np.arange(len(origin_index))
        for own in choices.ranked[:, origin_index]:
            best = np.where(by_mode[own, row] < by_mode[best, row], own, best)
        names = np.array([*choices.names, ""], dtype=object)
        estimated = np.array([name not in routed for name in (*choices.names, "")])
        return BestModes(
            mode=names[best],
            minutes=np.where(best >= 0, by_mode[best, row], np.nan),
            is_estimate=estimated[best] & (best >= 0),
        )

    def describe(self) -> str:
        """Which router answers for which modes, in one line."""
        parts = [f"{', '.join(route.modes)}: {route.name}" for route in self.routes]
        return "; ".join([*parts, "other modes: estimate from distance"])

    def _by_mode(
        self, pairs: "_Pairs", users: dict[str, NDArray[np.bool_]]
    ) -> Iterator[tuple[str, Index, Floats]]:
        """Modes that somebody uses, with positions of pairs and their minutes."""
        origin, destination = pairs.keys()
        is_located = (origin != NOWHERE) & (destination != NOWHERE)
        rides: list[tuple[Route, Floats]] = []
        for route in self.routes:
            own = [users[mode] for mode in route.modes if mode in users]
            asked = np.flatnonzero(is_located & np.logical_or.reduce(own))
            if not len(asked):
                continue
            ride = np.full(len(is_located), np.nan)
            ride[asked] = route.seconds(origin[asked], destination[asked]) / 60.0
            rides.append((route, ride))
            for mode in route.modes:
                if mode in users:
                    used = np.flatnonzero(users[mode])
                    yield mode, used, self.policy.modes[mode].access + ride[used]
        _warn_of_deaf_routers(rides)
        routed = {mode for route in self.routes for mode in route.modes}
        for mode in users.keys() - routed:
            used = np.flatnonzero(users[mode])
            yield mode, used, self._estimate(pairs, used, mode)

    def _estimate(self, pairs: "_Pairs", used: Index, mode: str) -> Floats:
        return EstimateProvider(self.policy).minutes(
            pairs.origins,
            pairs.destinations,
            pairs.origin_index[used],
            pairs.destination_index[used],
            [(mode,)] * len(pairs.origins),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pairs:
    origins: Points
    destinations: Points
    origin_index: Index
    destination_index: Index

    def keys(self) -> tuple[Index, Index]:
        """Rounded places of both ends of each pair."""
        origin = places_of(self.origins).key[self.origin_index]
        return origin, places_of(self.destinations).key[self.destination_index]


def _warn_of_deaf_routers(rides: list[tuple[Route, Floats]]) -> None:
    """Two profiles with the same times: the server ignores the name it is asked."""
    for (one, minutes), (other, others) in combinations(rides, 2):
        if one.settings.address != other.settings.address:
            continue
        both = (minutes > 0) & (others > 0)
        if both.sum() >= _ENOUGH_TO_TELL and (minutes[both] == others[both]).all():
            logger.warning(
                'router %s gives the same times for the profiles "%s" and "%s": it may'
                " know one only; name the modes that its map is made for",
                one.settings.address,
                one.profile,
                other.profile,
            )
