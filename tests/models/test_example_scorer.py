"""The committed example: labelled synthetic, whole, and what training gives again."""

import json
from pathlib import Path

import pytest

from matcher.scorer import read_artefact
from matcher.scorer.synthetic import SyntheticParams, synthetic_history
from matcher.scorer.train import TrainParams, train

EXAMPLE = Path(__file__).parents[2] / "models" / "scorer" / "voorbeeld"


def test_example_is_sealed_and_says_that_it_is_synthetic():
    assert read_artefact(EXAMPLE).is_synthetic
    for name in ("card.md", "modelkaart.md", "datasheet.md"):
        assert "**SYNTH" in (EXAMPLE / name).read_text("utf-8")[:200]


def test_card_tells_what_it_is_for_and_not_for_and_every_group():
    card = (EXAMPLE / "card.md").read_text("utf-8")
    for title in ("Purpose", "Not for", "How good it is", "For whom", "Limits"):
        assert f"\n## {title}" in card
    metrics = json.loads((EXAMPLE / "metrics.json").read_text("utf-8"))
    for group in metrics["groups"]:
        assert str(group["agreements"]) in card
        assert group["name"] in card
        for measure in ("gap", "error_gap"):
            told = group[measure]
            assert told["low"] <= told["value"] <= told["high"]
            assert f"{told['low']:+.3f} to {told['high']:+.3f}" in card


@pytest.mark.slow
def test_example_is_what_training_gives_again():
    history = synthetic_history(20_000, 1, SyntheticParams()).history
    found = train(history, TrainParams(num_draws=2, num_refits=0)).scorer
    assert read_artefact(EXAMPLE).scorer == found
