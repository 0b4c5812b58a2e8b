"""The capacity of a region on a map: sites, and learners per district of post."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from pathlib import Path

from matcher.capacity.area import area_of
from matcher.dataset import Dataset
from matcher.report.backdrop import Backdrop, backdrop
from matcher.report.geography import spots_of
from matcher.report.region_map import Symbol
from matcher.travel import postcode_points
from matcher_service.answers.redaction import FEWEST
from matcher_service.pages.region_told import supply_table

_RADIUS, _SITE, _SHORT_SITE = 26.0, 6.0, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Learners of a district of post."""

    code: str
    learners: int
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyMap:
    """All shapes, in pixels.

    Attributes
    ----------
    areas
        Those that are told; two at least are left out where one has to be, so that
        the sum of all tells nothing of it.
    num_left_out
        Areas that are not told.
    """

    land: Backdrop
    areas: tuple[Area, ...]
    num_left_out: int
    sites: tuple[Symbol, ...]
    short_sites: tuple[Symbol, ...]


def supply_map(
    dataset: Dataset, report: Path, short: frozenset[str]
) -> SupplyMap | None:
    """The map of a report; None where no site has a place.

    Parameters
    ----------
    short
        Sites that stand in a proven shortage.
    """
    sites = dataset.sites
    places = spots_of(*postcode_points().locate(sites.postcode, sites.lat, sites.lon))
    land = backdrop(Counter(sites.postcode), places)
    if land is None:
        return None
    told, num_left_out = told_areas(_learners(report))
    drawn: list[Symbol] = []
    marked: list[Symbol] = []
    for site_id, east, north in zip(
        sites.site_id, places.east, places.north, strict=True
    ):
        if isnan(east):
            continue
        is_short = site_id in short
        size = _SHORT_SITE if is_short else _SITE
        symbol = Symbol(
            x=round(land.frame.x(float(east)) - size / 2, 1),
            y=round(land.frame.y(float(north)) - size / 2, 1),
            size=size,
        )
        (marked if is_short else drawn).append(symbol)
    return SupplyMap(
        land=land,
        areas=_areas(land, told),
        num_left_out=num_left_out,
        sites=tuple(drawn),
        short_sites=tuple(marked),
    )


def told_areas(learners: Counter[str]) -> tuple[dict[str, int], int]:
    """Areas whose number of learners may be told, and how many may not.

    Below ten nothing is told; where that leaves out one area alone, the smallest of
    the others goes with it.
    """
    told = {code: n for code, n in learners.items() if n >= FEWEST}
    few = [code for code, n in learners.items() if 0 < n < FEWEST]
    if len(few) == 1 and told:
        del told[min(told, key=lambda code: (told[code], code))]
    return told, sum(n > 0 for n in learners.values()) - len(told)


def _learners(report: Path) -> Counter[str]:
    """Learners per area, in the period in which the most are active."""
    by_period: dict[str, Counter[str]] = {}
    for row in supply_table(report):
        own = by_period.setdefault(row["period_id"], Counter())
        own[row["area"]] += int(row["learners"])
    return max(by_period.values(), key=lambda own: own.total(), default=Counter())


def _areas(land: Backdrop, told: dict[str, int]) -> tuple[Area, ...]:
    points = postcode_points()
    spots = spots_of(points.lat, points.lon)
    codes = area_of(points.postcode)
    most = max(told.values(), default=1)
    found: Sequence[Area] = [
        Area(
            code=code,
            learners=learners,
            x=round(land.frame.x(float(spots.east[codes == code].mean())), 1),
            y=round(land.frame.y(float(spots.north[codes == code].mean())), 1),
            radius=round(_RADIUS * sqrt(learners / most), 1),
        )
        for code, learners in told.items()
        if (codes == code).any()
    ]
    frame = land.frame
    return tuple(
        area
        for area in sorted(found, key=lambda area: -area.learners)
        if 0 < area.x < frame.width and 0 < area.y < frame.height
    )
