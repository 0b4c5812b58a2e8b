"""What one plan of one learner gives and asks, as facts by id."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from matcher.advice.encounter import journey_of
from matcher.dataset.tables import Floats, Texts
from matcher.eligibility.position import Index
from matcher.problem.plans import (
    Coverage,
    Plans,
    coverage_of,
    plan_points,
    plan_sites,
)
from matcher.problem.problem import Problem
from matcher.problem.run_record import COMPONENTS
from matcher.scorer import Explanation, explain_chance
from matcher.suggestions.capacity_use import guidance_hours
from matcher.suggestions.loaded_run import LoadedRun
from matcher.travel import EstimateProvider, Points

_SAME_CHANCE = 1e-9

_FIRST = np.zeros(1, dtype=np.int64)

_FREE, _FULL = 0.5, 0.9
"""Shares of a mentor's hours up to which there is time, and from which none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPeriod:
    """One period at a site with a mentor."""

    period_id: str
    site_id: str
    mentor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTaken:
    """One course seat."""

    course_id: str
    competence_id: str
    period_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What covers one competence or context, and where and when it is reached.

    Attributes
    ----------
    covered_by
        ``acquired``, ``workplace``, ``course``, ``school`` or ``gap``.
    site_id, period_id
        "" where it is not reached at a workplace or in a course.
    """

    unit_id: str
    is_context: bool
    covered_by: str
    site_id: str
    period_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """How the learner gets to a site.

    Attributes
    ----------
    minutes
        One way; None where nobody knows.
    mode
        The fastest of the learner's modes; "" where the minutes were measured.
    """

    site_id: str
    minutes: float | None
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorTime:
    """Hours per week that the learner asks of a mentor in a period.

    Attributes
    ----------
    hours
        Of this learner, the start of a block included.
    most
        Hours that the mentor has; None is unlimited.
    load
        How full the mentor is with this learner: ``free`` up to half, ``busy``,
        ``full`` from nine tenths on; "" where unlimited. No number: what one other
        learner asks tells of that learner's needs.
    """

    mentor_id: str
    period_id: str
    hours: float
    most: float | None
    load: Literal["", "free", "busy", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChance:
    """The chance that a placement at a site lasts, and what it is made of."""

    site_id: str
    explanation: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """All that is said of a plan.

    Attributes
    ----------
    terms
        Points per term of `COMPONENTS`; they add up to `points`.
    uncovered
        Competences that are a gap.
    lacking
        Contexts that each group lacks, by group id.
    support_met, support_unmet
        Site, mentor and need.
    unknowns
        Site and demand of which the learner's ability is not known.
    chances
        Per site; empty where the policy names no success model, and without the
        sites for which `scores` says something else than the model.
    """

    learner_id: str
    placements: tuple[PlacedPeriod, ...]
    seats: tuple[SeatTaken, ...]
    points: float
    terms: Mapping[str, float]
    coverage: tuple[Covered, ...]
    uncovered: tuple[str, ...]
    lacking: Mapping[str, int]
    journeys: tuple[Journey, ...]
    support_met: tuple[tuple[str, str, str], ...]
    support_unmet: tuple[tuple[str, str, str], ...]
    mentor_time: tuple[MentorTime, ...]
    unknowns: tuple[tuple[str, str], ...]
    chances: tuple[SiteChance, ...]


def plan_facts(run: LoadedRun, plan: Plans) -> PlanFacts:
    """Facts of one plan.

    Parameters
    ----------
    plan
        One row.
    """
    return facts_of_each(run, plan)[0]


def facts_of_each(run: LoadedRun, plans: Plans) -> tuple[PlanFacts, ...]:
    """Facts of some plans: what is a sum over arrays is worked out for all at once."""
    points = plan_points(run.problem, plans)
    coverage = coverage_of(run.problem, plans)
    return tuple(
        _facts(run, plans.take(np.array([row])), points[row], _of_row(coverage, row))
        for row in range(len(plans))
    )


def _of_row(coverage: Coverage, row: int) -> Coverage:
    own = {each.name: getattr(coverage, each.name)[[row]] for each in fields(Coverage)}
    return Coverage(**own)


def _facts(run: LoadedRun, plan: Plans, terms: Floats, coverage: Coverage) -> PlanFacts:
    problem = run.problem
    learner = int(plan.learner[0])
    placements = placements_of(problem, plan)
    met, unmet = _support(run, learner, placements)
    return PlanFacts(
        learner_id=str(problem.dataset.learners.learner_id[learner]),
        placements=placements,
        seats=seats_of(problem, plan),
        points=float(terms.sum()),
        terms=dict(zip(COMPONENTS, terms.tolist(), strict=True)),
        coverage=_covered(problem, plan, coverage),
        uncovered=tuple(_unit_ids(problem, learner)[np.flatnonzero(coverage.gap[0])]),
        lacking=_lacking(problem, learner, coverage.lacking[0]),
        journeys=_journeys(run, learner, placements),
        support_met=met,
        support_unmet=unmet,
        mentor_time=_mentor_time(run, plan),
        unknowns=_unknowns(run, learner, placements),
        chances=_chances(run, plan),
    )


def placements_of(problem: Problem, plan: Plans) -> tuple[PlacedPeriod, ...]:
    """Placed periods of one plan, in order."""
    dataset, sites = problem.dataset, plan_sites(problem, plan)[0]
    return tuple(
        PlacedPeriod(
            period_id=dataset.periods.period_id[period],
            site_id=dataset.sites.site_id[sites[period]],
            mentor_id=dataset.mentors.mentor_id[
                problem.pairs.option_mentor[plan.option[0, period]]
            ],
        )
        for period in np.flatnonzero(plan.option[0] >= 0)
    )


def seats_of(problem: Problem, plan: Plans) -> tuple[SeatTaken, ...]:
    """Seats by period, then in the order of the courses."""
    courses, period_of = problem.dataset.courses, problem.teaching.course_period
    taken = np.sort(plan.course[0][plan.course[0] >= 0])
    return tuple(
        SeatTaken(
            course_id=courses.course_id[course],
            competence_id=courses.competence_id[course],
            period_id=courses.period_id[course],
        )
        for course in taken[np.argsort(period_of[taken], kind="stable")]
    )


def _unit_ids(problem: Problem, learner: int) -> Texts:
    return problem.units.ids[_units(problem, learner)]


def _units(problem: Problem, learner: int) -> slice:
    """The units of the learner's trajectory."""
    trajectory = problem.pairs.positions.learner_trajectory[learner]
    return slice(*problem.units.start[[trajectory, trajectory + 1]])


