"""Inputs of pairs, told again one pair at a time from the tables."""

from pathlib import Path

import numpy as np
import pytest

from matcher.dataset import read_dataset
from matcher.eligibility import eligible_pairs
from matcher.policy import Policy
from matcher.scorer import pair_features
from matcher.scorer.features import NUMBERS
from matcher.travel import EstimateProvider

ROOT = Path(__file__).parents[2]
SAMPLES = [ROOT / "tests/data/samples" / name for name in "abcdef"]


def told_again(dataset, pairs, pair):
    """One row of inputs, by hand and by ids."""
    learner_at = int(pairs.learner[pair])
    site_at = int(pairs.offerings.site[pairs.offering[pair]])
    learner_id = dataset.learners.learner_id[learner_at]
    trajectory_id = dataset.learners.trajectory_id[learner_at]
    site_id = dataset.sites.site_id[site_at]
    options = [
        int(mentor)
        for at, mentor in zip(pairs.option_pair, pairs.option_mentor, strict=True)
        if at == pair
    ]
    needs = dataset.support_needs
    unmet, years = [], []
    for mentor in options:
        own_site = list(dataset.sites.site_id).index(dataset.mentors.site_id[mentor])
        given = {*dataset.mentors.supports[mentor], *dataset.sites.supports[own_site]}
        unmet.append(
            sum(
                level
                for owner, need, level, must in zip(
                    needs.learner_id, needs.need, needs.level, needs.required,
                    strict=True,
                )
                if owner == learner_id and need not in given and not must
            )
        )  # fmt: skip
        trained_on = dataset.mentors.trained_on[mentor]
        days = (dataset.periods.start[0] - trained_on).astype(float)
        years.append(np.nan if np.isnat(trained_on) else max(days, 0.0) / 365.25)
    own = [at for at, s in enumerate(dataset.mentors.site_id) if s == site_id]
    room = sum(int(dataset.mentors.max_learners[at]) for at in own)
    capacity = int(dataset.sites.capacity[site_at])
    acquired = {
        c
        for owner, c in zip(
            dataset.acquired.learner_id, dataset.acquired.competence_id, strict=True
        )
        if owner == learner_id
    }
    rows = dataset.competences
    needed = [
        c
        for t, c, where in zip(
            rows.trajectory_id, rows.competence_id, rows.learn_at, strict=True
        )
        if t == trajectory_id and "workplace" in where and c not in acquired
    ]
    offers = set(
        zip(
            dataset.offers.site_id,
            dataset.offers.trajectory_id,
            dataset.offers.competence_id,
            strict=True,
        )
    )
    offered = [c for c in needed if (site_id, trajectory_id, c) in offers]
    return {
        "travel_minutes": pairs.minutes[pair],
        "support_unmet": max(unmet),
        "learners_per_mentor": min(room, capacity) / len(own) if own else np.nan,
        "mentor_years": np.nan if np.isnan(years).any() else min(years),
        "coverage": len(offered) / len(needed) if needed else np.nan,
        "places": capacity,
    }


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.name)
def test_inputs_of_pairs_are_those_told_by_hand(folder):
    dataset = read_dataset(folder)
    policy = Policy()
    pairs = eligible_pairs(dataset, policy, EstimateProvider(policy.travel))
    features = pair_features(pairs, dataset)
    assert len(features) == len(pairs.learner)
    step = max(len(features) // 150, 1)
    for pair in range(0, len(features), step):
        expected = told_again(dataset, pairs, pair)
        found = dict(zip(NUMBERS, features.numbers[pair].tolist(), strict=True))
        assert found == pytest.approx(expected, nan_ok=True)
        trajectory = list(dataset.trajectories.trajectory_id).index(
            dataset.learners.trajectory_id[pairs.learner[pair]]
        )
        sector = dataset.trajectories.sector[trajectory]
        code = features.sector[pair]
        assert (features.sectors[code] if code >= 0 else "") == sector
