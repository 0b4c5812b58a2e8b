"""What every source of travel times answers, whatever it asks in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.travel.point import Floats, Points

Index = NDArray[np.int64]
"""Positions into the rows of a `Points`."""

ModeLists = Sequence[tuple[str, ...]]
"""Per origin the modes of the policy that a learner uses; empty where blank."""

BLANK_MODES = ("bike", "pt")
"""What a blank list of modes stands for (contract, section 6)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BestModes:
    """Per pair the mode that takes the fewest minutes.

    Attributes
    ----------
    mode
        (num_pairs,), names of modes; "" where there is no location or no
        connection. Of modes that take as long, the first of the learner's list.
    minutes
        (num_pairs,), one way, door to door; NaN where `mode` is "".
    is_estimate
        (num_pairs,), whether the minutes are the estimate of the policy.
    """

    mode: NDArray[np.object_]
    minutes: Floats
    is_estimate: NDArray[np.bool_]


class TravelProvider(Protocol):
    """A source of one-way travel times for pairs of origin and destination."""

    def minutes(
        self,
        origins: Points,
        destinations: Points,
        origin_index: Index,
        destination_index: Index,
        modes: ModeLists,
    ) -> Floats:
        """Least minutes of each pair over the modes of its origin.

        Parameters
        ----------
        origins, destinations
            Points that the pairs refer to.
        origin_index, destination_index
            (num_pairs,), positions into `origins` and `destinations`.
        modes
            (num_origins,), modes of each origin; blank is bike and pt.

        Returns
        -------
        minutes
            (num_pairs,), one way, door to door; NaN where an end has no
            location or no mode connects them.
        """
        ...

    def best_mode(
        self,
        origins: Points,
        destinations: Points,
        origin_index: Index,
        destination_index: Index,
        modes: ModeLists,
    ) -> BestModes:
        """Mode behind the minutes of each pair; parameters as for `minutes`."""
        ...

    def describe(self) -> str:
        """Where the minutes come from, per mode, in one line for a report."""
        ...