def _covered(problem: Problem, plan: Plans, coverage: Coverage) -> tuple[Covered, ...]:
    dataset = problem.dataset
    learner = int(plan.learner[0])
    is_context = problem.units.is_context[_units(problem, learner)]
    rows = []
    for local, unit_id in enumerate(_unit_ids(problem, learner)):
        covered_by, site_id, period_id = "gap", "", ""
        reached = int(coverage.reached_in[0, local])
        if not coverage.needed[0, local]:
            covered_by = "acquired"
        elif reached >= 0:
            covered_by = "workplace"
            if coverage.reached_site[0, local] >= 0:
                site_id = dataset.sites.site_id[coverage.reached_site[0, local]]
                period_id = dataset.periods.period_id[reached]
        elif coverage.by_course[0, local]:
            covered_by = "course"
            period_id = dataset.courses.period_id[plan.course[0, local]]
        elif coverage.by_school[0, local]:
            covered_by = "school"
        rows.append(
            Covered(
                unit_id=unit_id,
                is_context=bool(is_context[local]),
                covered_by=covered_by,
                site_id=site_id,
                period_id=period_id,
            )
        )
    return tuple(rows)


def _lacking(problem: Problem, learner: int, lacking: Index) -> dict[str, int]:
    contexts = problem.dataset.contexts
    own = contexts.trajectory_id == problem.dataset.learners.trajectory_id[learner]
    known: dict[tuple[str, str], int] = {}
    for key in zip(contexts.trajectory_id, contexts.group_id, strict=True):
        known.setdefault(key, len(known))
    return {
        group_id: int(lacking[known[trajectory_id, group_id]])
        for trajectory_id, group_id in zip(
            contexts.trajectory_id[own], contexts.group_id[own], strict=True
        )
        if lacking[known[trajectory_id, group_id]] > 0
    }


def _journeys(
    run: LoadedRun, learner: int, placements: tuple[PlacedPeriod, ...]
) -> tuple[Journey, ...]:
    site_ids = dict.fromkeys(each.site_id for each in placements)
    return tuple(journey(run, learner, run.site(site_id)) for site_id in site_ids)


def journey(run: LoadedRun, learner: int, site: int) -> Journey:
    """The journey of a learner to a site."""
    key = "journey", site
    return run.lookup.once(learner, key, lambda: _journey(run, learner, site))


