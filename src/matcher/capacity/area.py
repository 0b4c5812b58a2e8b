"""Areas: how a region is cut, so that people find the place that they know."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from matcher.capacity.words import said
from matcher.dataset.tables import Floats, Texts
from matcher.eligibility.pairs import TOLERANCE
from matcher.errors import MatcherError
from matcher.report.geography import place_names, spots_of
from matcher.travel import great_circle_km, postcode_points

NOWHERE = "?"
"""Area of a learner or site whose location nobody knows."""

BEYOND = "other"
"""Area of who lives or works beyond the radius that was asked for."""

AreaLevel = Literal["district", "municipality", "arrondissement", "province", "radius"]

_LEVELS: dict[str, AreaLevel] = {
    "district": "district",
    "postzone": "district",
    "municipality": "municipality",
    "gemeente": "municipality",
    "arrondissement": "arrondissement",
    "province": "province",
    "provincie": "province",
}
_RADIUS = re.compile(r"(\d{4}):(\d+(?:[.,]\d+)?)")
_MOST_KM = 500.0


class AreaError(MatcherError):
    """The way to cut the region into areas is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """A way to cut a region into areas.

    Attributes
    ----------
    level
        `district`: the first two digits of the postcode; `municipality`: the
        postcode with its place; `arrondissement`, `province`; `radius`: within so
        many kilometres of one postcode, as the crow flies, and beyond.
    centre, km
        Of a radius; else "" and 0.
    """

    level: AreaLevel = "district"
    centre: str = ""
    km: float = 0.0

    def __str__(self) -> str:
        return f"{self.centre}:{self.km:g}" if self.level == "radius" else self.level

    def of(self, postcodes: Texts, lat: Floats, lon: Floats) -> Texts:
        """(rows,), the area of each; without a postcode that of the nearest one.

        Parameters
        ----------
        postcodes
            "" where blank.
        lat, lon
            Degrees, NaN where blank.
        """
        if self.level == "radius":
            return self._within(postcodes, lat, lon)
        codes = _nearest_where_blank(postcodes, lat, lon)
        if self.level == "district":
            return area_of(codes)
        names = _names(self.level)
        return np.array([names.get(code, NOWHERE) for code in codes], object)

    def _within(self, postcodes: Texts, lat: Floats, lon: Floats) -> Texts:
        points = postcode_points()
        blank = np.array([np.nan])
        centre = points.locate(np.array([self.centre], object), blank, blank)
        km = great_circle_km(*points.locate(postcodes, lat, lon), *centre)
        named = np.where(km <= self.km + TOLERANCE, str(self), BEYOND)
        return np.where(np.isnan(km), NOWHERE, named).astype(object)


def areas_named(text: str) -> Areas:
    """Read a level by its Dutch or English name, or a radius such as ``9300:20``.

    Raises
    ------
    AreaError
        It is neither, or the postcode is not in the list.
    """
    level = _LEVELS.get(text.casefold())
    if level is not None:
        return Areas(level=level)
    found = _RADIUS.fullmatch(text)
    if found is None:
        raise _error("area_unknown", text=text)
    centre, km = found[1], float(found[2].replace(",", "."))
    if postcode_points().unknown(np.array([centre], object))[0]:
        raise _error("area_postcode", text=text, postcode=centre)
    if not 0 < km <= _MOST_KM:
        raise _error("area_km", text=text, most=f"{_MOST_KM:g}")
    return Areas(level="radius", centre=centre, km=km)


def area_of(postcodes: Texts) -> Texts:
    """(rows,), district of each postcode: its first two digits."""
    return np.array(
        [each[:2] + "xx" if each else NOWHERE for each in postcodes], object
    )


def _error(key: str, **facts: str) -> AreaError:
    return AreaError(said(key, "en", **facts), said(key, "nl", **facts))


def _nearest_where_blank(postcodes: Texts, lat: Floats, lon: Floats) -> Texts:
    """Postcodes, where blank that of the nearest point; "" without a location."""
    codes = postcodes.copy()
    lost = (codes == "") & ~np.isnan(lat + lon)
    if lost.any():
        points = postcode_points()
        tree = KDTree(spots_of(points.lat, points.lon).stacked())
        _, nearest = tree.query(spots_of(lat[lost], lon[lost]).stacked())
        codes[lost] = points.postcode[nearest]
    return codes


@cache
def _names(level: str) -> dict[str, str]:
    """Area of each postcode; the list knows postcodes, not the bounds of today."""
    if level == "municipality":
        return {code: f"{code} {name}" for code, name in place_names().items()}
    source = files("matcher.travel") / "data" / "belgian_postcodes.csv"
    with source.open(encoding="utf-8") as stream:
        places = pd.read_csv(stream, dtype=str, keep_default_na=False)
    sound_first = places.sort_values("suspect", kind="stable")
    first = sound_first.drop_duplicates("postcode")
    return dict(zip(first["postcode"], first[level], strict=True))
