"""Two solved sides compared: what differs, for whom, and whether it is proven."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.capacity.shortages import find_shortages
from matcher.problem.run_record import COMPONENTS
from matcher.whatif.groups import TOLERANCE, GroupDifference, group_differences
from matcher.whatif.measures import Measures, measures_of
from matcher.whatif.recruits import RecruitDifference
from matcher.whatif.side import Mode, Side

_TAIL = 0.1
"""Share of the learners, those with the most points, that are the tail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where the optimum of a side provably lies, in points."""

    bound: float
    objective: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerDifference:
    """A learner of both sides: points of the scenario minus those of the base."""

    learner_id: str
    school_id: str
    base: float
    scenario: float

    @property
    def difference(self) -> float:
        """Below 0 is better."""
        return self.scenario - self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Placed periods of learners of both sides.

    Attributes
    ----------
    other_site, other_mentor, lost
        Placed in the base: at another site, at that site with another mentor, or
        not at all in the scenario.
    gained
        Placed in the scenario alone.
    learners
        With any of these.
    """

    other_site: int
    other_mentor: int
    lost: int
    gained: int
    learners: int

    @property
    def moved(self) -> int:
        """Placed periods of the base that the scenario leaves."""
        return self.other_site + self.other_mentor + self.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortageDifference:
    """A proven shortage on one side alone.

    Attributes
    ----------
    learners
        Who share the places; None below ten.
    appears
        In the scenario; else it vanishes.
    """

    trajectory_id: str
    competence_id: str | None
    period_id: str
    learners: int | None
    appears: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDifference:
    """Weeks of learners at a site, summed over learners; 0 where a side has none."""

    site_id: str
    name: str
    base: float
    scenario: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorDifference:
    """Guidance hours of a mentor, summed over weeks; 0 where a side has none."""

    mentor_id: str
    base: float
    scenario: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """What it costs to keep what runs: points above the best plans found, and proven.

    Attributes
    ----------
    least, most
        The price lies between: best plans found, and the bound.
    """

    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that differs between two sides.

    Attributes
    ----------
    terms
        Points of the scenario minus those of the base, per term of the objective.
    new, gone
        Learners of the scenario alone, of the base alone.
    stability
        None in free mode.
    recruits
        What to recruit first on each side; None where nobody asked.
    """

    base: Side
    scenario: Side
    mode: Mode
    base_interval: Interval
    scenario_interval: Interval
    terms: Mapping[str, float]
    learners: tuple[LearnerDifference, ...]
    new: int
    gone: int
    groups: tuple[GroupDifference, ...]
    moves: Moves
    shortages: tuple[ShortageDifference, ...]
    sites: tuple[SiteDifference, ...]
    mentors: tuple[MentorDifference, ...]
    base_measures: Measures
    scenario_measures: Measures
    stability: Stability | None
    recruits: tuple[RecruitDifference, ...] | None = None

    @property
    def difference(self) -> float:
        """Points of the scenario minus those of the base; below 0 is better."""
        return self.scenario_interval.objective - self.base_interval.objective

    @property
    def told_apart(self) -> bool:
        """The proven intervals do not overlap: one optimum is surely lower."""
        base, scenario = self.base_interval, self.scenario_interval
        return (
            base.objective < scenario.bound - TOLERANCE
            or scenario.objective < base.bound - TOLERANCE
        )

    @property
    def better(self) -> int:
        """Learners whose points fall."""
        return sum(each.difference < -TOLERANCE for each in self.learners)

    @property
    def worse(self) -> int:
        """Learners whose points rise."""
        return sum(each.difference > TOLERANCE for each in self.learners)

    @property
    def same(self) -> int:
        """Learners whose points stay."""
        return len(self.learners) - self.better - self.worse


def compare(base: Side, scenario: Side, mode: Mode = "free") -> Comparison:
    """Compare two sides; swapping them flips every sign.

    Parameters
    ----------
    mode
        How the scenario was solved: keeping what runs in the base, or free.
    """
    of_base, of_scenario = base.record.summary, scenario.record.summary
    learners = _learners(base, scenario)
    ids = tuple(each.learner_id for each in learners)
    differences = np.array([each.difference for each in learners])
    return Comparison(
        base=base,
        scenario=scenario,
        mode=mode,
        base_interval=Interval(bound=of_base.bound, objective=of_base.objective),
        scenario_interval=Interval(
            bound=of_scenario.bound, objective=of_scenario.objective
        ),
        terms={
            term: of_scenario.components[term] - of_base.components[term]
            for term in COMPONENTS
        },
        learners=learners,
        new=of_scenario.learners - len(learners),
        gone=of_base.learners - len(learners),
        groups=group_differences(base.dataset, ids, differences),
        moves=_moves(base, scenario, set(ids)),
        shortages=_shortages(base, scenario),
        sites=_sites(base, scenario),
        mentors=_mentors(base, scenario),
        base_measures=measures_of(base.run, tail=_TAIL),
        scenario_measures=measures_of(scenario.run, tail=_TAIL),
        stability=_stability(scenario),
    )


def _learners(base: Side, scenario: Side) -> tuple[LearnerDifference, ...]:
    """Learners of both sides, in the order of the base."""
    schools = dict(
        zip(
            base.dataset.learners.learner_id,
            base.dataset.learners.school_id,
            strict=True,
        )
    )
    return tuple(
        LearnerDifference(
            learner_id=learner_id,
            school_id=schools[learner_id],
            base=math.fsum(points.values()),
            scenario=math.fsum(scenario.record.points[learner_id].values()),
        )
        for learner_id, points in base.record.points.items()
        if learner_id in scenario.record.points
    )


def moved_periods(comparison: Comparison) -> Mapping[str, tuple[str, ...]]:
    """Per learner of both sides what changes: ``P2: S1 (M1) → S3 (M4)``, by period."""
    sides = (comparison.base, comparison.scenario)
    before, after = (_places(side) for side in sides)
    ids = {each.learner_id for each in comparison.learners}
    found: dict[str, list[str]] = {}
    for period_id in comparison.base.dataset.periods.period_id:
        for learner_id in ids:
            key = (learner_id, period_id)
            if before.get(key) != after.get(key):
                was, now = (
                    "{} ({})".format(*places[key]) if key in places else "-"
                    for places in (before, after)
                )
                found.setdefault(learner_id, []).append(f"{period_id}: {was} → {now}")
    return {learner_id: tuple(lines) for learner_id, lines in found.items()}


def _places(side: Side) -> Mapping[tuple[str, str], tuple[str, str]]:
    return {
        (row.learner_id, row.period_id): (row.site_id, row.mentor_id)
        for row in side.record.assignments
    }


def _moves(base: Side, scenario: Side, ids: set[str]) -> Moves:
    before, after = (
        {key: place for key, place in _places(side).items() if key[0] in ids}
        for side in (base, scenario)
    )
    changed = {
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    }
    both = changed & before.keys() & after.keys()
    other_site = sum(before[key][0] != after[key][0] for key in both)
    return Moves(
        other_site=other_site,
        other_mentor=len(both) - other_site,
        lost=len(changed - after.keys()),
        gained=len(changed - before.keys()),
        learners=len({learner_id for learner_id, _ in changed}),
    )


def _shortages(base: Side, scenario: Side) -> tuple[ShortageDifference, ...]:
    found = [
        {
            (each.trajectory_id, each.competence_id, each.period_id): each.sharing
            for each in find_shortages(side.run.problem)
        }
        for side in (base, scenario)
    ]
    before, after = found
    keys = sorted(before.keys() ^ after.keys(), key=lambda key: tuple(map(str, key)))
    return tuple(
        ShortageDifference(
            trajectory_id=key[0],
            competence_id=key[1],
            period_id=key[2],
            learners=_shown({**before, **after}[key]),
            appears=key in after,
        )
        for key in keys
    )


def _shown(count: int) -> int | None:
    return count if count >= 10 else None


def _sites(base: Side, scenario: Side) -> tuple[SiteDifference, ...]:
    """Sites whose weeks differ, the largest difference first; ties by id."""
    before, after = _site_weeks(base), _site_weeks(scenario)
    names = _site_names(base) | _site_names(scenario)
    found = [
        SiteDifference(
            site_id=site_id,
            name=names[site_id],
            base=before.get(site_id, 0.0),
            scenario=after.get(site_id, 0.0),
        )
        for site_id in sorted(before.keys() | after.keys())
    ]
    differing = [e for e in found if abs(e.scenario - e.base) > TOLERANCE]
    return tuple(sorted(differing, key=lambda each: -abs(each.scenario - each.base)))


def _site_weeks(side: Side) -> Mapping[str, float]:
    problem = side.run.problem
    weeks = dict(
        zip(side.dataset.periods.period_id, problem.weeks.tolist(), strict=True)
    )
    found: dict[str, float] = {}
    for row in side.record.assignments:
        found[row.site_id] = found.get(row.site_id, 0.0) + weeks[row.period_id]
    return found


def _site_names(side: Side) -> dict[str, str]:
    sites = side.dataset.sites
    return dict(zip(sites.site_id, sites.name, strict=True))


def _mentors(base: Side, scenario: Side) -> tuple[MentorDifference, ...]:
    """Mentors whose hours differ, the largest difference first; ties by id."""
    hours = [
        dict(
            zip(
                side.dataset.mentors.mentor_id,
                (side.run.mentor_hours @ side.run.problem.weeks).tolist(),
                strict=True,
            )
        )
        for side in (base, scenario)
    ]
    before, after = hours
    found = [
        MentorDifference(
            mentor_id=mentor_id,
            base=before.get(mentor_id, 0.0),
            scenario=after.get(mentor_id, 0.0),
        )
        for mentor_id in sorted(before.keys() | after.keys())
    ]
    differing = [e for e in found if abs(e.scenario - e.base) > TOLERANCE]
    return tuple(sorted(differing, key=lambda each: -abs(each.scenario - each.base)))


def _stability(scenario: Side) -> Stability | None:
    if math.isnan(scenario.free):
        return None
    summary = scenario.record.summary
    best = min(scenario.free, summary.objective)
    return Stability(
        least=summary.objective - best, most=summary.objective - summary.bound
    )