def _journey(run: LoadedRun, learner: int, site: int) -> Journey:
    problem = run.problem
    dataset, policy = problem.dataset, problem.policy
    minutes, has_row = journey_of(dataset, policy, learner, site)
    mode = ""
    if minutes is not None and not has_row:
        mode = _fastest_mode(run, learner, site)
    return Journey(site_id=dataset.sites.site_id[site], minutes=minutes, mode=mode)


def _fastest_mode(run: LoadedRun, learner: int, site: int) -> str:
    home, work = run.lookup.homes, run.lookup.works
    best = EstimateProvider(run.problem.policy.travel).best_mode(
        Points(home.lat[[learner]], home.lon[[learner]]),
        Points(work.lat[[site]], work.lon[[site]]),
        _FIRST,
        _FIRST,
        [run.dataset.learners.modes[learner]],
    )
    return str(best.mode[0])


def _support(
    run: LoadedRun, learner: int, placements: tuple[PlacedPeriod, ...]
) -> tuple[tuple[tuple[str, str, str], ...], tuple[tuple[str, str, str], ...]]:
    """Needs met and unmet, per site and mentor."""
    dataset = run.dataset
    needs = dataset.support_needs.need[run.lookup.rows_of("support_needs", learner)]
    met: list[tuple[str, str, str]] = []
    unmet: list[tuple[str, str, str]] = []
    for site_id, mentor_id in dict.fromkeys(
        (each.site_id, each.mentor_id) for each in placements
    ):
        site = run.lookup.site[site_id]
        mentor = run.lookup.mentor[mentor_id]
        given = {*dataset.sites.supports[site], *dataset.mentors.supports[mentor]}
        for need in needs:
            (met if need in given else unmet).append((site_id, mentor_id, need))
    return tuple(met), tuple(unmet)


def _unknowns(
    run: LoadedRun, learner: int, placements: tuple[PlacedPeriod, ...]
) -> tuple[tuple[str, str], ...]:
    dataset = run.dataset
    rows, own = dataset.abilities, run.lookup.rows_of("abilities", learner)
    known = {
        demand
        for demand, status in zip(rows.demand[own], rows.status[own], strict=True)
        if status != "unknown"
    }
    sites = dataset.sites
    return tuple(
        (site_id, demand)
        for site_id in dict.fromkeys(each.site_id for each in placements)
        for demand in dict.fromkeys(sites.demands[run.lookup.site[site_id]])
        if demand not in known
    )


def _chances(run: LoadedRun, plan: Plans) -> tuple[SiteChance, ...]:
    model = run.lookup.model
    if model is None:
        return ()
    problem = run.problem
    used = problem.pairs.option_pair[plan.option[0][plan.option[0] >= 0]]
    found = []
    for pair in dict.fromkeys(used.tolist()):
        explanation = explain_chance(model.scorer, model.features, pair)
        if abs(explanation.chance - problem.scored.chance[pair]) <= _SAME_CHANCE:
            site = problem.pairs.offerings.site[problem.pairs.offering[pair]]
            site_id = str(problem.dataset.sites.site_id[site])
            found.append(SiteChance(site_id=site_id, explanation=explanation))
    return tuple(found)


def _mentor_time(run: LoadedRun, plan: Plans) -> tuple[MentorTime, ...]:
    problem, learner = run.problem, int(plan.learner[0])
    dataset = problem.dataset
    own = guidance_hours(problem, plan)[0]
    load = run.mentor_hours
    mine = run.plans.take(np.array([learner]))
    before = guidance_hours(problem, mine)[0]
    rows = []
    for period in np.flatnonzero(plan.option[0] >= 0):
        mentor = int(problem.pairs.option_mentor[plan.option[0, period]])
        others = float(load[mentor, period])
        now = mine.option[0, period]
        if now >= 0 and problem.pairs.option_mentor[now] == mentor:
            others -= float(before[period])
        most = float(dataset.mentors.hours_per_week[mentor])
        rows.append(
            MentorTime(
                mentor_id=dataset.mentors.mentor_id[mentor],
                period_id=dataset.periods.period_id[period],
                hours=float(own[period]),
                most=None if np.isnan(most) else most,
                load=_load(others + float(own[period]), most),
            )
        )
    return tuple(rows)


def _load(hours: float, most: float) -> Literal["", "free", "busy", "full"]:
    if np.isnan(most):
        return ""
    if hours >= _FULL * most:
        return "full"
    return "busy" if hours > _FREE * most else "free"
