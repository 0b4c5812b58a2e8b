"""Runs on the travel times of a router: the dataset of the run says them all."""

from pathlib import Path

import numpy as np
import pytest

from matcher.checker import check_run
from matcher.dataset import read_dataset
from matcher.pipeline import RunParams, run, with_routed_travel
from matcher.pipeline.routed_travel import NO_CONNECTION_MINUTES
from matcher.policy import Policy
from matcher.solvers.run import SolveParams
from matcher.travel import RouterSettings
from tests.travel.router.fake_router import running_router

SAMPLES = Path(__file__).parents[1] / "data" / "samples"

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def settings(tmp_path):
    with running_router() as router:
        yield RouterSettings(
            kind="osrm",
            url=router.url,
            cache_folder=tmp_path / "cache",
            timeout_seconds=10.0,
        )


def rows_of(dataset):
    travel = dataset.travel
    keys = zip(travel.learner_id, travel.site_id, strict=True)
    return dict(zip(keys, travel.minutes, strict=True))


def test_rows_that_stand_there_stay(settings):
    dataset = read_dataset(SAMPLES / "b")
    before = rows_of(dataset)
    after = rows_of(with_routed_travel(dataset, Policy(), (settings,)))
    assert before
    assert before.items() <= after.items()
    assert len(after) > len(before)


def test_every_pair_of_a_trajectory_has_a_row(settings):
    dataset = read_dataset(SAMPLES / "a")
    rows = rows_of(with_routed_travel(dataset, Policy(), (settings,)))
    recognitions = zip(
        dataset.recognitions.trajectory_id, dataset.recognitions.site_id, strict=True
    )
    sites_of: dict[str, set[str]] = {}
    for trajectory_id, site_id in recognitions:
        sites_of.setdefault(trajectory_id, set()).add(site_id)
    learners = dataset.learners
    expected = {
        (learner_id, site_id)
        for learner_id, trajectory_id in zip(
            learners.learner_id, learners.trajectory_id, strict=True
        )
        for site_id in sites_of.get(trajectory_id, ())
    }
    assert rows.keys() == expected
    assert max(rows.values()) <= NO_CONNECTION_MINUTES


def test_run_is_verified_with_the_dataset_it_wrote(settings, tmp_path):
    out = tmp_path / "run"
    params = RunParams(solve=SolveParams(engine="greedy"), routers=(settings,))
    outcome = run(SAMPLES / "b", out, params=params)
    assert outcome.dataset_folder == out / "dataset"
    assert check_run(read_dataset(out / "dataset"), out).holds
    assert not check_run(read_dataset(SAMPLES / "b"), out).holds
    minutes = rows_of(outcome.dataset)
    for row, travelled in zip(
        outcome.record.assignments, outcome.record.travel_minutes, strict=True
    ):
        assert np.isclose(minutes[row.learner_id, row.site_id], travelled)
