"""The compact exact engine: true optima, bounds that hold, and a quick stop."""

import json
from pathlib import Path

import numpy as np
import pytest
from ortools.sat.python import cp_model

from matcher.dataset import read_dataset
from matcher.errors import InternalError
from matcher.policy import Policy, read_policy
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.problem import Problem, prepare
from matcher.problem.rows import rows_of
from matcher.solvers.column_generation.region_part import region_parts
from matcher.solvers.cp_sat import choose_for_part, solve_by_cp_sat
from matcher.solvers.cp_sat.engine import demand_answer
from matcher.solvers.cp_sat.formulation import formulate
from matcher.solvers.cp_sat.integers import down, nearest, scale_for
from matcher.solvers.run import Clock, Progress, Result, SolveParams, Watch
from tests.oracle.brute_force import evaluate
from tests.oracle.optima import KnownOptimum, known_optima
from tests.oracle.reading import build_region
from tests.solvers.oracle_plans import oracle_plans

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
CENT = 1e-2
"""Points that rounding to integers may leave between objective and bound."""

OPTIMUM = SolveParams(gap=0.0)


def sample(name: str) -> Problem:
    return prepare(read_dataset(SAMPLES / name))


def solved(
    problem: Problem, params: SolveParams = OPTIMUM, watch: Watch | None = None
) -> Result:
    return solve_by_cp_sat(problem, Clock(params=params, watch=watch or Watch()))


def assert_optimal(result: Result, optimum: float) -> None:
    assert result.objective == pytest.approx(optimum, abs=1e-3)
    assert optimum - CENT <= result.bound <= optimum + 1e-4


@pytest.mark.parametrize("name", list("abcdef"))
def test_sample_is_solved_to_its_optimum(name):
    expected = json.loads((SAMPLES / name / "expected/expected.json").read_text())
    assert_optimal(solved(sample(name)), expected["optimum"])


def assert_agrees(known: KnownOptimum, folder: Path) -> None:
    """Same optimum as by enumeration; the oracle finds no rule broken."""
    case = known.case()
    data, policy = case.write(folder)
    problem = prepare(read_dataset(data), read_policy(policy))
    result = solved(problem)
    assert_optimal(result, known.objective)
    region = build_region(case.tables, case.policy)
    judged = evaluate(region, oracle_plans(problem, result.plans, region))
    assert judged.objective == pytest.approx(result.objective, abs=1e-6)


def known(profile: str, first: int, last: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "known", known_optima(profile)[first:last], ids=lambda k: f"{profile}{k.seed}"
    )


@known("tiny", 0, 60)
def test_tiny_region_agrees_with_enumeration(known, tmp_path):
    assert_agrees(known, tmp_path)


@known("twelve", 0, 4)
def test_region_of_twelve_learners_agrees_with_enumeration(known, tmp_path):
    assert_agrees(known, tmp_path)


@pytest.mark.slow
@known("tiny", 60, 300)
def test_more_tiny_regions_agree_with_enumeration(known, tmp_path):
    assert_agrees(known, tmp_path)


@pytest.mark.slow
@known("twelve", 4, 20)
def test_more_regions_of_twelve_agree_with_enumeration(known, tmp_path):
    assert_agrees(known, tmp_path)


@pytest.mark.slow
@known("thirty", 0, 5)
def test_region_of_thirty_learners_agrees_with_enumeration(known, tmp_path):
    assert_agrees(known, tmp_path)


@pytest.mark.parametrize("workers", [1, 4])
def test_plans_do_not_depend_on_the_number_of_workers(workers):
    problem = sample("b")
    one = solved(problem)
    other = solved(problem, SolveParams(gap=0.0, workers=workers))
    assert (one.plans.option == other.plans.option).all()
    assert (one.plans.course == other.plans.course).all()
    assert one.bound == other.bound


@known("twelve", 0, 4)
def test_parts_solved_alone_add_up_to_the_optimum(known, tmp_path):
    case = known.case()
    data, policy = case.write(tmp_path)
    problem = prepare(read_dataset(data), read_policy(policy))
    parts = region_parts(problem, rows_of(problem))
    nothing = empty_plans(problem)
    clock = Clock(params=OPTIMUM, watch=Watch())
    choices = [
        choose_for_part(
            problem,
            part.learners,
            nothing.take(part.learners),
            slack=1e-7,
            work=100.0,
            clock=clock,
        )
        for part in parts
    ]
    for choice, part in zip(choices, parts, strict=True):
        assert (choice.plans.learner == part.learners).all()
    value = sum(choice.value for choice in choices)
    bound = sum(choice.bound for choice in choices)
    assert value == pytest.approx(known.objective, abs=1e-3)
    assert known.objective - CENT <= bound <= known.objective + 1e-4


