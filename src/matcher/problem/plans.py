"""Whole plans of learners, their points and what they use."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.problem.problem import Problem
from matcher.problem.run_record import COMPONENTS

_CHUNK_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """Plans as rows; several may belong to one learner.

    Attributes
    ----------
    learner
        (plans,)
    option
        (plans, periods), -1 for no placement.
    course
        (plans, local units), course of the seat taken for a unit; -1 for none.
    """

    learner: Index
    option: Index
    course: Index

    def __len__(self) -> int:
        return len(self.learner)

    def take(self, rows: Index | Bools) -> "Plans":
        """The plans of these rows."""
        return Plans(
            learner=self.learner[rows],
            option=self.option[rows],
            course=self.course[rows],
        )

    @classmethod
    def join(cls, parts: "list[Plans]") -> "Plans":
        """All plans of several sets, in order."""
        return cls(
            learner=np.concatenate([part.learner for part in parts]),
            option=np.concatenate([part.option for part in parts]),
            course=np.concatenate([part.course for part in parts]),
        )

    def chunks(self, cells_per_plan: int) -> Iterator["Plans"]:
        """The plans in runs that keep intermediate arrays small."""
        step = max(1, _CHUNK_CELLS // max(cells_per_plan, 1))
        for first in range(0, len(self), step):
            yield self.take(np.arange(first, min(first + step, len(self))))


def no_plans(problem: Problem) -> Plans:
    """Plans without rows, in the shape of a problem."""
    return Plans(
        learner=np.empty(0, dtype=np.int64),
        option=np.empty((0, problem.num_periods), dtype=np.int64),
        course=np.empty((0, problem.teaching.needed.shape[1]), dtype=np.int64),
    )


def empty_plans(problem: Problem) -> Plans:
    """The plan of every learner that holds only what is signed: always allowed."""
    return Plans(
        learner=np.arange(problem.num_learners),
        option=problem.pairs.signed_option.copy(),
        course=np.full(problem.teaching.needed.shape, -1),
    )


def plan_sites(problem: Problem, plans: Plans) -> Index:
    """(plans, periods), position of the site; -1 for no placement."""
    if not len(problem.pairs.option_pair):
        return np.full(plans.option.shape, -1)
    return np.where(plans.option >= 0, problem.sites_of(plans.option), -1)


def block_starts(sites: Index) -> Bools:
    """(plans, periods): a block starts here."""
    before = np.concatenate([np.full((len(sites), 1), -1), sites[:, :-1]], axis=1)
    return np.asarray((sites >= 0) & (sites != before))


def unit_weeks(problem: Problem, plans: Plans) -> Floats:
    """(plans, local units, periods), workplace weeks of each unit by period."""
    most = problem.teaching.needed.shape[1]
    shape = (len(plans), most, problem.num_periods)
    weeks = np.zeros(shape)
    if not len(problem.pairs.option_pair) or not len(plans):
        return weeks
    pairs, units = problem.pairs, problem.units
    offering = pairs.offering[pairs.option_pair[plans.option]]
    row = problem.teaching.credit_start[offering]
    trajectory = pairs.positions.learner_trajectory[plans.learner]
    count = np.diff(units.start)[trajectory]
    period = np.arange(problem.num_periods)
    for unit in range(most):
        here = (plans.option >= 0) & (unit < count)[:, None]
        at = np.where(here, row + unit, 0)
        weeks[:, unit] = np.where(here, problem.teaching.credit[at, period], 0.0)
    return weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What plans cover, by local unit of the learner's trajectory.

    Attributes
    ----------
    exists, needed
        (plans, local units): the trajectory has the unit; it is not acquired.
    reached_in
        (plans, local units), period in which the workplace weeks suffice; -1.
    reached_site
        (plans, local units), site of that period; -1, also where 0 weeks are asked:
        they are reached from the start, at no site in particular.
    by_course, by_school, gap
        (plans, local units): what covers a competence else, or nothing does.
        Contexts stand in none of them.
    lacking
        (plans, groups), contexts that each group of the trajectory lacks.
    """

    exists: Bools
    needed: Bools
    reached_in: Index
    reached_site: Index
    by_course: Bools
    by_school: Bools
    gap: Bools
    lacking: Index


