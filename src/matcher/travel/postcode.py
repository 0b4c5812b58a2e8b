"""The point of a postcode, from the packaged list of Belgian places.

Postal code data (c) GeoNames (geonames.org), CC BY 4.0, converted by
zauberware, modified.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class PostcodePoints:
    """One point per postcode.

    Attributes
    ----------
    postcode
        (num_postcodes,), different strings of four digits, ascending.
    lat, lon
        (num_postcodes,), WGS84 degrees: the median, of each separately, over
        the places of the postcode that are not suspect, or over all its places
        where every one is (contract, section 1).
    """

    postcode: Texts
    lat: Floats
    lon: Floats

    def locate(
        self, postcodes: Texts, lat: Floats, lon: Floats
    ) -> tuple[Floats, Floats]:
        """Where rows with these three columns are: the contract's location.

        Parameters
        ----------
        postcodes
            (num_rows,), "" where blank.
        lat, lon
            (num_rows,), degrees, NaN where blank.

        Returns
        -------
        lat, lon
            (num_rows,), degrees: the row's own where both are given, else
            those of its postcode, else NaN both.
        """
        place = self._positions(postcodes)
        has_own = ~(np.isnan(lat) | np.isnan(lon))
        if len(self.postcode) == 0:
            return np.where(has_own, lat, np.nan), np.where(has_own, lon, np.nan)
        is_listed = place >= 0
        listed_lat = np.where(is_listed, self.lat[place], np.nan)
        listed_lon = np.where(is_listed, self.lon[place], np.nan)
        return np.where(has_own, lat, listed_lat), np.where(has_own, lon, listed_lon)

    def unknown(self, postcodes: Texts) -> NDArray[np.bool_]:
        """Mask of the postcodes that are filled in and not in the list."""
        is_filled: NDArray[np.bool_] = postcodes != ""
        return (self._positions(postcodes) < 0) & is_filled

    @cached_property
    def _position(self) -> dict[str, int]:
        return {each: at for at, each in enumerate(self.postcode.tolist())}

    def _positions(self, postcodes: Texts) -> NDArray[np.int64]:
        found = (self._position.get(each, -1) for each in postcodes)
        return np.fromiter(found, dtype=np.int64, count=len(postcodes))


@cache
def postcode_points() -> PostcodePoints:
    """Points of the packaged list, read once per process."""
    source = files("matcher.travel").joinpath("data", "belgian_postcodes.csv")
    with source.open(encoding="utf-8") as stream:
        places = pd.read_csv(stream, dtype=str)
    numbers = {"lat": float, "lon": float, "suspect": int}
    return points_of_places(places.astype(numbers))


def points_of_places(places: pd.DataFrame) -> PostcodePoints:
    """Points of a list of places: columns postcode, lat, lon, suspect (0 or 1)."""
    is_sound = places["suspect"] == 0
    has_sound = is_sound.groupby(places["postcode"]).transform("any")
    used = places[is_sound | ~has_sound]
    median = used.groupby("postcode", sort=True)[["lat", "lon"]].median()
    return PostcodePoints(
        postcode=_locked(median.index.to_numpy(dtype=object)),
        lat=_locked(median["lat"].to_numpy(dtype=np.float64, copy=True)),
        lon=_locked(median["lon"].to_numpy(dtype=np.float64, copy=True)),
    )


def _locked(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array