def test_part_keeps_its_plans_where_there_is_no_time_for_better_ones():
    problem = sample("b")
    learners = np.arange(problem.num_learners)
    best = solved(problem)
    choice = choose_for_part(
        problem,
        learners,
        best.plans,
        slack=1e-7,
        work=1e-6,
        clock=Clock(params=OPTIMUM, watch=Watch()),
    )
    assert choice.value == pytest.approx(best.objective)
    assert (choice.plans.option == best.plans.option).all()
    assert choice.bound <= best.objective + 1e-4


def test_search_ends_where_the_gap_asked_for_is_reached():
    result = solved(sample("a"), SolveParams(gap=0.2))
    assert result.stop_reason == "gap"
    assert 0 < result.gap <= 0.2


def test_every_better_plan_is_told_and_the_last_is_the_result():
    problem = sample("a")
    told: list[tuple[float, float]] = []
    lines: list[Progress] = []

    def on_better(plans: Plans, bound: float) -> None:
        told.append((float(plan_points(problem, plans).sum()), bound))

    result = solved(problem, watch=Watch(on_better=on_better, on_progress=lines.append))
    objectives = [objective for objective, _ in told]
    assert objectives == sorted(objectives, reverse=True)
    assert objectives[-1] == result.objective
    assert all(bound <= result.objective for _, bound in told)
    assert lines[0].phase == "start"
    assert lines[-1].objective == result.objective


def test_run_stopped_before_it_begins_keeps_what_is_signed():
    problem = sample("b")
    result = solved(problem, watch=Watch(should_stop=lambda: True))
    assert result.stop_reason == "interrupted"
    assert result.bound == 0
    signed = empty_plans(problem)
    assert (result.plans.option == signed.option).all()
    assert (signed.option >= 0).any()


def test_run_stopped_at_its_first_plan_ends_with_it():
    problem = sample("d")
    seen: list[Plans] = []
    watch = Watch(
        on_better=lambda plans, _: seen.append(plans), should_stop=lambda: bool(seen)
    )
    result = solved(problem, watch=watch)
    assert seen
    assert result.bound <= result.objective
    assert (result.plans.option == seen[-1].option).all()


def test_work_limit_ends_a_run_with_a_bound_that_holds():
    expected = json.loads((SAMPLES / "d/expected/expected.json").read_text())
    result = solved(sample("d"), SolveParams(gap=0.0, work_limit=0))
    assert result.stop_reason == "work"
    assert result.bound <= expected["optimum"] <= result.objective


def test_weights_of_another_policy_change_the_optimum():
    dataset = read_dataset(SAMPLES / "a")
    free = prepare(dataset, Policy(rotation=0.0))
    assert solved(free).objective < solved(sample("a")).objective


def test_model_has_no_literal_for_what_is_barred():
    problem = sample("b")
    placed = formulate(problem).variables.placed
    signed = problem.pairs.signed_option
    for option, period in placed:
        learner = problem.option_learner[option]
        is_signed = signed[learner, period] == option
        assert is_signed or problem.open_options[option, period]
        assert is_signed or signed[learner, period] < 0


@pytest.mark.parametrize("status", [cp_model.INFEASIBLE, cp_model.MODEL_INVALID])
def test_model_without_an_answer_is_our_fault(status):
    with pytest.raises(InternalError, match=status.name):
        demand_answer(status)


@pytest.mark.parametrize("status", [cp_model.OPTIMAL, cp_model.UNKNOWN])
def test_model_with_an_answer_or_out_of_time_passes(status):
    assert demand_answer(status) is None


@pytest.mark.parametrize("largest", [0.0, 0.5, 99.0, 100.0, 2600.0, 4e5, 9e8, 3e9])
def test_scaled_coefficients_stay_below_what_the_solver_certifies(largest):
    scale = scale_for([largest, -largest / 2], 10**7)
    assert scale >= 1
    assert largest * scale < 1e9 or scale == 1
    assert largest * scale * 10 >= 1e9 or scale == 10**7


def test_points_are_rounded_down_and_weeks_to_the_nearest():
    rng = np.random.default_rng(1)
    for value in rng.uniform(-50, 50, 200):
        assert down(value, 1000) <= value * 1000 < down(value, 1000) + 1
        assert abs(nearest(value, 1000) - value * 1000) <= 0.5
