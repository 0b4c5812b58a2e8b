"""`matcher solve` in words: from options to a run, and what is said of it."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import typer

from matcher.cli.answer import NO_PLAN, WRONG_USAGE, leave, tell
from matcher.cli.progress import ProgressLines
from matcher.cli.reading import leave_with_findings
from matcher.cli.verdict import signed_lines
from matcher.cli.words import Language, number, said
from matcher.dataset import Dataset, DatasetError, Finding
from matcher.errors import PolicyError, RouterError
from matcher.pipeline import (
    Outcome,
    OutFolderError,
    RunParams,
    RunWatch,
    run,
)
from matcher.policy import Policy, read_policy
from matcher.solvers import SolveParams
from matcher.solvers.child import ChildLimits, NoPlanError
from matcher.travel import router_settings

_GB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveOptions:
    """The options of `matcher solve`, as typed."""

    policy: Path | None
    time_limit_seconds: float | None
    gap: float
    seed: int
    workers: int
    engine: Literal["auto", "column_generation", "cp_sat", "greedy"]
    memory_limit_gb: float | None
    routers: tuple[str, ...]
    is_quiet: bool
    is_debug: bool
    language: Language


def solved(data: Path, out: Path, options: SolveOptions) -> None:
    """Run, and say on stdout what came of it."""
    language = options.language
    try:
        outcome = run(
            data,
            out,
            policy=Policy() if options.policy is None else read_policy(options.policy),
            params=_params(options),
            watch=RunWatch() if options.is_quiet else _watch(data, language),
        )
    except DatasetError as error:
        leave_with_findings(error.findings, language)
    except (PolicyError, OutFolderError) as error:
        leave(str(error), WRONG_USAGE)
    except NoPlanError as error:
        if options.is_debug and error.detail:
            tell(error.detail)
        leave(_no_plan(error, language), NO_PLAN)
    if options.is_debug and outcome.detail:
        tell(outcome.detail)
    typer.echo("\n".join(_result_lines(outcome, out, language)))


def _params(options: SolveOptions) -> RunParams:
    limit = options.memory_limit_gb
    try:
        routers = tuple(router_settings(text) for text in options.routers)
    except RouterError as error:
        leave(str(error), WRONG_USAGE)
    return RunParams(
        solve=SolveParams(
            engine=options.engine,
            gap=options.gap,
            time_limit_seconds=options.time_limit_seconds,
            seed=options.seed,
            workers=options.workers,
        ),
        limits=ChildLimits(memory_bytes=None if limit is None else int(limit * _GB)),
        routers=routers,
        language=options.language,
    )


def _watch(data: Path, language: Language) -> RunWatch:
    def on_read(dataset: Dataset, findings: tuple[Finding, ...]) -> None:
        tell(
            said(
                "read",
                language,
                learners=len(dataset.learners),
                sites=len(dataset.sites),
                periods=len(dataset.periods),
            )
        )
        if findings:
            tell(said("warnings", language, n=len(findings), source=data))
        tell(said("how_to_stop", language))

    return RunWatch(on_read=on_read, on_progress=ProgressLines(sys.stderr, language))


def _no_plan(error: NoPlanError, language: Language) -> str:
    known = ("time", "interrupted", "memory")
    reason = error.reason if error.reason in known else "crash"
    return said(f"no_plan_{reason}", language)


def _result_lines(outcome: Outcome, out: Path, language: Language) -> list[str]:
    summary = outcome.record.summary
    lines = signed_lines(outcome.verdict, language)
    if summary.stop_reason == "crash":
        lines.append(said("crashed", language))
    lines += [
        said(f"status_{summary.status}", language, reason=summary.stop_reason) + ":",
        said(
            "result_points",
            language,
            objective=number(summary.objective, 1, language),
            bound=number(summary.bound, 1, language),
            gap=number(100 * summary.gap, 3, language),
        ),
        said(
            "result_learners",
            language,
            placed=summary.placed,
            learners=summary.learners,
            covered=summary.fully_covered,
        ),
        said("result_files", language, out=out, report=out / "report.html"),
    ]
    if outcome.dataset_folder is not None:
        lines.append(said("result_routed", language, folder=outcome.dataset_folder))
    return lines
