"""The objective of section 6: points per learner and term; fewer is better."""

import math
from collections.abc import Mapping
from itertools import pairwise

from matcher.checker.coverage import LearnerCoverage
from matcher.checker.facts import Facts, Learner, is_active, minutes_to_site
from matcher.checker.plan import LearnerPlan, Placement
from matcher.checker.run_policy import RunPolicy

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
"""Names of the components."""

Success = Mapping[tuple[str, str], float]
"""Per (learner, site) the chance of success that the run took from its model."""


def learner_points(
    facts: Facts,
    policy: RunPolicy,
    plan: LearnerPlan,
    coverage: LearnerCoverage,
    success: Success,
) -> Mapping[str, float]:
    """Points of one learner per term; they add up to this learner's share."""
    return {
        "unplaced": policy.weight["unplaced"] * unplaced_weeks(facts, plan),
        **coverage_points(policy, plan, coverage),
        **burden_points(facts, policy, plan, success),
        "rotation": policy.weight["rotation"] * max(0, len(plan.blocks) - 1),
        "handover": policy.weight["handover"] * mentor_changes(plan),
        "disruption": policy.weight["disruption"] * disrupted_weeks(facts, plan),
    }


def unplaced_weeks(facts: Facts, plan: LearnerPlan) -> float:
    """Weeks of active periods without a placement."""
    placed = {placement.period.period_id for placement in plan.placements}
    return math.fsum(
        period.weeks
        for period in facts.periods
        if is_active(plan.learner, period) and period.period_id not in placed
    )


def coverage_points(
    policy: RunPolicy, plan: LearnerPlan, coverage: LearnerCoverage
) -> Mapping[str, float]:
    """Gaps by weight, what each context group lacks, school, and seats taken.

    The school is free where `workplace` is not in learn_at. Each seat costs,
    also one that covers nothing.
    """
    trajectory, weight = plan.learner.trajectory, policy.weight
    by = {key: row.covered_by for key, row in coverage.competences.items()}
    gaps = [c.weight for c in trajectory.competences if by[c.competence_id] == "gap"]
    paid_school = sum(
        by[competence.competence_id] == "school" and "workplace" in competence.learn_at
        for competence in trajectory.competences
    )
    lacking = math.fsum(
        group.weight * coverage.lacking.get(group.group_id, 0)
        for group in trajectory.groups
    )
    return {
        "gap": weight["gap"] * math.fsum(gaps),
        "context": weight["context"] * lacking,
        "school": weight["school"] * paid_school,
        "course": weight["course"] * len(plan.seats),
    }


def burden_points(
    facts: Facts, policy: RunPolicy, plan: LearnerPlan, success: Success
) -> Mapping[str, float]:
    """Per placed period, weeks x g(q), with g(q) = q + `fairness` x q x q."""
    parts: dict[str, list[float]] = {
        term: []
        for term in (
            "travel",
            "support",
            "preference",
            "success",
            "unknown",
            "fairness",
        )
    }
    for placement in plan.placements:
        weeks = placement.period.weeks
        weekly = weekly_points(facts, policy, plan.learner, placement, success)
        q = math.fsum(weekly.values())
        for term, points in weekly.items():
            parts[term].append(weeks * points)
        parts["fairness"].append(weeks * policy.weight["fairness"] * q * q)
    return {term: math.fsum(points) for term, points in parts.items()}


def weekly_points(
    facts: Facts,
    policy: RunPolicy,
    learner: Learner,
    placement: Placement,
    success: Success,
) -> Mapping[str, float]:
    """The terms of q, points per week of one placement."""
    site, pair = placement.site, (learner.learner_id, placement.site.site_id)
    supports = site.supports | placement.mentor.supports
    unmet_levels = sum(
        need.level
        for need in learner.needs
        if not need.required and need.need not in supports
    )
    wishes = facts.preferences.get(pair, ())
    wish = math.fsum(wishes) / len(wishes) if wishes else 0.0
    unknown = sum(
        learner.abilities.get(demand, "unknown") == "unknown" for demand in site.demands
    )
    chance = chance_of_success(facts, policy, pair, success)
    return {
        "travel": travel_points(policy, minutes_to_site(facts, policy, learner, site)),
        "support": policy.weight["support"] * unmet_levels,
        "preference": policy.weight["preference"] * (1 - wish) / 2,
        "success": 0.0 if chance is None else policy.weight["success"] * (1 - chance),
        "unknown": policy.weight["unknown"] * unknown,
    }


def travel_points(policy: RunPolicy, minutes: float) -> float:
    """`per_minute` up to `comfortable` minutes, `beyond` for each minute past it.

    0 where nobody knows the minutes: only a signed placement can be so.
    """
    if math.isnan(minutes):
        return 0.0
    comfortable = policy.travel["comfortable"]
    return policy.travel["per_minute"] * min(minutes, comfortable) + policy.travel[
        "beyond"
    ] * max(0.0, minutes - comfortable)


def chance_of_success(
    facts: Facts, policy: RunPolicy, pair: tuple[str, str], success: Success
) -> float | None:
    """The s from `scores`, else the success model, else None: the term is 0."""
    if pair in facts.success:
        return facts.success[pair]
    return success.get(pair) if policy.has_success_model else None


def mentor_changes(plan: LearnerPlan) -> int:
    """Mentor changes inside blocks."""
    return sum(
        before.mentor is not after.mentor
        for block in plan.blocks
        for before, after in pairwise(block)
    )


def disrupted_weeks(facts: Facts, plan: LearnerPlan) -> float:
    """Weeks of active periods with a `proposed` placement that the plan leaves.

    Another site or none; another mentor, where the row names one.
    """
    planned = {placement.period.period_id: placement for placement in plan.placements}
    weeks = []
    for period in facts.periods:
        proposed = facts.proposed.get((plan.learner.learner_id, period.period_id))
        if proposed is None or not is_active(plan.learner, period):
            continue
        placement = planned.get(period.period_id)
        if (
            placement is None
            or placement.site.site_id != proposed.site_id
            or proposed.mentor_id not in ("", placement.mentor.mentor_id)
        ):
            weeks.append(period.weeks)
    return math.fsum(weeks)
