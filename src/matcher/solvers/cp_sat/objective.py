"""Section 6 as a sum of literals times points."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher.solvers.cp_sat.integers import down, scale_for
from matcher.solvers.cp_sat.variables import Literal, Variables

_POINT_UNITS = 10**5
"""Units per point at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Literals that cost points, besides placements, seats and slack.

    Attributes
    ----------
    starts, placed_at_all
        Blocks, and learners with one: `rotation` for each after the first.
    handovers, open_competences
        One each.
    lacking
        Several per learner and group.
    """

    starts: Mapping[tuple[int, int], Literal]
    placed_at_all: Mapping[int, Literal]
    handovers: Mapping[tuple[int, int], Literal]
    open_competences: Mapping[tuple[int, int], Literal]
    lacking: Mapping[tuple[int, int], list[Literal]]


def minimise_points(variables: Variables, priced: Priced) -> int:
    """Set the objective; returns its units per point.

    Every coefficient is rounded down, so that no plan costs more in the model than
    in truth: the solver's bound is a bound of the true objective as it stands.
    """
    terms = [
        (points, literal)
        for points, literal in (
            *_periods(variables),
            *_blocks(variables, priced),
            *_learning(variables, priced),
        )
        if points != 0
    ]
    scale = scale_for([points for points, _ in terms], _POINT_UNITS)
    variables.model.minimize(
        sum(down(points, scale) * literal for points, literal in terms)
    )
    return scale


def _periods(variables: Variables) -> Iterator[tuple[float, Literal]]:
    """Placements and periods without one, with the proposals they leave."""
    problem = variables.problem
    for (option, period), literal in variables.placed.items():
        weekly = float(problem.weekly_points[option])
        leaving = float(problem.disruption_points[option, period])
        yield weekly * float(problem.weeks[period]) + leaving, literal
    for (learner, period), literal in variables.unplaced.items():
        yield float(problem.leave_points[learner, period]), literal


def _blocks(variables: Variables, priced: Priced) -> Iterator[tuple[float, Literal]]:
    """Rotations and handovers."""
    policy = variables.problem.policy
    for start in priced.starts.values():
        yield policy.rotation, start
    for placed in priced.placed_at_all.values():
        yield -policy.rotation, placed
    for handover in priced.handovers.values():
        yield policy.handover, handover


def _learning(variables: Variables, priced: Priced) -> Iterator[tuple[float, Literal]]:
    """Seats, school, gaps and contexts."""
    problem = variables.problem
    trajectory = problem.pairs.positions.learner_trajectory
    for seat in variables.seat.values():
        yield problem.policy.course, seat
    for (learner, unit), literal in priced.open_competences.items():
        row = int(problem.units.start[trajectory[learner]]) + unit
        yield float(problem.units.fallback[row]), literal
    for (_, group), literals in priced.lacking.items():
        for literal in literals:
            yield float(problem.units.group_points[group]), literal
