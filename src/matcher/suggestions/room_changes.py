"""What would make room for a learner at a site that is allowed, each set tried out.

A site may be eligible and yet be in no plan: the seat for an attest is taken, the site
is full, its mentors are. The plans of all others stay as they are.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from matcher.advice.change import Cell, Part, part
from matcher.advice.site_changes import MOST_SETS, ChangeSet
from matcher.eligibility.pairs import TOLERANCE
from matcher.suggestions.capacity_use import use_of
from matcher.suggestions.loaded_run import LoadedRun
from matcher.suggestions.one_learner import (
    SiteSearch,
    after_change,
    any_plan_in_room,
    plan_in_room,
)
from matcher.suggestions.plan_search import Effort, options_of

_MOST_CANDIDATES = 6
"""Sets that are tried out whole; each is then tried without each of its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanges:
    """Sets of changes that make room, each with the cheapest plan found with it.

    Attributes
    ----------
    is_settled
        No set was left aside because the question's work ended before it was proven
        to do, or to do with nothing less.
    """

    ways: tuple[tuple[ChangeSet, SiteSearch], ...]
    is_settled: bool


def room_changes(
    run: LoadedRun, learner: int, site: int, effort: Effort
) -> RoomChanges:
    """Sets of changes with which a plan holds the site, and the cheapest such plan.

    One more seat in a course that gives an attest, or a course where there is none in
    time; one more place at the site, for its enterprise or with a mentor, and more
    hours of that mentor. With a set applied a plan at the site finds room beside the
    plans of the others; without any one of its parts none does. Fewest parts first;
    empty where none of this helps. Not settled where nothing was found and there was
    more to try than `_MOST_CANDIDATES`.

    Parameters
    ----------
    learner, site
        The learner is eligible there, and no plan that holds the site finds room.
    """
    world = _World(run, learner, site, effort)
    found: dict[frozenset[tuple[object, ...]], tuple[ChangeSet, SiteSearch]] = {}
    has_more = False
    for has_new_course in (False, True):
        candidates = iter(world.candidates(has_new_course))
        for candidate in islice(candidates, _MOST_CANDIDATES):
            changed = world.reduced(candidate)
            if changed is not None:
                cells = frozenset(
                    (each.table, each.key, each.column) for each in changed[0].parts
                )
                found.setdefault(cells, changed)
        has_more |= next(candidates, None) is not None
        # A course that does not exist yet is asked for where nothing else does.
        if found:
            break
    ordered = sorted(found.values(), key=lambda each: len(each[0].parts))
    return RoomChanges(
        ways=tuple(ordered[:MOST_SETS]),
        is_settled=world.is_settled and (bool(found) or not has_more),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """Parts that one party decides about."""

    parts: tuple[Part, ...]
    decided_by: str


class _World:
    """A learner, a site, and what the others leave."""

    def __init__(self, run: LoadedRun, learner: int, site: int, effort: Effort) -> None:
        self._run, self._learner, self._site = run, learner, site
        self._effort = effort
        self.is_settled = True
        self._site_id = str(run.dataset.sites.site_id[site])
        self._dataset = run.lookup.around(np.array([learner]), site, which="none")
        if self._attests():
            # Other sites may teach what this one asks for. Where it asks nothing, a
            # plan less its stays elsewhere, the signed apart, is a plan as well.
            self._dataset = run.lookup.around(
                np.array([learner]), site, which="eligible"
            )
        # What the others use: a row of the learner's own plan takes no room.
        mine = use_of(run.problem, run.plans.take(np.array([learner])))
        whole, capacities = run.lookup.use, run.problem.capacities
        self._places_left = capacities.site - whole.site + mine.site
        self._shares_left = capacities.enterprise - whole.enterprise + mine.enterprise
        self._mentors_left = capacities.mentor - whole.mentor + mine.mentor
        self._hours_left = capacities.hours - whole.hours + mine.hours
        self._seats_left = capacities.seats - whole.seats + mine.seats

    def candidates(self, has_new_course: bool) -> Iterator[tuple[_Step, ...]]:
        """Sets that lift everything that may be full, per mentor and course.

        Parameters
        ----------
        has_new_course
            Attests come from a course that does not exist yet.
        """
        seats = [
            list(self._new_course(attest) if has_new_course else self._seats(attest))
            for attest in self._attests()
        ]
        if has_new_course and not seats:
            return
        # An attest without a full course is no reason to look no further.
        of_courses = [ways for ways in seats if ways]
        place = tuple(self._place())
        for mentor in self._mentors():
            for chosen in product(*of_courses):
                steps = (*chosen, *place, *mentor)
                if steps:
                    yield steps

    def reduced(self, steps: tuple[_Step, ...]) -> tuple[ChangeSet, SiteSearch] | None:
        """The set without what it can do without; None where it does not do.

        None as well where either is not settled: a set that may have a part too many,
        or may not do, is no advice.
        """
        decider_of = {each: step.decided_by for step in steps for each in step.parts}
        parts = list(decider_of)
        if not self._does(parts):
            return None
        units = [
            step.parts if step.parts[0].before is None else (one,)
            for step in steps
            for one in step.parts
        ]
        for unit in dict.fromkeys(units):
            left = [each for each in parts if each not in unit]
            # Without any change nothing does: else nobody would ask.
            less_does = bool(left) and self._does(left)
            if less_does is None:
                return None
            if less_does:
                parts = left
        deciders = tuple(dict.fromkeys(decider_of[each] for each in parts))
        changed = after_change(self._run, self._learner, self._site, tuple(parts))
        plan = plan_in_room(changed, 0, changed.site(self._site_id), self._effort)
        return ChangeSet(parts=tuple(parts), decided_by=deciders), plan

    def _does(self, parts: list[Part]) -> bool | None:
        changed = after_change(
            self._run, self._learner, self._site, tuple(parts), self._dataset
        )
        site = changed.site(self._site_id)
        does = any_plan_in_room(changed, 0, site, self._effort)
        self.is_settled &= does is not None
        return does

    def _attests(self) -> tuple[str, ...]:
        """Competences that the site asks for and that the learner does not hold yet."""
        rows, own = self._dataset.requirements, self._dataset.learners
        asked = rows.competence_id[
            (rows.site_id == self._site_id)
            & (rows.trajectory_id == own.trajectory_id[0])
        ]
        held = set(self._dataset.acquired.competence_id)
        return tuple(each for each in asked.tolist() if each not in held)

    def _seats(self, attest: str) -> Iterator[_Step]:
        """One seat more in each course of the attest that has none left."""
        courses = self._run.dataset.courses
        is_full = self._seats_left < 1
        is_full &= courses.trajectory_id == self._dataset.learners.trajectory_id[0]
        for row in np.flatnonzero(is_full & (courses.competence_id == attest)):
            key = {"course_id": str(courses.course_id[row])}
            yield self._one_more("courses", key, "seats", "sectoral_partnership")

    def _new_course(self, attest: str) -> Iterator[_Step]:
        """A course in the first period: later ones come too late for more blocks."""
        taken = set(self._run.dataset.courses.course_id)
        number = 1
        while f"{attest}-course-{number}" in taken:
            number += 1
        cells: dict[str, Cell] = {
            "trajectory_id": str(self._dataset.learners.trajectory_id[0]),
            "competence_id": attest,
            "period_id": str(self._dataset.periods.period_id[0]),
            "seats": 1,
        }
        key = {"course_id": f"{attest}-course-{number}"}
        yield _Step(
            parts=tuple(
                part(self._dataset, "courses", key, column, value)
                for column, value in cells.items()
            ),
            decided_by="sectoral_partnership",
        )

    def _place(self) -> Iterator[_Step]:
        """A place at the site and, where its enterprise has a limit, there as well."""
        if (self._places_left[self._site] < 1).any():
            key = {"site_id": self._site_id}
            yield self._one_more("sites", key, "capacity", "enterprise")
        problem = self._run.problem
        enterprise = int(problem.pairs.positions.site_enterprise[self._site])
        if enterprise >= 0 and (self._shares_left[enterprise] < 1).any():
            key = {"enterprise_id": problem.pairs.positions.enterprise_ids[enterprise]}
            yield self._one_more("enterprises", key, "max_learners", "enterprise")

    def _mentors(self) -> Iterator[tuple[_Step, ...]]:
        """Per mentor with whom the learner may be there, what would have to give."""
        problem, mentors = self._run.problem, self._run.dataset.mentors
        options = options_of(self._run, self._learner)
        for option in options[problem.sites_of(options) == self._site]:
            mentor = int(problem.pairs.option_mentor[option])
            key = {"mentor_id": str(mentors.mentor_id[mentor])}
            steps = []
            if (self._mentors_left[mentor] < 1).any():
                steps.append(
                    self._one_more("mentors", key, "max_learners", "enterprise")
                )
            # The hours of a start, and not what the others leave of them: how much
            # that is tells of their needs.
            own = float(problem.scored.guidance_hours[option])
            own *= max(1.0, problem.policy.guidance.startup_factor)
            if (self._hours_left[mentor] < own - TOLERANCE).any():
                hours = float(mentors.hours_per_week[mentor]) + own
                column, after = "hours_per_week", math.ceil(hours * 100) / 100
                more = part(self._dataset, "mentors", key, column, after)
                steps.append(_Step(parts=(more,), decided_by="enterprise"))
            yield tuple(steps)

    def _one_more(
        self, table: str, key: dict[str, str], column: str, decided_by: str
    ) -> _Step:
        now = part(self._dataset, table, key, column, None)
        after = int(now.before or 0) + 1
        one_more = part(self._dataset, table, key, column, after)
        return _Step(parts=(one_more,), decided_by=decided_by)
