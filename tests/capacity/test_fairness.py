"""Burdens, groups that are too small to show, and early ends."""

import math

import numpy as np
import pytest

from matcher.capacity.early_ends import EarlyEndParams, early_ends
from matcher.capacity.fairness import (
    LEAST_SHOWN,
    enterprise_loads,
    group_burdens,
    learner_burdens,
)
from matcher.dataset import read_dataset
from matcher.pipeline import solve_dataset
from matcher.report import write_run_files
from matcher.suggestions import load_run
from tests.capacity.solved import solved_case
from tests.oracle.brute_force import optimum_of_tables
from tests.oracle.small_region import small_region
from tests.oracle.tables import write_tables


def run_of(tables, folder):
    dataset = read_dataset(write_tables(tables, folder / "data"))
    write_run_files(solve_dataset(dataset), folder / "run")
    return load_run(dataset, folder / "run")


@pytest.fixture
def schools(tmp_path):
    """Twelve learners of school A, eleven of B and one of C."""
    ids = [f"L{at:02d}" for at in range(24)]
    tables = small_region(ids, sites=("S1", "S2"), periods=2, places=12)
    for row in tables["mentors"]:
        row["max_learners"] = "99"
    for at, row in enumerate(tables["learners"]):
        row["school_id"] = "A" if at < 12 else "B" if at < 23 else "C"
    return run_of(tables, tmp_path)


def test_no_small_group_can_be_read_or_told_by_subtraction(schools):
    groups = group_burdens(schools, learner_burdens(schools))
    shown = {each.group: each.is_shown for each in groups if each.by == "school"}
    assert shown == {"A": True, "B": False, "C": False}
    for each in groups:
        if not each.is_shown:
            assert math.isnan(each.learners)
            assert math.isnan(each.points)
        else:
            assert each.learners >= LEAST_SHOWN


@pytest.mark.parametrize("seed", [0, 3, 5])
def test_points_add_up_and_regret_is_what_sharing_costs(seed, tmp_path):
    solved = solved_case(seed, "tiny", tmp_path)
    burdens = learner_burdens(solved.run)
    total = optimum_of_tables(solved.case.tables, solved.case.policy).objective
    assert sum(each.points for each in burdens) == pytest.approx(total, abs=1e-5)
    points = [each.points for each in burdens]
    assert points == sorted(points, reverse=True)
    assert all(0 <= each.regret_points <= each.points + 1e-9 for each in burdens)
    alone = sum(each.points - each.regret_points for each in burdens)
    assert alone <= total + 1e-6


def test_a_place_shared_by_two_is_the_regret_of_one(tmp_path):
    tables = small_region(("L1", "L2"), periods=1, places=1)
    run = run_of(tables, tmp_path)
    first, second = learner_burdens(run)
    assert first.weeks_without_place == 10
    assert first.regret_points == pytest.approx(first.points - second.points)
    assert second.regret_points == 0
    assert math.isnan(first.minutes)
    (load,) = enterprise_loads(run)
    assert (load.places, load.learners, load.share) == (10, 10, 1)


def test_without_early_ends_nothing_is_lost(schools):
    drawn = early_ends(schools, EarlyEndParams(draws=20, rate=0.0))
    assert drawn.in_run == 0
    assert drawn.lost == drawn.after_refill == (0, 0, 0)
    assert drawn.found_share == 1


def test_a_place_found_anew_is_never_more_than_what_was_lost(schools):
    drawn = early_ends(schools, EarlyEndParams(draws=50, rate=1.0, seed=3))
    assert all(
        0 <= after <= lost
        for after, lost in zip(drawn.after_refill, drawn.lost, strict=True)
    )
    # Each block of two periods of ten weeks ends after one period or at once.
    assert 10 * 24 <= drawn.lost[1] <= 20 * 24
    assert 0 < drawn.found_share < 1


def test_the_same_seed_draws_the_same(schools):
    params = EarlyEndParams(draws=10, seed=5)
    assert early_ends(schools, params) == early_ends(schools, params)
    other = early_ends(schools, EarlyEndParams(draws=10, seed=6))
    assert other.lost != early_ends(schools, params).lost


def test_nobody_is_sent_where_there_is_no_place_left(tmp_path):
    tables = small_region(("L1", "L2"), sites=("S1", "S2"), periods=1, places=1)
    run = run_of(tables, tmp_path)
    # Both places change hands: each may take what the other left.
    drawn = early_ends(run, EarlyEndParams(draws=30, rate=1.0))
    assert drawn.lost == (20, 20, 20)
    assert np.all(np.array(drawn.after_refill) == 0)
