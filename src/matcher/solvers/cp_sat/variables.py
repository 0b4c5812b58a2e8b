"""Placements and seats as literals: the signed are fixed, the barred are absent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from matcher.dataset.tables import Bools
from matcher.eligibility.position import Index
from matcher.problem.problem import Problem

Literal = cp_model.IntVar
"""A Boolean of the model, or one of its two constants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """What the model decides, by position; a missing key is a barred option.

    Attributes
    ----------
    learners
        Positions of the learners that the model is about.
    placed
        (option, period): the placement is in the plan.
    at_site
        (pair, period): the learner is at the site, with any of its mentors.
    unplaced
        (learner, period) without a signature: no placement, the slack that
        keeps every model feasible.
    seat
        (learner, course): the seat is taken.
    yes, no
        The constants.
    """

    model: cp_model.CpModel
    problem: Problem
    learners: Index
    placed: Mapping[tuple[int, int], Literal]
    at_site: Mapping[tuple[int, int], Literal]
    unplaced: Mapping[tuple[int, int], Literal]
    seat: Mapping[tuple[int, int], Literal]
    yes: Literal
    no: Literal

    def is_at(self, pair: int, period: int) -> Literal:
        """The learner of the pair is at its site; no before the first period."""
        return self.at_site.get((pair, period), self.no)

    def is_placed(self, option: int, period: int) -> Literal:
        """The option is taken; no where it is barred."""
        return self.placed.get((option, period), self.no)

    def pairs_of(self, learner: int) -> range:
        """The pairs of a learner."""
        start = self.problem.pair_start
        return range(int(start[learner]), int(start[learner + 1]))

    def options_of(self, pair: int) -> range:
        """The options of a pair."""
        start = self.problem.option_start
        return range(int(start[pair]), int(start[pair + 1]))

    def seats_of(self, learner: int) -> Iterator[tuple[int, Literal]]:
        """Each course within reach of a learner, and its seat."""
        for course in _courses(self.problem, learner):
            yield course, self.seat[learner, course]


def add_variables(
    model: cp_model.CpModel, problem: Problem, learners: Index
) -> Variables:
    """Literals of some learners, with `one_placement` and `at_site_is_any_mentor`."""
    yes, no = model.new_constant(1), model.new_constant(0)
    is_asked = np.zeros(problem.num_learners, dtype=bool)
    is_asked[learners] = True
    own = is_asked[problem.option_learner]
    placed = {
        (int(option), int(period)): model.new_bool_var("")
        for option, period in np.argwhere(problem.open_options & own[:, None])
    }
    placed = signed_stay(problem, learners, placed, yes)
    variables = Variables(
        model=model,
        problem=problem,
        learners=learners,
        placed=placed,
        at_site=at_site_is_any_mentor(model, problem, placed),
        unplaced={
            (learner, period): model.new_bool_var("")
            for learner, period in _cells(learners, problem.pairs.signed_option < 0)
        },
        seat={
            (learner, course): model.new_bool_var("")
            for learner in learners.tolist()
            for course in _courses(problem, learner)
        },
        yes=yes,
        no=no,
    )
    one_placement(variables)
    return variables


def _courses(problem: Problem, learner: int) -> list[int]:
    """Courses within reach of a learner."""
    teaching = problem.teaching
    first, last = teaching.reach_start[learner], teaching.reach_start[learner + 1]
    return [int(course) for course in teaching.reach_course[first:last]]


def _cells(learners: Index, where: Bools) -> Iterator[tuple[int, int]]:
    """Each learner asked, and the columns in which `where` holds for that learner."""
    for row, column in np.argwhere(where[learners]):
        yield int(learners[row]), int(column)


def signed_stay(
    problem: Problem,
    learners: Index,
    placed: dict[tuple[int, int], Literal],
    yes: Literal,
) -> dict[tuple[int, int], Literal]:
    """P4: what is signed is fixed, and bars all else in its period."""
    signed = problem.pairs.signed_option
    owner = problem.option_learner
    free = {
        (option, period): literal
        for (option, period), literal in placed.items()
        if signed[owner[option], period] < 0
    }
    fixed = {
        (int(signed[learner, period]), period): yes
        for learner, period in _cells(learners, signed >= 0)
    }
    return free | fixed


def at_site_is_any_mentor(
    model: cp_model.CpModel,
    problem: Problem,
    placed: Mapping[tuple[int, int], Literal],
) -> dict[tuple[int, int], Literal]:
    """At a site is with one of its mentors; a single mentor needs no literal."""
    mentors: defaultdict[tuple[int, int], list[Literal]] = defaultdict(list)
    for (option, period), literal in placed.items():
        mentors[int(problem.pairs.option_pair[option]), period].append(literal)
    at_site = {}
    for key, literals in mentors.items():
        if len(literals) == 1:
            at_site[key] = literals[0]
        else:
            at_site[key] = model.new_bool_var("")
            model.add_exactly_one([*literals, ~at_site[key]])
    return at_site


def one_placement(variables: Variables) -> None:
    """One placement or none per learner and period."""
    at_sites: defaultdict[tuple[int, int], list[Literal]] = defaultdict(list)
    for (pair, period), literal in variables.at_site.items():
        learner = int(variables.problem.pairs.learner[pair])
        at_sites[learner, period].append(literal)
    for key, unplaced in variables.unplaced.items():
        variables.model.add_exactly_one([*at_sites[key], unplaced])
