"""Bars of the report: labels, numbers and lengths; the templates draw them."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcher.dataset import Phrase
from matcher.report.coverage import WAYS
from matcher.report.journey import Journey
from matcher.report.load import Load
from matcher.report.open_place import OpenPlace
from matcher.report.text import said, said_reason

TRAVEL_STEP = 15
"""Minutes of one bar."""

MAX_TRAVEL_BARS = 8
SHARE_STEP = 25
"""Percent of the limit of one bar."""

_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its length in percent of the longest, drawn beside its number.

    Attributes
    ----------
    is_marked
        Drawn in the warm colour: past a limit, or full.
    """

    label: Phrase
    value: float
    length: float
    is_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a stacked bar, in percent from the left."""

    way: str
    start: float
    length: float


def travel_bars(journeys: Sequence[Journey], comfortable: float) -> tuple[Bar, ...]:
    """Journeys per quarter of an hour; unknown lengths in a bar of their own."""
    known = [j.minutes for j in journeys if not math.isnan(j.minutes)]
    bins = [min(int(m // TRAVEL_STEP), MAX_TRAVEL_BARS - 1) for m in known]
    numbers = [bins.count(at) for at in range(max(bins, default=-1) + 1)]
    labels = [
        said("travel_from_to", low=at * TRAVEL_STEP, high=(at + 1) * TRAVEL_STEP)
        if at < MAX_TRAVEL_BARS - 1
        else said("travel_over", low=at * TRAVEL_STEP)
        for at in range(len(numbers))
    ]
    marked = [at * TRAVEL_STEP >= comfortable for at in range(len(numbers))]
    if num_unknown := len(journeys) - len(known):
        labels.append(said("travel_unknown"))
        numbers.append(num_unknown)
        marked.append(False)
    return bars_of(labels, numbers, marked)


def mentor_bars(mentors: Iterable[Load]) -> tuple[Bar, ...]:
    """Mentors by the share of their hours in the busiest period."""
    shares = [100 * mentor.share for mentor in mentors]
    limited = [share for share in shares if not math.isnan(share)]
    num_full = sum(share >= 100 - 100 * _TOLERANCE for share in limited)
    partly = [int(s // SHARE_STEP) for s in limited if s < 100 - 100 * _TOLERANCE]
    steps = range(100 // SHARE_STEP)
    labels = [said("share_below", high=SHARE_STEP)] + [
        said("share_from_to", low=at * SHARE_STEP, high=(at + 1) * SHARE_STEP)
        for at in steps[1:]
    ]
    numbers = [partly.count(at) for at in steps]
    labels += [said("share_full"), said("share_unlimited")]
    numbers += [num_full, len(shares) - len(limited)]
    return bars_of(labels, numbers, [False] * len(steps) + [True, False])


def reason_bars(places: Iterable[OpenPlace]) -> tuple[Bar, ...]:
    """Weeks without a placement by reason, the most first, ties by code."""
    weeks: dict[str, float] = defaultdict(float)
    for place in places:
        weeks[place.reason] += place.weeks
    ranked = sorted(weeks, key=lambda reason: (-weeks[reason], reason))
    return bars_of(
        [said_reason(reason) for reason in ranked],
        [weeks[reason] for reason in ranked],
        [False] * len(ranked),
    )


def bars_of(
    labels: Sequence[Phrase], values: Sequence[float], marked: Sequence[bool]
) -> tuple[Bar, ...]:
    """Bars whose longest has length 100; all 0 where every value is."""
    most = max(values, default=0.0)
    return tuple(
        Bar(
            label=label,
            value=value,
            length=round(100 * value / most, 2) if most else 0.0,
            is_marked=is_marked,
        )
        for label, value, is_marked in zip(labels, values, marked, strict=True)
    )


def stacked(counts: Sequence[int]) -> tuple[Segment, ...]:
    """Segments of the ways of `WAYS` that occur, side by side."""
    total = sum(counts)
    segments, start = [], 0.0
    for way, count in zip(WAYS, counts, strict=True):
        if count:
            length = 100 * count / total
            segments.append(
                Segment(way=way, start=round(start, 2), length=round(length, 2))
            )
            start += length
    return tuple(segments)
