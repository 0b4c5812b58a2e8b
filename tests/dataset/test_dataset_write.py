"""A dataset written is a dataset read."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.dataset import read_dataset
from matcher.dataset.tables import Travel
from matcher.dataset.write import write_dataset

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


@pytest.mark.parametrize("name", ["a", "b", "c", "d", "e", "f"])
def test_sample_comes_back_with_the_same_digest(name, tmp_path):
    dataset = read_dataset(SAMPLES / name)
    write_dataset(dataset, tmp_path / "copy")
    assert read_dataset(tmp_path / "copy").sha256 == dataset.sha256


def test_replaced_table_comes_back_as_replaced(tmp_path):
    dataset = read_dataset(SAMPLES / "a")
    learner, site = dataset.learners.learner_id[:1], dataset.sites.site_id[:1]
    travel = Travel(learner_id=learner, site_id=site, minutes=np.array([12.0625]))
    write_dataset(replace(dataset, travel=travel), tmp_path)
    copy = read_dataset(tmp_path)
    assert copy.travel.minutes.tolist() == [12.0625]
    assert copy.travel.learner_id.tolist() == learner.tolist()
    assert copy.sha256 != dataset.sha256
