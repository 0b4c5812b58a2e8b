"""The whole model, rule by rule."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, empty_plans
from matcher.problem.problem import Problem
from matcher.solvers.cp_sat.attests import attests
from matcher.solvers.cp_sat.blocks import (
    block_starts,
    handovers,
    max_sites,
    min_block_weeks,
    placed_at_all,
)
from matcher.solvers.cp_sat.coverage import (
    WorkplaceReach,
    contexts,
    one_seat_per_competence,
    open_competences,
)
from matcher.solvers.cp_sat.objective import Priced, minimise_points
from matcher.solvers.cp_sat.shared import (
    course_seats,
    enterprise_places,
    mentor_hours,
    mentor_places,
    site_capacity,
)
from matcher.solvers.cp_sat.variables import Literal, Variables, add_variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Formulation:
    """A model and the way back from it.

    Attributes
    ----------
    units_per_point
        Scale of the model's objective.
    """

    variables: Variables
    units_per_point: int

    @property
    def model(self) -> cp_model.CpModel:
        """The model, ready to be solved."""
        return self.variables.model

    def plans(self, is_true: Callable[[Literal], bool]) -> Plans:
        """The plans that an answer of the solver stands for.

        Those of learners that the model is not about hold only what is signed.
        """
        problem = self.variables.problem
        plans = empty_plans(problem)
        owner = problem.option_learner
        for (option, period), literal in self.variables.placed.items():
            if is_true(literal):
                plans.option[owner[option], period] = option
        for (learner, course), literal in self.variables.seat.items():
            if is_true(literal):
                plans.course[learner, problem.teaching.course_unit[course]] = course
        return plans


def formulate(problem: Problem, learners: Index | None = None) -> Formulation:
    """The compact model of a problem: all rules and points.

    Parameters
    ----------
    learners
        The learners that it is about, by default all. Right where they share no
        capacity with others: every limit is theirs alone.
    """
    if learners is None:
        learners = np.arange(problem.num_learners)
    variables = add_variables(cp_model.CpModel(), problem, learners)
    starts = block_starts(variables)
    reach = WorkplaceReach(variables)
    min_block_weeks(variables)
    max_sites(variables)
    attests(variables, starts, reach)
    site_capacity(variables)
    mentor_places(variables)
    mentor_hours(variables)
    enterprise_places(variables)
    course_seats(variables)
    one_seat_per_competence(variables)
    priced = Priced(
        starts=starts,
        placed_at_all=placed_at_all(variables, starts),
        handovers=handovers(variables),
        open_competences=open_competences(variables, reach),
        lacking=contexts(variables, reach),
    )
    return Formulation(
        variables=variables, units_per_point=minimise_points(variables, priced)
    )
