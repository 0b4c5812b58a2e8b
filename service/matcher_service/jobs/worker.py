"""A worker: takes jobs, watches over the process of each, and writes how it ended."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher_service.jobs.decided import placement_rows
from matcher_service.jobs.priority import give_way
from matcher_service.jobs.queue import (
    Claim,
    Ending,
    claim_next,
    end_within,
    give_back,
    renew,
)
from matcher_service.jobs.task import (
    ANSWER_FILE,
    PROGRESS_FILE,
    TABLES,
    Task,
    write_task,
)
from matcher_service.settings import Settings
from matcher_service.store import Database, new_id
from matcher_service.store.models import Job, StoredDataset

logger = logging.getLogger(__name__)

CHECKS = ("check",)
SOLVES = ("solve", "capacity", "scenario")
UPLOADS, WORK = "uploads", "work"
_FROM_OUTSIDE = ("process_ended", "no_plan_crash", "no_plan_memory")
"""Problems that another attempt may not have."""

_YOUNG = 10
"""Leases during which a leftover may still be somebody's work."""

_TICK_SECONDS = 0.2
_LOOK_SECONDS = 1.0
_GRACE_SECONDS = 30.0


class Worker:
    """Takes one job at a time, of some kinds."""

    def __init__(
        self, settings: Settings, database: Database, kinds: tuple[str, ...]
    ) -> None:
        self._settings = settings
        self._database = database
        self._kinds = kinds
        self._name = new_id("worker")

    def run_one(self) -> bool:
        """Do one job; False where none waits."""
        lease = self._settings.lease_seconds
        claim = claim_next(self._database, self._kinds, self._name, lease)
        if claim is None:
            return False
        if claim.is_one_too_many:
            self._end(claim, Ending(state="failed", problem="worker_lost"))
            return True
        logger.info("job %s begins, attempt %s", claim.job_id, claim.fence)
        out = self._settings.folder / WORK / claim.name
        shutil.rmtree(out, ignore_errors=True)
        try:
            ending = self._done(claim, out)
        except Exception:
            # Whatever it was, the job must not come back for ever.
            logger.exception("job %s fell over", claim.job_id)
            ending = Ending(state="failed", problem="internal")
        if (
            ending is not None
            and ending.problem in _FROM_OUTSIDE
            and give_back(self._database, claim)
        ):
            ending = None
        is_kept = ending is not None and self._end(claim, ending)
        if not is_kept or not (ending and ending.folder):
            shutil.rmtree(out, ignore_errors=True)
        logger.info("job %s ends: %s", claim.job_id, ending.state if ending else "lost")
        return True

    def _done(self, claim: Claim, out: Path) -> Ending | None:
        task = self._task(claim, out)
        if task is None:
            return Ending(state="failed", problem="source_gone")
        with _process(write_task(task)) as process:
            problem = self._watch(process, claim, task)
        if problem == "lost":
            return None
        # A quick job may end between two looks: how far it came is read once more.
        progress = _json(task.out / PROGRESS_FILE)
        return replace(_ending(claim, out, problem), progress=progress)

    def _task(self, claim: Claim, out: Path) -> Task | None:
        folder, settings = self._settings.folder, self._settings
        is_check = claim.kind == "check"
        with self._database.reading() as session:
            dataset = session.get(StoredDataset, claim.dataset_id)
            base = session.get(Job, claim.base_id) if claim.base_id else None
            if dataset is None or (claim.base_id and base is None):
                return None
            source = folder / dataset.folder
            if not is_check:
                source = source / TABLES
            rows = placement_rows(session, dataset.dataset_id)
        return Task(
            kind=claim.kind,
            out=out.absolute(),
            source=source.absolute(),
            base=None if base is None else (folder / base.folder).absolute(),
            params=claim.params,
            decisions=rows,
            memory_bytes=settings.job_memory_bytes,
            limit_seconds=settings.check_seconds if is_check else settings.job_seconds,
        )

    def _watch(
        self, process: "subprocess.Popen[bytes]", claim: Claim, task: Task
    ) -> str:
        """Wait for the process; why it was ended, or "" where it was not."""
        deadline = time.monotonic() + task.limit_seconds + _GRACE_SECONDS
        renew_at, kill_at, problem = 0.0, float("inf"), ""
        look_at = 0.0
        while process.poll() is None:
            now = time.monotonic()
            if now >= look_at:  # an engine may begin at any time
                look_at = now + _LOOK_SECONDS
                family = [each.pid for each in _family(process.pid)]
                give_way(family, self._settings.job_niceness)
            if now >= renew_at:
                renew_at = now + self._settings.lease_seconds / 4
                asked = renew(
                    self._database,
                    claim,
                    self._settings.lease_seconds,
                    _json(task.out / PROGRESS_FILE),
                )
                if asked is None:
                    return "lost"
                if asked and not problem:
                    problem, kill_at = "cancelled", now + _GRACE_SECONDS
                    process.send_signal(signal.SIGTERM)
                if _memory_of(process.pid) > task.memory_bytes:
                    return "out_of_memory"
            if now >= deadline or now >= kill_at:
                return problem or "out_of_time"
            with suppress(subprocess.TimeoutExpired):
                process.wait(_TICK_SECONDS)
        return problem

    def _end(self, claim: Claim, ending: Ending) -> bool:
        upload = ""
        told = dict(ending.summary or {})
        findings = told.pop("findings", [])  # of the dataset alone: they name cells
        with self._database.writing() as session:
            if not end_within(session, claim, replace(ending, summary=told)):
                return False
            if claim.kind == "check":
                upload = _take_in(session, claim, ending, findings)
        if upload:
            (self._settings.folder / upload).unlink(missing_ok=True)
        return True


