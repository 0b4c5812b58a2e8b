"""Who needs a place in a period, and where that learner may be."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.problem.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Learners of one training who need a place in one period.

    Attributes
    ----------
    unit
        Competence or context, as a unit of `Units`; -1 where any place will do.
    learners
        Positions, ascending.
    option, owner
        Options by which they may be somewhere then (where the unit is offered), and
        the learner of each, ascending.
    is_decisive
        (learners,), the learner has no other period and no other way; see
        `Shortage`.
    """

    trajectory: int
    period: int
    unit: int
    learners: Index
    option: Index
    owner: Index
    is_decisive: Bools

    @property
    def without_option(self) -> Index:
        """Learners who may be nowhere then; ascending."""
        return np.setdiff1d(self.learners, self.owner, assume_unique=False)

    def narrowed(self, learners: Index) -> tuple["Cell", Index]:
        """The cell of some of its learners, and where its options stood in this one.

        Parameters
        ----------
        learners
            Positions, ascending.
        """
        first = np.searchsorted(self.owner, learners)
        count = np.searchsorted(self.owner, learners, side="right") - first
        ends = np.cumsum(count)
        at = np.arange(count.sum()) + np.repeat(first - (ends - count), count)
        own = np.searchsorted(self.learners, learners)
        narrow = replace(
            self,
            learners=learners,
            option=self.option[at],
            owner=self.owner[at],
            is_decisive=self.is_decisive[own],
        )
        return narrow, at


class Claimants:
    """All cells of a problem.

    A learner who is signed outside the rules, or where signed placements alone
    exceed a limit, has that place and claims no other.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        pairs = problem.pairs
        self.wants: Bools = pairs.calendar.active & ~_settled(problem)
        self._trajectory = pairs.positions.learner_trajectory
        self._option_learner = problem.option_learner
        by_trajectory = self._trajectory[self._option_learner]
        order = np.argsort(by_trajectory, kind="stable")
        ends = np.searchsorted(
            by_trajectory[order], np.arange(len(problem.dataset.trajectories) + 1)
        )
        self._options_of = [order[first:last] for first, last in pairwise(ends)]

    def any_place(self, trajectory: int, period: int) -> Cell:
        """All of a training who need a place in a period."""
        learners = np.flatnonzero(
            (self._trajectory == trajectory) & self.wants[:, period]
        )
        options = self._options_of[trajectory]
        here = self._problem.pairs.eligible[options, period]
        here = here & self.wants[self._option_learner[options], period]
        return Cell(
            trajectory=trajectory,
            period=period,
            unit=-1,
            learners=learners,
            option=options[here],
            owner=self._option_learner[options[here]],
            is_decisive=np.ones(len(learners), dtype=bool),
        )

    def of_unit(self, trajectory: int, unit: int) -> list[Cell]:
        """Of a competence or context, one cell per period in which weeks count."""
        problem = self._problem
        units, teaching = problem.units, problem.teaching
        local = unit - units.start[trajectory]
        if not units.at_workplace[unit]:
            return []
        options = self._options_of[trajectory]
        rows = (
            teaching.credit_start[
                problem.pairs.offering[problem.pairs.option_pair[options]]
            ]
            + local
        )
        credit = np.where(problem.pairs.eligible[options], teaching.credit[rows], 0.0)
        learners = np.flatnonzero(
            (self._trajectory == trajectory) & teaching.needed[:, local]
        )
        needed = np.zeros(problem.num_learners, dtype=bool)
        needed[learners] = True
        owner = self._option_learner[options]
        decisive = self._decisive(unit, local, owner, credit)
        cells = []
        for period in np.flatnonzero(units.in_window[unit] & (problem.weeks > 0)):
            wants = needed & self.wants[:, period]
            here = (credit[:, period] > 0) & wants[owner]
            own = np.flatnonzero(wants)
            cells.append(
                Cell(
                    trajectory=trajectory,
                    period=int(period),
                    unit=unit,
                    learners=own,
                    option=options[here],
                    owner=owner[here],
                    is_decisive=decisive[own, period],
                )
            )
        return cells

    def _decisive(self, unit: int, local: int, owner: Index, credit: Floats) -> Bools:
        """(learners, periods): without the period the unit is not learned at all."""
        problem = self._problem
        units, teaching = problem.units, problem.teaching
        most = np.zeros((problem.num_learners, problem.num_periods))
        np.maximum.at(most, owner, credit)
        elsewhere = most.sum(axis=1, keepdims=True) - most
        needs = elsewhere < units.weeks[unit] - TOLERANCE
        if units.is_context[unit]:
            # A group may ask for fewer contexts than it names.
            group = units.group == units.group[unit]
            all_asked = units.group_at_least[units.group[unit]] >= group.sum()
            return np.asarray(needs & all_asked)
        other_way = np.zeros(problem.num_learners, dtype=bool)
        if units.at_centre[unit]:
            taught = teaching.course_unit[teaching.reach_course] == local
            sits = np.repeat(
                np.arange(problem.num_learners), np.diff(teaching.reach_start)
            )
            other_way[sits[taught]] = True
        other_way |= units.fallback_is_school[unit]
        return np.asarray(needs & ~other_way[:, None])


def _settled(problem: Problem) -> Bools:
    """(learners, periods): signed where no certificate may count on the rules."""
    pairs, capacities = problem.pairs, problem.capacities
    settled = np.zeros(pairs.signed_option.shape, dtype=bool)
    learner, period = np.nonzero(pairs.signed_option >= 0)
    option = pairs.signed_option[learner, period]
    site, mentor = problem.sites_of(option), pairs.option_mentor[option]
    outside = ~pairs.eligible[option, period]
    outside |= capacities.site_closed[site, period]
    outside |= capacities.mentor_closed[mentor, period]
    outside |= capacities.hours_closed[mentor, period]
    if len(capacities.enterprise_closed):
        enterprise = pairs.positions.site_enterprise[site]
        closed = capacities.enterprise_closed[enterprise, period]
        outside |= (enterprise >= 0) & closed
    settled[learner, period] = outside
    return settled
