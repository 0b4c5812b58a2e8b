"""What a sweep says: distributions, and which choice is robust, as far as proven.

Means come with a confidence interval of 95 % over the draws (Student). Two choices
are compared draw by draw, for they met the same luck.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from matcher.dataset.tables import Floats
from matcher.whatif.tasks import Point, Task
from matcher.whatif.variant import Variant

CONFIDENCE = 0.95
_PERCENTILES = (5, 50, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The distribution of numbers.

    Attributes
    ----------
    low, high
        Ends of the confidence interval of the mean; NaN for a single number.
    percentiles
        5th, 50th and 95th.
    """

    number: int
    mean: float
    low: float
    high: float
    percentiles: tuple[float, ...]
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSpread:
    """The draws of one choice at one point.

    Attributes
    ----------
    against_first
        Objective minus that of the first choice in the same draw; None for itself.
    """

    choice: str
    point: Point
    objective: Spread
    placed: Spread
    weeks_without_place: Spread
    gaps: Spread
    against_first: Spread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Robust:
    """A choice over all points and draws.

    Attributes
    ----------
    expected
        Mean objective.
    worst, worst_bound
        Largest objective of any draw, and the largest bound: the worst case of the
        best plans lies between.
    """

    choice: str
    expected: float
    worst: float
    worst_bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Which choice is best in a sense, and whether it is sure.

    Attributes
    ----------
    is_told_apart
        Expected: the confidence interval of the paired difference from every other
        choice lies below 0, proven bounds counted against it. Worst case: the
        proven intervals of the worst cases do not overlap.
    """

    choice: str
    is_told_apart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """All that a sweep says."""

    points: tuple[PointSpread, ...]
    robust: tuple[Robust, ...]
    best_expected: Verdict
    best_worst: Verdict


def statistics_of(tasks: Sequence[Task], answers: Mapping[str, Variant]) -> Statistics:
    """Statistics of a sweep that is done.

    Parameters
    ----------
    answers
        By digest, one for every task.
    """
    choices = list(dict.fromkeys(task.choice for task in tasks))
    by_choice = {
        choice: [answers[task.digest] for task in tasks if task.choice == choice]
        for choice in choices
    }
    robust = tuple(
        Robust(
            choice=choice,
            expected=float(np.mean([each.objective for each in own])),
            worst=max(each.objective for each in own),
            worst_bound=max(each.bound for each in own),
        )
        for choice, own in by_choice.items()
    )
    return Statistics(
        points=tuple(_points(tasks, answers, choices[0])),
        robust=robust,
        best_expected=_best_expected(robust, by_choice),
        best_worst=_best_worst(robust),
    )


def spread_of(values: Sequence[float]) -> Spread:
    """The distribution of at least one number."""
    array = np.array(values, dtype=float)
    mean = float(array.mean())
    half = math.nan
    if len(array) > 1:
        error = float(array.std(ddof=1)) / math.sqrt(len(array))
        half = error * float(stats.t.ppf((1 + CONFIDENCE) / 2, len(array) - 1))
    return Spread(
        number=len(array),
        mean=mean,
        low=mean - half,
        high=mean + half,
        percentiles=tuple(np.percentile(array, _PERCENTILES).tolist()),
        least=float(array.min()),
        most=float(array.max()),
    )


def _points(
    tasks: Sequence[Task], answers: Mapping[str, Variant], first: str
) -> list[PointSpread]:
    by: dict[tuple[str, Point], dict[int, Variant]] = {}
    for task in tasks:
        own = by.setdefault((task.choice, task.point), {})
        own[task.draw] = answers[task.digest]
    found = []
    for (choice, point), own in by.items():
        other = by[first, point]
        gained = [each.objective - other[d].objective for d, each in own.items()]
        variants = list(own.values())
        found.append(
            PointSpread(
                choice=choice,
                point=point,
                objective=spread_of([each.objective for each in variants]),
                placed=spread_of([each.measures.placed for each in variants]),
                weeks_without_place=spread_of(
                    [each.measures.weeks_without_place for each in variants]
                ),
                gaps=spread_of([each.measures.gaps for each in variants]),
                against_first=None if choice == first else spread_of(gained),
            )
        )
    return found


def _best_expected(
    robust: Sequence[Robust], by_choice: Mapping[str, Sequence[Variant]]
) -> Verdict:
    """Ties go to the first choice."""
    best = min(robust, key=lambda each: each.expected).choice
    return Verdict(
        choice=best,
        is_told_apart=all(
            _is_below(by_choice[best], own)
            for choice, own in by_choice.items()
            if choice != best
        ),
    )


def _is_below(one: Sequence[Variant], other: Sequence[Variant]) -> bool:
    """Even the bound of the other is dearer in the mean, draw by draw."""
    least: Floats = np.array(
        [a.objective - b.bound for a, b in zip(one, other, strict=True)]
    )
    spread = spread_of(least.tolist())
    return spread.high < 0 if spread.number > 1 else spread.mean < 0


def _best_worst(robust: Sequence[Robust]) -> Verdict:
    best = min(robust, key=lambda each: each.worst)
    return Verdict(
        choice=best.choice,
        is_told_apart=all(
            best.worst < each.worst_bound
            for each in robust
            if each.choice != best.choice
        ),
    )
