"""The judge against the worked samples: their optimum was found without it."""

from pathlib import Path

import pytest

from matcher.checker import check_plan, check_run
from matcher.checker.judge import judge
from tests.checker.run_folder import run_folder
from tests.checker.samples import (
    NAMES,
    expected,
    expected_rows,
    sample_assignments,
    sample_dataset,
    sample_seats,
)

TOLERANCE = 1e-4
"""The numbers of the samples are rounded."""


@pytest.mark.parametrize("name", NAMES)
def test_optimal_plan_keeps_every_rule_and_costs_the_optimum(name: str):
    verdict = check_plan(
        sample_dataset(name), {}, sample_assignments(name), sample_seats(name)
    )

    right = expected(name)
    assert verdict.violations == ()
    assert verdict.objective == pytest.approx(right["optimum"], abs=TOLERANCE)
    assert verdict.components == pytest.approx(right["components"], abs=TOLERANCE)
    assert verdict.placed == right["placed"]
    assert verdict.fully_covered == right["fully_covered"]


@pytest.mark.parametrize("name", NAMES)
def test_points_per_learner_and_term(name: str):
    verdict = check_plan(
        sample_dataset(name), {}, sample_assignments(name), sample_seats(name)
    )

    rows = expected_rows(name, "points.csv")
    assert {row["learner_id"] for row in rows} == verdict.points.keys()
    for row in rows:
        points = verdict.points[row["learner_id"]]
        right = {term: float(row[term]) for term in points}
        assert points == pytest.approx(right, abs=TOLERANCE)
        assert sum(points.values()) == pytest.approx(float(row["total"]), abs=TOLERANCE)


@pytest.mark.parametrize("name", NAMES)
def test_coverage_of_every_competence_and_context(name: str):
    coverage = judge(
        sample_dataset(name), {}, sample_assignments(name), sample_seats(name), {}
    ).coverage

    found = {
        (learner_id, row.taught_id): row.covered_by
        for learner_id, own in coverage.items()
        for row in (*own.competences.values(), *own.contexts.values())
    }
    assert found == {
        (row["learner_id"], row["competence_id"]): row["covered_by"]
        for row in expected_rows(name, "coverage.csv")
    }


@pytest.mark.parametrize("name", NAMES)
def test_folder_of_an_honest_run_holds(name: str, tmp_path: Path):
    dataset = sample_dataset(name)
    folder = run_folder(dataset, sample_assignments(name), sample_seats(name))

    verdict = check_run(dataset, folder.write(tmp_path))

    assert verdict.violations == ()
    assert verdict.objective == pytest.approx(expected(name)["optimum"], abs=TOLERANCE)


@pytest.mark.parametrize("name", NAMES)
def test_rounded_numbers_of_the_sample_hold_too(name: str, tmp_path: Path):
    dataset = sample_dataset(name)
    folder = run_folder(dataset, sample_assignments(name), sample_seats(name))
    right = expected(name)
    folder.summary.update(
        objective=right["optimum"],
        bound=right["optimum"],
        components=right["components"],
    )

    assert check_run(dataset, folder.write(tmp_path)).violations == ()
