"""The success model: chances of a million pairs, inputs of a region, one training."""

from pathlib import Path

import numpy as np

from matcher.scorer import Features, pair_features, read_scorer
from matcher.scorer.features import NUMBERS
from matcher.scorer.synthetic import synthetic_history
from matcher.scorer.train import train

MODEL = Path(__file__).parents[2] / "models" / "scorer" / "voorbeeld"
NUM_PAIRS = 1_000_000
NUM_ROWS = 20_000
SEED = 1


def drawn_pairs() -> Features:
    """Numbers past all that a history holds, some unknown; sectors of the example."""
    rng = np.random.default_rng(SEED)
    numbers = rng.uniform(0.0, 200.0, (NUM_PAIRS, len(NUMBERS)))
    numbers[rng.random(numbers.shape) < 0.02] = np.nan
    sectors = ("horeca", "zorg en welzijn", "nergens gezien")
    return Features(
        numbers=numbers,
        sector=rng.integers(-1, len(sectors), NUM_PAIRS),
        sectors=sectors,
    )


def test_chances_of_a_million_pairs(benchmark):
    scorer, pairs = read_scorer(MODEL), drawn_pairs()
    chances = benchmark(scorer.chance, pairs)
    benchmark.extra_info["pairs"] = len(chances)
    some = np.arange(0, NUM_PAIRS, 9973)
    np.testing.assert_array_equal(chances[some], scorer.chance(pairs.take(some)))


def test_inputs_and_chances_of_a_region(benchmark, region, problem):
    scorer = read_scorer(MODEL)
    chances = benchmark(lambda: scorer.chance(pair_features(problem.pairs, region)))
    benchmark.extra_info["pairs"] = len(chances)
    assert len(chances) == len(problem.pairs.learner)
    assert ((chances > 0) & (chances < 1)).all()


def test_training_on_twenty_thousand_agreements(benchmark):
    """All of `matcher train` but the writing: folds, intervals, groups, bands."""
    history = synthetic_history(NUM_ROWS, SEED).history
    found = benchmark.pedantic(train, (history,), rounds=1)
    benchmark.extra_info["agreements"] = found.num_rows
    benchmark.extra_info["chosen"] = found.choice.chosen
    assert found.metrics["auc"].value > 0.6
