"""What a plan covers: workplace, then course, then school, else a gap (section 5)."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher.checker.facts import (
    TOLERANCE,
    Competence,
    ContextGroup,
    Facts,
    is_offered,
)
from matcher.checker.plan import LearnerPlan, Placement

ALWAYS = (-math.inf, math.inf)
"""The window of a context: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """Practice of one competence or context at the workplace.

    Attributes
    ----------
    is_enough
        Whether the weeks add up to what is asked.
    reached_at
        The placement in whose period the sum is reached; None where the sum is
        not reached, or where 0 weeks are asked and nothing had to be reached.
    """

    is_enough: bool
    reached_at: Placement | None

    def is_completed_before(self, order: int) -> bool:
        """Whether the sum was reached earlier than in the period of this order.

        What asks 0 weeks is so from the start, before the first period too.
        """
        if self.reached_at is None:
            return self.is_enough
        return self.reached_at.period.order < order


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What covers one competence or context; ids are blank as in coverage.csv.

    Attributes
    ----------
    is_dated
        Whether site_id and period_id are fixed by the contract; not where a
        workplace covers what asks for 0 weeks.
    """

    taught_id: str
    covered_by: str
    site_id: str = ""
    period_id: str = ""
    is_dated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerCoverage:
    """The coverage of one learner.

    Attributes
    ----------
    competences
        One per competence of the trajectory, acquired ones too.
    contexts
        One per context of the trajectory.
    lacking
        Per group id the number of contexts that it lacks, where above 0.
    """

    competences: Mapping[str, Covered]
    contexts: Mapping[str, Covered]
    lacking: Mapping[str, int]

    @property
    def is_full(self) -> bool:
        """No gap, and no group that lacks a context."""
        has_gap = any(row.covered_by == "gap" for row in self.competences.values())
        return not has_gap and not self.lacking


def practice(
    facts: Facts,
    plan: LearnerPlan,
    taught_id: str,
    weeks: float,
    window: tuple[float, float] = ALWAYS,
) -> Practice:
    """Weeks of the plan's periods at sites that offer it then, inside its window.

    They add up over all sites: competences are practised side by side.
    """
    if weeks <= TOLERANCE:
        return Practice(is_enough=True, reached_at=None)
    total = 0.0
    for placement in plan.placements:
        period = placement.period
        inside = window[0] <= period.order <= window[1]
        if inside and is_offered(
            facts, placement.site, plan.learner.trajectory, taught_id, period
        ):
            total += period.weeks
            if total >= weeks - TOLERANCE:
                return Practice(is_enough=True, reached_at=placement)
    return Practice(is_enough=False, reached_at=None)


def workplace_practice(
    facts: Facts, plan: LearnerPlan, competence: Competence
) -> Practice:
    """The practice of a competence where learn_at has `workplace`, else none."""
    if "workplace" not in competence.learn_at:
        return Practice(is_enough=False, reached_at=None)
    return practice(
        facts, plan, competence.competence_id, competence.weeks, competence.window
    )


def covered_competence(
    facts: Facts, plan: LearnerPlan, competence: Competence
) -> Covered:
    """The first that applies: acquired, workplace, course, school; else a gap.

    A course covers where learn_at has `training_centre` and the plan has a seat;
    a seat taken for another reason covers nothing. The school covers where
    learn_at has `school`.
    """
    taught_id = competence.competence_id
    if taught_id in plan.learner.acquired:
        return Covered(taught_id=taught_id, covered_by="acquired")
    practised = workplace_practice(facts, plan, competence)
    if practised.is_enough:
        return _by_workplace(taught_id, practised)
    seat = next((seat for seat in plan.seats if seat.competence_id == taught_id), None)
    if "training_centre" in competence.learn_at and seat is not None:
        return Covered(
            taught_id=taught_id, covered_by="course", period_id=seat.period.period_id
        )
    by_school = "school" in competence.learn_at
    return Covered(taught_id=taught_id, covered_by="school" if by_school else "gap")


def _by_workplace(taught_id: str, practised: Practice) -> Covered:
    if practised.reached_at is None:
        return Covered(taught_id=taught_id, covered_by="workplace", is_dated=False)
    return Covered(
        taught_id=taught_id,
        covered_by="workplace",
        site_id=practised.reached_at.site.site_id,
        period_id=practised.reached_at.period.period_id,
    )


def covered_contexts(
    facts: Facts, plan: LearnerPlan, group: ContextGroup
) -> Iterator[Covered]:
    """A context is met when the weeks at sites that offer it add up to its weeks."""
    for context_id, weeks in group.contexts.items():
        practised = practice(facts, plan, context_id, weeks)
        if practised.is_enough:
            yield _by_workplace(context_id, practised)
        else:
            yield Covered(taught_id=context_id, covered_by="gap")


def learner_coverage(facts: Facts, plan: LearnerPlan) -> LearnerCoverage:
    """All that a plan covers; a group lacks max(0, at_least - contexts met)."""
    contexts: dict[str, Covered] = {}
    lacking: dict[str, int] = {}
    for group in plan.learner.trajectory.groups:
        rows = tuple(covered_contexts(facts, plan, group))
        contexts.update((row.taught_id, row) for row in rows)
        met = sum(row.covered_by == "workplace" for row in rows)
        if met < group.at_least:
            lacking[group.group_id] = group.at_least - met
    return LearnerCoverage(
        competences={
            competence.competence_id: covered_competence(facts, plan, competence)
            for competence in plan.learner.trajectory.competences
        },
        contexts=contexts,
        lacking=lacking,
    )


def open_by_qualification(
    plan: LearnerPlan, coverage: LearnerCoverage
) -> Mapping[str, frozenset[str]]:
    """Per qualification of the trajectory the competences that are still a gap.

    A learner whose every competence of a qualification is covered or acquired
    earns that part: the set is empty.
    """
    still_open: dict[str, set[str]] = {}
    for competence in plan.learner.trajectory.competences:
        if competence.qualification:
            gaps = still_open.setdefault(competence.qualification, set())
            row = coverage.competences[competence.competence_id]
            if row.covered_by == "gap":
                gaps.add(competence.competence_id)
    return {name: frozenset(gaps) for name, gaps in still_open.items()}
