"""What learners share: places, mentors, hours and seats (C1 to C5)."""

from collections import defaultdict
from collections.abc import Callable

from matcher.dataset.tables import Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.solvers.cp_sat.blocks import both
from matcher.solvers.cp_sat.integers import nearest, scale_for
from matcher.solvers.cp_sat.variables import Literal, Variables

_HOUR_UNITS = 10**7
"""Units per hour at most: ten of them are the tolerance of the contract."""


def site_capacity(variables: Variables) -> None:
    """C1: learners at a site at one time."""
    site = variables.problem.option_site
    _places(
        variables, lambda option: int(site[option]), variables.problem.capacities.site
    )


def mentor_places(variables: Variables) -> None:
    """C2: learners with a mentor at one time."""
    mentor = variables.problem.pairs.option_mentor
    _places(
        variables,
        lambda option: int(mentor[option]),
        variables.problem.capacities.mentor,
    )


def enterprise_places(variables: Variables) -> None:
    """C4: learners at all sites of an enterprise at one time."""
    problem = variables.problem
    enterprise = problem.pairs.positions.site_enterprise[problem.option_site]
    _places(
        variables, lambda option: int(enterprise[option]), problem.capacities.enterprise
    )


def _places(variables: Variables, place: Callable[[int], int], limit: Floats) -> None:
    """At most `limit` placements per place and period; place -1 has no limit.

    The limits are raised to what is signed, and `open_options` bars the unsigned
    where that was needed (section 4).
    """
    users: defaultdict[tuple[int, int], list[Literal]] = defaultdict(list)
    for (option, period), literal in variables.placed.items():
        if place(option) >= 0:
            users[place(option), period].append(literal)
    for (where, period), literals in users.items():
        most = limit[where, period]
        if len(literals) > most:
            variables.model.add(sum(literals) <= int(most))


def course_seats(variables: Variables) -> None:
    """C5: learners in a course."""
    users: defaultdict[int, list[Literal]] = defaultdict(list)
    for (_, course), seat in variables.seat.items():
        users[course].append(seat)
    for course, literals in users.items():
        most = int(variables.problem.capacities.seats[course])
        if len(literals) > most:
            variables.model.add(sum(literals) <= most)


def mentor_hours(variables: Variables) -> None:
    """C3: guidance hours per week of a mentor, more where a block starts.

    Where signed placements alone may exceed the hours there is a gate: shut, it
    lifts the limit to the most they can ask and keeps unsigned learners out.
    """
    problem = variables.problem
    limits, gated = problem.capacities.hours, problem.capacities.hours_gated
    options: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for option, period in variables.placed:
        options[int(problem.pairs.option_mentor[option]), period].append(option)
    for (mentor, period), mine in options.items():
        limit = float(limits[mentor, period])
        terms = [term for option in mine for term in _hours(variables, option, period)]
        most = sum(hours for hours, _ in terms if hours > 0)
        if most <= limit + TOLERANCE:
            continue
        excess = 0.0
        is_shut = variables.no
        if gated[mentor, period]:
            is_shut = _shut_gate(variables, mine, period)
            excess = float(problem.capacities.hours_signed[mentor, period]) - limit
        _at_most(variables, terms, limit, (excess, is_shut))


def _hours(
    variables: Variables, option: int, period: int
) -> list[tuple[float, Literal]]:
    """Hours of an option in a period: the weekly ones, and those of a start."""
    problem = variables.problem
    weekly = float(problem.scored.guidance_hours[option])
    startup = weekly * (problem.policy.guidance.startup_factor - 1.0)
    placed = variables.placed[option, period]
    pair = int(problem.pairs.option_pair[option])
    starts = both(variables, placed, variables.is_at(pair, period - 1))
    if starts is variables.no:
        return [(weekly, placed)]
    return [(weekly, placed), (startup, starts)]


def _shut_gate(variables: Variables, options: list[int], period: int) -> Literal:
    """A literal that bars every unsigned placement with these options."""
    is_shut = variables.model.new_bool_var("")
    for option in options:
        placed = variables.placed[option, period]
        if placed is not variables.yes:
            variables.model.add_implication(is_shut, ~placed)
    return is_shut


def _at_most(
    variables: Variables,
    terms: list[tuple[float, Literal]],
    limit: float,
    gate: tuple[float, Literal],
) -> None:
    """The hours stay within the limit, plus the excess where the gate is shut."""
    excess, is_shut = gate
    scale = scale_for([excess, *(hours for hours, _ in terms)], _HOUR_UNITS)
    total = sum(nearest(hours, scale) * literal for hours, literal in terms)
    lifted = nearest(excess, scale) * is_shut
    variables.model.add(total <= nearest(limit + TOLERANCE, scale) + lifted)
