"""Monitoring speaks when the world moved, and is silent when it did not."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.scorer.artefact import Artefact
from matcher.scorer.features import history_features
from matcher.scorer.monitor import monitor, monitoring_to_text, outside_history
from matcher.scorer.profile import profiles_of, spread_like, stability_index
from matcher.scorer.synthetic import SyntheticParams, synthetic_history
from tests.scorer.histories import drawn, taken, trained


def artefact():
    found = trained(6000, 1)
    return Artefact(scorer=found.scorer, profiles=found.profiles, is_synthetic=True)


def drift_of(found, name):
    return next(drift.index for drift in found.drifts if drift.input == name)


def test_same_world_fits():
    found = monitor(artefact(), synthetic_history(4000, 50).history)
    assert max(drift.index for drift in found.drifts) < 0.05
    assert found.fit != "fits_not"
    assert found.gap.low <= 0.04
    assert found.gap.high >= -0.04


def test_longer_travel_is_another_world():
    params = SyntheticParams(travel_factor=2.0)
    found = monitor(artefact(), synthetic_history(4000, 51, params).history)
    assert drift_of(found, "travel_minutes") > 0.25
    assert drift_of(found, "places") < 0.05
    assert found.fit == "fits_not"


@pytest.mark.parametrize("base", [-0.6, 0.6])
def test_chances_that_no_longer_hold_are_told(base):
    params = SyntheticParams(base=base)
    found = monitor(artefact(), synthetic_history(4000, 52, params).history)
    assert found.gap.value * base < 0
    assert found.fit == "fits_not"


def test_pairs_that_the_history_never_saw_are_told_by_input():
    features = history_features(drawn().history)
    assert outside_history(artefact(), features) == ()
    numbers = features.numbers.copy()
    numbers[:, 0] += 300
    numbers[: len(numbers) // 2, 4] = np.nan
    unseen = replace(features, numbers=numbers, sectors=("x",) * len(features.sectors))
    found = outside_history(artefact(), unseen)
    assert [each.input for each in found] == ["sector", "travel_minutes", "coverage"]
    assert found[2].share == pytest.approx(0.5, abs=0.05)


def test_too_few_outcomes_judge_nothing():
    found = monitor(artefact(), taken(drawn().history, np.arange(100)))
    assert found.gap is None
    assert "200" in monitoring_to_text(found, "nl")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_verdict_has_words(language):
    for factor in (1.0, 1.25, 2.0):
        params = SyntheticParams(travel_factor=factor)
        found = monitor(artefact(), synthetic_history(3000, 53, params).history)
        text = monitoring_to_text(found, language)
        assert text.count("\n") == len(found.drifts) + 1


def test_index_is_nothing_for_the_same_spread_and_grows():
    assert stability_index((0.5, 0.5), (0.5, 0.5)) == 0.0
    near = stability_index((0.5, 0.5), (0.6, 0.4))
    far = stability_index((0.5, 0.5), (0.9, 0.1))
    assert near == pytest.approx(0.1 * np.log(0.6 / 0.5) - 0.1 * np.log(0.4 / 0.5))
    assert far > near > 0


def test_spread_counts_unknown_and_unseen_apart():
    features = history_features(drawn().history)
    for profile in profiles_of(features):
        assert sum(profile.shares) == pytest.approx(1.0, abs=1e-5)
        assert spread_like(profile, features) == profile.shares
