"""A job on its way to its process, as a file; light, as each worker has to load it."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLES = "tables"
"""In the folder of a dataset: what was checked, as CSV."""

ANSWER_FILE, PROGRESS_FILE, TASK_FILE = "answer.json", "progress.json", "task.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A job as its process gets it.

    Attributes
    ----------
    out
        The folder of this attempt.
    source
        The upload of a check; else the tables of the dataset.
    base
        The folder of the run that a report about capacity reads.
    decisions
        Rows for the table of placements.
    """

    kind: str
    out: Path
    source: Path
    base: Path | None
    params: Mapping[str, Any]
    decisions: tuple[Mapping[str, str], ...]
    memory_bytes: int
    limit_seconds: int


def write_task(task: Task) -> Path:
    """Leave a job in its folder, for its process to read."""
    content = {
        "kind": task.kind,
        "source": str(task.source),
        "base": None if task.base is None else str(task.base),
        "params": dict(task.params),
        "decisions": [dict(row) for row in task.decisions],
        "memory_bytes": task.memory_bytes,
        "limit_seconds": task.limit_seconds,
    }
    task.out.mkdir(parents=True, exist_ok=True)
    path = task.out / TASK_FILE
    write_whole(path, json.dumps(content, ensure_ascii=False))
    return path


def read_task(path: Path) -> Task:
    """The job that was left in a folder."""
    content = json.loads(path.read_text(encoding="utf-8"))
    base = content["base"]
    return Task(
        kind=content["kind"],
        out=path.parent,
        source=Path(content["source"]),
        base=None if base is None else Path(base),
        params=content["params"],
        decisions=tuple(content["decisions"]),
        memory_bytes=content["memory_bytes"],
        limit_seconds=content["limit_seconds"],
    )


def write_whole(path: Path, text: str) -> None:
    """Write a file so that whoever reads it finds all of it, or none."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
