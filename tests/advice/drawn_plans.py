"""Problems of the small region, and plans for them in words."""

from typing import Any

import numpy as np

from matcher.policy import policy_from_mapping
from matcher.problem.plans import Plans, empty_plans
from matcher.problem.problem import Problem, prepare
from tests.checker.small_region import SmallRegion


def problem_of(region: SmallRegion, policy: dict[str, Any] | None = None) -> Problem:
    return prepare(region.dataset(), policy_from_mapping(policy or {}))


def plans_of(problem: Problem, text: str) -> Plans:
    """Plans from lines of learner, mentor and the periods there; signed stay."""
    plans = empty_plans(problem)
    dataset = problem.dataset
    for learner_id, mentor_id, *period_ids in map(str.split, text.splitlines()):
        learner = list(dataset.learners.learner_id).index(learner_id)
        mentor = list(dataset.mentors.mentor_id).index(mentor_id)
        is_it = problem.option_learner == learner
        is_it &= problem.pairs.option_mentor == mentor
        (option,) = np.flatnonzero(is_it)
        for period_id in period_ids:
            period = list(dataset.periods.period_id).index(period_id)
            plans.option[learner, period] = option
    return plans
