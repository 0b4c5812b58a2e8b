"""Writing: the files and the page of a run."""

import pytest

from matcher.pipeline import solve_dataset
from matcher.report import write_report, write_run_files
from matcher.report.run_files import read_run_files
from matcher.solvers import SolveParams


@pytest.fixture(scope="module")
def record(region):
    return solve_dataset(region, params=SolveParams(engine="greedy"))


def test_writing_the_files(benchmark, record, tmp_path):
    benchmark(write_run_files, record, tmp_path)
    assert read_run_files(tmp_path).assignments == record.assignments


def test_writing_the_report(benchmark, region, record, tmp_path):
    page = tmp_path / "report.html"
    benchmark.pedantic(write_report, (region, record, page, "nl"), rounds=3)
    benchmark.extra_info["bytes"] = page.stat().st_size
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
