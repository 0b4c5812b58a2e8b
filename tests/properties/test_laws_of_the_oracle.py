"""The laws hold for the true optimum: what the engines are then held to."""

import pytest
from hypothesis import given, settings

from tests.oracle.tiny import tiny_case
from tests.properties.laws import (
    Effect,
    assert_law,
    assert_signing_the_plan_keeps_it,
    each_law,
)
from tests.properties.solving import oracle
from tests.properties.strategies import cases, positions


@each_law
@settings(max_examples=15)
@given(case=cases(), position=positions())
def test_law_holds_for_the_true_optimum(law, case, position):
    assert_law(law, case, position, oracle)


@pytest.mark.slow
@each_law
@settings(max_examples=400)
@given(case=cases(), position=positions())
def test_law_holds_for_many_true_optima(law, case, position):
    assert_law(law, case, position, oracle)


@settings(max_examples=30)
@given(case=cases())
def test_signing_the_optimal_plan_keeps_it(case):
    assert_signing_the_plan_keeps_it(case, oracle)


@each_law
def test_law_is_not_empty(law):
    """The change does something: it moves the optimum, or else the tables."""
    cases = [tiny_case(seed) for seed in range(60)]
    changed = [law.apply(case, seed) for seed, case in enumerate(cases)]
    if law.effect in (Effect.SAME, Effect.DOUBLE):
        assert all(a.digest != b.digest for a, b in zip(cases, changed, strict=True))
    else:
        before = [oracle(case).objective for case in cases]
        after = [oracle(case).objective for case in changed]
        assert before != pytest.approx(after, rel=1e-9)
