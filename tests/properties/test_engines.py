"""The default engine against true optima and the laws; greedy within its bounds.

The compact model is held to the same optima in `tests/solvers`.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matcher.solvers import SolveParams, greedy
from matcher.solvers.column_generation import engine as engine_module
from matcher.solvers.column_generation import integer, neighbourhood, relaxation
from tests.oracle.optima import SEEDS, known_optima
from tests.properties.engines import engine
from tests.properties.laws import (
    assert_law,
    assert_signing_the_plan_keeps_it,
    each_law,
)
from tests.properties.solving import oracle
from tests.properties.strategies import cases, positions

AUTO = engine(SolveParams(gap=0.0))

PROVEN = 1e-6
"""Points between objective and bound of a proven optimum (section 8)."""
ARITHMETIC = 1e-7
"""Points by which sums in another order may differ."""


FEW_LEARNERS = tuple(
    replace(effort, learners=4) for effort in neighbourhood.EFFORTS[:2]
)


def assert_proven(solve, known):
    for one in known:
        case = one.case()
        assert_answer(solve(case), one.objective, case.name)


def assert_answer(answer, optimum, name):
    assert answer.objective == pytest.approx(optimum, abs=ARITHMETIC, rel=1e-10), name
    assert optimum - PROVEN <= answer.bound <= optimum + ARITHMETIC, name


@pytest.mark.parametrize(("profile", "every"), [("tiny", 5), ("twelve", 5)])
def test_default_engine_proves_true_optima(profile, every):
    assert_proven(AUTO, known_optima(profile)[::every])


@pytest.mark.slow
@pytest.mark.parametrize("profile", SEEDS)
def test_default_engine_proves_every_known_optimum(profile):
    assert_proven(AUTO, known_optima(profile))


@pytest.fixture
def every_part_is_large(monkeypatch):
    """Central prices and neighbourhoods from the first learner on."""
    monkeypatch.setattr(relaxation, "CENTRAL_LEARNERS", 1)
    monkeypatch.setattr(integer, "LARGE", 1)
    monkeypatch.setattr(engine_module, "VERY_LARGE", 1)
    monkeypatch.setattr(neighbourhood, "EFFORTS", FEW_LEARNERS)
    monkeypatch.setattr(greedy, "EXACT_LEARNERS", 0)


@pytest.mark.parametrize(("profile", "every"), [("tiny", 15), ("twelve", 7)])
@pytest.mark.usefixtures("every_part_is_large")
def test_treatment_of_large_parts_proves_true_optima_too(profile, every):
    assert_proven(AUTO, known_optima(profile)[::every])


@pytest.mark.parametrize(("profile", "every"), [("tiny", 15), ("twelve", 7)])
def test_treatment_of_medium_parts_proves_true_optima_too(profile, every, monkeypatch):
    monkeypatch.setattr(integer, "MEDIUM", 1)
    monkeypatch.setattr(integer, "FAR", 0.0)
    monkeypatch.setattr(neighbourhood, "EFFORTS", FEW_LEARNERS)
    assert_proven(AUTO, known_optima(profile)[::every])


@pytest.mark.parametrize(("profile", "every"), [("tiny", 15), ("twelve", 7)])
@pytest.mark.usefixtures("every_part_is_large")
def test_central_prices_alone_bound_the_optimum(profile, every, monkeypatch):
    monkeypatch.setattr(relaxation, "SIMPLEX_LEARNERS", 0)
    solve = engine(SolveParams(gap=0.05))
    for one in known_optima(profile)[::every]:
        answer = solve(one.case())
        assert answer.bound <= one.objective + ARITHMETIC, one.name
        assert answer.objective >= one.objective - ARITHMETIC, one.name
        assert answer.bound >= 0.5 * one.objective, one.name


@pytest.mark.usefixtures("every_part_is_large")
def test_no_answer_depends_on_the_number_of_workers():
    for one in known_optima("twelve")[::7]:
        answers = [
            engine(SolveParams(gap=0.02, workers=workers))(one.case())
            for workers in (1, 2, 3)
        ]
        assert answers[1] == answers[0], one.name
        assert answers[2] == answers[0], one.name


def test_greedy_plans_stay_above_the_optimum_and_its_bound_below():
    solve = engine(SolveParams(engine="greedy"))
    for one in known_optima("tiny")[::10]:
        answer = solve(one.case())
        assert answer.objective >= one.objective - ARITHMETIC
        assert answer.bound <= one.objective + ARITHMETIC


@pytest.mark.parametrize("gap", [0.02, 0.2])
def test_gap_that_is_asked_for_holds(gap):
    solve = engine(SolveParams(gap=gap))
    for one in known_optima("twelve")[:5]:
        answer = solve(one.case())
        assert answer.bound <= one.objective + ARITHMETIC
        assert answer.objective - answer.bound <= gap * answer.objective + PROVEN


@settings(max_examples=40)
@given(case=cases())
def test_default_engine_finds_the_optimum_of_any_case(case):
    assert_answer(AUTO(case), oracle(case).objective, case.name)


@each_law
@settings(max_examples=4)
@given(case=cases(), position=positions())
def test_law_holds_for_the_default_engine(law, case, position):
    assert_law(law, case, position, AUTO)


@pytest.mark.slow
@each_law
@settings(max_examples=60)
@given(case=cases("twelve"), position=positions())
def test_law_holds_for_the_default_engine_on_larger_cases(law, case, position):
    assert_law(law, case, position, AUTO)


@settings(max_examples=10)
@given(case=cases())
def test_signing_its_own_plan_keeps_it(case):
    assert_signing_the_plan_keeps_it(case, AUTO)
