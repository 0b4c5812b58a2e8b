"""``prices.csv``: what one unit more of a place, an hour or a seat is worth."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.capacity.shadow_prices import RegionPrices
from matcher.dataset.tables import Floats, Texts
from matcher.problem.problem import Problem
from matcher.problem.rows import prices_of

PriceKind = Literal["site", "mentor", "mentor_hours", "enterprise", "course"]

LEAST_POINTS = 1e-6
"""Below this a price is rounding; such rows are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """A line of ``prices.csv``.

    Attributes
    ----------
    points
        Per learner at one time (`site`, `mentor`, `enterprise`), per guidance hour
        a week (`mentor_hours`) or per seat (`course`).
    """

    kind: PriceKind
    id: str
    period_id: str
    points: float


def price_rows(problem: Problem, prices: RegionPrices) -> tuple[PriceRow, ...]:
    """Prices above 0, by kind, then by place in its table, then by period.

    In the relaxation a small rise of the limit by one unit saves that many points at
    the most; there may be other prices that are as right.
    """
    by_place = prices_of(prices.rows, prices.row_prices)
    dataset = problem.dataset
    tables: tuple[tuple[PriceKind, Texts, Floats], ...] = (
        ("site", dataset.sites.site_id, by_place.site),
        ("mentor", dataset.mentors.mentor_id, by_place.mentor),
        ("mentor_hours", dataset.mentors.mentor_id, by_place.hours),
        ("enterprise", problem.pairs.positions.enterprise_ids, by_place.enterprise),
    )
    rows = [
        row
        for kind, ids, points in tables
        for row in _by_period(kind, ids, points, dataset.periods.period_id)
    ]
    courses = dataset.courses
    rows += [
        PriceRow(
            kind="course",
            id=courses.course_id[at],
            period_id=courses.period_id[at],
            points=float(by_place.seat[at]),
        )
        for at in np.flatnonzero(by_place.seat > LEAST_POINTS)
    ]
    return tuple(rows)


def _by_period(
    kind: PriceKind, ids: Texts, points: Floats, period_ids: Texts
) -> Iterator[PriceRow]:
    for place, period in np.argwhere(points > LEAST_POINTS):
        yield PriceRow(
            kind=kind,
            id=ids[place],
            period_id=period_ids[period],
            points=float(points[place, period]),
        )
