"""The one place that knows the whole line, from files to a run folder."""

import logging
import math
import platform
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Literal

import numpy as np

from matcher.checker import Verdict, check_plan
from matcher.dataset import Dataset, DatasetError, Finding, read_tables
from matcher.errors import InternalError, MatcherError
from matcher.policy import Policy, policy_to_mapping
from matcher.problem.plans import Plans
from matcher.problem.problem import Problem, prepare
from matcher.problem.record import Proof, Provenance, run_record
from matcher.problem.run_record import RunRecord, UnplacedRow
from matcher.report import write_report, write_run_files
from matcher.solvers import Progress, SolveParams, solve
from matcher.solvers.child import ChildLimits, Ending, solve_in_child
from matcher.travel import RouterSettings

logger = logging.getLogger(__name__)

POINTS_TOLERANCE = 1e-4
"""Points by which the judge's objective may differ, before it is our fault."""

_RELATIVE_TOLERANCE = 1e-9


class OutFolderError(MatcherError):
    """The folder for a run holds something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunParams:
    """All that may be chosen about a run, but for data and policy.

    Attributes
    ----------
    solve
        Engine and limits; the time limit counts from the first byte read.
    limits
        When the child process of the engine is ended.
    routers
        Sources of travel times instead of the estimate.
    language
        In which report.html opens.
    """

    solve: SolveParams = field(default_factory=SolveParams)
    limits: ChildLimits = field(default_factory=ChildLimits)
    routers: tuple[RouterSettings, ...] = ()
    language: Literal["nl", "en"] = "nl"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWatch:
    """The eyes of a caller on a run.

    Attributes
    ----------
    on_read
        Called with the dataset and the findings on it, before anything is solved.
    on_progress
        Called with each line of progress of the engine.
    """

    on_read: Callable[[Dataset, tuple[Finding, ...]], None] = lambda _data, _found: None
    on_progress: Callable[[Progress], None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A run that is written.

    Attributes
    ----------
    verdict
        Of the judge: no violations; its warnings are signed placements that break
        a rule.
    dataset_folder
        Where the dataset with routed travel times stands, which is the one to
        verify with; None where the dataset was solved as given.
    detail
        What a crashed engine said last; else "".
    """

    dataset: Dataset
    record: RunRecord
    verdict: Verdict
    dataset_folder: Path | None = None
    detail: str = ""


def run(
    source: Path,
    out: Path,
    *,
    policy: Policy | None = None,
    params: RunParams | None = None,
    watch: RunWatch | None = None,
) -> Outcome:
    """Read, solve in a child process, judge, and write the run folder.

    While the engine works, Ctrl-C (and SIGTERM) ends it and keeps the best plans;
    a second one does so at once. Before that, they end the program as usual.

    Raises
    ------
    DatasetError
        The data cannot be used.
    OutFolderError
        `out` holds something that no run wrote.
    NoPlanError
        The engine ended before its first plan; nothing is written.
    InternalError
        The judge found a fault in the plans; nothing is written.
    """
    started = time.monotonic()
    policy, params = policy or Policy(), params or RunParams()
    watch = watch or RunWatch()
    check_out_folder(out)
    dataset = _read(source, watch)
    problem = prepare(dataset, policy)
    with _stop_signals() as num_stops_asked:
        ending = solve_in_child(
            problem,
            _what_is_left(params.solve, started),
            params.limits,
            on_progress=watch.on_progress,
            num_stops_asked=num_stops_asked,
        )
        record = _record(problem, ending, params.solve, time.monotonic() - started)
        verdict = judged(dataset, record)
        write_run_files(record, out)
        write_report(dataset, record, out / "report.html", params.language)
    return Outcome(
        dataset=dataset,
        record=record,
        verdict=verdict,
        detail=ending.detail,
    )


def solve_dataset(
    dataset: Dataset,
    policy: Policy | None = None,
    params: SolveParams | None = None,
) -> RunRecord:
    """Solve in this process and judge; nothing is written.

    Raises
    ------
    InternalError
        The judge found a fault in the plans.
    """
    started = time.monotonic()
    params = params or SolveParams()
    problem = prepare(dataset, policy)
    result = solve(problem, params)
    ending = Ending(
        plans=result.plans,
        bound=result.bound,
        stop_reason=result.stop_reason,
        engine=result.engine,
    )
    record = _record(problem, ending, params, time.monotonic() - started)
    judged(dataset, record)
    return record


