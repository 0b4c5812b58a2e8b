"""Sweeps: every point once, the same after a kill and in every process, fair draws."""

import csv
import json
import math

import numpy as np
import pytest
from openpyxl import load_workbook

from matcher.policy import Policy
from matcher.solvers.run import SolveParams
from matcher.whatif import WhatifParams, Workers, sweep
from matcher.whatif.statistics import spread_of, statistics_of
from matcher.whatif.sweep_page import _WIDTH, _strips
from matcher.whatif.tasks import points_of, tasks_of
from matcher.whatif.variant import Variant, store, stored
from tests.scenario.small import small
from tests.whatif.asked import change, scenario

SWEEP = (
    change("drop_outs", share=0.34, seed="$draw")
    + change("site_capacity", site_id="S2", capacity="$places")
    + """
[sweep]
draws = 3
[[sweep.parameter]]
name = "places"
values = [0, 2]
[[sweep.choice]]
name = "nothing"
[[sweep.choice]]
name = "seats"
changes = [{ kind = "course_seats", course_id = "C1", seats = 0 }]
"""
)
FILES = ("sweep.csv", "sweep.json", "sweep.html")


def swept(folder, asked, number=1):
    params = WhatifParams(gap=0.0)
    return sweep(asked, folder, params, Workers(number=number))


def contents(folder):
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    asked = scenario(folder, SWEEP)
    return folder, asked, swept(folder / "out", asked)


def test_every_choice_meets_every_point_in_the_same_draws(done):
    _, _, outcome = done
    keys = [(each.choice, each.point, each.draw) for each in outcome.tasks]
    assert len(set(keys)) == len(keys) == 2 * 2 * 3
    draws = {
        (task.choice, task.point, task.draw): [
            change.seed for _, change in task.changes if hasattr(change, "seed")
        ]
        for task in outcome.tasks
    }
    for (_, point, draw), seeds in draws.items():
        assert seeds == draws["nothing", point, draw]
    assert len({tuple(seeds) for seeds in draws.values()}) == 3


