"""Points on the globe and the distance between them as the crow flies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (contract, section 6)."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Where people or places are, one row each.

    Attributes
    ----------
    lat, lon
        (num_points,), WGS84 degrees; NaN both where nobody knows.
    """

    lat: Floats
    lon: Floats

    def __len__(self) -> int:
        return len(self.lat)

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """(num_points,), whether both coordinates are there."""
        return ~(np.isnan(self.lat) | np.isnan(self.lon))


def great_circle_km(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Kilometres between points given in degrees, elementwise; NaN stays NaN.

    The haversine form: exact to rounding for neighbours, where the law of
    cosines loses all its digits. Near the antipodes, where rounding may lift
    the haversine above 1, it is cut off there.
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    return angle_km(
        phi1, np.radians(lon1), np.cos(phi1), phi2, np.radians(lon2), np.cos(phi2)
    )


def angle_km(
    lat1: Floats, lon1: Floats, cos1: Floats, lat2: Floats, lon2: Floats, cos2: Floats
) -> Floats:
    """Kilometres between points in radians, with the cosines of their latitude.

    Cosines belong to points, not to pairs: whoever has many pairs of few points
    takes them once.
    """
    across = np.sin(0.5 * (lat2 - lat1))
    along = np.sin(0.5 * (lon2 - lon1))
    haversine = across * across + cos1 * cos2 * (along * along)
    arc = np.arcsin(np.sqrt(np.minimum(haversine, 1.0)))
    return np.asarray(2.0 * EARTH_RADIUS_KM * arc)
