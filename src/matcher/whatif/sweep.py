"""`matcher whatif` of a scenario with a sweep: solve all its variants, resumably.

Every answer is kept in ``cache`` under the digest of its input as soon as it is there.
Whoever is killed and starts again solves what is missing; the files come out the same.
"""

import csv
import io
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from matcher.capacity.files import write_json
from matcher.dataset import read_dataset
from matcher.report.run_files import write_text
from matcher.scenario import Scenario
from matcher.whatif.base_store import CACHE
from matcher.whatif.parallel import Workers, answers, at_work
from matcher.whatif.run import WhatifParams, solved_base
from matcher.whatif.solving import rows_of
from matcher.whatif.statistics import Statistics, statistics_of
from matcher.whatif.sweep_page import sweep_page, sweep_sections
from matcher.whatif.tasks import Task, distinct, tasks_of
from matcher.whatif.variant import Setting, Variant, store, stored
from matcher.whatif.workbook import write_sections


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepProgress:
    """How far a sweep is.

    Attributes
    ----------
    done, total
        Variants that differ; those kept from before count as done.
    seconds_left
        At the pace so far; None before the first.
    """

    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepWatch:
    """The eyes of a caller.

    Attributes
    ----------
    on_base
        Called before the base is solved, where variants begin with its search.
    on_progress
        Called at the start and with each answer.
    """

    on_base: Callable[[], None] = lambda: None
    on_progress: Callable[[SweepProgress], None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOutcome:
    """A sweep that is done."""

    scenario: Scenario
    tasks: tuple[Task, ...]
    variants: tuple[Variant, ...]
    statistics: Statistics


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cache:
    """Where answers are kept, and whether they begin with the base's search."""

    folder: Path
    is_warm: bool


def sweep(
    scenario: Scenario,
    out: Path,
    params: WhatifParams,
    workers: Workers,
    watch: SweepWatch | None = None,
) -> SweepOutcome:
    """Solve every variant of a scenario and write what it says.

    Raises
    ------
    ScenarioError, DatasetError
        The scenario or its data cannot be used.
    BackendError
        The workers are not there.
    WorkersLostError
        They were there, and were ended from outside.
    """
    watch = watch or SweepWatch()
    dataset, solve = read_dataset(scenario.dataset), params.solve(scenario)
    tasks = tasks_of(scenario, dataset, params.policy, solve, is_warm=params.is_warm)
    setting = Setting(
        name=scenario.name,
        dataset=dataset,
        policy=params.policy,
        params=solve,
        running=None,
    )
    cache = _Cache(folder=out / CACHE, is_warm=params.is_warm)
    found = _all_answers(setting, tasks, cache, workers, watch)
    outcome = SweepOutcome(
        scenario=scenario,
        tasks=tasks,
        variants=tuple(found[task.digest] for task in tasks),
        statistics=statistics_of(tasks, found),
    )
    write_sweep(outcome, out, params)
    return outcome


def write_sweep(outcome: SweepOutcome, out: Path, params: WhatifParams) -> None:
    """Write the table, the statistics, the page and the workbook."""
    out.mkdir(parents=True, exist_ok=True)
    write_text(out / "sweep.csv", _table(outcome))
    write_json(out / "sweep.json", sweep_to_json(outcome))
    write_text(out / "sweep.html", sweep_page(outcome, params.language))
    write_sections(sweep_sections(outcome), out / "sweep.xlsx")


def sweep_to_json(outcome: SweepOutcome) -> dict[str, Any]:
    """Statistics, the question first; what nobody knows is null."""
    scenario = outcome.scenario
    content = {
        "scenario": scenario.name,
        "title": asdict(scenario.title),
        "question": asdict(scenario.question),
        "variants": len(outcome.tasks),
        **asdict(outcome.statistics),
    }
    found: dict[str, Any] = _plain(content)
    return found


def _all_answers(
    setting: Setting,
    tasks: tuple[Task, ...],
    cache: "_Cache",
    workers: Workers,
    watch: SweepWatch,
) -> dict[str, Variant]:
    """By digest, those kept from before and those solved now."""
    wanted = tuple(distinct(tasks))
    found = {
        task.digest: kept
        for task in wanted
        if (kept := stored(task.digest, cache.folder)) is not None
    }
    left = [task for task in wanted if task.digest not in found]
    total, before = len(wanted), len(found)
    watch.on_progress(SweepProgress(done=before, total=total, seconds_left=None))
    if not left:
        return found
    # The cluster is called before the base is solved: no wait for what is not there.
    with at_work(workers) as processes:
        if cache.is_warm:
            watch.on_base()
        setting, started = _ready(setting, cache), time.monotonic()
        for variant in answers(setting, left, processes):
            store(variant, cache.folder)
            found[variant.digest] = variant
            done = len(found)
            pace = (time.monotonic() - started) / (done - before)
            seconds = pace * (total - done)
            watch.on_progress(
                SweepProgress(done=done, total=total, seconds_left=seconds)
            )
    return found


def _ready(setting: Setting, cache: "_Cache") -> Setting:
    """The setting that goes to the workers.

    Each variant takes one thread, for there are as many variants at a time as
    processes; warm, it begins with what the search for the base kept.
    """
    alone = replace(setting.params, workers=1)
    if not cache.is_warm:
        return replace(setting, params=alone)
    base = solved_base(setting.dataset, setting.policy, setting.params, cache.folder)
    return replace(
        setting,
        params=replace(alone, start=base.state),
        running=rows_of(base.problem, base.plans),
    )


def _table(outcome: SweepOutcome) -> str:
    """One line per task, in the order of the tasks."""
    text = io.StringIO(newline="")
    names = [name for name, _ in outcome.tasks[0].point]
    figures = [*asdict(outcome.variants[0].measures)]
    header = ["choice", *names, "draw", "learners", "objective", "bound", *figures]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for task, variant in zip(outcome.tasks, outcome.variants, strict=True):
        values = [variant.learners, variant.objective, variant.bound]
        writer.writerow(
            [
                task.choice,
                *[value for _, value in task.point],
                task.draw,
                *map(repr, values),
                *map(_cell, asdict(variant.measures).values()),
            ]
        )
    return text.getvalue()


def _cell(value: float) -> str:
    return "" if value != value else repr(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and value != value else value
