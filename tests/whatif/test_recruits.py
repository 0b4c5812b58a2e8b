"""Recruit lists of both sides: each gain is that of solving with the rows added."""

import json

import pytest

from matcher.capacity.candidate import with_candidates
from matcher.capacity.candidates import candidates_of
from matcher.problem.problem import prepare
from matcher.solvers.run import SolveParams
from matcher.suggestions import region_prices
from matcher.whatif import WhatifParams, whatif
from matcher.whatif.recruits import Recruiter
from matcher.whatif.section import recruit_section
from matcher.whatif.solving import solved
from tests.whatif.asked import change, scenario

EXACT = SolveParams(gap=0.0)
CHANGES = change("site_capacity", site_id="S1", capacity=0)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recruits")
    params = WhatifParams(gap=0.0, recruit=3)
    (found,) = whatif([scenario(folder, CHANGES)], folder / "out", params)
    text = (folder / "out" / "one" / "comparison.json").read_text(encoding="utf-8")
    return found, json.loads(text)


def gain(side, row):
    """Points by which the optimum of a side falls with what a row proposes."""
    run = side.run
    (candidate,) = [
        each
        for each in candidates_of(run, region_prices(run))
        if (each.kind, each.subject, each.trajectory_id)
        == (row.kind, row.subject, row.trajectory_id)
    ]
    policy = run.problem.policy
    before = solved(prepare(run.dataset, policy), EXACT).objective
    changed = with_candidates(run.dataset, (candidate,))
    return before - solved(prepare(changed, policy), EXACT).objective


def test_every_gain_is_what_solving_again_gives(found):
    comparison, _ = found
    assert comparison.recruits
    for row in comparison.recruits:
        for side, points in (
            (comparison.base, row.base_gain),
            (comparison.scenario, row.scenario_gain),
        ):
            if points is not None:
                assert points == pytest.approx(gain(side, row), abs=1e-6)


def test_swapping_sides_swaps_both_lists(found):
    comparison, _ = found
    back = Recruiter(3).compared(comparison.scenario, comparison.base)
    assert {
        (row.kind, row.subject, row.base_rank, row.scenario_rank) for row in back
    } == {
        (row.kind, row.subject, row.scenario_rank, row.base_rank)
        for row in comparison.recruits
    }


def test_lists_stand_in_json_and_on_the_page(found):
    comparison, written = found
    assert [row["subject"] for row in written["recruits"]] == [
        row.subject for row in comparison.recruits
    ]
    assert len(recruit_section(comparison).rows) == len(comparison.recruits)
