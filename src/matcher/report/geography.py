"""Belgium as points: what the map draws behind learners and sites.

There is no outline of provinces among the data; the nearest place of the packaged
list says in which province a spot lies. Postcode data (c) GeoNames, CC BY 4.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from matcher.travel import postcode_points

Floats = NDArray[np.float64]

KM_PER_DEGREE = 111.195
MIDDLE_LATITUDE = 50.95
"""Of Flanders; good to a percent over its whole height."""

REACH_KM = 5.0
"""A spot farther than this from every place is sea or another country."""

PROVINCES = (
    "West-Vlaanderen",
    "Oost-Vlaanderen",
    "Antwerpen",
    "Limburg",
    "Vlaams-Brabant",
    "Brussel",
)

MAIN_TOWNS: Mapping[str, str] = MappingProxyType(
    {
        "2000": "Antwerpen",
        "9000": "Gent",
        "1000": "Brussel",
        "8000": "Brugge",
        "3000": "Leuven",
        "3500": "Hasselt",
        "8500": "Kortrijk",
        "2800": "Mechelen",
        "9300": "Aalst",
        "9100": "Sint-Niklaas",
        "2300": "Turnhout",
        "3600": "Genk",
        "8400": "Oostende",
        "8800": "Roeselare",
        "8900": "Ieper",
        "9900": "Eeklo",
        "9700": "Oudenaarde",
        "3700": "Tongeren",
        "3300": "Tienen",
        "2440": "Geel",
        "1500": "Halle",
        "8300": "Knokke-Heist",
        "3920": "Lommel",
        "8630": "Veurne",
        "3680": "Maaseik",
        "9500": "Geraardsbergen",
        "2200": "Herentals",
        "3290": "Diest",
    }
)
"""Towns to find one's way by, with a postcode, the better known first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Spots on a flat map, in kilometres east and north of a fixed origin."""

    east: Floats
    north: Floats

    def __len__(self) -> int:
        return len(self.east)

    def stacked(self) -> Floats:
        """(spots, 2), east and north."""
        return np.stack([self.east, self.north], axis=1)


def spots_of(lat: Floats, lon: Floats) -> Spots:
    """Flat positions of degrees; NaN stays NaN."""
    shrink = np.cos(np.radians(MIDDLE_LATITUDE))
    return Spots(east=lon * KM_PER_DEGREE * shrink, north=lat * KM_PER_DEGREE)


def coarse_spots(postcodes: NDArray[np.object_], lat: Floats, lon: Floats) -> Spots:
    """Where people live, no finer than a postcode.

    The point of the postcode; where that is unknown, the postcode point nearest
    to the coordinates; NaN without either. Coordinates themselves never show.
    """
    points = postcode_points()
    blank = np.full(len(postcodes), np.nan)
    listed = spots_of(*points.locate(postcodes, blank, blank))
    exact = spots_of(lat, lon)
    known = spots_of(points.lat, points.lon)
    lost = np.isnan(listed.east) & ~np.isnan(exact.east + exact.north)
    east, north = listed.east.copy(), listed.north.copy()
    if lost.any():
        _, nearest = KDTree(known.stacked()).query(exact.stacked()[lost])
        east[lost], north[lost] = known.east[nearest], known.north[nearest]
    return Spots(east=east, north=north)


def provinces_at(spots: Spots) -> NDArray[np.int64]:
    """Position in `PROVINCES` of each spot; -1 outside Flanders and Brussels."""
    atlas = _atlas()
    distance, nearest = atlas.tree.query(spots.stacked())
    inside = distance <= REACH_KM
    return np.where(inside, atlas.province[nearest], -1)


def place_names() -> Mapping[str, str]:
    """Name of each postcode: a main town, else the first of the list."""
    return _atlas().names


@dataclass(frozen=True, slots=True, kw_only=True)
class _Atlas:
    tree: KDTree
    province: NDArray[np.int64]
    names: Mapping[str, str]


@cache
def _atlas() -> _Atlas:
    source = files("matcher.travel") / "data" / "belgian_postcodes.csv"
    with source.open(encoding="utf-8") as stream:
        places = pd.read_csv(stream, dtype={"postcode": str})
    places = places[places["suspect"] == 0]
    spots = spots_of(places["lat"].to_numpy(), places["lon"].to_numpy())
    rank = {province: at for at, province in enumerate(PROVINCES)}
    reverse = zip(places["postcode"][::-1], places["municipality"][::-1], strict=True)
    return _Atlas(
        tree=KDTree(spots.stacked()),
        province=np.array(
            [rank.get(p, -1) for p in places["province"]], dtype=np.int64
        ),
        names=MappingProxyType({**dict(reverse), **MAIN_TOWNS}),
    )
