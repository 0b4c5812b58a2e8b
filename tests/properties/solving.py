"""One signature for all who can solve: the oracle and the engines."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.oracle.brute_force import brute_force
from tests.oracle.reading import build_region
from tests.oracle.tables import Row
from tests.oracle.tiny import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a solver says of a case.

    Attributes
    ----------
    assignments
        Rows of learner, period, site and mentor, one per placed period.
    bound
        No plan costs less.
    """

    objective: float
    bound: float
    assignments: tuple[Row, ...]


Solve = Callable[[Case], Answer]


def oracle(case: Case) -> Answer:
    """The true optimum."""
    region = build_region(case.tables, case.policy)
    optimum = brute_force(region)
    rows = tuple(
        {
            "learner_id": learner.learner_id,
            "period_id": region.periods[t].period_id,
            "site_id": region.sites[stay[0]].site_id,
            "mentor_id": region.mentors[stay[1]].mentor_id,
        }
        for learner, plan in zip(region.learners, optimum.plans, strict=True)
        for t, stay in enumerate(plan.stays)
        if stay is not None
    )
    return Answer(
        objective=optimum.objective, bound=optimum.objective, assignments=rows
    )
