"""The columns of a problem that the compiled search reads."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.eligibility.pairs import TOLERANCE
from matcher.planning.compiled import settled
from matcher.problem.problem import Problem

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_Bools = NDArray[np.bool_]


class PlanSpace(NamedTuple):
    """Arrays of one problem; a named tuple because compiled code takes those.

    Attributes are those of `Problem`, `Units` and `Teaching`, by position. Units
    are local to the learner's trajectory, found from `unit_start`.
    """

    weeks: _Floats
    pair_start: _Ints
    pair_offering: _Ints
    option_start: _Ints
    signed_pair: _Ints
    max_sites: _Ints
    min_block_weeks: _Floats
    trajectory: _Ints
    unit_start: _Ints
    unit_weeks: _Floats
    unit_fallback: _Floats
    unit_at_centre: _Bools
    unit_group: _Ints
    group_at_least: _Ints
    group_points: _Floats
    needed: _Bools
    credit_start: _Ints
    credit: _Floats
    required_start: _Ints
    required_unit: _Ints
    course_unit: _Ints
    course_period: _Ints
    reach_start: _Ints
    reach_course: _Ints
    rotation: float
    handover: float


def plan_space_of(problem: Problem) -> PlanSpace:
    """Plan space of a problem."""
    pairs, units, teaching = problem.pairs, problem.units, problem.teaching
    signed = pairs.signed_option
    signed_pair = np.full(signed.shape, -1)
    signed_pair[signed >= 0] = pairs.option_pair[signed[signed >= 0]]
    return PlanSpace(
        weeks=settled(problem.weeks),
        pair_start=settled(problem.pair_start),
        pair_offering=settled(pairs.offering),
        option_start=settled(problem.option_start),
        signed_pair=settled(signed_pair),
        max_sites=settled(problem.max_sites),
        min_block_weeks=settled(problem.min_block_weeks - TOLERANCE),
        trajectory=settled(pairs.positions.learner_trajectory),
        unit_start=settled(units.start),
        unit_weeks=settled(units.weeks - TOLERANCE),
        unit_fallback=settled(units.fallback),
        unit_at_centre=settled(units.at_centre),
        unit_group=settled(units.group),
        group_at_least=settled(units.group_at_least),
        group_points=settled(units.group_points),
        needed=settled(teaching.needed),
        credit_start=settled(teaching.credit_start),
        credit=settled(teaching.credit),
        required_start=settled(teaching.required_start),
        required_unit=settled(teaching.required_unit),
        course_unit=settled(teaching.course_unit),
        course_period=settled(teaching.course_period),
        reach_start=settled(teaching.reach_start),
        reach_course=settled(teaching.reach_course),
        rotation=problem.policy.rotation,
        handover=problem.policy.handover,
    )
