"""The best steps to take together, against trying all sets with the oracle."""

from itertools import combinations

import pytest

from matcher.capacity.candidates import CandidateLimits, candidates_of
from matcher.capacity.recruit import RecruitParams, recruit_list
from matcher.capacity.recruit_sets import SetParams, best_sets, rows_of_set, set_to_json
from matcher.capacity.screening import Screen
from matcher.capacity.shadow_prices import shadow_prices
from matcher.solvers import SolveParams
from tests.capacity.solved import solved_case, true_optimum, with_rows
from tests.oracle.brute_force import optimum_of_tables

pytestmark = pytest.mark.timeout(900)

EXACT = SolveParams(gap=0.0)


def steps_of(seed, folder, top):
    solved = solved_case(seed, "twelve", folder)
    prices = shadow_prices(solved.run)
    candidates = candidates_of(solved.run, prices, CandidateLimits(per_kind=3))
    params = RecruitParams(top=top, most_confirmed=99, solve=EXACT)
    recruits = recruit_list(solved.run, prices, candidates, params).recruits
    assert len(recruits) == top
    return solved, prices, recruits


def gain_of(case, steps):
    tables = case.tables
    for each in steps:
        tables = with_rows(tables, each.candidate)
    return true_optimum(case) - optimum_of_tables(tables, case.policy).objective


@pytest.mark.parametrize("seed", [1, 8, 13])
def test_the_best_set_is_the_best_of_all_sets(seed, tmp_path):
    solved, prices, steps = steps_of(seed, tmp_path, 4)
    params = SetParams(largest=3, most_steps=4, most_confirmed=99, solve=EXACT)
    found = best_sets(solved.run, prices, steps, params)
    assert [len(each.steps) for each in found] == [2, 3]
    screen = Screen(solved.run, prices)
    for each in found:
        size = len(each.steps)
        sets = list(combinations(steps, size))
        gains = [gain_of(solved.case, own) for own in sets]
        assert each.gain_points == pytest.approx(max(gains), abs=1e-5)
        own_gain = gains[sets.index(each.steps)]
        assert each.gain_points == pytest.approx(own_gain, abs=1e-5)
        assert (each.gain, each.proof) == ("exact", "best")
        assert each.num_sets == len(sets)
        for own, gain in zip(sets, gains, strict=True):
            most = screen.of(*(step.candidate for step in own)).most_points
            assert gain <= most + 1e-6


def test_what_was_not_solved_is_not_called_the_best(tmp_path):
    solved, prices, steps = steps_of(8, tmp_path, 3)
    greedy = SolveParams(engine="greedy", gap=0.0)
    params = SetParams(largest=2, most_steps=3, most_confirmed=1, solve=greedy)
    (found,) = best_sets(solved.run, prices, steps, params)
    assert (found.proof, found.num_confirmed) == ("not_proven", 1)
    assert found.gain == "lower_bound"
    assert found.gain_points <= found.most_points
    assert found.gain_points <= gain_of(solved.case, found.steps) + 1e-6


def test_fewer_steps_than_asked_for_give_smaller_sets(tmp_path):
    solved, prices, steps = steps_of(8, tmp_path, 2)
    params = SetParams(largest=4, solve=EXACT)
    assert [len(e.steps) for e in best_sets(solved.run, prices, steps, params)] == [2]
    assert best_sets(solved.run, prices, steps[:1], params) == ()
    assert best_sets(solved.run, prices, steps, SetParams()) == ()


def test_the_entry_holds_the_rows_of_all_its_steps(tmp_path):
    solved, prices, steps = steps_of(8, tmp_path, 2)
    params = SetParams(largest=2, solve=EXACT)
    (found,) = best_sets(solved.run, prices, steps, params)
    entry = set_to_json(found)
    assert entry["ranks"] == [1, 2]
    assert entry["sum_of_gains"] == sum(each.gain_points for each in steps)
    for name, rows in rows_of_set(steps).items():
        assert entry["rows"][name] == [dict(row) for row in rows]
        assert len(rows) == sum(len(s.candidate.rows.get(name, ())) for s in steps)
