"""What is known of an agreement, and that running ones are weighed in."""

import numpy as np
import pytest

from matcher.scorer.outcome import outcomes
from tests.scorer.histories import by_hand, drawn


def test_each_kind_of_end_is_known_or_not():
    history = by_hand(
        (0, 40, "mismatch", 400),  # ended early
        (0, 40, "learner", 400),
        (0, 40, "site", 400),
        (0, 40, "unrelated", 400),  # says nothing
        (0, 40, "completed", 400),  # short by agreement: says nothing
        (0, None, "", 99),  # runs, a day short of the horizon
        (0, None, "", 100),  # runs, and has lasted
        (0, 100, "mismatch", 400),  # lasted until the horizon
        (0, 99, "mismatch", 400),
    )
    found = outcomes(history, 100)
    known = [True, True, True, False, False, False, True, True, True]
    assert found.is_known.tolist() == known
    assert found.lasted[found.is_known].tolist() == [False] * 3 + [True] * 2 + [False]
    assert (found.weight[~found.is_known] == 0).all()


def test_what_happened_after_the_day_of_asking_was_not_known():
    history = by_hand((0, 40, "mismatch", 400), (0, 400, "completed", 400))
    zero = np.datetime64("2024-01-01")
    assert outcomes(history, 100, zero + 39).is_known.tolist() == [False, False]
    assert outcomes(history, 100, zero + 40).is_known.tolist() == [True, False]
    assert outcomes(history, 100, zero + 100).is_known.tolist() == [True, True]


def test_agreements_that_start_later_are_never_known():
    history = by_hand((50, 60, "mismatch", 400), (0, 20, "mismatch", 400))
    asked = np.datetime64("2024-01-01") + 45
    assert outcomes(history, 10, asked).is_known.tolist() == [False, True]


@pytest.mark.parametrize("seed", range(20))
def test_weights_are_those_of_kaplan_and_meier_by_hand(seed):
    rng = np.random.default_rng(seed)
    horizon, num_rows = 12, 15
    days = rng.integers(0, 20, num_rows)
    is_early = rng.random(num_rows) < 0.5
    rows = [
        (0, int(day), "mismatch", 50) if early else (0, None, "", int(day))
        for day, early in zip(days, is_early, strict=True)
    ]
    found = outcomes(by_hand(*rows), horizon)

    def in_sight_before(day):
        """Product over earlier days; whoever ends on a day is out of sight after."""
        stay = 1.0
        for earlier in range(day):
            lost = sum(
                d == earlier and not e for d, e in zip(days, is_early, strict=True)
            )
            at_risk = sum(
                d > earlier or (d == earlier and not e)
                for d, e in zip(days, is_early, strict=True)
            )
            stay *= 1 - lost / at_risk if at_risk else 1
        return stay

    for row, day in enumerate(days):
        if found.is_known[row]:
            expected = 1 / in_sight_before(min(int(day), horizon))
            assert found.weight[row] == pytest.approx(expected)


def test_running_agreements_left_out_would_mislead_and_weighed_in_do_not():
    synthetic = drawn(20_000, 3)
    found = outcomes(synthetic.history, 180)
    truth = synthetic.lasted.mean()
    naive = found.lasted[found.is_known].mean()
    weighed = np.average(found.lasted, weights=found.weight)
    assert abs(naive - truth) > 0.03
    assert weighed == pytest.approx(truth, abs=0.015)
