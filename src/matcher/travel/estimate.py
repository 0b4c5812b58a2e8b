"""The estimate of the contract: minutes that grow in a straight line with km.

For each mode: access + 60 x detour x km / speed (contract, section 6); the least
over the learner's modes counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.policy import TravelPolicy
from matcher.travel.mode_choice import ModeChoices, mode_choices
from matcher.travel.point import Floats, Points, angle_km
from matcher.travel.provider import BestModes, Index, ModeLists

_CHUNK = 1 << 15
"""Pairs at a time: all columns of a chunk stay in the processor's cache, which
makes 5 million pairs three times faster than one sweep over the whole arrays."""


@dataclass(frozen=True, slots=True)
class EstimateProvider:
    """Travel times from distance alone; asks nobody (see `TravelProvider`).

    Attributes
    ----------
    policy
        Detour, and access and speed of each mode.
    """

    policy: TravelPolicy

    def minutes(
        self,
        origins: Points,
        destinations: Points,
        origin_index: Index,
        destination_index: Index,
        modes: ModeLists,
    ) -> Floats:
        """Least minutes of each pair; NaN where an end has no location."""
        choices = mode_choices(modes, self.policy.modes)
        slopes = self._slopes(choices)
        # A mode that is not the learner's takes for ever.
        access = np.array(
            [
                np.where(choices.uses(name), self.policy.modes[name].access, np.inf)
                for name in choices.names
            ]
        )
        minutes = np.full(len(origin_index), np.inf)
        for part, km in _distances(
            origins, destinations, origin_index, destination_index
        ):
            origin = origin_index[part]
            for own_access, slope in zip(access, slopes, strict=True):
                by_mode = slope * km
                by_mode += own_access[origin]
                np.minimum(minutes[part], by_mode, out=minutes[part])
        return minutes

    def best_mode(
        self,
        origins: Points,
        destinations: Points,
        origin_index: Index,
        destination_index: Index,
        modes: ModeLists,
    ) -> BestModes:
        """Mode behind the minutes of each pair; ties go to the list's order."""
        choices = mode_choices(modes, self.policy.modes)
        # The last entry answers position -1: past the end of a list.
        slopes = np.append(self._slopes(choices), 0.0)
        access = [self.policy.modes[name].access for name in choices.names]
        access_or_never = np.append(access, np.inf)
        minutes = np.full(len(origin_index), np.inf)
        mode = np.full(len(origin_index), -1, dtype=np.int64)
        for part, km in _distances(
            origins, destinations, origin_index, destination_index
        ):
            for own in choices.ranked[:, origin_index[part]]:
                by_mode = access_or_never[own] + slopes[own] * km
                is_less = by_mode < minutes[part]
                minutes[part] = np.where(is_less, by_mode, minutes[part])
                mode[part] = np.where(is_less, own, mode[part])
        names = np.array([*choices.names, ""], dtype=object)
        return BestModes(
            mode=names[mode],
            minutes=np.where(mode >= 0, minutes, np.nan),
            is_estimate=np.ones(len(mode), dtype=bool),
        )

    def describe(self) -> str:
        """Where the minutes come from, in one line."""
        return "estimate from distance for every mode"

    def _slopes(self, choices: ModeChoices) -> Floats:
        """Minutes per kilometre as the crow flies, per mode that occurs."""
        speeds = [self.policy.modes[name].speed for name in choices.names]
        return 60.0 * self.policy.detour / np.array(speeds, dtype=np.float64)


def _distances(
    origins: Points, destinations: Points, origin_index: Index, destination_index: Index
) -> Iterator[tuple[slice, Floats]]:
    """Chunks of pairs with the kilometres of each pair."""
    lat1, lon1 = np.radians(origins.lat), np.radians(origins.lon)
    lat2, lon2 = np.radians(destinations.lat), np.radians(destinations.lon)
    cos1, cos2 = np.cos(lat1), np.cos(lat2)
    for start in range(0, len(origin_index), _CHUNK):
        part = slice(start, start + _CHUNK)
        i, j = origin_index[part], destination_index[part]
        yield part, angle_km(lat1[i], lon1[i], cos1[i], lat2[j], lon2[j], cos2[j])
