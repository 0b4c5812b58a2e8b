"""Attests that must be held before a block starts (P3)."""

from collections.abc import Mapping

from matcher.solvers.cp_sat.coverage import WorkplaceReach
from matcher.solvers.cp_sat.variables import Literal, Variables


def attests(
    variables: Variables,
    starts: Mapping[tuple[int, int], Literal],
    reach: WorkplaceReach,
) -> None:
    """P3: each attest of a site is held before a block there starts.

    Held is acquired, a seat in a course of an earlier period, or completed at the
    workplace in an earlier period. A block whose first period is signed is exempt.
    """
    problem = variables.problem
    teaching, pairs = problem.teaching, problem.pairs
    for (pair, period), start in starts.items():
        learner, offering = int(pairs.learner[pair]), int(pairs.offering[pair])
        if start is variables.no or pairs.signed_option[learner, period] >= 0:
            continue
        first = teaching.required_start[offering]
        last = teaching.required_start[offering + 1]
        for unit in teaching.required_unit[first:last]:
            if teaching.needed[learner, unit]:
                held = _held_before(variables, reach, learner, int(unit), period)
                variables.model.add_bool_or([~start, *held])


def _held_before(
    variables: Variables, reach: WorkplaceReach, learner: int, unit: int, period: int
) -> list[Literal]:
    """What gives the learner the attest before a period."""
    teaching = variables.problem.teaching
    seats = [
        seat
        for course, seat in variables.seats_of(learner)
        if teaching.course_unit[course] == unit
        and teaching.course_period[course] < period
    ]
    return [*seats, reach.by(learner, unit, period - 1)]
