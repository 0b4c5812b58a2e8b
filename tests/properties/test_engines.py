"""Engines against true optima, and against the laws."""

import pytest
from hypothesis import given, settings

from matcher.solvers import SolveParams
from tests.oracle.optima import known_optima
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
ROUNDED = 1e-3
"""Points that the bound of CP-SAT may lose, as it rounds all points down."""
ARITHMETIC = 1e-7
"""Points by which sums in another order may differ."""

each_exact_engine = pytest.mark.parametrize(
    ("name", "slack"), [("column_generation", PROVEN), ("cp_sat", ROUNDED)]
)


def assert_exact(solve, known, slack=PROVEN):
    for one in known:
        case = one.case()
        assert_answer(solve(case), one.objective, slack, case.name)


def assert_answer(answer, optimum, slack, name):
    assert answer.objective == pytest.approx(optimum, abs=ARITHMETIC, rel=1e-10), name
    assert optimum - slack <= answer.bound <= optimum + ARITHMETIC, name


@each_exact_engine
def test_exact_engine_finds_and_proves_true_optima(name, slack):
    solve = engine(SolveParams(engine=name, gap=0.0))
    assert_exact(solve, known_optima("tiny")[::10], slack)
    assert_exact(solve, known_optima("twelve")[:3], slack)


@pytest.mark.slow
@each_exact_engine
def test_exact_engine_finds_and_proves_every_known_optimum(name, slack):
    solve = engine(SolveParams(engine=name, gap=0.0))
    assert_exact(solve, known_optima("tiny"), slack)
    assert_exact(solve, known_optima("twelve"), slack)


@pytest.mark.slow
def test_default_engine_proves_optima_of_thirty_learners():
    assert_exact(AUTO, known_optima("thirty"))


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
    assert_answer(AUTO(case), oracle(case).objective, PROVEN, case.name)


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