def coverage_of(problem: Problem, plans: Plans) -> Coverage:
    """Coverage of plans (contract, section 5)."""
    units = problem.units
    trajectory = problem.pairs.positions.learner_trajectory[plans.learner]
    local = np.arange(problem.teaching.needed.shape[1])
    exists = local < np.diff(units.start)[trajectory][:, None]
    unit = np.where(exists, units.start[trajectory][:, None] + local, 0)
    needed = exists & problem.teaching.needed[plans.learner]
    total = unit_weeks(problem, plans).cumsum(axis=2)
    enough = needed[:, :, None] & (total >= units.weeks[unit][:, :, None] - TOLERANCE)
    reached = np.asarray(enough.any(axis=2))
    reached_in = np.where(reached, enough.argmax(axis=2), -1)
    site = np.take_along_axis(plan_sites(problem, plans), reached_in, axis=1)
    is_somewhere = reached & (units.weeks[unit] > TOLERANCE)
    competence = needed & ~units.is_context[unit] if len(units.ids) else needed
    open_units = competence & ~reached
    by_course = open_units & (plans.course >= 0) & units.at_centre[unit]
    by_school = open_units & ~by_course & units.fallback_is_school[unit]
    lacking = np.tile(units.group_at_least, (len(plans), 1))
    owns = np.zeros(lacking.shape, dtype=bool)
    if len(units.ids):
        row, column = np.nonzero(exists & (units.group[unit] >= 0))
        group = units.group[unit[row, column]]
        owns[row, group] = True
        np.subtract.at(lacking, (row, group), reached[row, column])
    return Coverage(
        exists=exists,
        needed=needed,
        reached_in=reached_in,
        reached_site=np.where(is_somewhere, site, -1),
        by_course=by_course,
        by_school=by_school,
        gap=open_units & ~by_course & ~by_school,
        lacking=np.where(owns, np.maximum(lacking, 0), 0),
    )


def plan_points(problem: Problem, plans: Plans) -> Floats:
    """(plans, terms), points of each plan per term of `COMPONENTS` (section 6)."""
    cells = problem.num_periods * problem.teaching.needed.shape[1]
    parts = [_points(problem, part) for part in plans.chunks(cells)]
    return np.concatenate([np.zeros((0, len(COMPONENTS))), *parts])


def _points(problem: Problem, plans: Plans) -> Floats:
    policy, scored, units = problem.policy, problem.scored, problem.units
    placed = plans.option >= 0
    weeks = problem.weeks
    active = problem.pairs.calendar.active[plans.learner]
    sites = plan_sites(problem, plans)
    starts = block_starts(sites)
    num_blocks = starts.sum(axis=1)
    coverage = coverage_of(problem, plans)
    trajectory = problem.pairs.positions.learner_trajectory[plans.learner]
    local = np.arange(coverage.exists.shape[1])
    unit = np.where(coverage.exists, units.start[trajectory][:, None] + local, 0)
    fallback = units.fallback[unit] if len(units.ids) else np.zeros(unit.shape)

    def over_weeks(per_week: Floats) -> Floats:
        if not len(per_week):
            return np.zeros(len(plans))
        return np.asarray(
            (np.where(placed, per_week[plans.option], 0.0) * weeks).sum(1)
        )

    left = problem.leave_points[plans.learner]
    unplaced = np.where(~placed & active, policy.unplaced * weeks, 0.0)
    disruption = np.where(placed, 0.0, left - policy.unplaced * weeks * active)
    if len(problem.disruption_points):
        by_option = problem.disruption_points[plans.option, np.arange(len(weeks))]
        disruption = np.where(placed, by_option, disruption)
    table = {
        "unplaced": unplaced.sum(axis=1),
        "gap": np.where(coverage.gap, fallback, 0.0).sum(axis=1),
        "context": coverage.lacking @ units.group_points,
        "school": np.where(coverage.by_school, fallback, 0.0).sum(axis=1),
        "course": policy.course * (plans.course >= 0).sum(axis=1),
        "travel": over_weeks(scored.travel),
        "support": over_weeks(scored.support),
        "preference": over_weeks(scored.preference),
        "success": over_weeks(scored.success),
        "unknown": over_weeks(scored.unknown),
        "fairness": over_weeks(scored.fairness),
        "rotation": policy.rotation * np.maximum(num_blocks - 1, 0),
        "handover": policy.handover * _handovers(problem, plans, sites),
        "disruption": disruption.sum(axis=1),
    }
    return np.column_stack([table[term] for term in COMPONENTS])


def _handovers(problem: Problem, plans: Plans, sites: Index) -> Index:
    """(plans,), mentor changes inside blocks."""
    if not len(problem.pairs.option_mentor):
        return np.zeros(len(plans), dtype=np.int64)
    mentor = np.where(plans.option >= 0, problem.pairs.option_mentor[plans.option], -1)
    same_block = (sites[:, 1:] == sites[:, :-1]) & (sites[:, 1:] >= 0)
    return np.asarray((same_block & (mentor[:, 1:] != mentor[:, :-1])).sum(axis=1))
