"""Rounded points, the only thing that is sent to a router and kept of it."""

from dataclasses import dataclass

import numpy as np

from matcher.travel.point import Points
from matcher.travel.provider import Index

_PER_DEGREE = 10_000
"""Steps of 11 metres or less: finer than a router can tell, and enough for two
learners of one postcode to share an answer."""

_LON_STEPS = 360 * _PER_DEGREE + 1
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Places:
    """Rounded points as one number each.

    Attributes
    ----------
    key
        (num_places,), grows with lat, then lon; `NOWHERE` without a location.
    """

    key: Index

    def __len__(self) -> int:
        return len(self.key)

    def lat_lon(self) -> list[tuple[str, str]]:
        """Degrees with four decimals, as routers read them."""
        lat = self.key // _LON_STEPS - 90 * _PER_DEGREE
        lon = self.key % _LON_STEPS - 180 * _PER_DEGREE
        return [
            (f"{north / _PER_DEGREE:.4f}", f"{east / _PER_DEGREE:.4f}")
            for north, east in zip(lat.tolist(), lon.tolist(), strict=True)
        ]


def places_of(points: Points) -> Places:
    """Rounded points; rows without a location are `NOWHERE`."""
    known = points.is_known
    lat = np.rint(np.where(known, points.lat, 0.0) * _PER_DEGREE).astype(np.int64)
    lon = np.rint(np.where(known, points.lon, 0.0) * _PER_DEGREE).astype(np.int64)
    key = (lat + 90 * _PER_DEGREE) * _LON_STEPS + lon + 180 * _PER_DEGREE
    return Places(np.where(known, key, NOWHERE))
