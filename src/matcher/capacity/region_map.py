"""The map of the page: sites by what is tight there, learners per district of post."""

from collections import Counter
from dataclasses import dataclass
from math import isnan, sqrt

import numpy as np

from matcher.capacity.area import Areas, area_of
from matcher.capacity.fairness import LEAST_SHOWN
from matcher.capacity.report import CapacityReport
from matcher.capacity.site_facts import SiteFact, site_facts
from matcher.report.backdrop import Backdrop, Box, Frame, backdrop
from matcher.report.geography import spots_of
from matcher.report.region_map import CROWDED, Symbol
from matcher.suggestions import LoadedRun
from matcher.travel import postcode_points

_SHORT, _DEAR, _OTHER = 10.0, 8.0, 5.0
"""Sides of squares, in pixels; less where there are many."""

_RADIUS = 26.0
_LEAST_CLEAR = 9.0
"""Of the largest circle; and half the side that a number takes, however few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """Learners of a district of post, as a circle."""

    x: float
    y: float
    radius: float
    learners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMap:
    """All shapes, in pixels.

    Attributes
    ----------
    districts
        Those of at least `LEAST_SHOWN` learners.
    num_left_out
        Districts of fewer.
    short, dear, other
        Sites in a certificate; with a price; the rest.
    """

    land: Backdrop
    districts: tuple[District, ...]
    num_left_out: int
    short: tuple[Symbol, ...]
    dear: tuple[Symbol, ...]
    other: tuple[Symbol, ...]


def region_map(run: LoadedRun, report: CapacityReport) -> RegionMap | None:
    """The map; None where no site has a place."""
    sites = [each for each in site_facts(run, report) if not isnan(each.lat + each.lon)]
    spots = spots_of(
        np.array([each.lat for each in sites]), np.array([each.lon for each in sites])
    )
    if not sites:
        return None
    land = backdrop(
        Counter(run.dataset.learners.postcode),
        spots,
        drawn=lambda frame: map(_box, _districts(run, frame)[0]),
    )
    if land is None:
        return None
    shrink = min(1.0, sqrt(CROWDED / len(sites)))
    shapes: dict[str, list[Symbol]] = {"short": [], "dear": [], "other": []}
    for site, east, north in zip(sites, spots.east, spots.north, strict=True):
        kind, size = _kind(site)
        shapes[kind].append(
            _square(land.frame, float(east), float(north), max(2.0, size * shrink))
        )
    districts, num_left_out = _districts(run, land.frame)
    return RegionMap(
        land=land,
        districts=districts,
        num_left_out=num_left_out,
        short=tuple(shapes["short"]),
        dear=tuple(shapes["dear"]),
        other=tuple(shapes["other"]),
    )


def _box(district: District) -> Box:
    """The square of a circle: no name of a town lies over it, nor over its number."""
    x, y, radius = district.x, district.y, max(district.radius, _LEAST_CLEAR)
    return (x - radius, y - radius, x + radius, y + radius)


def _kind(site: SiteFact) -> tuple[str, float]:
    if site.is_short:
        return "short", _SHORT
    return ("dear", _DEAR) if site.dearest_points > 0 else ("other", _OTHER)


def _square(frame: Frame, east: float, north: float, size: float) -> Symbol:
    return Symbol(
        x=round(frame.x(east) - size / 2, 1),
        y=round(frame.y(north) - size / 2, 1),
        size=round(size, 1),
    )


def _districts(run: LoadedRun, frame: Frame) -> tuple[tuple[District, ...], int]:
    """Circles of districts that may be told, inside the frame; how many may not."""
    learners = run.dataset.learners
    count = Counter(Areas().of(learners.postcode, learners.lat, learners.lon))
    points = postcode_points()
    spots, codes = spots_of(points.lat, points.lon), area_of(points.postcode)
    told = {code: n for code, n in count.items() if n >= LEAST_SHOWN}
    most = max(told.values(), default=1)
    found = []
    for code, number in sorted(told.items(), key=lambda each: -each[1]):
        own = codes == code
        if own.any():
            x = frame.x(float(spots.east[own].mean()))
            y = frame.y(float(spots.north[own].mean()))
            if 0 < x < frame.width and 0 < y < frame.height:
                radius = round(_RADIUS * sqrt(number / most), 1)
                found.append(
                    District(
                        x=round(x, 1), y=round(y, 1), radius=radius, learners=number
                    )
                )
    return tuple(found), len(count) - len(told)
