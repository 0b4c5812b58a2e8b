"""Reading: the samples of the contract, and what a blank stands for."""

from pathlib import Path

import numpy as np
import pytest

from matcher.dataset import DatasetError, read_dataset, read_tables

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


@pytest.mark.parametrize("sample", "abcdef")
def test_sample_reads_without_an_error(sample):
    outcome = read_tables(SAMPLES / sample)
    assert not [found for found in outcome.findings if found.severity == "error"]
    assert outcome.dataset is not None


def test_periods_come_sorted_and_blank_cells_take_their_defaults():
    dataset = read_dataset(SAMPLES / "b")
    starts = dataset.periods.start
    assert (starts[:-1] < starts[1:]).all()
    assert dataset.trajectories.max_sites.dtype == np.int64
    assert set(dataset.support_needs.level) <= {1, 2, 3}
    assert not dataset.learners.learner_id.flags.writeable


def test_absent_table_has_no_rows_but_its_types():
    dataset = read_dataset(SAMPLES / "a")
    assert len(dataset.travel) == 0
    assert dataset.travel.minutes.dtype == np.float64
    assert dataset.placements.period_id.dtype == np.object_


def test_missing_tables_are_all_found_at_once(tmp_path):
    with pytest.raises(DatasetError) as raised:
        read_dataset(tmp_path)
    codes = [found.code for found in raised.value.findings]
    assert codes == ["table_missing"] * 8
