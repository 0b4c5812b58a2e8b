"""Course seats that are too few, as minimal certificates over all periods together.

A competence that is learned in a course alone is covered by a seat or stays open: no
placement helps, and the period of the course does not matter. So learners and the
courses that they reach are counted once, as learners and places are in one period.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.capacity.crowding import Crowd, Seating, crowds_of
from matcher.problem.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortCourse:
    """A course that holds only so many of the learners."""

    course_id: str
    period_id: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatShortage:
    """These learners need a seat in these courses, one too few: one stays without.

    Attributes
    ----------
    reach
        Per learner, in the order of `learners`, positions in `courses` from 1.
    sharing
        All learners who want these very courses: the crowd behind the proof.
    """

    trajectory_id: str
    competence_id: str
    learners: tuple[str, ...]
    courses: tuple[ShortCourse, ...]
    reach: tuple[tuple[int, ...], ...]
    sharing: int


def find_seat_shortages(problem: Problem) -> tuple[SeatShortage, ...]:
    """Certificates by training, then competence, then learners."""
    return tuple(_found(problem))


def _found(problem: Problem) -> Iterator[SeatShortage]:
    units = problem.units
    in_a_course_alone = units.at_centre & ~units.at_workplace & ~units.is_context
    in_a_course_alone &= ~units.fallback_is_school
    for trajectory in range(len(problem.dataset.trajectories)):
        first, last = units.start[[trajectory, trajectory + 1]]
        for unit in first + np.flatnonzero(in_a_course_alone[first:last]):
            yield from _of_unit(problem, trajectory, int(unit))


def _of_unit(problem: Problem, trajectory: int, unit: int) -> Iterator[SeatShortage]:
    teaching = problem.teaching
    local = unit - problem.units.start[trajectory]
    is_own = problem.pairs.positions.learner_trajectory == trajectory
    learners = np.flatnonzero(is_own & teaching.needed[:, local])
    courses = np.flatnonzero(
        (teaching.course_trajectory == trajectory) & (teaching.course_unit == local)
    )
    owner = np.repeat(np.arange(problem.num_learners), np.diff(teaching.reach_start))
    here = np.isin(teaching.reach_course, courses)
    owner, course = owner[here], teaching.reach_course[here]
    seating = Seating(
        num_learners=len(learners),
        learner=np.searchsorted(learners, owner),
        node=np.searchsorted(courses, course),
        capacity=problem.dataset.courses.seats[courses],
        parent=np.full(len(courses), -1),
    )
    dataset = problem.dataset
    for crowd in crowds_of(seating):
        rows = courses[crowd.nodes]
        yield SeatShortage(
            trajectory_id=dataset.trajectories.trajectory_id[trajectory],
            competence_id=problem.units.ids[unit],
            learners=tuple(
                dataset.learners.learner_id[learners[crowd.learners]].tolist()
            ),
            courses=tuple(
                ShortCourse(
                    course_id=dataset.courses.course_id[at],
                    period_id=dataset.courses.period_id[at],
                    seats=int(dataset.courses.seats[at]),
                )
                for at in rows
            ),
            reach=_reach(seating, crowd),
            sharing=crowd.sharing,
        )


def _reach(seating: Seating, crowd: Crowd) -> tuple[tuple[int, ...], ...]:
    """Per learner of a crowd the numbers of its courses."""
    number = {int(node): at for at, node in enumerate(crowd.nodes, start=1)}
    reach: dict[int, set[int]] = {int(each): set() for each in crowd.learners}
    for learner, node in zip(seating.learner, seating.node, strict=True):
        if int(learner) in reach:
            reach[int(learner)].add(number[int(node)])
    return tuple(tuple(sorted(own)) for own in reach.values())


def seat_shortage_to_json(shortage: SeatShortage) -> Mapping[str, Any]:
    """The entry of ``seat_shortages.json``."""
    return {
        "trajectory_id": shortage.trajectory_id,
        "competence_id": shortage.competence_id,
        "learners": list(shortage.learners),
        "courses": [
            {
                "id": each.course_id,
                "period_id": each.period_id,
                "seats": each.seats,
            }
            for each in shortage.courses
        ],
        "demand": len(shortage.learners),
        "supply": sum(each.seats for each in shortage.courses),
        "proof": "hall",
        "reach": [
            {"learner_id": learner_id, "courses": list(at)}
            for learner_id, at in zip(shortage.learners, shortage.reach, strict=True)
        ],
        "sharing": shortage.sharing,
    }
