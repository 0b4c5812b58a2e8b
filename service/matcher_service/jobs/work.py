"""What each kind of job does, in a process of its own: it reads files and writes files.

It never touches the database: its worker does, and only once all is written.
"""

import csv
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import matcher
from matcher.advice import dataset_warnings
from matcher.capacity import (
    CapacityParams,
    capacity_report,
    write_capacity,
    write_told,
)
from matcher.capacity.shadow_prices import shadow_prices
from matcher.dataset import DatasetError, Finding, findings_to_json
from matcher.dataset.card import carry_card
from matcher.dataset.write import write_dataset
from matcher.pipeline import RunParams, RunWatch
from matcher.policy import policy_from_mapping
from matcher.report import read_run_files
from matcher.scenario import read_scenario
from matcher.suggestions import load_run
from matcher.whatif import WhatifParams, WhatifWatch, whatif
from matcher_service.answers.prices import write_prices
from matcher_service.answers.pseudonyms import Veil
from matcher_service.answers.shelf import PSEUDONYM_FILE
from matcher_service.jobs.scenario_file import write_scenario
from matcher_service.jobs.task import (
    ANSWER_FILE,
    PROGRESS_FILE,
    TABLES,
    Task,
    write_whole,
)

DECIDED = "dataset"
RUN = "run"
CAPACITY = "capacity"
TOLD = "told"
"""In that folder: page, workbook and map for who may see no persons."""

COMPARISON = "comparison.json"

Answer = dict[str, Any]


def check(task: Task) -> Answer:
    """Read an upload; what can be used is kept as tables."""
    outcome = matcher.read_tables(task.source)
    findings: tuple[Finding, ...] = outcome.findings
    if outcome.dataset is None:
        return {"is_usable": False, "findings": _findings(findings)}
    dataset = outcome.dataset
    findings = (*findings, *dataset_warnings(matcher.prepare(dataset)))
    write_dataset(dataset, task.out / TABLES)
    carry_card(task.source, task.out / TABLES)
    return {
        "is_usable": True,
        "findings": _findings(findings),
        "sha256": dataset.sha256,
        "learners": len(dataset.learners),
        "school_ids": sorted({str(each) for each in dataset.learners.school_id} - {""}),
    }


def solve(task: Task) -> Answer:
    """Plan a dataset with what was decided, and keep prices for suggestions."""
    data, run = task.out / DECIDED, task.out / RUN
    write_dataset(matcher.read_dataset(task.source), data)
    carry_card(task.source, data)
    _decide(data / "placements.csv", task.decisions)
    params = RunParams()
    solving = replace(
        params.solve,
        gap=task.params["gap"],
        seed=task.params["seed"],
        time_limit_seconds=min(task.params["time_limit_seconds"], task.limit_seconds),
        keep_state=True,  # its prices need not be worked out again
    )
    limits = replace(params.limits, memory_bytes=task.memory_bytes)

    def tell(now: Any) -> None:  # noqa: ANN401 - a Progress of the engine
        progress = {"phase": now.phase, "round": now.round, "seconds": now.seconds}
        if now.objective is not None and now.bound is not None:
            progress |= {"objective": now.objective, "bound": now.bound}
        write_whole(task.out / PROGRESS_FILE, json.dumps(progress))

    outcome = matcher.run(
        data,
        run,
        policy=policy_from_mapping(task.params["policy"]),
        params=replace(params, solve=solving, limits=limits),
        watch=RunWatch(on_progress=tell),
    )
    write_prices(shadow_prices(load_run(outcome.dataset, run), run), run)
    (task.out / PSEUDONYM_FILE).write_bytes(secrets.token_bytes(32))
    summary = outcome.record.summary
    return {
        "status": summary.status,
        "stop_reason": summary.stop_reason,
        "objective": summary.objective,
        "bound": summary.bound,
        "gap": summary.gap,
        "learners": summary.learners,
        "placed": summary.placed,
        "fully_covered": summary.fully_covered,
        "seed": summary.seed,
        "dataset_sha256": summary.dataset_sha256,
    }


