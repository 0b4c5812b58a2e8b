"""The columns of a problem that the compiled search reads."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.eligibility.pairs import TOLERANCE
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
        weeks=problem.weeks,
        pair_start=problem.pair_start,
        pair_offering=pairs.offering,
        option_start=problem.option_start,
        signed_pair=signed_pair,
        max_sites=problem.max_sites,
        min_block_weeks=problem.min_block_weeks - TOLERANCE,
        trajectory=pairs.positions.learner_trajectory,
        unit_start=units.start,
        unit_weeks=units.weeks - TOLERANCE,
        unit_fallback=units.fallback,
        unit_at_centre=units.at_centre,
        unit_group=units.group,
        group_at_least=units.group_at_least,
        group_points=units.group_points,
        needed=teaching.needed,
        credit_start=teaching.credit_start,
        credit=teaching.credit,
        required_start=teaching.required_start,
        required_unit=teaching.required_unit,
        course_unit=teaching.course_unit,
        course_period=teaching.course_period,
        reach_start=teaching.reach_start,
        reach_course=teaching.reach_course,
        rotation=problem.policy.rotation,
        handover=problem.policy.handover,
    )
