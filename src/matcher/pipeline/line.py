"""The whole line: read, prepare, solve, judge, write."""

import math
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from matcher.advice import unplaced_rows
from matcher.checker import Verdict, check_plan
from matcher.dataset import Dataset, DatasetError, Finding, read_tables
from matcher.dataset.card import is_synthetic
from matcher.errors import InternalError
from matcher.pipeline.out_folder import check_out_folder
from matcher.pipeline.routed_travel import (
    ROUTED_FOLDER,
    with_routed_travel,
    write_routed,
)
from matcher.pipeline.stop_signal import stop_signals
from matcher.pipeline.success import (
    ModelNotes,
    chances_used,
    model_notes,
    model_version,
    success_rows,
)
from matcher.policy import Policy, policy_to_mapping
from matcher.problem.problem import Problem, prepare
from matcher.problem.record import Proof, Provenance, run_record
from matcher.problem.run_record import RunRecord
from matcher.report import write_report, write_run_files
from matcher.solvers.child import ChildLimits, Ending, solve_in_child
from matcher.solvers.cluster import check_cluster
from matcher.solvers.run import Progress, SolveParams
from matcher.solvers.solve import solve
from matcher.solvers.state import STATE_FILE, write_state
from matcher.travel import RouterSettings

POINTS_TOLERANCE = 1e-4
"""Points by which the judge's objective may differ, before it is our fault."""

_RELATIVE_TOLERANCE = 1e-9

_STATE_SHARE = 0.03
"""Share of the time limit that is left for the state, where one is kept."""


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
    model_notes
        Doubts about the success model; None where the policy names none.
    """

    dataset: Dataset
    record: RunRecord
    verdict: Verdict
    dataset_folder: Path | None = None
    detail: str = ""
    model_notes: ModelNotes | None = None


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
    ArtefactError
        The policy names a success model that cannot be used.
    BackendError
        The Dask cluster that was asked for is not there.
    NoPlanError
        The engine ended before its first plan; nothing is written.
    InternalError
        The judge found a fault in the plans; nothing is written.
    """
    started = time.monotonic()
    policy, params = policy or Policy(), params or RunParams()
    watch = watch or RunWatch()
    check_out_folder(out)
    if params.solve.scheduler is not None:
        check_cluster(params.solve.scheduler)
    dataset = _read(source, watch)
    if params.routers:
        dataset = with_routed_travel(dataset, policy, params.routers)
    problem = prepare(dataset, policy)
    with stop_signals() as num_stops_asked:
        solving = _what_is_left(params.solve, started)
        ending = solve_in_child(
            problem,
            solving,
            _limits(params, solving),
            on_progress=watch.on_progress,
            num_stops_asked=num_stops_asked,
        )
        record = _record(problem, ending, params.solve, time.monotonic() - started)
        chances = chances_used(problem, record.assignments)
        verdict = judged(dataset, record, chances)
        if params.routers:
            write_routed(dataset, out / ROUTED_FOLDER)
        write_run_files(record, out, success_rows(problem, chances))
        _write_state(ending, out)
        write_report(
            dataset,
            record,
            out / "report.html",
            params.language,
            synthetic=is_synthetic(source),
        )
    return Outcome(
        dataset=dataset,
        record=record,
        verdict=verdict,
        dataset_folder=out / ROUTED_FOLDER if params.routers else None,
        detail=ending.detail,
        model_notes=model_notes(problem),
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
    judged(dataset, record, chances_used(problem, record.assignments))
    return record


def judged(
    dataset: Dataset,
    record: RunRecord,
    success: Mapping[tuple[str, str], float] | None = None,
) -> Verdict:
    """The verdict of the independent judge on a record, before it is written.

    Parameters
    ----------
    success
        The chances of a success model, per learner and site.

    Raises
    ------
    InternalError
        The plans break a rule, or cost something else than the record says.
    """
    summary = record.summary
    verdict = check_plan(
        dataset, summary.policy, record.assignments, record.seats, success
    )
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
    if params.keep_state:
        left *= 1.0 - _STATE_SHARE
    return replace(params, time_limit_seconds=max(left, 0.0))


def _limits(params: RunParams, solving: SolveParams) -> ChildLimits:
    """Of the child; putting together a state takes its part of the time."""
    limit = solving.time_limit_seconds
    if limit is None or not solving.keep_state:
        return params.limits
    grace = params.limits.grace_seconds + _STATE_SHARE * limit
    return replace(params.limits, grace_seconds=grace)


def _write_state(ending: Ending, out: Path) -> None:
    """Store the state where there is one; else none of an earlier run stays."""
    if ending.state is None:
        (out / STATE_FILE).unlink(missing_ok=True)
    else:
        write_state(ending.state, out)


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
        versions={**versions(), **model_version(problem)},
    )
    unplaced = unplaced_rows(problem, ending.plans)
    return run_record(problem, ending.plans, proof, provenance, unplaced)
