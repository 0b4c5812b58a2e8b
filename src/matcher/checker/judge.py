"""A plan against the rules: violations, warnings and the recomputed points."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.checker.coverage import LearnerCoverage, learner_coverage
from matcher.checker.facts import Facts
from matcher.checker.index import index_facts
from matcher.checker.objective import TERMS, Success, learner_points
from matcher.checker.pair_rules import is_trained, pair_breaches
from matcher.checker.plan import AssignmentRow, LearnerPlan, SeatRow, read_plans
from matcher.checker.plan_rules import Ruling, plan_breaches
from matcher.checker.run_policy import RunPolicy, read_run_policy
from matcher.checker.shared_rules import shared_breaches
from matcher.checker.verdict import Verdict, Violation
from matcher.dataset.dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict on a plan, with what it was read from (for the claims of a run)."""

    facts: Facts
    policy: RunPolicy
    plans: Mapping[str, LearnerPlan]
    coverage: Mapping[str, LearnerCoverage]
    verdict: Verdict


def check_plan(
    dataset: Dataset,
    policy: Mapping[str, Any],
    assignments: Iterable[AssignmentRow],
    seats: Iterable[SeatRow],
    success: Success | None = None,
) -> Verdict:
    """Whether a plan keeps every rule, and what it costs.

    Parameters
    ----------
    policy
        A mapping in the shape of the policy file; absent keys keep the default.
    assignments, seats
        Rows in any order, by ids.
    success
        Per (learner, site) the chance that a success model gave; read where
        the policy names a `success_model`.
    """
    return judge(dataset, policy, assignments, seats, success or {}).verdict


def judge(
    dataset: Dataset,
    policy: object,
    assignments: Iterable[AssignmentRow],
    seats: Iterable[SeatRow],
    success: Success,
) -> Judgement:
    """The verdict on a plan, with the facts and plans behind it."""
    run_policy, policy_faults = read_run_policy(policy)
    facts = index_facts(dataset)
    plans, row_faults = read_plans(facts, assignments, seats)
    coverage = {key: learner_coverage(facts, plan) for key, plan in plans.items()}
    points = {
        key: learner_points(facts, run_policy, plan, coverage[key], success)
        for key, plan in plans.items()
    }
    components = {
        term: math.fsum(terms[term] for terms in points.values()) for term in TERMS
    }
    rulings = tuple(_rulings(facts, run_policy, plans))
    verdict = Verdict(
        violations=(
            *policy_faults,
            *row_faults,
            *(violation for is_kept, violation in rulings if not is_kept),
        ),
        warnings=tuple(violation for is_kept, violation in rulings if is_kept),
        objective=math.fsum(components.values()),
        components=components,
        points=points,
        placed=sum(bool(plan.placements) for plan in plans.values()),
        fully_covered=sum(covered.is_full for covered in coverage.values()),
    )
    return Judgement(
        facts=facts,
        policy=run_policy,
        plans=plans,
        coverage=coverage,
        verdict=verdict,
    )


def _rulings(
    facts: Facts, policy: RunPolicy, plans: Mapping[str, LearnerPlan]
) -> Iterator[Ruling]:
    for plan in plans.values():
        for placement, violation in pair_breaches(facts, policy, plan):
            yield placement.is_signed, violation
        yield from _untrained_mentors(policy, plan)
        yield from plan_breaches(facts, policy, plan)
    yield from shared_breaches(facts, policy, plans.values())


def _untrained_mentors(policy: RunPolicy, plan: LearnerPlan) -> Iterator[Ruling]:
    """E2 under `untrained_mentor: warn`: allowed, and said."""
    if not policy.warns_of_untrained:
        return
    for placement in plan.placements:
        if not is_trained(placement):
            mentor, period = placement.mentor, placement.period
            where = f"{plan.learner.learner_id}, {period.period_id}"
            yield (
                True,
                Violation(
                    code="E2",
                    learner_id=plan.learner.learner_id,
                    period_id=period.period_id,
                    place=mentor.mentor_id,
                    found=str(mentor.trained_on or "not trained"),
                    expected=f"trained on or before {period.start}",
                    message_nl=f"{where}: mentor {mentor.mentor_id} heeft de "
                    "mentoropleiding nog nodig.",
                    message_en=f"{where}: mentor {mentor.mentor_id} still needs "
                    "the mentor training.",
                ),
            )
