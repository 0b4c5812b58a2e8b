"""A run folder against its dataset: what `matcher verify` says."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from matcher.checker.judge import Judgement, judge
from matcher.checker.row_claims import (
    coverage_claims,
    qualification_claims,
    read_success,
    success_claims,
    unplaced_claims,
)
from matcher.checker.run_files import RunFiles, read_run_files
from matcher.checker.summary_claims import summary_claims
from matcher.checker.verdict import Verdict, Violation
from matcher.dataset.dataset import Dataset


def check_run(dataset: Dataset, run_dir: Path) -> Verdict:
    """Recompute every rule and every number of a run from its files alone.

    The policy is the one that summary.json records; where that file cannot be
    read, the default one, and the file is a violation. Where assignments.csv or
    seats.csv cannot be read there is no plan to judge: only the files are named,
    and the recomputed numbers are NaN.

    Raises
    ------
    RunError
        There is no such folder, or nobody may open it.
    """
    files = read_run_files(run_dir)
    if files.assignments is None or files.seats is None:
        return _without_plan(files.faults)
    chances, chance_faults = read_success(files.success or ())
    policy = files.summary.get("policy") if files.summary is not None else {}
    judgement = judge(dataset, policy, files.assignments, files.seats, chances)
    return replace(
        judgement.verdict,
        violations=(
            *files.faults,
            *chance_faults,
            *judgement.verdict.violations,
            *_claims(files, judgement, chances, dataset),
        ),
    )


def _claims(
    files: RunFiles,
    judgement: Judgement,
    chances: Mapping[tuple[str, str], float],
    dataset: Dataset,
) -> Iterator[Violation]:
    """Everything that the files say beyond the plan itself."""
    if files.coverage is not None:
        yield from coverage_claims(judgement, files.coverage)
    if files.qualifications is not None:
        yield from qualification_claims(judgement, files.qualifications)
    if files.unplaced is not None:
        yield from unplaced_claims(judgement, files.unplaced)
    yield from success_claims(judgement, chances, files.has_success_file)
    if files.summary is not None:
        yield from summary_claims(
            files.summary, judgement.verdict, len(dataset.learners), dataset.sha256
        )


def _without_plan(faults: Sequence[Violation]) -> Verdict:
    return Verdict(
        violations=tuple(faults),
        warnings=(),
        objective=math.nan,
        components={},
        points={},
        placed=0,
        fully_covered=0,
    )
