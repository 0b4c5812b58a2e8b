"""Tasks spread over processes: on this machine by joblib, or on a Dask cluster."""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Literal

import joblib

from matcher.solvers.cluster import WorkersLostError, on_cluster
from matcher.whatif.tasks import Task
from matcher.whatif.variant import Setting, Variant, solved_variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Where tasks are solved.

    Attributes
    ----------
    number
        Processes on this machine; a cluster has its own.
    scheduler
        Address of a Dask scheduler, such as ``tcp://localhost:8786``.
    """

    backend: Literal["local", "dask"] = "local"
    number: int = 1
    scheduler: str | None = None


def answers(
    setting: Setting, tasks: Sequence[Task], processes: int
) -> Iterator[Variant]:
    """The answer of each task, as they come: in any order, each once.

    Parameters
    ----------
    processes
        As `at_work` gives it.
    """
    if processes == 1:
        for task in tasks:
            yield solved_variant(setting, task.changes, task.digest)
        return
    parallel = joblib.Parallel(
        n_jobs=processes, return_as="generator_unordered", batch_size=1
    )
    parent = os.getpid() if processes > 1 else None
    yield from parallel(
        joblib.delayed(_answer)(parent, setting, task) for task in tasks
    )


def _answer(parent: int | None, setting: Setting, task: Task) -> Variant:
    """The answer of a task, in another process.

    Parameters
    ----------
    parent
        The process that asks, on this machine; None for a cluster.
    """
    if parent is not None:
        _end_with(parent)
    return solved_variant(setting, task.changes, task.digest)


@cache
def _end_with(parent: int) -> None:
    """End this process when its parent is no more: kill -9 leaves nobody waiting."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


_LOOK_EVERY_SECONDS = 1.0


@contextmanager
def at_work(workers: Workers) -> Iterator[int]:
    """The number of processes that joblib is to use: as many as a cluster has is -1.

    Raises
    ------
    BackendError
        The cluster cannot be reached or has no workers, or Dask is not installed.
    WorkersLostError
        Processes were ended from outside once too often.
    """
    if workers.backend == "dask":
        with on_cluster(workers.scheduler):
            yield -1
        return
    try:
        with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
            yield workers.number
    except BrokenProcessPool as error:
        raise WorkersLostError from error
