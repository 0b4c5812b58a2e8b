"""A map of learners, sites and who goes where, as shapes on a drawing."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.dataset import Dataset
from matcher.problem.run_record import RunRecord
from matcher.report.backdrop import Dots, Frame, Inset, Label, backdrop
from matcher.report.geography import Spots, coarse_spots, spots_of
from matcher.travel import postcode_points

MAX_RADIUS = 17.0
CROWDED = 150
"""Symbols of one kind past which they shrink, so that the map stays legible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A circle of learners or a square of a site: its middle and its size."""

    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMap:
    """All shapes of the map, in pixels.

    Attributes
    ----------
    journeys
        Path of lines from homes to sites.
    homes
        Learners per postcode point; the area grows with their number.
    open_homes
        The same for learners without any placement.
    used_sites, free_sites
        Sites with and without learners.
    scale_km
        Length of the scale bar.
    num_unlocated
        Learners whose place nobody knows; they are not on the map.
    """

    frame: Frame
    dots: Dots
    inset: Inset | None
    journeys: str
    journey_opacity: float
    homes: tuple[Symbol, ...]
    open_homes: tuple[Symbol, ...]
    used_sites: tuple[Symbol, ...]
    free_sites: tuple[Symbol, ...]
    labels: tuple[Label, ...]
    scale_km: int
    num_unlocated: int


def region_map(dataset: Dataset, record: RunRecord) -> RegionMap | None:
    """Map of a run; None where neither learners nor sites have a place."""
    learners, sites = dataset.learners, dataset.sites
    homes = coarse_spots(learners.postcode, learners.lat, learners.lon)
    places = spots_of(*postcode_points().locate(sites.postcode, sites.lat, sites.lon))
    land = backdrop(Counter(learners.postcode), homes, places)
    if land is None:
        return None
    frame = land.frame
    learner_at = {key: at for at, key in enumerate(learners.learner_id)}
    site_at = {key: at for at, key in enumerate(sites.site_id)}
    pairs = sorted(
        {(learner_at[r.learner_id], site_at[r.site_id]) for r in record.assignments}
    )
    placed = {learner for learner, _ in pairs}
    used = {site for _, site in pairs}
    free = [at for at in range(len(sites)) if at not in used]
    most = max(Counter(homes.east[~np.isnan(homes.east)].tolist()).values(), default=1)
    waiting = [at for at in range(len(learners)) if at not in placed]
    return RegionMap(
        frame=frame,
        dots=land.dots,
        inset=land.inset,
        journeys=_journeys(frame, homes, places, pairs),
        journey_opacity=round(0.32 * _thinning(len(pairs)), 3),
        homes=_circles(frame, homes, sorted(placed), most),
        open_homes=_circles(frame, homes, waiting, most),
        used_sites=_squares(frame, places, sorted(used), 8.0 * _thinning(len(used))),
        free_sites=_squares(frame, places, free, 5.0 * _thinning(len(sites))),
        labels=land.labels,
        scale_km=land.scale_km,
        num_unlocated=int(np.isnan(homes.east).sum()),
    )


def _journeys(
    frame: Frame, homes: Spots, places: Spots, pairs: Iterable[tuple[int, int]]
) -> str:
    """Path of straight lines; learners of one postcode share theirs."""
    lines = {
        (
            f"M{frame.x(homes.east[learner]):.1f} {frame.y(homes.north[learner]):.1f}"
            f"L{frame.x(places.east[site]):.1f} {frame.y(places.north[site]):.1f}"
        ): None
        for learner, site in pairs
        if not math.isnan(homes.east[learner] + places.east[site])
    }
    return "".join(lines)


def _thinning(number: int) -> float:
    """Factor on the size of symbols: 1 for few, towards a quarter for many."""
    return min(1.0, max(0.25, math.sqrt(CROWDED / max(number, 1))))


def _circles(
    frame: Frame, spots: Spots, members: list[int], most: int
) -> tuple[Symbol, ...]:
    """One circle per spot, its area in proportion to the members there.

    `most` is the number of the largest circle of the map.
    """
    number = Counter(
        (float(spots.east[at]), float(spots.north[at]))
        for at in members
        if not math.isnan(spots.east[at])
    )
    radius = min(MAX_RADIUS, 6.0 * math.sqrt(most))
    return tuple(
        Symbol(
            x=round(frame.x(east), 1),
            y=round(frame.y(north), 1),
            size=round(max(2.5, radius * math.sqrt(n / most)), 1),
        )
        for (east, north), n in sorted(number.items(), key=lambda item: -item[1])
    )


def _squares(
    frame: Frame, spots: Spots, members: list[int], size: float
) -> tuple[Symbol, ...]:
    return tuple(
        Symbol(
            x=round(frame.x(float(spots.east[at])) - size / 2, 1),
            y=round(frame.y(float(spots.north[at])) - size / 2, 1),
            size=round(size, 1),
        )
        for at in members
        if not math.isnan(spots.east[at])
    )
