"""Where a comparison changes something: sites that gain or lose learners, and homes.

Homes and journeys are drawn of one's own school alone. Of all others only areas show,
and of those only what the table of groups shows: nothing of fewer than ten learners.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.capacity.area import area_of
from matcher.report.backdrop import Dots, Frame, Label, backdrop
from matcher.report.geography import Spots, coarse_spots, spots_of
from matcher.travel import postcode_points
from matcher.whatif.compare import Comparison
from matcher.whatif.groups import TOLERANCE
from matcher.whatif.side import Side
from matcher.whatif.wire import own_learners

_LARGEST = 16.0
"""Half the width of the largest symbol, in pixels."""
_SMALLEST = 4.0

Place = tuple[float, float]
"""Kilometres east and north."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A circle of learners or a square of a site, in pixels; its area says how much."""

    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMap:
    """Shapes in pixels.

    Attributes
    ----------
    more, fewer
        Sites with more and with fewer weeks of learners than in the base.
    better, worse
        Learners of one's own school by home, or all learners of an area.
    come, gone
        Journeys of one's own school, of the scenario alone and of the base alone.
    is_own
        Homes are those of one's own school.
    """

    frame: Frame
    dots: Dots
    labels: tuple[Label, ...]
    more: tuple[Symbol, ...]
    fewer: tuple[Symbol, ...]
    better: tuple[Symbol, ...]
    worse: tuple[Symbol, ...]
    come: str
    gone: str
    is_own: bool


def change_map(comparison: Comparison, school_id: str | None) -> ChangeMap | None:
    """Map of a comparison; None where no place is known."""
    sides = (comparison.base, comparison.scenario)
    land = backdrop(
        Counter(comparison.base.dataset.learners.postcode),
        *map(_home_spots, sides),
        *map(_site_spots, sides),
    )
    if land is None:
        return None
    frame = land.frame
    sites = {key: place for side in sides for key, place in _sites(side).items()}
    weeks = {each.site_id: each.scenario - each.base for each in comparison.sites}
    more, fewer = _parted(_at(sites, weeks))
    homes = _homes(comparison.base)
    learners = (
        _areas(comparison, homes)
        if school_id is None
        else _own(comparison, school_id, homes)
    )
    better, worse = _parted(learners)
    own = {each.learner_id for each in own_learners(comparison, school_id)}
    before, after = (_journeys(side, own, sites, frame) for side in sides)
    return ChangeMap(
        frame=frame,
        dots=land.dots,
        labels=land.labels,
        more=_symbols(frame, more, fewer),
        fewer=_symbols(frame, fewer, more),
        better=_symbols(frame, better, worse),
        worse=_symbols(frame, worse, better),
        come="".join(sorted(after - before)),
        gone="".join(sorted(before - after)),
        is_own=school_id is not None,
    )


Marks = Mapping[Place, float]
"""How much there is at a place."""


def _home_spots(side: Side) -> Spots:
    learners = side.dataset.learners
    return coarse_spots(learners.postcode, learners.lat, learners.lon)


def _site_spots(side: Side) -> Spots:
    sites = side.dataset.sites
    return spots_of(*postcode_points().locate(sites.postcode, sites.lat, sites.lon))


def _homes(side: Side) -> dict[str, Place]:
    return _places(_home_spots(side), side.dataset.learners.learner_id.tolist())


def _sites(side: Side) -> dict[str, Place]:
    return _places(_site_spots(side), side.dataset.sites.site_id.tolist())


def _places(spots: Spots, ids: list[str]) -> dict[str, Place]:
    return {
        key: (float(east), float(north))
        for key, east, north in zip(ids, spots.east, spots.north, strict=True)
        if not np.isnan(east + north)
    }


def _at(places: Mapping[str, Place], amounts: Mapping[str, float]) -> Marks:
    """Amounts summed by place; what has no known place is left out."""
    found: dict[Place, float] = {}
    for key, amount in amounts.items():
        if key in places:
            found[places[key]] = found.get(places[key], 0.0) + amount
    return found


def _parted(marks: Marks) -> tuple[Marks, Marks]:
    """What is above 0, and what is below it as positive amounts."""
    return (
        {place: amount for place, amount in marks.items() if amount > TOLERANCE},
        {place: -amount for place, amount in marks.items() if amount < -TOLERANCE},
    )


def _own(comparison: Comparison, school_id: str, homes: Mapping[str, Place]) -> Marks:
    """Points that learners of a school win at their homes; below 0 they lose."""
    own = own_learners(comparison, school_id)
    return _at(homes, {each.learner_id: -each.difference for each in own})


def _areas(comparison: Comparison, homes: Mapping[str, Place]) -> Marks:
    """Points that areas win, in the middle of their homes, where they are shown."""
    learners = comparison.base.dataset.learners
    inside: dict[str, list[Place]] = {}
    for key, area in zip(
        learners.learner_id, area_of(learners.postcode).tolist(), strict=True
    ):
        if key in homes:
            inside.setdefault(area, []).append(homes[key])
    found: dict[Place, float] = {}
    for each in comparison.groups:
        known = inside.get(each.group) if each.by == "area" else None
        if known and each.points is not None and each.learners is not None:
            east, north = np.mean(known, axis=0).tolist()
            found[east, north] = -each.points * each.learners
    return found


def _journeys(
    side: Side, own: set[str], sites: Mapping[str, Place], frame: Frame
) -> set[str]:
    """Paths from homes of these learners to where they are placed."""
    homes = _homes(side)
    return {
        f"M{frame.x(homes[learner][0]):.1f} {frame.y(homes[learner][1]):.1f}"
        f"L{frame.x(sites[site][0]):.1f} {frame.y(sites[site][1]):.1f}"
        for learner, site in {
            (row.learner_id, row.site_id)
            for row in side.record.assignments
            if row.learner_id in own
        }
        if learner in homes and site in sites
    }


def _symbols(frame: Frame, marks: Marks, others: Marks) -> tuple[Symbol, ...]:
    """One symbol per place, its area in proportion to the largest of both kinds."""
    most = max([*marks.values(), *others.values()], default=1.0)
    return tuple(
        Symbol(
            x=round(frame.x(east), 1),
            y=round(frame.y(north), 1),
            size=round(max(_SMALLEST, _LARGEST * math.sqrt(amount / most)), 1),
        )
        for (east, north), amount in sorted(marks.items())
    )
