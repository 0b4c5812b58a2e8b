"""Plans of some learners by the compact model, and what it proves of them."""

from dataclasses import dataclass

from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, plan_points
from matcher.problem.problem import Problem
from matcher.solvers.cp_sat.engine import (
    demand_answer,
    proven_points,
    solver_for,
    stopped_by,
)
from matcher.solvers.cp_sat.formulation import Formulation, formulate
from matcher.solvers.run import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChoice:
    """Plans of the learners of one part.

    Attributes
    ----------
    plans
        One per learner, in their order.
    value
        Their points.
    bound
        Proven: no plans of these learners cost less.
    """

    plans: Plans
    value: float
    bound: float


def choose_for_part(
    problem: Problem,
    learners: Index,
    start: Plans,
    *,
    slack: float,
    work: float,
    clock: Clock,
) -> PartChoice:
    """Better plans and a better bound for learners who share nothing with others.

    Single placements prove more than whole plans where learners take turns at a few
    places: cuts over placements see that fractions of plans cannot.

    Parameters
    ----------
    learners
        Positions, ascending.
    start
        Their plans now, in that order.
    slack
        Points between plans and bound at which to stop.
    work
        Limit in the solver's own deterministic time, about two seconds each.
    clock
        Says when a limit is reached.
    """
    formulation = formulate(problem, learners)
    _hint(formulation, start)
    solver = solver_for(clock)
    solver.parameters.relative_gap_limit = 0.0
    solver.parameters.absolute_gap_limit = slack * formulation.units_per_point
    solver.parameters.max_deterministic_time = work
    # Neither symmetries nor probing ever paid here: a third of the time was theirs.
    solver.parameters.symmetry_level = 0
    solver.parameters.cp_model_probing_level = 0
    with stopped_by(clock, solver):
        status = solver.solve(formulation.model)
    demand_answer(status)
    bound = proven_points(solver.best_objective_bound, formulation.units_per_point)
    value = float(plan_points(problem, start).sum())
    if solver.response_proto.solution:
        found = formulation.plans(lambda literal: bool(solver.value(literal)))
        found = found.take(learners)
        points = float(plan_points(problem, found).sum())
        if points < value:
            start, value = found, points
    return PartChoice(plans=start, value=value, bound=bound)


def _hint(formulation: Formulation, plans: Plans) -> None:
    """Begin from these plans."""
    variables = formulation.variables
    course_unit = variables.problem.teaching.course_unit
    at = {int(learner): row for row, learner in enumerate(plans.learner)}
    owner = variables.problem.option_learner
    for (option, period), literal in variables.placed.items():
        if literal is not variables.yes:
            is_taken = plans.option[at[int(owner[option])], period] == option
            variables.model.add_hint(literal, bool(is_taken))
    for (learner, period), literal in variables.unplaced.items():
        variables.model.add_hint(literal, bool(plans.option[at[learner], period] < 0))
    for (learner, course), literal in variables.seat.items():
        unit = course_unit[course]
        is_taken = plans.course[at[learner], unit] == course
        variables.model.add_hint(literal, bool(is_taken))
