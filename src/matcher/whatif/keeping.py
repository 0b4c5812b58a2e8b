"""Keep mode: plans that leave as few running placements as can be found."""

from dataclasses import replace

import numpy as np

from matcher.dataset import Dataset
from matcher.eligibility.position import Index, positions_of
from matcher.problem.plans import Plans, plan_points
from matcher.problem.problem import Problem, prepare
from matcher.problem.run_record import COMPONENTS, Assignment
from matcher.solvers.run import SolveParams, Watch
from matcher.solvers.solve import solve
from matcher.whatif.solving import Rows, Solved, carried_plans, in_order

KEEP_POINTS = 10_000.0
"""Per week of a running placement that is moved, while plans are looked for: above
what a week can be worth otherwise, so that few move. It is no part of any result."""

_DISRUPTION = COMPONENTS.index("disruption")


def kept(
    free: Solved, running: Rows, params: SolveParams, watch: Watch | None = None
) -> Solved:
    """Plans that leave as few running placements as can be found.

    Of `free`, what runs, and what a search finds in which a week that is moved costs
    `KEEP_POINTS`: those that leave the fewest weeks, then those of the fewest points.
    They are counted, as `free` is, under the problem's own policy, and have its bound.
    """
    problem = free.problem
    heavy = _heavy(problem, running)
    candidates, stop_reason = [free.plans], free.stop_reason
    if _best(problem, heavy, candidates)[0] > 0:
        start = free.state if params.start is not None else None
        result = solve(heavy, replace(params, start=start), watch)
        # Proposals decide nothing about what is possible: an option is the same here.
        candidates.append(in_order(result.plans))
        stop_reason = result.stop_reason
        carried = carried_plans(problem, running)
        candidates += [] if carried is None else [carried]
    _, objective, at = _best(problem, heavy, candidates)
    return replace(
        free,
        plans=candidates[at],
        objective=objective,
        bound=min(free.bound, objective),
        stop_reason=stop_reason,
    )


def _best(
    problem: Problem, heavy: Problem, candidates: list[Plans]
) -> tuple[float, float, int]:
    """The fewest weeks moved, the points of those plans, and which they are."""
    return min(
        (
            round(float(plan_points(heavy, plans)[:, _DISRUPTION].sum()), 3),
            float(np.sum(plan_points(problem, plans))),
            at,
        )
        for at, plans in enumerate(candidates)
    )


def _heavy(problem: Problem, running: Rows) -> Problem:
    """The problem in which what runs is proposed, at a high price for leaving it."""
    policy = replace(problem.policy, disruption=KEEP_POINTS)
    proposed = _proposed(problem, running.assignments)
    return prepare(_with_proposals(problem.dataset, proposed), policy)


def _proposed(
    problem: Problem, running: tuple[Assignment, ...]
) -> tuple[Assignment, ...]:
    """What runs and still can, for which leaving is a choice.

    Where the mentor cannot go on and the site can, any mentor there will do. What is
    signed stays signed anyway.
    """
    dataset, pairs = problem.dataset, problem.pairs
    learner = positions_of(
        [row.learner_id for row in running], dataset.learners.learner_id
    )
    period = positions_of([row.period_id for row in running], dataset.periods.period_id)
    site = positions_of([row.site_id for row in running], dataset.sites.site_id)
    mentor = positions_of([row.mentor_id for row in running], dataset.mentors.mentor_id)
    found = []
    for at, row in enumerate(running):
        if learner[at] < 0 or period[at] < 0 or site[at] < 0:
            continue
        if pairs.signed_option[learner[at], period[at]] >= 0:
            continue
        mentors = _open_mentors(problem, learner[at], site[at], period[at])
        if len(mentors):
            stays = mentor[at] in mentors
            found.append(row if stays else replace(row, mentor_id=""))
    return tuple(found)


def _open_mentors(problem: Problem, learner: int, site: int, period: int) -> Index:
    """Mentors with whom the learner may be at the site in the period."""
    first, last = problem.pair_start[[learner, learner + 1]]
    start, end = problem.option_start[[first, last]]
    here = problem.open_options[start:end, period]
    here = here & (problem.option_site[start:end] == site)
    mentors: Index = problem.pairs.option_mentor[start:end][here]
    return mentors


def _with_proposals(dataset: Dataset, proposed: tuple[Assignment, ...]) -> Dataset:
    """The dataset with these proposals and no others."""
    placements = dataset.placements
    stays = placements.status != "proposed"
    columns = {
        name: np.concatenate(
            [
                getattr(placements, name)[stays],
                np.array([getattr(row, name) for row in proposed], dtype=object),
            ]
        )
        for name in ("learner_id", "period_id", "site_id", "mentor_id")
    }
    columns["status"] = np.concatenate(
        [placements.status[stays], np.full(len(proposed), "proposed", dtype=object)]
    )
    return replace(dataset, placements=replace(placements, **columns))
