"""What a plan covers: the workplace, a course, the school, or nothing."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from matcher.eligibility.pairs import TOLERANCE
from matcher.solvers.cp_sat.integers import nearest, scale_for
from matcher.solvers.cp_sat.variables import Literal, Variables

_WEEK_UNITS = 10**7
"""Units per week at most: ten of them are the tolerance of the contract."""


class WorkplaceReach:
    """Literals for the weeks that suffice, made when first asked for.

    Only kept from being true too early: whoever reads them (an attest, a
    competence, a context) wants them true.
    """

    def __init__(self, variables: Variables) -> None:
        self._variables = variables
        self._made: dict[tuple[int, int, int], Literal] = {}

    def by(self, learner: int, unit: int, period: int) -> Literal:
        """The local unit is reached in this period or before."""
        key = (learner, unit, period)
        if key not in self._made:
            self._made[key] = self._workplace_weeks(learner, unit, period)
        return self._made[key]

    def _workplace_weeks(self, learner: int, unit: int, period: int) -> Literal:
        """The weeks at sites that offer the unit add up to those it asks.

        A period counts for no more than the unit asks: as true for whole plans,
        and tighter for the relaxation.
        """
        variables = self._variables
        units = variables.problem.units
        row = _unit_row(variables, learner, unit)
        asked = float(units.weeks[row]) - TOLERANCE
        if not units.at_workplace[row]:
            return variables.no
        if asked <= 0:
            return variables.yes
        terms = list(_credits(variables, learner, unit, period))
        signed = sum(weeks for weeks, at in terms if at is variables.yes)
        terms = [(weeks, at) for weeks, at in terms if at is not variables.yes]
        if signed >= asked:
            return variables.yes
        if signed + sum(weeks for weeks, _ in terms) < asked:
            return variables.no
        missing = asked - signed
        scale = scale_for([weeks for weeks, _ in terms] + [missing], _WEEK_UNITS)
        least = nearest(missing, scale)
        reached = variables.model.new_bool_var("")
        total = sum(min(nearest(weeks, scale), least) * at for weeks, at in terms)
        variables.model.add(total >= least * reached)
        return reached


def _unit_row(variables: Variables, learner: int, unit: int) -> int:
    """Row of a learner's local unit among all units."""
    problem = variables.problem
    trajectory = problem.pairs.positions.learner_trajectory[learner]
    return int(problem.units.start[trajectory]) + unit


def _credits(
    variables: Variables, learner: int, unit: int, through: int
) -> Iterator[tuple[float, Literal]]:
    """Weeks towards a unit, and the presence that earns them."""
    problem = variables.problem
    teaching = problem.teaching
    for pair in variables.pairs_of(learner):
        row = int(teaching.credit_start[problem.pairs.offering[pair]]) + unit
        for period in range(through + 1):
            weeks = float(teaching.credit[row, period])
            if weeks > 0 and (pair, period) in variables.at_site:
                yield weeks, variables.at_site[pair, period]


def one_seat_per_competence(variables: Variables) -> None:
    """At most one seat per learner and competence."""
    seats: defaultdict[tuple[int, int], list[Literal]] = defaultdict(list)
    for (learner, course), seat in variables.seat.items():
        unit = int(variables.problem.teaching.course_unit[course])
        seats[learner, unit].append(seat)
    for literals in seats.values():
        variables.model.add_at_most_one(literals)


def open_competences(
    variables: Variables, reach: WorkplaceReach
) -> dict[tuple[int, int], Literal]:
    """(learner, local unit): neither workplace nor course covers it.

    Then the school does or a gap is left, at points that only depend on the
    competence. Only forced to be true: the objective wants it false.
    """
    units = variables.problem.units
    found = {}
    for learner, unit, row in _needed(variables):
        if units.is_context[row] or not units.fallback[row] > 0:
            continue
        covers = [reach.by(learner, unit, variables.problem.num_periods - 1)]
        if units.at_centre[row]:
            covers += _seats_for(variables, learner, unit)
        if any(literal is variables.yes for literal in covers):
            continue
        found[learner, unit] = variables.model.new_bool_var("")
        variables.model.add_bool_or([*covers, found[learner, unit]])
    return found


def contexts(
    variables: Variables, reach: WorkplaceReach
) -> dict[tuple[int, int], list[Literal]]:
    """(learner, group): as many literals as contexts may lack, each one lacking."""
    units = variables.problem.units
    met: defaultdict[tuple[int, int], list[Literal]] = defaultdict(list)
    last = variables.problem.num_periods - 1
    for learner, unit, row in _needed(variables):
        if units.is_context[row]:
            met[learner, int(units.group[row])].append(reach.by(learner, unit, last))
    lacking = {}
    for (learner, group), literals in met.items():
        at_least = int(units.group_at_least[group])
        slack = [variables.model.new_bool_var("") for _ in range(at_least)]
        variables.model.add(sum(literals) + sum(slack) >= at_least)
        lacking[learner, group] = slack
    return lacking


def _needed(variables: Variables) -> Iterator[tuple[int, int, int]]:
    """Learner, local unit and row of every unit that is not acquired."""
    needed = variables.problem.teaching.needed
    for learner in variables.learners.tolist():
        for unit in np.flatnonzero(needed[learner]).tolist():
            yield learner, unit, _unit_row(variables, learner, unit)


def _seats_for(variables: Variables, learner: int, unit: int) -> list[Literal]:
    """Seats of a learner that teach a unit."""
    course_unit = variables.problem.teaching.course_unit
    return [
        seat
        for course, seat in variables.seats_of(learner)
        if course_unit[course] == unit
    ]
