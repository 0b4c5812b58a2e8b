"""Suggestions: allowed, different, not beaten, and priced as they say."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.checker import check_plan
from matcher.errors import UnknownIdError
from matcher.problem.run_record import Assignment, Seat
from matcher.suggestions import (
    SuggestParams,
    explain_plan,
    explain_site,
    region_prices,
    suggest,
)
from matcher.suggestions.suggestion import EXACT
from tests.suggestions.regions import loaded_case

SEEDS = range(8)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return [loaded_case(seed, "tiny", folder / str(seed)) for seed in SEEDS]


@pytest.fixture(scope="module")
def answers(runs):
    """Run and learner with suggestions by estimate and by solving again."""
    found = []
    for run in runs:
        prices = region_prices(run)
        for learner_id in run.dataset.learners.learner_id:
            fast = suggest(run, learner_id, SuggestParams(exact=False, top=20), prices)
            exact = suggest(run, learner_id, SuggestParams(exact=True, top=20))
            found.append((run, learner_id, fast, exact))
    return found


def measures(suggestion) -> np.ndarray:
    others = suggestion.price.others.points
    return np.array([*suggestion.facts.terms.values(), others])


def test_plan_alone_keeps_every_rule_of_its_own(answers):
    """Beside the others it may need room; by itself it breaks nothing."""
    for run, learner_id, fast, exact in answers:
        for each in (*fast, *exact):
            facts = each.facts
            assignments = [
                Assignment(
                    learner_id=learner_id,
                    period_id=place.period_id,
                    site_id=place.site_id,
                    mentor_id=place.mentor_id,
                )
                for place in facts.placements
            ]
            seats = [
                Seat(
                    learner_id=learner_id,
                    course_id=seat.course_id,
                    competence_id=seat.competence_id,
                    period_id=seat.period_id,
                )
                for seat in facts.seats
            ]
            policy = run.summary.policy
            verdict = check_plan(run.dataset, policy, assignments, seats)
            own = [x for x in verdict.violations if x.learner_id == learner_id]
            assert not own, own
            points = verdict.points[learner_id]
            assert facts.points == pytest.approx(sum(points.values()))
            assert dict(facts.terms) == pytest.approx(dict(points))


def test_no_suggestion_is_beaten(answers):
    for _, _, fast, exact in answers:
        for found in (fast, exact):
            for one in found:
                for other in found:
                    gain = measures(one) - measures(other)
                    assert not (gain >= 0).all() or not (gain > 1e-6).any()


def test_suggestions_differ_and_are_ranked(answers):
    for _, _, fast, exact in answers:
        for found in (fast, exact):
            assert [each.rank for each in found] == list(range(1, len(found) + 1))
            plans = {(each.facts.placements, each.facts.seats) for each in found}
            assert len(plans) == len(found)
    assert max(len(fast) for _, _, fast, _ in answers) >= 4


def test_price_for_others_is_what_the_region_loses_less_the_own_difference(answers):
    for run, learner_id, fast, exact in answers:
        now = run.points[run.learner(learner_id)].sum()
        for each in (*fast, *exact):
            own = each.facts.points - now
            region, others = each.price.region, each.price.others
            assert others.points == pytest.approx(region.points - own)
            assert region.kind == others.kind


def test_small_regions_are_solved_again(answers):
    kinds = [each.price.region.kind for *_, exact in answers for each in exact]
    assert kinds.count("exact") > 0.9 * len(kinds)


def test_bounds_of_estimates_hold(answers):
    compared = 0
    for _, _, fast, exact in answers:
        true = {
            (each.facts.placements, each.facts.seats): each.price.region
            for each in exact
            if each.price.region.kind == "exact"
        }
        for each in fast:
            known = true.get((each.facts.placements, each.facts.seats))
            if known is None:
                continue
            region = each.price.region
            assert region.at_least <= known.points + 1e-6
            assert region.at_most is None or region.at_most >= known.points - 1e-6
            compared += 1
    assert compared > 40


def test_best_plan_of_an_optimal_run_costs_the_region_nothing(answers):
    for _, _, _, exact in answers:
        assert exact[0].price.region.points == pytest.approx(0, abs=1e-6)


def test_number_of_suggestions_is_kept(runs):
    run = runs[0]
    for learner_id in run.dataset.learners.learner_id:
        found = suggest(run, learner_id, SuggestParams(exact=False, top=2))
        assert len(found) <= 2


def test_unknown_learner_names_no_other(runs):
    with pytest.raises(UnknownIdError) as error:
        suggest(runs[0], "nobody")
    ids = runs[0].dataset.learners.learner_id
    assert not any(str(each) in str(error.value) for each in ids)


def test_difference_with_a_site_adds_up(runs):
    answered = 0
    for run in runs:
        for learner_id in run.dataset.learners.learner_id:
            for site_id in run.dataset.sites.site_id:
                answer = explain_site(run, learner_id, site_id, exact=EXACT)
                if answer.plan is None:
                    continue
                total = sum(answer.plan.difference.values())
                assert total == pytest.approx(answer.plan.points)
                places = {each.site_id for each in answer.plan.facts.placements}
                assert site_id in places
                if not answer.plan.needs_others:
                    assert answer.plan.points > -1e-6 or run.summary.gap > 0
                answered += 1
    assert answered > 20


def test_contributions_add_up_to_the_plan(runs):
    for run in runs:
        for learner_id in run.dataset.learners.learner_id:
            answer = explain_plan(run, learner_id)
            now = run.points[run.learner(learner_id)].sum()
            assert sum(answer.facts.terms.values()) == pytest.approx(now)
            assert answer.alone.points <= now + 1e-6


def test_estimate_needs_no_prices(runs):
    params = replace(SuggestParams(), exact=False)
    learner_id = runs[1].dataset.learners.learner_id[0]
    for each in suggest(runs[1], learner_id, params):
        assert each.price.region.kind in {"estimate", "lower_bound"}


def test_effect_on_others_counts_nobody_below_three(answers):
    told = kept_back = 0
    for _, _, fast, exact in answers:
        assert all(each.price.effect is None for each in fast)
        for each in exact:
            effect = each.price.effect
            if effect is None:
                continue
            assert effect.touched not in (1, 2)
            assert effect.losing not in (1, 2)
            assert effect.gaining not in (1, 2)
            assert (effect.touched is None) == (effect.minutes is None)
            if effect.touched == 0:
                assert effect.minutes == pytest.approx(0)
            told += effect.touched is not None
            kept_back += effect.touched is None
    assert told > 3
    assert kept_back > 3


def of_plan(run, facts) -> dict[str, float]:
    """Minutes and missing support of a week at a site, and what is missing."""
    weeks_of = dict(zip(run.dataset.periods.period_id, run.problem.weeks, strict=True))
    minutes_of = {each.site_id: each.minutes for each in facts.journeys}
    weeks = [weeks_of[each.period_id] for each in facts.placements]
    minutes = [minutes_of[each.site_id] for each in facts.placements]
    return {
        "nearer": np.dot(weeks, minutes) / sum(weeks) if weeks else np.nan,
        "better_support": facts.terms["support"] / sum(weeks) if weeks else np.nan,
        "more_covered": len(facts.uncovered) + sum(facts.lacking.values()),
    }


def test_what_is_said_of_a_suggestion_is_so(answers):
    """All that compares with the plan now, and nothing else."""
    said: list[str] = []
    for run, learner_id, fast, _ in answers:
        now = explain_plan(run, learner_id).facts
        before, sites = of_plan(run, now), {each.site_id for each in now.placements}
        for each in fast:
            said += each.kinds
            is_now = (each.facts.placements, each.facts.seats) == (
                now.placements,
                now.seats,
            )
            assert ("now" in each.kinds) == is_now
            for kind, after in of_plan(run, each.facts).items():
                assert (kind in each.kinds) == (after < before[kind] - 1e-6), kind
            has_other = {place.site_id for place in each.facts.placements} - sites
            assert "elsewhere" not in each.kinds or has_other
            assert "otherwise" not in each.kinds or not has_other
    assert set(said) >= {"now", "room", "nearer", "more_covered", "elsewhere"}
    assert len(said) > len(answers)
