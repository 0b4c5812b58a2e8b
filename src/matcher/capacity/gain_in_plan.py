"""What a step gains in the plan of the run, when most others stay where they are.

Of a very large part of a region the optimum is not known, nor what a step does to it.
What is known is this: those who want the new place most are free, everybody else
follows the run, and the best plans of the free are found with the step and without it.
The difference is what the plan surely gains by the step that it could not have without
it, those others staying. It is no claim about the optimum.
"""

from dataclasses import dataclass, field

import numpy as np

from matcher.capacity.beside import Beside, beside_in
from matcher.capacity.candidate import with_candidates
from matcher.capacity.screening import Screened
from matcher.problem.plans import plan_points
from matcher.solvers import Result, SolveParams, solve
from matcher.suggestions import LoadedRun

_HELPED_POINTS = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class InPlanParams:
    """How far to look.

    Attributes
    ----------
    most_free
        Learners who may change their plan, those who want the place most.
    solve
        How their plans are found, with the step and without it.
    """

    most_free: int = 8
    solve: SolveParams = field(
        default_factory=lambda: SolveParams(gap=0.0, time_limit_seconds=5.0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GainInPlan:
    """What the plan gains when all but the free learners follow the run.

    Attributes
    ----------
    points
        It surely gains as much: no plans of the free without the step cost so little.
    free
        Learners who were free.
    helped
        Learners among them whose plan costs less with the step.
    """

    points: float
    free: int
    helped: tuple[str, ...]


def gain_in_plan(
    run: LoadedRun, screened: Screened, params: InPlanParams
) -> GainInPlan:
    """The gain of steps taken together, in the plan of the run."""
    free = np.sort(screened.wanting[: params.most_free])
    sites = {
        run.lookup.site[row["site_id"]]
        for candidate in screened.candidates
        for name in ("recognitions", "mentors")
        for row in candidate.rows.get(name, ())
        if row["site_id"] in run.lookup.site
    }
    around = run.lookup.around(free, tuple(sorted(sites)))
    before = beside_in(run, around, free)
    after = beside_in(run, with_candidates(around, screened.candidates), free)
    without, with_step = (solve(each.problem, params.solve) for each in (before, after))
    gain = 0.0
    if before.is_exact:  # else plans may be missing there, and the bound says nothing
        gain = max(0.0, without.bound - with_step.objective)
    better = _points(after, with_step) < _points(before, without) - _HELPED_POINTS
    ids = run.dataset.learners.learner_id[free[better]]
    return GainInPlan(points=gain, free=len(free), helped=tuple(ids.tolist()))


def _points(world: Beside, result: Result) -> np.ndarray:
    return np.asarray(plan_points(world.problem, result.plans).sum(axis=1))
