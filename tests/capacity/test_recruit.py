"""The recruit list against trying every candidate with the oracle's brute force."""

import pytest

from matcher.capacity.candidate import with_candidates
from matcher.capacity.candidates import CandidateLimits, candidates_of
from matcher.capacity.recruit import RecruitParams, recruit_list, recruit_to_json
from matcher.capacity.screening import Screen
from matcher.capacity.shadow_prices import shadow_prices
from matcher.dataset import read_dataset
from matcher.problem.problem import prepare
from matcher.solvers import SolveParams, solve
from tests.capacity.solved import optimum_with, solved_case, true_optimum, with_rows
from tests.oracle.tables import write_tables

pytestmark = pytest.mark.timeout(600)

FEW = CandidateLimits(per_kind=4)
ALL = RecruitParams(top=3, most_confirmed=99, solve=SolveParams(gap=0.0))


def check_list(seed, profile, folder, limits=FEW):
    """The first rank is the best of all; gains are differences of true optima."""
    solved = solved_case(seed, profile, folder)
    prices = shadow_prices(solved.run)
    candidates = candidates_of(solved.run, prices, limits)
    before = true_optimum(solved.case)
    gains = [before - optimum_with(solved.case, each) for each in candidates]
    screen = Screen(solved.run, prices)
    for candidate, gain in zip(candidates, gains, strict=True):
        screened = screen.of(candidate)
        most = 0.0 if screened is None else screened.most_points
        assert gain <= most + 1e-6
    found = recruit_list(solved.run, prices, candidates, ALL)
    ranked = sorted((gain for gain in gains if gain > 1e-6), reverse=True)
    assert [each.gain_points for each in found.recruits] == pytest.approx(
        ranked[: len(found.recruits)], abs=1e-5
    )
    assert len(found.recruits) == min(3, len(ranked))
    for each in found.recruits:
        assert each.gain == "exact"
        assert each.is_first_sure
        at = candidates.index(each.candidate)
        assert each.gain_points == pytest.approx(gains[at], abs=1e-5)
    return len(candidates)


@pytest.mark.parametrize("seed", [1, 8])
def test_the_first_rank_is_the_best_of_all_candidates(seed, tmp_path):
    check_list(seed, "twelve", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(2, 8), 11, 13, *range(15, 40)])
def test_the_first_rank_is_the_best_on_more_regions(seed, tmp_path):
    check_list(seed, "twelve", tmp_path)


@pytest.mark.slow
def test_the_first_rank_is_the_best_of_thirty_learners(tmp_path):
    """Of the first step of each kind: the oracle takes a while for each of them."""
    assert check_list(0, "thirty", tmp_path, CandidateLimits(per_kind=1)) > 3


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [0, 1, 2, 7, 9])  # soon proven
def test_the_first_rank_of_sixty_learners_is_what_solving_all_again_finds(
    seed, tmp_path
):
    """Every candidate is added to the whole region, which is solved to its proof."""
    run = solved_case(seed, "sixty", tmp_path).run
    assert run.problem.num_learners == 60
    prices = shadow_prices(run)
    candidates = candidates_of(run, prices, FEW)
    gains = []
    for each in candidates:
        problem = prepare(with_candidates(run.dataset, (each,)), run.problem.policy)
        after = solve(problem, ALL.solve)
        assert after.objective - after.bound <= 1e-6
        gains.append(run.summary.objective - after.objective)
    found = recruit_list(run, prices, candidates, ALL).recruits
    assert found
    for rank, each in enumerate(found):
        assert (each.gain, each.is_first_sure) == ("exact", True)
        own = gains[candidates.index(each.candidate)]
        assert each.gain_points == pytest.approx(own, abs=1e-6)
        assert own == pytest.approx(sorted(gains, reverse=True)[rank], abs=1e-6)


@pytest.mark.parametrize("seed", [1, 8])
def test_rows_added_to_the_files_give_the_same_dataset(seed, tmp_path):
    solved = solved_case(seed, "twelve", tmp_path)
    prices = shadow_prices(solved.run)
    policy = solved.run.problem.policy
    for candidate in candidates_of(solved.run, prices, CandidateLimits(per_kind=2)):
        tables = with_rows(solved.case.tables, candidate)
        folder = write_tables(
            tables, tmp_path / f"{candidate.kind}-{candidate.subject}"
        )
        read = solve(prepare(read_dataset(folder), policy), ALL.solve)
        added = with_candidates(solved.run.dataset, (candidate,))
        kept = solve(prepare(added, policy), ALL.solve)
        assert kept.objective == pytest.approx(read.objective, abs=1e-6)


def test_an_optimum_that_is_not_proven_gives_a_lower_bound(tmp_path):
    solved = solved_case(0, "thirty", tmp_path)
    prices = shadow_prices(solved.run)
    candidates = candidates_of(solved.run, prices, CandidateLimits(per_kind=1))
    quick = RecruitParams(
        top=1, most_confirmed=2, solve=SolveParams(engine="greedy", gap=0.0)
    )
    found = recruit_list(solved.run, prices, candidates, quick)
    assert found.confirmed == 2
    for each in found.recruits:
        assert each.gain == "lower_bound"
        assert 0 < each.gain_points <= each.most_points
        assert not each.is_first_sure


def test_the_entry_has_what_the_contract_names(tmp_path):
    solved = solved_case(8, "twelve", tmp_path)
    prices = shadow_prices(solved.run)
    candidates = candidates_of(solved.run, prices, FEW)
    first = recruit_list(solved.run, prices, candidates, ALL).recruits[0]
    entry = recruit_to_json(first)
    assert entry["rank"] == 1
    assert entry["learners_helped"] == len(entry["helped"]) > 0
    assert all(isinstance(row, dict) for row in entry["rows"]["recognitions"])
    assert entry["gain"] == "exact"
