"""The integer program against plain enumeration, and the store of optima."""

from math import prod

import pytest

from tests.oracle.brute_force import brute_force, optimum_of_tables, search
from tests.oracle.literal import every_plan
from tests.oracle.optima import SEEDS, known_optima
from tests.oracle.reading import build_region
from tests.oracle.tables import read_tables
from tests.oracle.tiny import FEATURES, tiny_case

TRIED_AT_MOST = 30_000
"""Combinations of plans that `search` may have to try in a quick test."""


def regions(seeds):
    for seed in seeds:
        case = tiny_case(seed, "mini")
        yield seed, build_region(case.tables, case.policy)


def assert_both_ways_agree(seeds, tried_at_most):
    compared = 0
    for seed, region in regions(seeds):
        plans = [len(list(every_plan(region, x))) for x in region.learners]
        if prod(plans) <= tried_at_most:
            compared += 1
            expected = search(region).objective
            assert brute_force(region).objective == pytest.approx(expected), seed
    assert compared > 0.8 * len(seeds)


def test_integer_program_agrees_with_trying_every_combination():
    assert_both_ways_agree(range(60), TRIED_AT_MOST)


@pytest.mark.slow
def test_integer_program_agrees_on_many_regions():
    assert_both_ways_agree(range(60, 1000), 10 * TRIED_AT_MOST)


def test_case_reads_back_from_its_folder(tmp_path):
    case = tiny_case(7)
    data, policy = case.write(tmp_path)
    text = policy.read_text(encoding="utf-8")
    written = optimum_of_tables(read_tables(data), text)
    assert written.objective == optimum_of_tables(case.tables, case.policy).objective


def test_features_switch_off():
    for seed in range(20):
        case = tiny_case(seed, features=FEATURES - {"signed", "scores", "policy"})
        statuses = {row["status"] for row in case.tables.get("placements", [])}
        assert "signed" not in statuses
        assert "scores" not in case.tables
        assert case.policy == ""


@pytest.mark.parametrize("profile", SEEDS)
def test_store_holds_the_cases_as_they_are_built_now(profile):
    known = known_optima(profile)
    assert [one.seed for one in known] == list(range(SEEDS[profile]))
    for one in known:
        one.case()


def assert_still_optimal(known):
    for one in known:
        case = one.case()
        found = optimum_of_tables(case.tables, case.policy).objective
        assert found == pytest.approx(one.objective, abs=1e-6), case.name


def test_stored_optima_of_a_sample_are_found_again():
    assert_still_optimal(known_optima("tiny")[::15])


@pytest.mark.slow
@pytest.mark.parametrize("profile", SEEDS)
def test_stored_optima_are_found_again(profile):
    assert_still_optimal(known_optima(profile))


def test_cases_reach_every_term_of_the_objective():
    reached = set()
    for one in known_optima("tiny")[:60]:
        case = one.case()
        components = optimum_of_tables(case.tables, case.policy).components
        reached |= {term for term, points in components.items() if points > 0}
    assert reached == set(components)
