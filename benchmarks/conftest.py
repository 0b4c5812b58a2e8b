"""Regions to measure on: made by seed, once per session, never saved."""

from pathlib import Path

import pytest

from matcher.dataset import Dataset, read_dataset
from matcher.problem.problem import Problem, prepare
from matcher.region import generate_region

LEARNERS, SEED = 120, 1


@pytest.fixture(scope="session")
def region_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("region") / "data"
    generate_region(folder, learners=LEARNERS, seed=SEED)
    return folder


@pytest.fixture(scope="session")
def region(region_folder: Path) -> Dataset:
    return read_dataset(region_folder)


@pytest.fixture(scope="session")
def problem(region: Dataset) -> Problem:
    return prepare(region)
