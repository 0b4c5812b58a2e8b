"""Sections 3 to 6 for whole plans, as literally as the sentences stand.

Slow and plain on purpose: the fast enumeration is tested against this module,
and every optimum is recomputed by it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from tests.oracle.region import Competence, Learner, Region
from tests.oracle.rules import (
    TOLERANCE,
    active,
    course_in_reach,
    eligible,
    guidance_hours,
    weekly_points,
)

Stay = tuple[int, int] | None
"""Site and mentor of one period, or none."""

TERMS = (
    "unplaced",
    "gap",
    "context",
    "school",
    "course",
    "travel",
    "support",
    "preference",
    "success",
    "unknown",
    "fairness",
    "rotation",
    "handover",
    "disruption",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One learner's stays, one per period, and the positions of their courses."""

    stays: tuple[Stay, ...]
    seats: tuple[int, ...] = ()


def blocks(plan: Plan) -> list[range]:
    """Maximal runs of consecutive periods at one site."""
    sites = [stay and stay[0] for stay in plan.stays]
    starts = [
        t
        for t, site in enumerate(sites)
        if site is not None and (t == 0 or sites[t - 1] != site)
    ]
    found = []
    for start in starts:
        stop = start
        while stop < len(sites) and sites[stop] == sites[start]:
            stop += 1
        found.append(range(start, stop))
    return found


def weeks_reached(
    region: Region, learner: Learner, plan: Plan, competence: Competence
) -> int | None:
    """Period in which the workplace completes a competence (section 5)."""
    if "workplace" not in competence.learn_at:
        return None
    return _sum_reached(
        region, learner, plan, competence.competence_id, competence.weeks, competence
    )


def _sum_reached(
    region: Region,
    learner: Learner,
    plan: Plan,
    offer_id: str,
    weeks: float,
    competence: Competence | None = None,
) -> int | None:
    total = 0.0
    for t, stay in enumerate(plan.stays):
        if stay is None or (competence is not None and t not in competence.window):
            continue
        key = (stay[0], learner.trajectory.trajectory_id, offer_id)
        if t in region.offered.get(key, ()):
            total += region.periods[t].weeks
            if total >= weeks - TOLERANCE:
                return t
    return None


def plan_is_valid(region: Region, learner: Learner, plan: Plan) -> bool:
    """P1 to P4, eligibility of unsigned placements, and the seats' own rules."""
    return (
        all(plan.stays[t] == stay for t, stay in learner.signed.items())
        and all(
            stay is None or t in learner.signed or eligible(region, learner, t, *stay)
            for t, stay in enumerate(plan.stays)
        )
        and _blocks_last(region, learner, plan)
        and _sites_are_few(learner, plan)
        and _seats_are_allowed(region, learner, plan)
        and _attests_are_held(region, learner, plan)
    )


def _blocks_last(region: Region, learner: Learner, plan: Plan) -> bool:
    """P1."""
    return all(
        all(t in learner.signed for t in block)
        or sum(region.periods[t].weeks for t in block)
        >= learner.trajectory.min_block_weeks - TOLERANCE
        for block in blocks(plan)
    )


def _sites_are_few(learner: Learner, plan: Plan) -> bool:
    """P2."""
    sites = {stay[0] for stay in plan.stays if stay is not None}
    signed = {site for site, _ in learner.signed.values()}
    most = learner.trajectory.max_sites
    return sites == signed if len(signed) > most else len(sites) <= most


def _seats_are_allowed(region: Region, learner: Learner, plan: Plan) -> bool:
    """Section 5: own trajectory, needed, one per competence, in reach."""
    needed = {c.competence_id for c in learner.trajectory.competences}
    needed -= learner.acquired
    taken = [region.courses[course].competence_id for course in plan.seats]
    return (
        all(
            region.courses[course].trajectory_id == learner.trajectory.trajectory_id
            and region.courses[course].competence_id in needed
            and course_in_reach(region, learner, course)
            for course in plan.seats
        )
        and max(Counter(taken).values(), default=1) == 1
    )


def _attests_are_held(region: Region, learner: Learner, plan: Plan) -> bool:
    """P3."""
    trajectory = learner.trajectory
    reached = {
        c.competence_id: weeks_reached(region, learner, plan, c)
        for c in trajectory.competences
        if c.competence_id not in learner.acquired
    }
    for block in blocks(plan):
        first = block[0]
        if first in learner.signed:
            continue
        stay = plan.stays[first]
        assert stay is not None, "blocks hold placed periods"
        site = stay[0]
        for attest in region.required.get((site, trajectory.trajectory_id), ()):
            by_course = any(
                region.courses[course].competence_id == attest
                and region.courses[course].period < first
                for course in plan.seats
            )
            done = reached.get(attest)
            by_work = done is not None and done < first
            if not (attest in learner.acquired or by_course or by_work):
                return False
    return True


def covered_by(region: Region, learner: Learner, plan: Plan) -> dict[str, str]:
    """What covers each competence; contexts by `workplace` or `gap`."""
    seated = {region.courses[course].competence_id for course in plan.seats}
    cover = {}
    for competence in learner.trajectory.competences:
        name = competence.competence_id
        if name in learner.acquired:
            cover[name] = "acquired"
        elif weeks_reached(region, learner, plan, competence) is not None:
            cover[name] = "workplace"
        elif "training_centre" in competence.learn_at and name in seated:
            cover[name] = "course"
        elif "school" in competence.learn_at:
            cover[name] = "school"
        else:
            cover[name] = "gap"
    for group in learner.trajectory.groups:
        for context, weeks in zip(group.contexts, group.weeks, strict=True):
            met = _sum_reached(region, learner, plan, context, weeks) is not None
            cover[context] = "workplace" if met else "gap"
    return cover


