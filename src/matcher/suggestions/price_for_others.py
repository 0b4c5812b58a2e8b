"""What a suggestion costs everybody else: by shadow prices, or exactly.

The region's difference is the optimum with the plan fixed less the optimum; the price
for the others leaves out what the learner gains or pays.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, plan_points
from matcher.solvers import SolveParams
from matcher.suggestions.effect import Effect, effect_on_others
from matcher.suggestions.fixed_plan import (
    Interval,
    optimum_with_plan,
    optimum_without_fixing,
)
from matcher.suggestions.loaded_run import LoadedRun
from matcher.suggestions.plan_search import fits
from matcher.suggestions.region_prices import (
    RegionPrices,
    dearer_by,
    worse_by_at_least,
)

Kind = Literal["exact", "lower_bound", "estimate"]


_ROUNDING = 1e-7
"""Points that the order of a sum can change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Points and how sure they are.

    Attributes
    ----------
    kind
        ``exact`` where both optima are proven; ``lower_bound`` where it is surely
        no less; ``estimate`` else.
    at_least, at_most
        Between these it surely lies; None where nothing is proven.
    """

    points: float
    kind: Kind
    at_least: float | None
    at_most: float | None

    def less(self, points: float) -> "Amount":
        """The amount less a number that is known exactly."""
        low, high = self.at_least, self.at_most
        return Amount(
            points=self.points - points,
            kind=self.kind,
            at_least=None if low is None else low - points,
            at_most=None if high is None else high - points,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What taking a plan does to the region, and to everybody else.

    Attributes
    ----------
    effect
        The same in people and minutes; None where nothing was solved again.
    """

    region: Amount
    others: Amount
    effect: Effect | None = None


def own_difference(run: LoadedRun, plan: Plans, points: float) -> float:
    """Points of a plan less those of the learner's plan in the run."""
    return points - float(run.points[plan.learner[0]].sum())


def estimated_price(run: LoadedRun, plan: Plans, prices: RegionPrices | None) -> Price:
    """The price by shadow prices; without them only what is known for sure.

    A plan that fits beside the plans of all others makes the region worse by no more
    than the learner's own difference, if the run is as good as can be.
    """
    return estimated_prices(run, plan, prices)[0]


def estimated_prices(
    run: LoadedRun, plans: Plans, prices: RegionPrices | None
) -> tuple[Price, ...]:
    """The price of each plan, as of `estimated_price`."""
    points = plan_points(run.problem, plans).sum(axis=1)
    dearer = np.zeros(len(plans))
    if prices is not None:
        dearer = dearer_by(run, prices, plans, points)
    return tuple(
        _estimated(
            run,
            plans.take(np.array([row])),
            float(points[row]),
            float(dearer[row]),
            prices,
        )
        for row in range(len(plans))
    )


def _estimated(
    run: LoadedRun,
    plan: Plans,
    own_points: float,
    dearer: float,
    prices: RegionPrices | None,
) -> Price:
    own = own_difference(run, plan, own_points)
    fit = fits(run, plan)
    slack = _open_points(run, plan, prices)
    at_most = max(0.0, own + slack) if fit else None
    if prices is None:
        points = max(0.0, own) if fit else 0.0
        kind: Kind = "estimate" if fit else "lower_bound"
        region = Amount(points=points, kind=kind, at_least=0.0, at_most=at_most)
        return Price(region=region, others=region.less(own))
    low = worse_by_at_least(prices, plan, dearer)
    points = max(low, dearer)
    if at_most is not None:
        points = min(points, at_most)
    region = Amount(points=points, kind="estimate", at_least=low, at_most=at_most)
    return Price(region=region, others=region.less(own))


def _open_points(run: LoadedRun, plan: Plans, prices: RegionPrices | None) -> float:
    """Points by which the run may be above the optimum, where the learner counts."""
    of_run = run.summary.objective - run.summary.bound
    if prices is None:
        return of_run
    part = prices.part_of[plan.learner[0]]
    return float(min(of_run, prices.points[part] - prices.bounds[part]))


def exact_price(
    run: LoadedRun,
    plan: Plans,
    sharers: Index,
    optimum: Interval,
    params: SolveParams,
) -> Price | None:
    """The price by solving again; None where the plan cannot be fixed.

    Parameters
    ----------
    sharers
        The learner and all who share something, directly or in a chain.
    optimum
        Of these learners, without the plan fixed.
    """
    fixed = optimum_with_plan(run.problem, plan, sharers, params)
    if fixed is None:
        return None
    low = max(0.0, fixed.low - optimum.high)
    high = max(0.0, fixed.high - optimum.low)
    if fixed.is_proven and optimum.is_proven:
        low = high = _clean(fixed.high - optimum.high)
    own = own_difference(run, plan, float(plan_points(run.problem, plan).sum()))
    region = Amount(
        points=low,
        kind="exact" if low == high else "lower_bound",
        at_least=low,
        at_most=high,
    )
    return Price(
        region=region,
        others=region.less(own),
        effect=effect_on_others(run, fixed),
    )


def _clean(points: float) -> float:
    """A difference of two sums of doubles, which may be a hair off 0."""
    return 0.0 if points < _ROUNDING else points


def optimum_of(run: LoadedRun, sharers: Index, params: SolveParams) -> Interval:
    """The optimum of some learners: the run's own plans where it is proven."""
    if run.summary.status == "optimal":
        points = float(np.sum(run.points[sharers]))
        return Interval(low=points, high=points)
    return optimum_without_fixing(run.problem, sharers, params)
