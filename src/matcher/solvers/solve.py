"""One door to all engines."""

import numpy as np

from matcher.planning import PriceList
from matcher.problem.plans import plan_points
from matcher.problem.problem import Problem
from matcher.solvers.column_generation.engine import solve_by_columns
from matcher.solvers.cp_sat import solve_by_cp_sat
from matcher.solvers.greedy import greedy_plans
from matcher.solvers.run import Clock, Progress, Result, SolveParams, Watch

__all__ = ["Progress", "Result", "SolveParams", "Watch", "solve"]


def solve(
    problem: Problem, params: SolveParams | None = None, watch: Watch | None = None
) -> Result:
    """Plans for all learners of a problem, with a proven bound.

    Parameters
    ----------
    params
        Engine and limits; the defaults ask for a gap of 0.1 %.
    watch
        Progress, better plans, and a way to stop; by default nobody watches.
    """
    params = params or SolveParams()
    clock = Clock(params=params, watch=watch or Watch())
    if params.engine == "greedy":
        return _greedy(problem, clock)
    if params.engine == "cp_sat":
        return solve_by_cp_sat(problem, clock)
    return solve_by_columns(problem, clock)


def _greedy(problem: Problem, clock: Clock) -> Result:
    """Greedy plans, with the trivial bound: nobody costs less than nothing."""
    plans = greedy_plans(problem, PriceList(problem), may_go_on=clock.may_go_on)
    objective = float(np.sum(plan_points(problem, plans)))
    clock.watch.on_better(plans, 0.0)
    return Result(
        plans=plans,
        objective=objective,
        bound=0.0,
        stop_reason=clock.reason or "exhausted",
        engine="greedy",
    )