def plan_terms(region: Region, learner: Learner, plan: Plan) -> dict[str, float]:
    """Points of one plan per term of section 6."""
    weights = region.weights
    terms = dict.fromkeys(TERMS, 0.0)
    cover = covered_by(region, learner, plan)
    for competence in learner.trajectory.competences:
        how = cover[competence.competence_id]
        if how == "gap":
            terms["gap"] += weights.gap * competence.weight
        elif how == "school" and "workplace" in competence.learn_at:
            terms["school"] += weights.school
    for group in learner.trajectory.groups:
        met = sum(cover[context] == "workplace" for context in group.contexts)
        lacking = max(0, group.at_least - met)
        terms["context"] += weights.context * group.weight * lacking
    terms["course"] = weights.course * len(plan.seats)
    for t, stay in enumerate(plan.stays):
        weeks = region.periods[t].weeks
        if stay is not None:
            points = weekly_points(region, learner, *stay)
            for term, per_week in points.items():
                terms[term] += weeks * per_week
            q = sum(points.values())
            terms["fairness"] += weeks * weights.fairness * q * q
        elif active(region, learner, t):
            terms["unplaced"] += weights.unplaced * weeks
        if active(region, learner, t) and _leaves(learner.proposed.get(t), stay):
            terms["disruption"] += weights.disruption * weeks
    runs = blocks(plan)
    terms["rotation"] = weights.rotation * max(0, len(runs) - 1)
    changes = sum(plan.stays[t] != plan.stays[t - 1] for run in runs for t in run[1:])
    terms["handover"] = weights.handover * changes
    return terms


def _leaves(proposed: tuple[int, int | None] | None, stay: Stay) -> bool:
    if proposed is None:
        return False
    site, mentor = proposed
    same = stay is not None and stay[0] == site and mentor in (None, stay[1])
    return not same


Use = tuple[str, str, int]
"""Kind, id and period of something shared."""


def shared_is_respected(region: Region, plans: Sequence[Plan]) -> bool:
    """C1 to C5, with the exception for signed placements."""
    total: defaultdict[Use, float] = defaultdict(float)
    signed: defaultdict[Use, float] = defaultdict(float)
    unsigned: set[Use] = set()
    for learner, plan in zip(region.learners, plans, strict=True):
        starts = {block[0] for block in blocks(plan)}
        for t, stay in enumerate(plan.stays):
            if stay is None:
                continue
            for use, amount in placement_uses(region, learner, t, stay, t in starts):
                total[use] += amount
                if t in learner.signed:
                    signed[use] += amount
                else:
                    unsigned.add(use)
    for use, amount in total.items():
        limit = limit_of(region, use)
        if limit is None or amount <= limit + TOLERANCE:
            continue
        if signed[use] <= limit + TOLERANCE or use in unsigned:
            return False
    seats = Counter(course for plan in plans for course in plan.seats)
    return all(n <= region.courses[course].seats for course, n in seats.items())


def placement_uses(
    region: Region, learner: Learner, period: int, stay: tuple[int, int], start: bool
) -> Iterator[tuple[Use, float]]:
    """What one placement takes of C1 to C4."""
    site, mentor = region.sites[stay[0]], region.mentors[stay[1]]
    yield ("site", site.site_id, period), 1.0
    yield ("mentor", mentor.mentor_id, period), 1.0
    hours = guidance_hours(region, learner, stay[1], starts=start)
    yield ("mentor_hours", mentor.mentor_id, period), hours
    if site.enterprise:
        yield ("enterprise", site.enterprise, period), 1.0


def limit_of(region: Region, use: Use) -> float | None:
    """The limit of one shared thing; None is no limit."""
    kind, name, _ = use
    if kind == "site":
        return next(s.capacity for s in region.sites if s.site_id == name)
    if kind == "enterprise":
        return region.enterprise_limit.get(name)
    mentor = next(m for m in region.mentors if m.mentor_id == name)
    return mentor.max_learners if kind == "mentor" else mentor.hours


def every_plan(region: Region, learner: Learner) -> Iterator[Plan]:
    """All valid plans of a learner, straight from the definition."""
    options: list[list[Stay]] = []
    for t in range(len(region.periods)):
        free: list[Stay] = [None]
        free += [
            (site, mentor)
            for site in range(len(region.sites))
            for mentor in range(len(region.mentors))
            if eligible(region, learner, t, site, mentor)
        ]
        options.append([learner.signed[t]] if t in learner.signed else free)
    own: defaultdict[str, list[int | None]] = defaultdict(lambda: [None])
    for index, course in enumerate(region.courses):
        if course.trajectory_id == learner.trajectory.trajectory_id:
            own[course.competence_id].append(index)
    for stays in product(*options):
        for choice in product(*own.values()):
            seats = tuple(sorted(c for c in choice if c is not None))
            plan = Plan(stays=stays, seats=seats)
            if plan_is_valid(region, learner, plan):
                yield plan
