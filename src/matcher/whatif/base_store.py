"""Solved bases on disk, each under the digest of all that decided it.

Who compares again, or goes on with a sweep that was stopped, begins with the very
search that was done: the same plans, bound and state, to the last digit.
"""

import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from matcher.problem.problem import Problem
from matcher.problem.run_record import Assignment, Seat
from matcher.report.run_files import write_text
from matcher.solvers.state import StateError, read_state, write_state
from matcher.whatif.solving import Rows, Solved, carried_plans, rows_of

logger = logging.getLogger(__name__)

CACHE = "cache"
"""Name of the folder, beside what it was made for."""

_FILE = "plans.json"


def keep_base(found: Solved, digest: str, folder: Path) -> None:
    """Keep a solved base; its folder is whole or absent.

    One without a state, or that somebody stopped, is not kept.
    """
    if found.state is None or found.stop_reason == "interrupted":
        return
    rows = rows_of(found.problem, found.plans)
    content = {
        "digest": digest,
        "objective": found.objective,
        "bound": found.bound,
        "stop_reason": found.stop_reason,
        "engine": found.engine,
        "assignments": [asdict(row) for row in rows.assignments],
        "seats": [asdict(row) for row in rows.seats],
    }
    whole = _place(digest, folder)
    part = whole.with_name(f".{whole.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    write_text(part / _FILE, json.dumps(content) + "\n")
    write_state(found.state, part)
    shutil.rmtree(whole, ignore_errors=True)
    part.rename(whole)


def kept_base(problem: Problem, digest: str, folder: Path) -> Solved | None:
    """The base that is kept under a digest, for its own problem; None without one."""
    place = _place(digest, folder)
    if not place.is_dir():
        return None
    try:
        content = json.loads((place / _FILE).read_text(encoding="utf-8"))
        found = _solved(problem, digest, content, place)
    except (OSError, ValueError, KeyError, TypeError, StateError):
        found = None
    if found is None:
        logger.warning("base %s cannot be read and is solved again", digest)
    return found


def _place(digest: str, folder: Path) -> Path:
    return folder / f"base-{digest}"


def _solved(
    problem: Problem, digest: str, content: Mapping[str, Any], place: Path
) -> Solved | None:
    rows = Rows(
        assignments=tuple(Assignment(**row) for row in content["assignments"]),
        seats=tuple(Seat(**row) for row in content["seats"]),
    )
    plans = carried_plans(problem, rows)
    if plans is None or content["digest"] != digest:
        return None
    return Solved(
        problem=problem,
        plans=plans,
        objective=float(content["objective"]),
        bound=float(content["bound"]),
        stop_reason=str(content["stop_reason"]),
        engine=str(content["engine"]),
        state=read_state(place),
    )
