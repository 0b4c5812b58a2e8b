"""Answers as JSON (contract, section 9), with more keys where facts are at hand."""

from typing import Any

from matcher.advice.change import Part
from matcher.advice.site_barrier import Barrier
from matcher.suggestions.effect import Effect
from matcher.suggestions.explanation import (
    DearerPlan,
    PlanAnswer,
    SiteAnswer,
    WayIn,
)
from matcher.suggestions.plan_facts import Journey, PlanFacts, SiteChance
from matcher.suggestions.price_for_others import Amount
from matcher.suggestions.suggestion import Suggestion

Json = dict[str, Any]


def suggestions_json(learner_id: str, found: tuple[Suggestion, ...]) -> Json:
    """Suggestions for one learner."""
    return {
        "learner_id": learner_id,
        "suggestions": [
            {
                "rank": each.rank,
                "kinds": list(each.kinds),
                **plan_json(each.facts),
                "price_for_others": amount_json(each.price.others),
                "region_difference": amount_json(each.price.region),
                "effect_on_others": effect_json(each.price.effect),
            }
            for each in found
        ],
    }


def site_json(answer: SiteAnswer) -> Json:
    """Why a learner is not at a site, and what would have to change."""
    return {
        "learner_id": answer.learner_id,
        "site_id": answer.site_id,
        "status": answer.status,
        "is_in_plan": answer.is_in_plan,
        "journey": _journey(answer.journey),
        "unknowns": list(answer.unknowns),
        "barriers": [_barrier(each) for each in answer.barriers],
        "changes": [_way_in(each) for each in answer.changes],
        "plan": None if answer.plan is None else _dearer(answer.plan),
        "is_settled": answer.is_settled,
    }


def plan_answer_json(answer: PlanAnswer) -> Json:
    """Why a learner has the plan of the run."""
    return {
        "learner_id": answer.facts.learner_id,
        "plan": plan_json(answer.facts),
        "alone": {
            "points": answer.alone.points,
            "terms": dict(answer.alone.terms),
            "placements": _placements(answer.alone),
            "is_settled": answer.is_settled,
        },
    }


def plan_json(facts: PlanFacts) -> Json:
    """One plan."""
    return {
        "placements": _placements(facts),
        "seats": [
            {
                "course_id": seat.course_id,
                "competence_id": seat.competence_id,
                "period_id": seat.period_id,
            }
            for seat in facts.seats
        ],
        "points": facts.points,
        "terms": dict(facts.terms),
        "uncovered": list(facts.uncovered),
        "contexts_lacking": dict(facts.lacking),
        "unknowns": [
            {"site_id": site_id, "demand": demand} for site_id, demand in facts.unknowns
        ],
        "coverage": [
            {
                "competence_id": each.unit_id,
                "covered_by": each.covered_by,
                "site_id": each.site_id or None,
                "period_id": each.period_id or None,
            }
            for each in facts.coverage
        ],
        "journeys": [_journey(each) for each in facts.journeys],
        "support": {
            "met": [_need(each) for each in facts.support_met],
            "unmet": [_need(each) for each in facts.support_unmet],
        },
        "mentor_time": [
            {
                "mentor_id": each.mentor_id,
                "period_id": each.period_id,
                "hours_per_week": each.hours,
                "most_hours_per_week": each.most,
                "load": each.load or None,
            }
            for each in facts.mentor_time
        ],
        "chances": [_chance(each) for each in facts.chances],
    }


def amount_json(amount: Amount) -> Json:
    """Points, how sure they are, and between what they lie."""
    return {
        "points": amount.points,
        "kind": amount.kind,
        "at_least": amount.at_least,
        "at_most": amount.at_most,
    }


def effect_json(effect: Effect | None) -> Json | None:
    """Sums over the others; null is fewer than three learners."""
    if effect is None:
        return None
    return {
        "touched": effect.touched,
        "losing_coverage": effect.losing,
        "gaining_coverage": effect.gaining,
        "minutes": effect.minutes,
    }


def _chance(chance: SiteChance) -> Json:
    """Parts in hundredths; with the base they add up to the chance."""
    told = chance.explanation
    return {
        "site_id": chance.site_id,
        "chance": told.chance,
        "base": told.base,
        "horizon_days": told.horizon_days,
        "parts": [
            {"input": each.input, "found": each.found or None, "points": each.points}
            for each in told.contributions
        ],
    }


def _placements(facts: PlanFacts) -> list[Json]:
    return [
        {
            "period_id": each.period_id,
            "site_id": each.site_id,
            "mentor_id": each.mentor_id,
        }
        for each in facts.placements
    ]


def _journey(journey: Journey) -> Json:
    return {
        "site_id": journey.site_id,
        "minutes": journey.minutes,
        "mode": journey.mode or None,
    }


def _need(row: tuple[str, str, str]) -> Json:
    site_id, mentor_id, need = row
    return {"site_id": site_id, "mentor_id": mentor_id, "need": need}


def _barrier(barrier: Barrier) -> Json:
    return {
        "rule": barrier.rule,
        "period_id": barrier.period_id or None,
        "mentor_id": barrier.mentor_id or None,
        "found": _fact(barrier.found),
        "expected": _fact(barrier.expected),
        "is_unknown": barrier.is_unknown,
    }


def _fact(fact: object) -> object:
    return list(fact) if isinstance(fact, tuple) else fact


def _way_in(way: WayIn) -> Json:
    return {
        "parts": [_part(part) for part in way.change.parts],
        "decided_by": "|".join(way.change.decided_by),
        "points": way.points,
        "is_settled": way.is_settled,
    }


def _part(part: Part) -> Json:
    return {
        "table": part.table,
        "key": dict(part.key),
        "column": part.column,
        "from": part.before,
        "to": part.after,
    }


def _dearer(plan: DearerPlan) -> Json:
    return {
        **plan_json(plan.facts),
        "more_points": plan.points,
        "difference": dict(plan.difference),
        "needs_others": plan.needs_others,
        "is_settled": plan.is_settled,
        "price_for_others": amount_json(plan.price.others),
        "region_difference": amount_json(plan.price.region),
        "effect_on_others": effect_json(plan.price.effect),
    }