def work(
    settings: Settings,
    database: Database,
    kinds: tuple[str, ...],
    should_stop: Callable[[], bool],
) -> None:
    """Work until told to stop."""
    worker = Worker(settings, database, kinds)
    while not should_stop():
        try:
            is_busy = worker.run_one()
        except Exception:
            logger.exception("the worker could not take a job")
            is_busy = False
        if not is_busy:
            time.sleep(_TICK_SECONDS)


def sweep(settings: Settings, database: Database) -> int:
    """Remove uploads and folders of attempts that no row names; how many.

    Only what is older than a few leases: a row may be about to name the others.
    """
    with database.reading() as session:
        kept = set(session.scalars(select(Job.folder)))
        kept |= set(session.scalars(select(StoredDataset.folder)))
        running = set(session.scalars(select(Job.job_id).where(Job.state == "running")))
    removed = 0
    for path in (*_inside(settings.folder / WORK), *_inside(settings.folder / UPLOADS)):
        is_kept = f"{path.parent.name}/{path.name}" in kept
        is_young = time.time() - path.stat().st_mtime < _YOUNG * settings.lease_seconds
        if is_kept or is_young or path.name.rsplit("-", 1)[0] in running:
            continue
        if path.is_file():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path, ignore_errors=True)
        removed += 1
    return removed


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _take_in(
    session: Session, claim: Claim, ending: Ending, findings: list[dict[str, Any]]
) -> str:
    """What a check found becomes the state of its dataset; the upload that may go."""
    dataset = session.get(StoredDataset, claim.dataset_id)
    if dataset is None:
        return ""
    upload, dataset.folder = dataset.folder, ""
    answer = dict(ending.summary or {})
    is_own = not answer.get("is_usable") or _may_bring(dataset, answer)
    is_usable = bool(answer.get("is_usable")) and is_own
    dataset.state = "usable" if is_usable else "refused"
    dataset.findings = {
        "findings": findings if is_own else [],
        "problem": ending.problem or ("" if is_own else "other_schools"),
    }
    dataset.version += 1
    if is_usable:
        dataset.sha256, dataset.learners = answer["sha256"], answer["learners"]
        dataset.school_ids, dataset.folder = answer["school_ids"], ending.folder
    return upload


def _may_bring(dataset: StoredDataset, answer: dict[str, Any]) -> bool:
    """A coach brings learners of their own schools alone."""
    own = dataset.owner_schools
    return not own or set(answer["school_ids"]) <= set(own)


def _ending(claim: Claim, out: Path, problem: str) -> Ending:
    answer = _json(out / ANSWER_FILE)
    if answer is None:
        if problem == "cancelled":
            return Ending(state="cancelled")
        return Ending(state="failed", problem=problem or "process_ended")
    failed = answer.get("problem")
    if failed:
        state = "cancelled" if problem == "cancelled" else "failed"
        return Ending(state=state, problem=failed)
    return Ending(state="done", folder=f"{WORK}/{claim.name}", summary=answer)


@contextmanager
def _process(task_file: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The process of a job, and all that it started, gone afterwards."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MATCHER_")
    }
    command = [sys.executable, "-m", "matcher_service.jobs.child", str(task_file)]
    process = subprocess.Popen(  # noqa: S603 - our own module
        [*command, str(os.getpid())],
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for each in _family(process.pid):
            with suppress(psutil.Error):
                each.kill()
        process.kill()
        process.wait()


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        return [*parent.children(recursive=True), parent]
    return []


def _memory_of(pid: int) -> int:
    total = 0
    for each in _family(pid):
        with suppress(psutil.Error):
            total += each.memory_info().rss
    return total


def _json(path: Path) -> Mapping[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
