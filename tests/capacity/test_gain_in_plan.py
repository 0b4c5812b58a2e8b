"""What a step gains while others stay, against trying all plans of the free."""

from dataclasses import replace
from itertools import product
from math import inf

import pytest

from matcher.capacity.candidates import CandidateLimits, candidates_of
from matcher.capacity.gain_in_plan import InPlanParams, gain_in_plan
from matcher.capacity.recruit import RecruitParams, recruit_list, recruit_to_json
from matcher.capacity.screening import Screen
from matcher.capacity.shadow_prices import shadow_prices
from matcher.solvers import SolveParams
from tests.capacity.solved import Solved, plans_of_run, solved_case, with_rows
from tests.oracle.literal import every_plan, plan_terms, shared_is_respected
from tests.oracle.reading import build_region
from tests.oracle.tables import Tables

pytestmark = pytest.mark.timeout(600)

FEW = CandidateLimits(per_kind=3)
ONE = InPlanParams(most_free=2, solve=SolveParams(gap=0.0))


def least(solved: Solved, tables: Tables, free: set[int]) -> float:
    """Points of the free at the least, all others where the run has them."""
    region = build_region(tables, solved.case.policy)
    now = plans_of_run(solved, region)
    choices = [
        list(every_plan(region, learner)) if at in free else [now[at]]
        for at, learner in enumerate(region.learners)
    ]
    best = inf
    for plans in product(*choices):
        points = sum(
            sum(plan_terms(region, region.learners[at], plans[at]).values())
            for at in free
        )
        if points < best and shared_is_respected(region, list(plans)):
            best = points
    return best


def checked(seed: int, folder) -> int:
    """Steps that gain in the plan; each gains what trying all plans says."""
    solved = solved_case(seed, "mini", folder)
    prices = shadow_prices(solved.run)
    screen, gaining = Screen(solved.run, prices), 0
    for candidate in candidates_of(solved.run, prices, FEW):
        screened = screen.of(candidate)
        if screened is None or not len(screened.wanting):
            continue
        found = gain_in_plan(solved.run, screened, ONE)
        free = set(screened.wanting[: ONE.most_free].tolist())
        before = least(solved, solved.case.tables, free)
        after = least(solved, with_rows(solved.case.tables, candidate), free)
        assert found.points <= before - after + 1e-6
        assert found.free == len(free)
        if found.points > 1e-6:
            assert found.points == pytest.approx(before - after, abs=1e-6)
            gaining += 1
    return gaining


def test_gains_are_what_trying_all_plans_of_the_free_says(tmp_path):
    assert sum(checked(seed, tmp_path / str(seed)) for seed in range(12)) >= 5


def test_where_the_optimum_is_out_of_reach_the_list_says_what_the_plan_gains(tmp_path):
    run = solved_case(8, "twelve", tmp_path).run
    run = replace(run, summary=replace(run.summary, status="limit"))
    prices = shadow_prices(run)
    candidates = candidates_of(run, prices, FEW)
    params = RecruitParams(top=3, most_confirmed=9, most_learners=0)
    found = recruit_list(run, prices, candidates, params).recruits
    assert found
    entries = [recruit_to_json(each) for each in found]
    gains = [entry["in_plan_points"] for entry in entries]
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] > 0
    for entry in entries:  # of the optimum nothing is claimed
        assert (entry["gain_points"], entry["gain"]) == (0.0, "lower_bound")
        assert entry["most_points"] >= entry["in_plan_points"] - 1e-6
        assert not entry["sure_rank"]
        assert entry["learners_helped"] <= entry["in_plan_free"]


def test_where_the_optimum_is_within_reach_nothing_is_said_of_one_plan(tmp_path):
    run = solved_case(8, "twelve", tmp_path).run
    prices = shadow_prices(run)
    candidates = candidates_of(run, prices, FEW)
    params = RecruitParams(top=1, most_learners=0, solve=SolveParams(gap=0.0))
    (first,) = recruit_list(run, prices, candidates, params).recruits
    assert first.in_plan is None
    assert "in_plan_points" not in recruit_to_json(first)
