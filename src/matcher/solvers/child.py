"""An engine in a process of its own, so that limits hold whatever it does.

An engine may sit for minutes in one call of a solver library, or ask for more memory
than there is. Here the parent keeps the best plans as they come in; when a limit is
reached it asks the child to stop, waits a little, and ends it.

The child is spawned, not forked: OR-Tools, HiGHS and BLAS keep threads, of which a
fork copies the locks but not the owners. The problem travels as a pickle. The child
leads a session of its own: Ctrl-C in a terminal reaches the parent alone.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import psutil

from matcher.errors import MatcherError
from matcher.problem.plans import Plans
from matcher.problem.problem import Problem
from matcher.solvers.run import Progress, Result, SolveParams, StopReason, Watch
from matcher.solvers.solve import solve
from matcher.solvers.state import RunState

SolveFunction = Callable[[Problem, SolveParams, Watch], Result]
"""What the child runs; found there by its module and name."""

EndReason = StopReason | Literal["memory", "crash"]

_TICK_SECONDS = 0.1
_MEMORY_TICK_SECONDS = 0.5


class NoPlanError(MatcherError):
    """An engine came to an end before its first plan.

    Attributes
    ----------
    reason
        Why it ended.
    detail
        What the child said last, for who looks for the cause; often "".
    """

    def __init__(self, reason: EndReason, detail: str = "") -> None:
        super().__init__(f"Stopped before a first plan ({reason}).")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """When the parent ends the child.

    Attributes
    ----------
    grace_seconds
        Between asking and ending.
    memory_bytes
        Resident memory of the child; None is no limit.
    """

    grace_seconds: float = 3.0
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The best plans of a child, however it ended.

    Attributes
    ----------
    plans
        One per learner, in the order of the table.
    bound
        Points; no plans cost less.
    detail
        What the child said last where it crashed; else "".
    state
        For a next run, where it was asked for and the child ended by itself.
    """

    plans: Plans
    bound: float
    stop_reason: EndReason
    engine: str
    detail: str = ""
    state: RunState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """The child has the problem and waits for its parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Better:
    plans: Plans
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    reason: Literal["memory", "crash"]
    detail: str


_Message = _Ready | Progress | _Better | _Failed | Result


def solve_in_child(
    problem: Problem,
    params: SolveParams,
    limits: ChildLimits | None = None,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
    num_stops_asked: Callable[[], int] = lambda: 0,
    function: SolveFunction = solve,
) -> Ending:
    """Solve in a process that can be ended.

    Parameters
    ----------
    params
        The time limit counts from this call: starting the child is within it.
    num_stops_asked
        How often a person asked to stop: once is a wish, twice an order.
    function
        A function of a module; another engine than ours.

    Raises
    ------
    NoPlanError
        The child ended, or was ended, without any plan.
    """
    ForkingPickler.register(MappingProxyType, _reduce_mapping)
    supervisor = _Supervisor(params, limits or ChildLimits(), on_progress)
    return supervisor.run(problem, function, num_stops_asked)


_ReadOnly = MappingProxyType[str, object]


def _reduce_mapping(
    mapping: _ReadOnly,
) -> tuple[Callable[[dict[str, object]], _ReadOnly], tuple[dict[str, object]]]:
    """Policies hold read-only mappings, which pickle does not know."""
    return _read_only, (dict(mapping),)


def _read_only(values: dict[str, object]) -> _ReadOnly:
    return MappingProxyType(values)


class _Supervisor:
    """The parent's side of one solve."""

    def __init__(
        self,
        params: SolveParams,
        limits: ChildLimits,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._params = params
        self._limits = limits
        self._on_progress = on_progress
        limit = params.time_limit_seconds
        self._deadline = time.monotonic() + (float("inf") if limit is None else limit)
        self._engine = params.engine if params.engine != "auto" else "column_generation"
        self._asked_for: EndReason | None = None
        self._kill_at = float("inf")
        self._look_at_memory_at = 0.0
        self._best: _Better | None = None
        self._bound = 0.0
        self._result: Result | None = None
        self._failed: _Failed | None = None

    def run(
        self,
        problem: Problem,
        function: SolveFunction,
        num_stops_asked: Callable[[], int],
    ) -> Ending:
        with _child(problem, function) as (process, connection):
            while self._result is None and self._failed is None:
                self._keep_limits(process, connection, num_stops_asked())
                is_over = time.monotonic() >= self._kill_at
                if is_over or not self._listen(connection):
                    break
        return self._ending(process.exitcode)

    def _listen(self, connection: Connection) -> bool:
        """Take in one message, if there is one; False when the child is gone."""
        try:
            if connection.poll(_TICK_SECONDS):
                self._take(connection.recv(), connection)
        except (EOFError, OSError):
            return False
        return True

    def _take(self, message: _Message, connection: Connection) -> None:
        match message:
            case _Ready():
                connection.send(self._params_for_what_is_left())
            case Progress():
                self._bound = max(self._bound, message.bound or 0.0)
                self._on_progress(message)
            case _Better():
                self._bound = max(self._bound, message.bound)
                self._best = message
            case _Failed():
                self._failed = message
            case Result():
                self._result = message

    def _params_for_what_is_left(self) -> SolveParams:
        if self._params.time_limit_seconds is None:
            return self._params
        left = max(self._deadline - time.monotonic(), 0.0)
        return replace(self._params, time_limit_seconds=left)

    def _keep_limits(
        self, process: SpawnProcess, connection: Connection, num_stops_asked: int
    ) -> None:
        now = time.monotonic()
        if num_stops_asked > 0 or now >= self._deadline:
            self._ask("interrupted" if num_stops_asked else "time", connection)
        if num_stops_asked > 1:
            self._kill_at = now
        limit = self._limits.memory_bytes
        if limit is not None and now >= self._look_at_memory_at:
            self._look_at_memory_at = now + _MEMORY_TICK_SECONDS
            with suppress(psutil.Error):
                if psutil.Process(process.pid).memory_info().rss > limit:
                    self._asked_for, self._kill_at = "memory", now

    def _ask(self, reason: EndReason, connection: Connection) -> None:
        if self._asked_for is None:
            self._asked_for = reason
            self._kill_at = time.monotonic() + self._limits.grace_seconds
            with suppress(OSError):
                connection.send(None)

    def _ending(self, exit_code: int | None) -> Ending:
        if self._result is not None:
            told: EndReason = self._result.stop_reason
            if told == "interrupted" and self._asked_for is not None:
                told = self._asked_for  # the engine knows that it was asked, not why
            return Ending(
                plans=self._result.plans,
                bound=self._result.bound,
                stop_reason=told,
                engine=self._result.engine,
                state=self._result.state,
            )
        reason, detail = self._asked_for, ""
        if self._failed is not None:
            reason, detail = self._failed.reason, self._failed.detail
        elif reason is None:
            # The system ends a process that asks for too much memory by SIGKILL.
            reason = "memory" if exit_code == -9 else "crash"
            detail = f"The child process ended with code {exit_code}."
        if self._best is None:
            raise NoPlanError(reason, detail)
        return Ending(
            plans=self._best.plans,
            bound=self._bound,
            stop_reason=reason,
            engine=self._engine,
            detail=detail,
        )


@contextmanager
def _child(
    problem: Problem, function: SolveFunction
) -> Iterator[tuple[SpawnProcess, Connection]]:
    """A child that works on the problem; it is gone afterwards."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=True)
    process = context.Process(
        target=_serve, args=(theirs, problem, function), daemon=True
    )
    with ours:
        try:
            with _without_interrupts(), suppress(BrokenPipeError):
                process.start()
            theirs.close()
            yield process, ours
            # What ends by itself has said its last word: no reason to wait long.
            process.join(0.5)
        finally:
            _end(process)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C waits, and a child that starts meanwhile never gets to see it."""
    if sys.platform == "win32":
        yield
        return
    # It would lift our mask if the start of the child started it.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(process: SpawnProcess) -> None:
    if process.pid is None:
        return
    if sys.platform != "win32" and process.is_alive():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def _serve(connection: Connection, problem: Problem, function: SolveFunction) -> None:
    """What the child does."""
    _settle()
    connection.send(_Ready())
    params = connection.recv()
    if params is None:
        return  # asked to stop before there was anything to do
    watch = Watch(
        on_progress=connection.send,
        on_better=lambda plans, bound: connection.send(
            _Better(plans=plans, bound=bound)
        ),
        # A word from the parent, or its end.
        should_stop=lambda: connection.poll(0),
    )
    try:
        answer: Result | _Failed = function(problem, params, watch)
    except MemoryError:
        answer = _Failed(reason="memory", detail="")
    except BrokenPipeError:
        return  # the parent is gone: nobody to tell
    except Exception:  # noqa: BLE001 - whatever it was, the parent keeps the best
        answer = _Failed(reason="crash", detail=traceback.format_exc())
    connection.send(answer)


def _settle() -> None:
    """A session of its own, results kept off stdout, and first to go."""
    os.dup2(2, 1)
    if sys.platform != "win32":
        os.setsid()
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
