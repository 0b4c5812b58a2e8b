"""Records of runs: what the judge reads back from their files holds."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from matcher.checker import check_run
from matcher.dataset import read_dataset
from matcher.errors import InternalError
from matcher.policy import Policy, policy_to_mapping
from matcher.problem.plans import Plans, empty_plans
from matcher.problem.problem import Problem, prepare
from matcher.problem.record import Proof, Provenance, run_record, status_of
from matcher.problem.run_record import COMPONENTS, RunRecord, UnplacedRow
from matcher.report import write_run_files
from matcher.solvers.run import SolveParams
from matcher.solvers.solve import solve
from tests.checker.small_region import SmallRegion

SAMPLES = Path(__file__).parents[1] / "data" / "samples"

pytestmark = pytest.mark.timeout(400)


@cache
def problem_of(name: str) -> Problem:
    return prepare(read_dataset(SAMPLES / name))


@cache
def greedy_plans_of(name: str) -> Plans:
    return solve(problem_of(name), SolveParams(engine="greedy")).plans


def proof(bound: float = 0.0, **changes: object) -> Proof:
    usual = {"requested_gap": 0.0, "stop_reason": "time", "engine": "e", "seed": 1}
    return Proof(bound=bound, **(usual | changes))


def record_of(problem: Problem, plans: Plans, bound: float = 0.0) -> RunRecord:
    provenance = Provenance(
        seconds=1.0, policy=policy_to_mapping(Policy()), versions={"matcher": "1"}
    )
    return run_record(
        problem, plans, proof(bound), provenance, unplaced_rows(problem, plans)
    )


def unplaced_rows(problem: Problem, plans: Plans) -> tuple[UnplacedRow, ...]:
    option = plans.option[np.argsort(plans.learner)]
    empty = (option < 0) & problem.pairs.calendar.active
    learners, periods = problem.dataset.learners, problem.dataset.periods
    return tuple(
        UnplacedRow(
            learner_id=learners.learner_id[learner],
            period_id=periods.period_id[period],
            reason="any",
            detail="",
        )
        for learner, period in np.argwhere(empty)
    )


@pytest.mark.parametrize("name", ["a", "b", "c", "d", "e", "f"])
@pytest.mark.parametrize("plans_of", [greedy_plans_of, None], ids=["greedy", "signed"])
def test_judge_agrees_with_every_row_and_number(name, plans_of, tmp_path):
    problem = problem_of(name)
    plans = plans_of(name) if plans_of else empty_plans(problem)
    write_run_files(record_of(problem, plans), tmp_path)
    assert [v.message_en for v in check_run(problem.dataset, tmp_path).violations] == []


def test_rows_stand_in_the_order_of_learners_and_periods():
    problem, plans = problem_of("b"), greedy_plans_of("b")
    shuffled = plans.take(np.arange(len(plans))[::-1])
    assert record_of(problem, shuffled) == record_of(problem, plans)
    learners = problem.dataset.learners.learner_id.tolist()
    periods = problem.dataset.periods.period_id.tolist()
    places = [
        (learners.index(row.learner_id), periods.index(row.period_id))
        for row in record_of(problem, plans).assignments
    ]
    assert places == sorted(places)


def test_what_asks_no_weeks_is_covered_at_no_site_in_particular():
    region = SmallRegion().change("competences", "work", weeks=0)
    problem = prepare(region.dataset())
    plans = solve(problem, SolveParams(engine="greedy")).plans
    assert (plans.option[:, 0] >= 0).all()
    rows = [
        row
        for row in record_of(problem, plans).coverage
        if row.competence_id == "work" and row.covered_by != "acquired"
    ]
    assert {(row.covered_by, row.site_id, row.period_id) for row in rows} == {
        ("workplace", "", "")
    }


def test_points_per_learner_add_up_to_the_components():
    record = record_of(problem_of("c"), greedy_plans_of("c"))
    for term in COMPONENTS:
        total = sum(points[term] for points in record.points.values())
        assert total == pytest.approx(record.summary.components[term])
    assert sum(record.summary.components.values()) == pytest.approx(
        record.summary.objective
    )


def test_every_assignment_has_its_minutes_and_hours():
    record = record_of(problem_of("d"), greedy_plans_of("d"))
    assert len(record.travel_minutes) == len(record.assignments)
    assert len(record.guidance_hours) == len(record.assignments)
    assert min(record.guidance_hours) > 0


def test_guidance_starts_heavier_in_the_first_period_of_a_block():
    record = record_of(problem_of("a"), greedy_plans_of("a"))
    rows = zip(record.assignments, record.guidance_hours, strict=True)
    previous = None
    followers = 0
    for row, hours in rows:
        key = (row.learner_id, row.site_id, row.mentor_id)
        if previous is not None and previous[0] == key and previous[2]:
            assert previous[1] == pytest.approx(1.5 * hours)
            followers += 1
        previous = (key, hours, previous is None or previous[0] != key)
    assert followers > 0


def test_bound_above_the_objective_is_our_fault():
    with pytest.raises(InternalError, match="bound"):
        record_of(problem_of("a"), greedy_plans_of("a"), bound=1e9)


@pytest.mark.parametrize(
    ("objective", "given", "status"),
    [
        (100.0, proof(100.0), "optimal"),
        (100.0, proof(100.0 - 9e-7, stop_reason="interrupted"), "optimal"),
        (100.0, proof(99.0, requested_gap=0.01), "gap"),
        (100.0, proof(98.9, requested_gap=0.01), "limit"),
        (100.0, proof(98.9, requested_gap=0.01, stop_reason="crash"), "limit"),
        (100.0, proof(98.9, stop_reason="interrupted"), "interrupted"),
        (0.0, proof(0.0), "optimal"),
    ],
)
def test_status_says_what_is_proven_before_why_it_stopped(objective, given, status):
    assert status_of(objective, given) == status
