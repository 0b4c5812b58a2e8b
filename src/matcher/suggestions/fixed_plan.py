"""The best that the region can do when one learner's plan is fixed: exact.

The learner leaves the problem and takes along what the plan uses of every shared
capacity. What remains is solved as any problem, so that no rule about signed
placements changes its meaning: the others' blocks, attests and counts stay theirs.
Only learners who may want the same places, directly or in a chain, are solved for;
what the rest of the region does is the same with and without the plan.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matcher.dataset import Dataset
from matcher.dataset.schema import schema
from matcher.dataset.tables import Bools
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.problem.capacity import Capacities
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.problem import Problem, prepare
from matcher.solvers import Result, SolveParams, solve
from matcher.suggestions.capacity_use import Use as Use
from matcher.suggestions.capacity_use import use_of as use_of

_PROVEN = 1e-6
"""Points within which objective and bound are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Points between two numbers; the same number where it is proven.

    Attributes
    ----------
    low, high
        `high` belongs to plans that are known.
    part, plans
        Those plans, and the problem of some learners in whose positions they stand;
        None where nothing was solved.
    """

    low: float
    high: float
    part: Problem | None = None
    plans: Plans | None = None

    @property
    def is_proven(self) -> bool:
        """The optimum is known."""
        return self.high - self.low <= _PROVEN * max(1.0, abs(self.high))


def optimum_without_fixing(
    problem: Problem, learners: Index, params: SolveParams
) -> Interval:
    """Points of the best plans of some learners who share nothing with the rest."""
    part = _part(problem, learners, problem.capacities)
    return _interval(solve(part, params))


def optimum_with_plan(
    problem: Problem, plan: Plans, learners: Index, params: SolveParams
) -> Interval | None:
    """Points of the best plans of some learners when one of them follows a plan.

    Parameters
    ----------
    plan
        One row; a plan that the learner may follow.
    learners
        Positions, the learner among them, who share nothing with the rest.

    Returns
    -------
    Interval or None
        Points of all these learners, the fixed plan included. None where the plan
        leaves no room for what is signed for others, or where it uses hours of a
        mentor that signed placements may exceed in some plans and not in others:
        that ties it to the others in a way that is not solved here.
    """
    own = float(plan_points(problem, plan).sum())
    others = learners[learners != plan.learner[0]]
    if not len(others):
        return Interval(low=own, high=own)
    capacities = _left_by(problem, plan, others)
    if capacities is None:
        return None
    part = _part(problem, others, capacities)
    result = solve(part, params)
    return Interval(
        low=own + result.bound,
        high=own + result.objective,
        part=part,
        plans=result.plans,
    )


def only_learners(dataset: Dataset, is_kept: Bools) -> Dataset:
    """The dataset with some of its learners and all rows that are about them."""
    ids = set(dataset.learners.learner_id[is_kept].tolist())
    kept: dict[str, Any] = {}
    for table in schema().values():
        rows: Any = getattr(dataset, table.name, None)
        columns = [column.name for column in table.columns]
        if rows is not None and "learner_id" in columns:
            own = np.array([each in ids for each in rows.learner_id], dtype=bool)
            kept[table.name] = type(rows)(
                **{name: getattr(rows, name)[own] for name in columns}
            )
    return replace(dataset, **kept)


def _interval(result: Result) -> Interval:
    return Interval(low=result.bound, high=result.objective)


def _part(problem: Problem, learners: Index, capacities: Capacities) -> Problem:
    """The problem of some learners, with these capacities."""
    part = _alone(problem, learners)
    return replace(
        part,
        capacities=capacities,
        open_options=part.pairs.eligible & ~_closed(part, capacities),
    )


def _alone(problem: Problem, learners: Index) -> Problem:
    """The problem of some learners, as if the others were not there."""
    is_kept = np.zeros(problem.num_learners, dtype=bool)
    is_kept[learners] = True
    return prepare(only_learners(problem.dataset, is_kept), problem.policy)


def _closed(part: Problem, capacities: Capacities) -> Bools:
    """(options, periods): a capacity there is taken by signed placements alone."""
    site, mentor = part.option_site, part.pairs.option_mentor
    closed = capacities.site_closed[site] | capacities.mentor_closed[mentor]
    closed = closed | capacities.hours_closed[mentor]
    if len(capacities.enterprise_closed):
        enterprise = part.pairs.positions.site_enterprise[site]
        owned = (enterprise >= 0)[:, None]
        closed = closed | (owned & capacities.enterprise_closed[enterprise])
    return np.asarray(closed)


def _goes_with(whole: Capacities, use: Use, signed: Use) -> bool:
    """A plan leaves room for the signed placements of the others, whatever they add.

    Where hours are short this says no too often: how many hours signed placements ask
    depends on where their blocks start.
    """
    hours = use.hours + signed.hours > whole.hours + TOLERANCE
    return not (
        ((use.unsigned > 0) & (whole.hours_gated | hours)).any()
        or (use.site + signed.site > whole.site).any()
        or (use.enterprise + signed.enterprise > whole.enterprise).any()
        or (use.mentor + signed.mentor > whole.mentor).any()
        or (use.seats > whole.seats).any()
    )


def _left_by(problem: Problem, plan: Plans, others: Index) -> Capacities | None:
    """What the plan leaves; see `Capacities` for what is closed and gated."""
    whole, use = problem.capacities, use_of(problem, plan)
    alone = _alone(problem, others)
    signed = alone.capacities
    if not _goes_with(whole, use, use_of(alone, empty_plans(alone))):
        return None
    own = problem.dataset.mentors.hours_per_week
    limit = np.where(np.isnan(own), np.inf, own)[:, None] - use.hours
    is_limited = np.isfinite(limit)
    asked = np.where(is_limited, limit + use.hours, 0.0)
    least = asked - np.where(is_limited, signed.hours_left, 0.0)
    closed = whole.hours_closed | (least > limit + TOLERANCE)
    return Capacities(
        site=whole.site - use.site,
        enterprise=whole.enterprise - use.enterprise,
        mentor=whole.mentor - use.mentor,
        hours=np.where(closed, np.maximum(signed.hours_signed, limit), limit),
        seats=whole.seats - use.seats,
        site_closed=whole.site_closed,
        enterprise_closed=whole.enterprise_closed,
        mentor_closed=whole.mentor_closed,
        hours_closed=closed,
        hours_gated=(signed.hours_signed > limit + TOLERANCE) & ~closed,
        hours_signed=signed.hours_signed,
        hours_left=limit - least,
    )
