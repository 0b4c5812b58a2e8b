"""Optima around a fixed plan, against the oracle's integer program."""

import numpy as np
import pytest

import matcher
from matcher.solvers import SolveParams
from matcher.suggestions.fixed_plan import optimum_with_plan, optimum_without_fixing
from tests.oracle.tiny import tiny_case
from tests.suggestions.oracle_fixed import plans_row, some_fixed_plans

EXACT = SolveParams(gap=0.0)


def compare(seed: int, profile: str, folder, count: int) -> int:
    """How many fixed plans of a case were proven, each equal to the oracle's."""
    case = tiny_case(seed, profile)
    data, policy = case.write(folder)
    problem = matcher.prepare(matcher.read_dataset(data), matcher.read_policy(policy))
    region, found = some_fixed_plans(case, count)
    everyone = np.arange(problem.num_learners)
    num_proven = 0
    for fixed in found:
        if fixed.optimum is None:
            continue
        plan = plans_row(problem, region, fixed)
        around = optimum_with_plan(problem, plan, everyone, EXACT)
        if around is None:
            assert problem.capacities.hours_gated.any()
            continue
        assert around.is_proven
        assert around.high == pytest.approx(fixed.optimum, abs=1e-4), fixed
        num_proven += 1
    return num_proven


def test_fixed_plans_cost_what_the_oracle_says(tmp_path):
    proven = [compare(seed, "mini", tmp_path / str(seed), 4) for seed in range(25)]
    assert sum(proven) > 60


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_fixed_plans_of_tiny_regions_cost_what_the_oracle_says(tmp_path):
    proven = [compare(seed, "tiny", tmp_path / str(seed), 5) for seed in range(20)]
    assert sum(proven) > 60


def test_without_fixing_it_is_the_optimum(tmp_path):
    case = tiny_case(3, "mini")
    data, policy = case.write(tmp_path)
    problem = matcher.prepare(matcher.read_dataset(data), matcher.read_policy(policy))
    everyone = np.arange(problem.num_learners)
    free = optimum_without_fixing(problem, everyone, EXACT)
    assert free.is_proven
    assert free.high == pytest.approx(matcher.solve(problem, EXACT).objective)