def test_table_holds_each_variant_as_solved_alone(done):
    folder, _, outcome = done
    with (folder / "out" / "sweep.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    for row, variant in zip(rows, outcome.variants, strict=True):
        assert float(row["objective"]) == variant.objective
        assert variant.bound == pytest.approx(variant.objective, abs=1e-6)


def test_kept_answers_are_not_solved_again_and_what_is_missing_is(done, tmp_path):
    _, asked, outcome = done
    cache = tmp_path / "out" / "cache"
    kept = outcome.variants[0]
    marked = Variant(
        digest=kept.digest,
        learners=kept.learners,
        objective=kept.objective + 1000.0,
        bound=kept.bound,
        measures=kept.measures,
    )
    store(marked, cache)
    (cache / ".half.json.1.part").write_text("{")
    (cache / f"{outcome.variants[1].digest}.json").write_text("{ half")
    again = swept(tmp_path / "out", asked)
    assert again.variants[0] == marked
    assert [v.objective for v in again.variants[1:]] == [
        v.objective for v in outcome.variants[1:]
    ]


def test_resumed_sweep_writes_the_same_bytes(done, tmp_path):
    folder, asked, outcome = done
    for variant in outcome.variants[::2]:
        store(variant, tmp_path / "out" / "cache")
    swept(tmp_path / "out", asked)
    assert contents(tmp_path / "out") == contents(folder / "out")


def test_answer_goes_to_disk_and_back(done, tmp_path):
    variant = done[2].variants[0]
    store(variant, tmp_path)
    assert stored(variant.digest, tmp_path) == variant
    assert stored("0" * 64, tmp_path) is None


def test_digest_changes_with_all_that_decides_and_with_nothing_else(tmp_path):
    asked = scenario(tmp_path, SWEEP)

    def digests(dataset, policy, params):
        return [e.digest for e in tasks_of(asked, dataset, policy, params)]

    base = digests(small(), Policy(), SolveParams())
    assert base == digests(small(), Policy(), SolveParams(workers=2))
    for other in (
        digests(small(), Policy(gap=1.0), SolveParams()),
        digests(small(), Policy(), SolveParams(gap=0.5)),
        digests(small(), Policy(), SolveParams(seed=2)),
    ):
        assert not set(base) & set(other)


def test_grid_meets_every_sampled_point_and_samples_fill_their_range(tmp_path):
    text = """
[sweep]
sample = 10
[[sweep.parameter]]
name = "share"
from = 0.0
to = 1.0
[[sweep.parameter]]
name = "places"
from = 1
to = 5
[[sweep.parameter]]
name = "word"
values = ["a", "b"]
"""
    points = points_of(scenario(tmp_path, text).sweep)
    assert len(points) == 20
    shares = sorted(dict(point)["share"] for point in points if ("word", "a") in point)
    # One in each tenth: a Latin hypercube.
    assert [int(10 * share) for share in shares] == list(range(10))
    assert {dict(point)["places"] for point in points} == {1, 2, 3, 4, 5}


def test_spread_is_the_textbook_one():
    spread = spread_of([1.0, 2.0, 3.0, 4.0])
    assert (spread.mean, spread.least, spread.most) == (2.5, 1.0, 4.0)
    half = 3.182446305 * math.sqrt(5 / 3) / 2
    assert spread.high - spread.mean == pytest.approx(half)
    assert math.isnan(spread_of([1.0]).low)


def test_interval_holds_the_mean_as_often_as_it_says():
    random = np.random.default_rng(1)
    hits = 0
    for _ in range(2000):
        spread = spread_of(random.normal(10.0, 3.0, size=8).tolist())
        hits += spread.low <= 10.0 <= spread.high
    assert 0.93 < hits / 2000 < 0.97


def robust(done, objectives, bounds):
    """Statistics of two choices with these points in one draw each of one point."""
    tasks = [task for task in done[2].tasks if ("places", 0) in task.point]
    measures = done[2].variants[0].measures
    answers = {
        task.digest: Variant(
            digest=task.digest,
            learners=3,
            objective=objectives[task.choice][task.draw],
            bound=bounds[task.choice][task.draw],
            measures=measures,
        )
        for task in tasks
    }
    return statistics_of(tasks, answers)


def test_robust_choice_is_best_expected_or_best_in_the_worst_case(done):
    points = {"nothing": [10.0, 11.0, 40.0], "seats": [25.0, 26.0, 27.0]}
    found = robust(done, points, points)
    assert found.best_expected.choice == "nothing"
    assert not found.best_expected.is_told_apart
    assert found.best_worst.choice == "seats"
    assert found.best_worst.is_told_apart


def test_choice_that_wins_every_draw_by_much_is_sure(done):
    points = {"nothing": [10.0, 50.0, 90.0], "seats": [8.0, 48.0, 87.9]}
    found = robust(done, points, points)
    assert found.best_expected.choice == "seats"
    assert found.best_expected.is_told_apart
    bounds = {"nothing": [5.0, 45.0, 85.0], "seats": [8.0, 48.0, 87.9]}
    found = robust(done, points, bounds)
    assert not found.best_expected.is_told_apart
    assert not found.best_worst.is_told_apart


def test_page_says_which_choice_holds_in_both_languages(done):
    text = (done[0] / "out" / "sweep.html").read_text(encoding="utf-8")
    assert "Welke keuze houdt stand" in text
    assert "Which choice is robust" in text
    content = json.loads((done[0] / "out" / "sweep.json").read_text(encoding="utf-8"))
    assert content["variants"] == 12
    assert content["best_expected"]["choice"] in {"nothing", "seats"}


def test_workbook_holds_the_numbers_of_every_point(done):
    book = load_workbook(done[0] / "out" / "sweep.xlsx")
    sheet = book["Punt per punt"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = [row for row in rows if row[0] in {"nothing", "seats"}]
    means = [each.objective.mean for each in done[2].statistics.points]
    assert [row[3] for row in found] == pytest.approx(means)


def test_every_dot_and_interval_lies_on_the_axis(done):
    strips = _strips(done[2])
    for strip in strips:
        assert 0 <= strip.low <= strip.mean <= strip.high <= _WIDTH
        assert all(0 <= x <= _WIDTH for x in strip.dots)
    ends = [x for strip in strips for x in (strip.low, strip.high, *strip.dots)]
    assert (min(ends), max(ends)) == (0, _WIDTH)
