"""Parts of a region solved on a Dask cluster: the same answer as on this machine."""

import json

import pytest

from matcher.dataset import read_dataset
from matcher.problem.problem import prepare
from matcher.problem.rows import rows_of
from matcher.solvers.column_generation.region_part import region_parts
from tests.cli.command import matcher
from tests.dask_cluster import cluster, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SAME = ("assignments.csv", "seats.csv", "coverage.csv", "unplaced.csv")


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """A region that falls apart."""
    data = tmp_path_factory.mktemp("region") / "data"
    size = ("--learners", 60, "--seed", 3)
    assert matcher("generate", data, *size).returncode == 0
    problem = prepare(read_dataset(data))
    assert len(region_parts(problem, rows_of(problem))) > 1
    return data


def solved(region, out, *options):
    done = matcher("solve", region, "--out", out, "--gap", "0.02", "--quiet", *options)
    assert done.returncode == 0, done.stderr
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    summary.pop("seconds")
    return summary, {name: (out / name).read_bytes() for name in SAME}


def test_cluster_answers_as_this_machine_does(region, tmp_path):
    alone = solved(region, tmp_path / "alone")
    with cluster(2) as (address, _):
        assert solved(region, tmp_path / "there", "--scheduler", address) == alone


def test_cluster_that_is_not_there_is_wrong_usage(region, tmp_path):
    address = f"tcp://127.0.0.1:{free_port()}"
    done = matcher("solve", region, "--out", tmp_path / "out", "--scheduler", address)
    assert done.returncode == 2
    assert f'Op "{address}" antwoordt geen Dask-scheduler' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
