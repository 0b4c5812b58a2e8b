"""True optima with one learner's plan fixed, from the oracle's integer program."""

from dataclasses import dataclass
from random import Random

import numpy as np

from matcher.problem.plans import Plans
from matcher.problem.problem import Problem
from tests.oracle.brute_force import _choose
from tests.oracle.enumeration import Column, enumerate_plans
from tests.oracle.reading import build_region
from tests.oracle.region import Region
from tests.oracle.scarcity import NOWHERE
from tests.oracle.tiny import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPlan:
    """A plan of one learner, with what the region costs at best when it is followed.

    Attributes
    ----------
    optimum
        Points of all learners; None where no plans of the others go with it.
    """

    learner_id: str
    column: Column
    optimum: float | None


def some_fixed_plans(case: Case, count: int) -> tuple[Region, list[FixedPlan]]:
    """Plans of random learners of a case, each with the optimum around it."""
    region = build_region(case.tables, case.policy)
    columns, scarcity = enumerate_plans(region)
    random = Random(case.name)  # noqa: S311  (test data, not secrets)
    found = []
    for _ in range(count):
        learner = random.randrange(len(columns))
        column = random.choice(columns[learner])
        if any(stay and stay[1] == NOWHERE for stay in column.plan.stays):
            continue
        fixed = [*columns[:learner], [column], *columns[learner + 1 :]]
        try:
            optimum = sum(each.points for each in _choose(fixed, scarcity))
        except AssertionError:  # nothing is feasible beside this plan
            optimum = None
        found.append(
            FixedPlan(
                learner_id=region.learners[learner].learner_id,
                column=column,
                optimum=optimum,
            )
        )
    return region, found


def plans_row(problem: Problem, region: Region, fixed: FixedPlan) -> Plans:
    """The fixed plan in positions of a problem."""
    dataset = problem.dataset
    learner = dataset.learners.learner_id.tolist().index(fixed.learner_id)
    option = np.full((1, problem.num_periods), -1)
    for period, stay in enumerate(fixed.column.plan.stays):
        if stay is None:
            continue
        site_id = region.sites[stay[0]].site_id
        mentor_id = region.mentors[stay[1]].mentor_id
        is_it = problem.option_learner == learner
        is_it &= dataset.sites.site_id[problem.option_site] == site_id
        is_it &= dataset.mentors.mentor_id[problem.pairs.option_mentor] == mentor_id
        (option[0, period],) = np.flatnonzero(is_it)
    course = np.full((1, problem.teaching.needed.shape[1]), -1)
    for seat in fixed.column.plan.seats:
        course_id = region.courses[seat].course_id
        at = dataset.courses.course_id.tolist().index(course_id)
        course[0, problem.teaching.course_unit[at]] = at
    return Plans(learner=np.array([learner]), option=option, course=course)
