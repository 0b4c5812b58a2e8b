"""What an engine is given and what it gives: parameters, progress, result."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from matcher.problem.plans import Plans
from matcher.solvers.state import RunState

Engine = Literal["auto", "column_generation", "cp_sat", "greedy"]
StopReason = Literal["proven", "gap", "time", "work", "interrupted", "exhausted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveParams:
    """How to solve, and when to stop.

    Attributes
    ----------
    engine
        ``auto`` takes column generation.
    gap
        Relative distance of objective and bound at which to stop; 0 asks for the
        optimum.
    time_limit_seconds, work_limit
        None is no limit. Work is counted in pricing rounds and integer programs:
        it stops at the same point on every machine.
    seed
        For ties and heuristics.
    workers
        Threads; no answer depends on it.
    scheduler
        Address of a Dask cluster on which all parts but the largest are solved; no
        answer depends on it. None is this machine alone.
    start
        State of an earlier run, of the same region or nearly so, to begin with.
    keep_state
        The result holds the state for a next run.
    """

    engine: Engine = "auto"
    gap: float = 0.001
    time_limit_seconds: float | None = None
    work_limit: int | None = None
    seed: int = 1
    workers: int = 1
    scheduler: str | None = None
    start: RunState | None = None
    keep_state: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.gap < 1:
            message = f"Expected a gap from 0 up to 1, got {self.gap}."
            raise ValueError(message)
        if self.workers < 1:
            message = f"Expected 1 worker or more, got {self.workers}."
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One line of progress.

    Attributes
    ----------
    seconds
        Since the engine began.
    phase
        ``start``, ``bound`` (the master and pricing in turn) or ``plans``.
    round, columns
        Rounds taken and plans known.
    objective, bound
        Points; None before the first.
    is_better
        A better plan was found.
    """

    seconds: float
    phase: str
    round: int
    columns: int
    objective: float | None
    bound: float | None
    is_better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Plans for all learners, and what is proven of them.

    Attributes
    ----------
    plans
        One per learner, in the order of the table.
    objective, bound
        Points; no plans cost less than the bound.
    stop_reason
        Why the engine stopped: ``exhausted`` says that it had nothing left to try.
    engine
        The engine that ran.
    state
        For a next run; None where none was asked for, or the engine has none.
    """

    plans: Plans
    objective: float
    bound: float
    stop_reason: StopReason
    engine: str
    state: RunState | None = None

    @property
    def gap(self) -> float:
        """(objective - bound) / objective; 0 when the objective is 0."""
        if self.objective == 0:
            return 0.0
        return (self.objective - self.bound) / self.objective


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The eyes of a caller on a running engine.

    Attributes
    ----------
    on_progress
        Called with each line of progress.
    on_better
        Called with each better set of plans, and the bound then.
    should_stop
        Asked often; True ends the run with the best so far.
    """

    on_progress: Callable[[Progress], None] = lambda _: None
    on_better: Callable[[Plans, float], None] = lambda _plans, _bound: None
    should_stop: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class _Tally:
    """What all steps of a run have in common."""

    work: int = 0
    reason: StopReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time and work spent; says when a limit is reached.

    Attributes
    ----------
    share_end
        Share of the time limit at which the step at hand has to end.
    """

    params: SolveParams
    watch: Watch
    started: float = field(default_factory=time.monotonic)
    share_end: float = 1.0
    _tally: _Tally = field(default_factory=_Tally)

    def until(self, share_end: float) -> "Clock":
        """The same clock for a step that has to end earlier."""
        return replace(self, share_end=share_end)

    def count(self) -> None:
        """Count one unit of work."""
        self._tally.work += 1

    @property
    def work(self) -> int:
        """Units of work of all steps."""
        return self._tally.work

    @property
    def reason(self) -> StopReason | None:
        """Why the run has to end; None as long as it may go on."""
        return self._tally.reason

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def seconds_left(self) -> float:
        """Seconds until the step at hand has to end; infinite without a limit."""
        if self.params.time_limit_seconds is None:
            return float("inf")
        return self.params.time_limit_seconds * self.share_end - self.seconds

    @property
    def spent(self) -> float:
        """Share of the time limit that is spent; 0 without one."""
        limit = self.params.time_limit_seconds
        return self.seconds / limit if limit else 0.0

    def may_go_on(self) -> bool:
        """No limit is reached and nobody asked to stop."""
        if self.reason is None:
            limit = self.params.work_limit
            if self.watch.should_stop():
                self._tally.reason = "interrupted"
            elif self.spent >= 1.0:
                self._tally.reason = "time"
            elif limit is not None and self.work >= limit:
                self._tally.reason = "work"
        return self.reason is None and self.spent <= self.share_end