def capacity(task: Task) -> Answer:
    """Where a region is short, and what to recruit first."""
    if task.base is None:
        message = "A report about capacity needs a run."
        raise ValueError(message)
    run = load_run(matcher.read_dataset(task.base / DECIDED), task.base / RUN)
    params = CapacityParams()
    params = replace(
        params,
        recruit=replace(params.recruit, top=task.params["top"]),
        sets=replace(params.sets, largest=task.params["sets"]),
    )
    report = capacity_report(
        run, params, lambda step: _step(task.out, step), task.base / RUN
    )
    write_capacity(run, report, task.out / CAPACITY)
    write_told(run, report, task.out / CAPACITY / TOLD)
    return {"shortages": len(report.shortages), "recruits": report.recruits.confirmed}


def scenario(task: Task) -> Answer:
    """What changes would do to the data of a run, solved beside it."""
    if task.base is None:
        message = "A scenario needs a run."
        raise ValueError(message)
    data = task.base / DECIDED
    veil = Veil(
        (task.base / PSEUDONYM_FILE).read_bytes(),
        matcher.read_dataset(data).learners.learner_id,
    )
    path = task.out / "scenario.toml"
    changes = veil.lifted(task.params["changes"])
    write_scenario(path, data, {**task.params, "changes": changes})
    limit = min(task.params["time_limit_seconds"], task.limit_seconds)
    params = WhatifParams(
        mode=task.params["mode"],
        policy=policy_from_mapping(read_run_files(task.base / RUN).summary.policy),
        time_limit_seconds=limit,
    )
    watch = WhatifWatch(on_side=lambda side: _step(task.out, side))
    whatif([read_scenario(path)], task.out / "whatif", params, watch)
    full = task.out / "whatif" / path.stem / COMPARISON
    content = veil.over_comparison(json.loads(full.read_text(encoding="utf-8")))
    write_whole(task.out / COMPARISON, json.dumps(content, ensure_ascii=False))
    return {"objective": content["objective"], "learners": content["learners"]}


KINDS: Mapping[str, Callable[[Task], Answer]] = {
    "check": check,
    "solve": solve,
    "capacity": capacity,
    "scenario": scenario,
}


def perform(task: Task) -> None:
    """Do a job and leave its answer in the folder; a fault leaves its code."""
    try:
        answer = KINDS[task.kind](task)
    except matcher.MatcherError as error:
        answer = {"problem": _code(error)}
    write_whole(task.out / ANSWER_FILE, json.dumps(answer, ensure_ascii=False))


def _decide(path: Path, decisions: Iterable[Mapping[str, str]]) -> None:
    """Put decisions into the table of placements, in the place of older words."""
    names = ["learner_id", "period_id", "site_id", "mentor_id", "status"]
    rows: list[dict[str, str]] = []
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    for new in decisions:
        about = (new["learner_id"], new["period_id"])
        if new["status"] == "refused":
            rows = [row for row in rows if _key(row) != _key(new)]
        else:
            settles = {"signed", "proposed"}
            rows = [
                row
                for row in rows
                if (row["learner_id"], row["period_id"]) != about
                or row["status"] not in settles
            ]
        if new["status"] != "free":
            rows.append({name: new[name] for name in names})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: row[name] for name in names} for row in rows)


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        row[name] for name in ("learner_id", "period_id", "site_id", "mentor_id")
    )


def _findings(found: tuple[Finding, ...]) -> Any:  # noqa: ANN401 - JSON
    content = json.loads(findings_to_json(found))
    for entry, each in zip(content["findings"], found, strict=True):
        entry["message_nl"], entry["message_en"] = each.message.nl, each.message.en
        entry["remedy_nl"], entry["remedy_en"] = each.remedy.nl, each.remedy.en
    return content["findings"]


def _code(error: matcher.MatcherError) -> str:
    if isinstance(error, DatasetError):
        return "dataset_unusable"
    reason = getattr(error, "reason", None)
    return f"no_plan_{reason}" if isinstance(reason, str) else type(error).__name__


def _step(out: Path, name: str) -> None:
    write_whole(out / PROGRESS_FILE, json.dumps({"phase": name}))
