"""Plan B against trying every combination of plans of the smallest regions."""

import json
from itertools import product
from math import inf
from random import Random

import numpy as np
import pytest

from matcher.capacity.beside import beside
from matcher.capacity.drop_out import DropOut, drop_outs
from matcher.capacity.repair import Repairer, RepairParams, best_repair, solo_floors
from matcher.capacity.robustness import RobustnessParams, plan_b, repair_to_json
from matcher.solvers import SolveParams, solve
from tests.capacity.solved import Solved, plans_of_run, solved_case
from tests.oracle.literal import (
    every_plan,
    plan_is_valid,
    plan_terms,
    shared_is_respected,
)
from tests.oracle.reading import build_region
from tests.oracle.tables import Tables, copy_tables

pytestmark = pytest.mark.timeout(600)

LIMIT = {"site": "capacity", "mentor": "max_learners", "course": "seats"}


def tables_without(tables: Tables, drop: DropOut) -> Tables:
    changed = copy_tables(tables)
    for row in changed[f"{drop.kind}s"]:
        if row[f"{drop.kind}_id"] == drop.id:
            row[LIMIT[drop.kind]] = "0"
    if drop.kind != "course":
        changed["placements"] = [
            row
            for row in changed.get("placements", [])
            if (row["status"], row[f"{drop.kind}_id"]) != ("signed", drop.id)
        ]
    return changed


def true_repair(solved: Solved, drop: DropOut, moves: int) -> float:
    """Least points of the region with the hit free and at most `moves` others."""
    region = build_region(tables_without(solved.case.tables, drop), solved.case.policy)
    now = plans_of_run(solved, region)
    choices = []
    for at, learner in enumerate(region.learners):
        if at in drop.hit or moves:
            found = list(every_plan(region, learner))
            if at not in drop.hit and now[at] not in found:
                assert plan_is_valid(region, learner, now[at])
            choices.append(found)
        else:
            choices.append([now[at]])
    priced = [
        [(plan, sum(plan_terms(region, learner, plan).values())) for plan in plans]
        for learner, plans in zip(region.learners, choices, strict=True)
    ]
    best = inf
    for combination in product(*priced):
        points = sum(value for _, value in combination)
        plans = [plan for plan, _ in combination]
        moved = sum(
            plan != now[at] for at, plan in enumerate(plans) if at not in drop.hit
        )
        if points < best and moved <= moves and shared_is_respected(region, plans):
            best = points
    return best


def check(seed: int, folder, moves: int) -> tuple[int, int]:
    """Drop-outs, and those of them whose repair is proven the best."""
    solved = solved_case(seed, "mini", folder)
    params = RepairParams(moves=moves, solve=SolveParams(gap=0.0))
    floors = solo_floors(solved.run)
    drops = drop_outs(solved.run)
    proven = 0
    for drop in drops:
        repair = best_repair(solved.run, drop, floors, params)
        truth = true_repair(solved, drop, moves)
        assert repair.points >= truth - 1e-6
        assert len(repair.moved) <= moves
        if repair.is_proven:
            assert repair.points == pytest.approx(truth, abs=1e-6)
            proven += 1
    return len(drops), proven


@pytest.mark.parametrize("moves", [0, 1])
def test_repairs_are_the_best_within_their_moves(moves, tmp_path):
    counts = [check(seed, tmp_path / str(seed), moves) for seed in range(30)]
    drops, proven = (sum(each) for each in zip(*counts, strict=True))
    assert drops >= 50
    assert proven >= 0.9 * drops


def solved_again(solved: Solved, drop: DropOut, moves: int) -> float:
    """The same by solving a small region for every choice of movers."""
    run = solved.run
    others = np.setdiff1d(np.arange(run.problem.num_learners), drop.hit)
    choices = [drop.hit, *(np.union1d(drop.hit, [at]) for at in others if moves)]
    best = inf
    for free in choices:
        world = beside(run, drop, free)
        if world.is_exact:
            change = solve(world.problem, SolveParams(gap=0.0)).objective
            best = min(best, change - float(run.points[free].sum()))
    return best


def compare(seeds, folder, moves: int) -> int:
    """Drop-outs of regions of twelve learners whose repair was proven the best."""
    proven = 0
    for seed in seeds:
        solved = solved_case(seed, "twelve", folder / str(seed))
        params = RepairParams(moves=moves, solve=SolveParams(gap=0.0))
        repairer = Repairer(solved.run, solo_floors(solved.run), params)
        for drop in drop_outs(solved.run):
            repair = repairer.best(drop)
            if repair.is_proven:
                truth = solved_again(solved, drop, moves)
                assert repair.loss_points == pytest.approx(truth, abs=1e-5)
                proven += 1
    return proven


def test_search_finds_what_solving_finds(tmp_path):
    assert compare(range(3), tmp_path, moves=0) > 20


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_search_finds_what_solving_finds_where_another_may_move(tmp_path):
    assert compare(range(6), tmp_path, moves=1) >= 50


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_fifty_drawn_repairs_on_file_are_what_solving_again_finds(tmp_path):
    """Of three regions of sixty, as the command writes them: r is 1 for the weakest."""
    on_file = []
    for seed in range(3):
        solved = solved_case(seed, "sixty", tmp_path / str(seed))
        drops = {(each.kind, each.id): each for each in drop_outs(solved.run)}
        text = json.dumps([repair_to_json(each) for each in plan_b(solved.run)])
        on_file += [
            (solved, drops[each["kind"], each["id"]], each) for each in json.loads(text)
        ]
    drawn = Random(1).sample(on_file, 50)  # noqa: S311 - no secret
    assert {entry["kind"] for _, _, entry in drawn} == {"site", "mentor", "course"}
    assert {entry["moves"] for _, _, entry in drawn} == {0, 1}
    for solved, drop, entry in drawn:
        assert entry["is_proven"]
        truth = solved_again(solved, drop, entry["moves"])
        assert entry["loss_points"] == pytest.approx(truth, abs=1e-5)


def test_plan_b_does_not_depend_on_the_number_of_threads(tmp_path):
    run = solved_case(5, "twelve", tmp_path).run
    one, two = (plan_b(run, RobustnessParams(workers=each)) for each in (1, 2))
    assert one == two
    assert len(one) == len(drop_outs(run))


def test_of_a_very_large_region_the_weakest_points_alone_are_searched(tmp_path):
    """A region is very large here where it uses anything at all."""
    run = solved_case(5, "twelve", tmp_path).run
    whole = {(each.kind, each.id): each for each in plan_b(run)}
    few = RobustnessParams(many=0, settled_of_many=0, weakest_of_many=2)
    found = plan_b(run, few)
    assert {(each.kind, each.id) for each in found} == set(whole)
    assert sum(each.moves > 0 for each in found) == 2
    for each in found:
        best = whole[each.kind, each.id]
        if each.moves == best.moves and each.is_proven and best.is_proven:
            assert each.loss_points == pytest.approx(best.loss_points, abs=1e-6)
        if each.moves == best.moves == 0:  # a first repair is no better than the best
            assert each.loss_points >= best.loss_points - 1e-6
