"""The whole line: what may be written, and what is never written."""

import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from matcher.checker import check_run
from matcher.dataset import Dataset, DatasetError, read_dataset
from matcher.errors import InternalError
from matcher.pipeline import (
    OutFolderError,
    RunParams,
    RunWatch,
    judged,
    run,
    solve_dataset,
)
from matcher.problem.run_record import RunRecord
from matcher.report import read_run_files
from matcher.solvers.child import NoPlanError
from matcher.solvers.run import SolveParams

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
EXAMPLE = Path(__file__).parents[2] / "scenarios" / "data" / "voorbeeld"
GREEDY = SolveParams(engine="greedy")

pytestmark = pytest.mark.timeout(400)


@cache
def dataset_of(name: str) -> Dataset:
    return read_dataset(SAMPLES / name)


@cache
def record_of(name: str) -> RunRecord:
    return solve_dataset(dataset_of(name), params=GREEDY)


def test_run_writes_what_the_judge_accepts(tmp_path):
    read = []
    watch = RunWatch(on_read=lambda dataset, _findings: read.append(dataset.sha256))
    outcome = run(SAMPLES / "c", tmp_path, params=RunParams(solve=GREEDY), watch=watch)
    assert outcome.verdict.holds
    assert check_run(outcome.dataset, tmp_path).holds
    assert read == [read_run_files(tmp_path).summary.dataset_sha256]


def test_run_in_a_thread_is_the_same_run(tmp_path):
    """Signals are a matter of the main thread: elsewhere they are let be."""
    outcomes = []
    params = RunParams(solve=GREEDY)
    thread = threading.Thread(
        target=lambda: outcomes.append(run(SAMPLES / "c", tmp_path, params=params))
    )
    thread.start()
    thread.join()
    assert outcomes[0].record.assignments == record_of("c").assignments


def test_time_that_is_up_before_the_first_plan_leaves_nothing(tmp_path):
    params = RunParams(solve=SolveParams(time_limit_seconds=0.0))
    with pytest.raises(NoPlanError):
        run(SAMPLES / "a", tmp_path / "run", params=params)
    assert not (tmp_path / "run").exists()


def test_unusable_data_leaves_nothing(tmp_path):
    with pytest.raises(DatasetError):
        run(tmp_path / "nowhere", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_judge_refuses_another_objective():
    record = record_of("a")
    claim = replace(record.summary, objective=record.summary.objective - 0.01)
    with pytest.raises(InternalError, match="points"):
        judged(dataset_of("a"), replace(record, summary=claim))


def test_judge_refuses_a_broken_rule():
    record = record_of("a")
    wrong = replace(record.assignments[0], mentor_id=record.assignments[-1].mentor_id)
    rows = (wrong, *record.assignments[1:])
    with pytest.raises(InternalError, match="rules"):
        judged(dataset_of("a"), replace(record, assignments=rows))


@pytest.mark.parametrize("kind", ["file", "other folder"])
def test_what_no_run_wrote_is_left_alone(kind, tmp_path):
    out = tmp_path / "out"
    kept = out if kind == "file" else out / "letter.txt"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("keep me", encoding="utf-8")
    with pytest.raises(OutFolderError):
        run(SAMPLES / "a", out, params=RunParams(solve=GREEDY))
    assert kept.read_text(encoding="utf-8") == "keep me"