def judged(dataset: Dataset, record: RunRecord) -> Verdict:
    """The verdict of the independent judge on a record, before it is written.

    Raises
    ------
    InternalError
        The plans break a rule, or cost something else than the record says.
    """
    summary = record.summary
    verdict = check_plan(dataset, summary.policy, record.assignments, record.seats)
    if not verdict.holds:
        found = "; ".join(violation.message_en for violation in verdict.violations[:5])
        message = f"The engine broke {len(verdict.violations)} rules: {found}"
        raise InternalError(message)
    if not math.isclose(
        verdict.objective,
        summary.objective,
        rel_tol=_RELATIVE_TOLERANCE,
        abs_tol=POINTS_TOLERANCE,
    ):
        message = (
            f"The engine counts {summary.objective!r} points, the judge "
            f"{verdict.objective!r}."
        )
        raise InternalError(message)
    return verdict


def check_out_folder(out: Path) -> None:
    """Refuse a folder that holds something else than an earlier run.

    Raises
    ------
    OutFolderError
        It is a file, or a folder with files but no summary.json.
    """
    if out.is_file():
        message = f'"{out}" is a file. Expected a folder to write the run into.'
        raise OutFolderError(message)
    if out.is_dir() and any(out.iterdir()) and not (out / "summary.json").is_file():
        message = (
            f'Folder "{out}" holds something else than a run. Expected a new folder, '
            "an empty one, or that of an earlier run. Give another --out."
        )
        raise OutFolderError(message)


def versions() -> Mapping[str, str]:
    """Versions of all that may change an answer."""
    libraries = ("matcher", "ortools", "highspy", "numpy", "numba")
    return {
        **{name: version(name) for name in libraries},
        "python": platform.python_version(),
    }


def _read(source: Path, watch: RunWatch) -> Dataset:
    outcome = read_tables(source)
    if outcome.dataset is None:
        raise DatasetError(outcome.findings)
    watch.on_read(outcome.dataset, outcome.findings)
    return outcome.dataset


def _what_is_left(params: SolveParams, started: float) -> SolveParams:
    if params.time_limit_seconds is None:
        return params
    left = params.time_limit_seconds - (time.monotonic() - started)
    return replace(params, time_limit_seconds=max(left, 0.0))


def _record(
    problem: Problem, ending: Ending, params: SolveParams, seconds: float
) -> RunRecord:
    proof = Proof(
        bound=ending.bound,
        requested_gap=params.gap,
        stop_reason=ending.stop_reason,
        engine=ending.engine,
        seed=params.seed,
    )
    provenance = Provenance(
        seconds=round(seconds, 3),
        policy=policy_to_mapping(problem.policy),
        versions=versions(),
    )
    unplaced = tuple(_unplaced_rows(problem, ending.plans))
    return run_record(problem, ending.plans, proof, provenance, unplaced)


def _unplaced_rows(problem: Problem, plans: Plans) -> Iterator[UnplacedRow]:
    """Active periods without a placement."""
    empty = (plans.option < 0) & problem.pairs.calendar.active[plans.learner]
    first = problem.option_start[problem.pair_start]
    for plan, period in np.argwhere(empty):
        learner = plans.learner[plan]
        own = problem.open_options[first[learner] : first[learner + 1]]
        reason = "costlier" if own[:, period].any() else "no_eligible_site_in_period"
        yield UnplacedRow(
            learner_id=problem.dataset.learners.learner_id[learner],
            period_id=problem.dataset.periods.period_id[period],
            reason=reason if own.any() else "no_site",
            detail="",
        )


@contextmanager
def _stop_signals() -> Iterator[Callable[[], int]]:
    """Count Ctrl-C and SIGTERM instead of falling over them.

    Handlers can be set in the main thread alone; elsewhere nothing is counted.
    """
    count = 0

    def heard(_signal: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1

    if threading.current_thread() is not threading.main_thread():
        yield lambda: 0
        return
    before = {each: signal.signal(each, heard) for each in _STOPS}
    try:
        yield lambda: count
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


_STOPS = (signal.SIGINT, signal.SIGTERM)
