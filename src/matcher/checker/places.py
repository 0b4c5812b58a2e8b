"""Where people and places are, and how long the way is: the judge's own estimate."""

import csv
import functools
import importlib.resources
import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence

Point = tuple[float, float]
"""Latitude and longitude in degrees."""

EARTH_RADIUS_KM = 6371.0088
DEFAULT_MODES = ("bike", "pt")
"""The modes of a learner who names none."""


def location(lat: float, lon: float, postcode: str) -> Point | None:
    """A location is lat, lon where both are given, else the point of `postcode`."""
    if not math.isnan(lat) and not math.isnan(lon):
        return lat, lon
    return postcode_points().get(postcode)


@functools.cache
def postcode_points() -> Mapping[str, Point]:
    """Per postcode the median of lat and, separately, of lon.

    Over its rows with `suspect` = 0, else over all its rows.
    """
    file = importlib.resources.files("matcher") / "travel/data/belgian_postcodes.csv"
    every: dict[str, list[Point]] = defaultdict(list)
    sound: dict[str, list[Point]] = defaultdict(list)
    for row in csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()):
        point = float(row["lat"]), float(row["lon"])
        every[row["postcode"]].append(point)
        if row["suspect"] == "0":
            sound[row["postcode"]].append(point)
    return {
        postcode: _middle(sound.get(postcode, every[postcode])) for postcode in every
    }


def _middle(points: Sequence[Point]) -> Point:
    return (
        statistics.median(lat for lat, _ in points),
        statistics.median(lon for _, lon in points),
    )


def great_circle_km(start: Point, end: Point) -> float:
    """Kilometres as the crow flies, on a sphere (haversine)."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*start, *end))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def estimated_minutes(
    start: Point | None,
    end: Point | None,
    learner_modes: Sequence[str],
    detour: float,
    modes: Mapping[str, tuple[float, float]],
) -> float:
    """The least over the learner's modes of access + 60 x detour x km / speed.

    NaN where a location is missing.
    """
    if start is None or end is None:
        return math.nan
    km = great_circle_km(start, end)
    return min(
        (
            access + 60 * detour * km / speed
            for access, speed in (
                modes[mode] for mode in learner_modes or DEFAULT_MODES if mode in modes
            )
        ),
        default=math.nan,
    )
