"""A run that begins with the state of another finds what it finds without.

The other run is that of the case before a change: each of the laws' changes.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matcher.solvers import SolveParams
from matcher.solvers.column_generation import integer, neighbourhood, relaxation
from tests.oracle.optima import known_optima
from tests.properties.engines import WarmEngine
from tests.properties.laws import assert_law, each_law
from tests.properties.solving import oracle
from tests.properties.strategies import cases, positions

PROVEN = 1e-6
ARITHMETIC = 1e-7


def judged(warm):
    """A warm engine whose every answer is held to the true optimum."""

    def solve(case):
        answer = warm(case)
        optimum = oracle(case).objective
        assert answer.objective == pytest.approx(optimum, abs=ARITHMETIC, rel=1e-10)
        assert optimum - PROVEN <= answer.bound <= optimum + ARITHMETIC
        return answer

    return solve


@each_law
@settings(max_examples=3)
@given(case=cases(), position=positions())
def test_warm_run_finds_the_optimum_after_any_change(law, case, position):
    assert_law(law, case, position, judged(WarmEngine(SolveParams(gap=0.0))))


@each_law
@settings(max_examples=3)
@given(case=cases(), position=positions())
def test_what_is_kept_never_proves_too_much(law, case, position):
    """Stopped at once, a warm run still says nothing that is not so."""

    def solve(case):
        answer = warm(case)
        optimum = oracle(case).objective
        assert answer.bound <= optimum + ARITHMETIC
        assert answer.objective >= optimum - ARITHMETIC
        return oracle(case)

    warm = WarmEngine(SolveParams(gap=0.999))
    warm.cold_params = SolveParams(gap=0.0)
    assert_law(law, case, position, solve)


@pytest.mark.slow
@each_law
@settings(max_examples=40)
@given(case=cases("twelve"), position=positions())
def test_warm_run_keeps_the_laws_on_larger_cases(law, case, position):
    assert_law(law, case, position, WarmEngine(SolveParams(gap=0.0)))


def test_nothing_is_searched_again_where_nothing_changed():
    for one in known_optima("twelve")[::4]:
        warm = WarmEngine(SolveParams(gap=0.0))
        case = one.case()
        first, again = warm(case), warm(case)
        assert again.assignments == first.assignments
        assert again.objective == pytest.approx(first.objective, rel=1e-12)
        assert again.bound == pytest.approx(first.bound, rel=1e-12)
        assert warm.rounds == 0


def test_large_treatment_begins_with_a_state_too(monkeypatch):
    monkeypatch.setattr(relaxation, "CENTRAL_LEARNERS", 1)
    monkeypatch.setattr(integer, "LARGE", 1)
    few = replace(neighbourhood.EFFORTS[0], learners=4)
    monkeypatch.setattr(neighbourhood, "EFFORTS", (few,))
    warm = WarmEngine(SolveParams(gap=0.0))
    for one in known_optima("twelve")[::9]:
        # Each begins with the state of another region: nothing of it may count.
        answer = warm(one.case())
        assert answer.objective == pytest.approx(one.objective, abs=ARITHMETIC)
        assert one.objective - PROVEN <= answer.bound <= one.objective + ARITHMETIC
