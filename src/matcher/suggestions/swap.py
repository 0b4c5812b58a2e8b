"""Swaps of whole plans between two learners by which both would gain."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.checker import check_plan
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, plan_points
from matcher.problem.problem import Problem
from matcher.problem.run_record import Assignment, Seat
from matcher.suggestions.capacity_use import use_of
from matcher.suggestions.loaded_run import LoadedRun
from matcher.suggestions.plan_facts import placements_of, seats_of

_GAIN = 1e-6
"""Points below which nobody gains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Two learners who would both be better off with each other's places.

    Attributes
    ----------
    gains
        Points that each of them would gain.
    """

    learner_ids: tuple[str, str]
    gains: tuple[float, float]


def helpful_swaps(run: LoadedRun, among: Index | None = None) -> tuple[Swap, ...]:
    """Every swap that keeps all rules and helps both; a proven optimum has none.

    Two learners of one trajectory take over each other's sites, mentors, periods and
    seats, as far as both may. The judge has the last word on each swap.

    Parameters
    ----------
    among
        Learners who swap with one another; None is everybody.
    """
    if among is None:
        among = np.arange(run.problem.num_learners)
    found = []
    for first, second in _pairs(run, among):
        gain = np.column_stack([_gains(run, first), _gains(run, second)])
        for row in np.flatnonzero((gain > _GAIN).all(axis=1)).tolist():
            both = Plans.join(
                [first.take(np.array([row])), second.take(np.array([row]))]
            )
            if _has_hours(run, both) and _is_allowed(run, both):
                ids = run.dataset.learners.learner_id[both.learner].tolist()
                found.append(
                    Swap(
                        learner_ids=(ids[0], ids[1]),
                        gains=(float(gain[row, 0]), float(gain[row, 1])),
                    )
                )
    return tuple(sorted(found, key=lambda swap: -sum(swap.gains)))


def _gains(run: LoadedRun, plans: Plans) -> Floats:
    now = run.points[plans.learner].sum(axis=1)
    return np.asarray(now - plan_points(run.problem, plans).sum(axis=1))


def _pairs(run: LoadedRun, among: Index) -> Iterator[tuple[Plans, Plans]]:
    """Per trajectory, the two plans after each swap that the pair rules allow."""
    problem = run.problem
    is_signed = (problem.pairs.signed_option[among] >= 0).any(axis=1)
    among = among[~is_signed]
    trajectory = problem.pairs.positions.learner_trajectory[among]
    options = _Options(problem)
    for of in np.unique(trajectory):
        learners = among[trajectory == of]
        is_placed = np.asarray((run.plans.option[learners] >= 0).any(axis=1))
        may = np.array(
            [_may_take(run, options, each, learners) for each in learners.tolist()]
        )
        one, other = np.nonzero(np.triu(np.logical_and(may, may.T), k=1))
        kept = np.logical_or(is_placed[one], is_placed[other])
        one, other = learners[one[kept]], learners[other[kept]]
        if len(one):
            yield (
                _taken_over(run, options, one, other),
                _taken_over(run, options, other, one),
            )


class _Options:
    """The option of a learner with a mentor, for many at once."""

    def __init__(self, problem: Problem) -> None:
        self._mentors = len(problem.dataset.mentors)
        codes = problem.option_learner * self._mentors + problem.pairs.option_mentor
        self._order = np.argsort(codes, kind="stable")
        self._codes = codes[self._order]

    def of(self, learner: Index, mentor: Index) -> Index:
        """Options in the shape of both; -1 where there is none, or no mentor."""
        asked = learner * self._mentors + mentor
        if not len(self._codes):
            return np.full(asked.shape, -1)
        at = np.minimum(np.searchsorted(self._codes, asked), len(self._codes) - 1)
        is_there = (mentor >= 0) & (self._codes[at] == asked)
        return np.where(is_there, self._order[at], -1)


def _mentors(run: LoadedRun, learners: Index) -> Index:
    """(learners, periods), the mentor of each in the run; -1 without."""
    option = run.plans.option[learners]
    if not len(run.problem.pairs.option_mentor):
        return np.full(option.shape, -1)
    return np.where(option >= 0, run.problem.pairs.option_mentor[option], -1)


def _may_take(run: LoadedRun, options: _Options, learner: int, givers: Index) -> Bools:
    """(givers,): the learner may stand wherever the giver does."""
    mentor = _mentors(run, givers)
    own = options.of(np.full((1, 1), learner), mentor)
    if not len(run.problem.open_options):
        return np.asarray((mentor < 0).all(axis=1))
    is_open = run.problem.open_options[own, np.arange(mentor.shape[1])]
    return np.asarray(((mentor < 0) | ((own >= 0) & is_open)).all(axis=1))


def _taken_over(
    run: LoadedRun, options: _Options, learners: Index, givers: Index
) -> Plans:
    """The givers' plans as the learners' own, with the seats that they may take."""
    teaching = run.problem.teaching
    num_courses = len(run.problem.dataset.courses)
    owner = np.repeat(
        np.arange(run.problem.num_learners), np.diff(teaching.reach_start)
    )
    reach = owner * num_courses + teaching.reach_course
    course = run.plans.course[givers]
    reached = np.isin(learners[:, None] * num_courses + course, reach)
    return Plans(
        learner=learners,
        option=options.of(learners[:, None], _mentors(run, givers)),
        course=np.where((course >= 0) & reached, course, -1),
    )


def _has_hours(run: LoadedRun, both: Plans) -> bool:
    """Mentors have the hours: all else that is shared is taken by as many as before."""
    problem = run.problem
    before = run.plans.take(both.learner)
    more = use_of(problem, both).hours - use_of(problem, before).hours
    limit = problem.dataset.mentors.hours_per_week[:, None]
    hours = run.mentor_hours + more
    # No limit is NaN, which nothing exceeds.
    return not ((more > 0) & (hours > limit + TOLERANCE)).any()


def _is_allowed(run: LoadedRun, both: Plans) -> bool:
    """The judge finds that the two break no rule; the others stay as they are."""
    assignments, seats = [], []
    for row in range(2):
        plan = both.take(np.array([row]))
        learner_id = str(run.dataset.learners.learner_id[both.learner[row]])
        assignments += [
            Assignment(
                learner_id=learner_id,
                period_id=each.period_id,
                site_id=each.site_id,
                mentor_id=each.mentor_id,
            )
            for each in placements_of(run.problem, plan)
        ]
        seats += [
            Seat(
                learner_id=learner_id,
                course_id=each.course_id,
                competence_id=each.competence_id,
                period_id=each.period_id,
            )
            for each in seats_of(run.problem, plan)
        ]
    pair = run.lookup.around(both.learner)
    return check_plan(pair, run.summary.policy, assignments, seats).holds
