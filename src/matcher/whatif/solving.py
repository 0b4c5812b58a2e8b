"""Solving one side of a comparison, never worse than what runs and still holds."""

from dataclasses import dataclass, replace

import numpy as np

from matcher.checker import check_plan
from matcher.eligibility.position import positions_of
from matcher.pipeline.success import chances_used
from matcher.policy import policy_to_mapping
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.problem import Problem
from matcher.problem.record import Proof, Provenance, run_record
from matcher.problem.run_record import Assignment, RunRecord, Seat
from matcher.solvers.run import SolveParams, Watch
from matcher.solvers.solve import solve
from matcher.solvers.state import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Plans by ids, to carry from one dataset to another."""

    assignments: tuple[Assignment, ...]
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Plans of a problem with what is proven.

    Attributes
    ----------
    bound
        Points; no plans cost less.
    state
        For a next search that begins warm; None where the engine has none.
    """

    problem: Problem
    plans: Plans
    objective: float
    bound: float
    stop_reason: str
    engine: str
    state: RunState | None = None


def solved(
    problem: Problem,
    params: SolveParams,
    watch: Watch | None = None,
    running: Rows | None = None,
) -> Solved:
    """Plans of a problem, never worse than a running plan that still holds.

    Parameters
    ----------
    params
        With `start`, the search begins warm with what an earlier one kept.
    running
        Plans of another dataset, by ids: where they keep every rule of this problem
        and cost less than what was found, they are the answer.
    """
    result = solve(problem, replace(params, keep_state=True), watch)
    found = Solved(
        problem=problem,
        plans=in_order(result.plans),
        objective=result.objective,
        bound=result.bound,
        stop_reason=result.stop_reason,
        engine=result.engine,
        state=result.state,
    )
    if running is None:
        return found
    carried = carried_plans(problem, running)
    if carried is None:
        return found
    objective = float(np.sum(plan_points(problem, carried)))
    if objective >= found.objective:
        return found
    return replace(
        found,
        plans=carried,
        objective=objective,
        bound=min(found.bound, objective),
    )


def rows_of(problem: Problem, plans: Plans) -> Rows:
    """Plans as rows of ids."""
    record = record_of(
        Solved(
            problem=problem,
            plans=plans,
            objective=0.0,
            bound=-np.inf,
            stop_reason="",
            engine="",
        ),
        SolveParams(),
        Provenance(seconds=0.0, policy={}, versions={}),
    )
    return Rows(assignments=record.assignments, seats=record.seats)


def record_of(found: Solved, params: SolveParams, provenance: Provenance) -> RunRecord:
    """The record of solved plans, without reasons for open periods."""
    proof = Proof(
        bound=found.bound,
        requested_gap=params.gap,
        stop_reason=found.stop_reason,
        engine=found.engine,
        seed=params.seed,
    )
    return run_record(found.problem, found.plans, proof, provenance, ())


def carried_plans(problem: Problem, running: Rows) -> Plans | None:
    """Running plans in another problem; None where they break a rule there.

    Learners who are new get what is signed alone; of those who left nothing stays.
    """
    dataset = problem.dataset
    ids = set(dataset.learners.learner_id)
    assignments = [row for row in running.assignments if row.learner_id in ids]
    seats = [row for row in running.seats if row.learner_id in ids]
    known = {row.learner_id for row in assignments}
    empty = empty_plans(problem)
    option = np.where(
        np.isin(dataset.learners.learner_id.astype(str), sorted(known))[:, None],
        -1,
        empty.option,
    )
    option_of = _options_by_ids(problem)
    learner = positions_of(
        [row.learner_id for row in assignments], dataset.learners.learner_id
    )
    period = positions_of(
        [row.period_id for row in assignments], dataset.periods.period_id
    )
    for at, row in enumerate(assignments):
        place = option_of.get((row.learner_id, row.site_id, row.mentor_id))
        if place is None or period[at] < 0:
            return None
        option[learner[at], period[at]] = place
    course = empty.course.copy()
    at_course = positions_of(
        [row.course_id for row in seats], dataset.courses.course_id
    )
    at_learner = positions_of(
        [row.learner_id for row in seats], dataset.learners.learner_id
    )
    if (at_course < 0).any():
        return None
    course[at_learner, problem.teaching.course_unit[at_course]] = at_course
    plans = Plans(learner=empty.learner, option=option, course=course)
    return plans if _keeps_rules(problem, plans) else None


def _keeps_rules(problem: Problem, plans: Plans) -> bool:
    rows = rows_of(problem, plans)
    verdict = check_plan(
        problem.dataset,
        policy_to_mapping(problem.policy),
        rows.assignments,
        rows.seats,
        chances_used(problem, rows.assignments),
    )
    return verdict.holds


def _options_by_ids(problem: Problem) -> dict[tuple[str, str, str], int]:
    dataset = problem.dataset
    return {
        key: at
        for at, key in enumerate(
            zip(
                dataset.learners.learner_id[problem.option_learner],
                dataset.sites.site_id[problem.option_site],
                dataset.mentors.mentor_id[problem.pairs.option_mentor],
                strict=True,
            )
        )
    }


def in_order(plans: Plans) -> Plans:
    """Plans in the order of the learner table."""
    return plans.take(np.argsort(plans.learner, kind="stable"))
