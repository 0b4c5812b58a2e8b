"""`matcher solve` in words: from options to a run, and what is said of it."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import typer

from matcher.cli.answer import NO_PLAN, WRONG_USAGE, leave, tell
from matcher.cli.progress import ProgressLines
from matcher.cli.reading import leave_with_findings
from matcher.cli.verdict import signed_lines
from matcher.cli.words import Language, number, said
from matcher.dataset import Dataset, DatasetError, Finding
from matcher.errors import PolicyError, RouterError, RunError
from matcher.pipeline import (
    Outcome,
    OutFolderError,
    RunParams,
    RunWatch,
    run,
)
from matcher.policy import Policy, read_policy
from matcher.scorer.explain import input_words
from matcher.solvers import SolveParams
from matcher.solvers.child import ChildLimits, NoPlanError
from matcher.solvers.cluster import BackendError
from matcher.suggestions import kept_state
from matcher.travel import router_settings

_GB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveOptions:
    """The options of `matcher solve`, as typed; None where one was left out."""

    policy: Path | None
    time_limit_seconds: float | None
    gap: float | None
    seed: int | None
    workers: int
    scheduler: str | None
    engine: Literal["auto", "column_generation", "cp_sat", "greedy"]
    memory_limit_gb: float | None
    routers: tuple[str, ...]
    start: Path | None
    keeps_state: bool
    is_quiet: bool
    is_debug: bool
    language: Language


def solved(
    data: Path,
    out: Path,
    options: SolveOptions,
    *,
    policy: Policy | None = None,
    lasting: Path | None = None,
) -> Outcome:
    """Run, and say on stdout what came of it.

    Parameters
    ----------
    policy
        Of a scenario, instead of that of the options.
    lasting
        Where people find the data afterwards, if not where they are read.
    """
    language = options.language
    try:
        outcome = run(
            data,
            out,
            policy=policy or policy_of(options.policy),
            params=_params(options),
            watch=RunWatch() if options.is_quiet else _watch(lasting or data, language),
        )
    except DatasetError as error:
        leave_with_findings(error.findings, language)
    except (PolicyError, OutFolderError, BackendError) as error:
        leave(error.text(language), WRONG_USAGE)
    except NoPlanError as error:
        if options.is_debug and error.detail:
            tell(error.detail)
        leave(_no_plan(error, language), NO_PLAN)
    if options.is_debug and outcome.detail:
        tell(outcome.detail)
    typer.echo("\n".join(_result_lines(outcome, out, language)))
    return outcome


def policy_of(path: Path | None) -> Policy:
    """The policy of a file; a success model may lie beside it.

    A relative folder counts from where the command runs, as every path does, and
    from the file where there is none.
    """
    if path is None:
        return Policy()
    policy = read_policy(path)
    folder = policy.success_model
    if folder is None or Path(folder).exists() or not (path.parent / folder).exists():
        return policy
    return replace(policy, success_model=str(path.parent / folder))


def _model_lines(outcome: Outcome, language: Language) -> list[str]:
    notes = outcome.model_notes
    if notes is None:
        return []
    lines = [said("model_synthetic", language)] if notes.is_synthetic else []
    return lines + [
        said(
            "model_outside",
            language,
            input=input_words(outside.input, language),
            share=number(100 * outside.share, 0, language),
        )
        for outside in notes.outside
    ]


def _params(options: SolveOptions) -> RunParams:
    limit = options.memory_limit_gb
    try:
        routers = tuple(router_settings(text) for text in options.routers)
        start = None if options.start is None else kept_state(options.start)
    except (RouterError, RunError) as error:
        leave(error.text(options.language), WRONG_USAGE)
    default = SolveParams()
    return RunParams(
        solve=SolveParams(
            engine=options.engine,
            gap=default.gap if options.gap is None else options.gap,
            time_limit_seconds=options.time_limit_seconds,
            seed=default.seed if options.seed is None else options.seed,
            workers=options.workers,
            scheduler=options.scheduler,
            start=start,
            keep_state=options.keeps_state,
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
    lines = signed_lines(outcome.verdict, language) + _model_lines(outcome, language)
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
