"""Engines that misbehave in ways that solver libraries do; found by name in a child."""

import os
import signal
import sys
import time

from matcher.problem.plans import empty_plans, plan_points
from matcher.problem.problem import Problem
from matcher.solvers.run import Progress, Result, SolveParams, Watch

FIRST_BOUND, LATER_BOUND = 5.0, 7.0


def result(problem: Problem, stop_reason: str) -> Result:
    plans = empty_plans(problem)
    return Result(
        plans=plans,
        objective=float(plan_points(problem, plans).sum()),
        bound=LATER_BOUND,
        stop_reason=stop_reason,
        engine="polite",
    )


def progress(*, num_round: int) -> Progress:
    return Progress(
        seconds=0.0,
        phase="bound",
        round=num_round,
        columns=0,
        objective=None,
        bound=LATER_BOUND,
        is_better=False,
    )


def polite(problem: Problem, _params: SolveParams, watch: Watch) -> Result:
    """Stops when it is asked to, and only then."""
    watch.on_progress(progress(num_round=os.getpid()))
    while not watch.should_stop():
        time.sleep(0.01)
    return result(problem, "interrupted")


def says_its_limit(problem: Problem, params: SolveParams, watch: Watch) -> Result:
    """Proves at once, and says in `round` whether less time is left than at first."""
    is_less = params.time_limit_seconds is not None and params.time_limit_seconds < 1000
    watch.on_progress(progress(num_round=int(is_less)))
    return result(problem, "proven")


def chatty(problem: Problem, _params: SolveParams, _watch: Watch) -> Result:
    """Writes to stdout, as solver libraries do."""
    sys.stdout.write("nobody asked for this\n")
    sys.stdout.flush()
    os.write(1, b"nor for this\n")
    return result(problem, "proven")


def deaf(problem: Problem, _params: SolveParams, watch: Watch) -> Result:
    """Finds a plan, improves the bound, and hears nothing from then on."""
    watch.on_better(empty_plans(problem), FIRST_BOUND)
    watch.on_progress(progress(num_round=os.getpid()))
    _sleep_on()


def deaf_from_the_start(
    _problem: Problem, _params: SolveParams, watch: Watch
) -> Result:
    watch.on_progress(progress(num_round=os.getpid()))
    _sleep_on()


def faulty(problem: Problem, _params: SolveParams, watch: Watch) -> Result:
    watch.on_better(empty_plans(problem), FIRST_BOUND)
    message = "a fault of the engine"
    raise ValueError(message)


def faulty_from_the_start(
    _problem: Problem, _params: SolveParams, _watch: Watch
) -> Result:
    message = "a fault of the engine"
    raise ValueError(message)


def refused_memory(problem: Problem, _params: SolveParams, watch: Watch) -> Result:
    watch.on_better(empty_plans(problem), FIRST_BOUND)
    raise MemoryError


def ended_by_the_system(problem: Problem, _params: SolveParams, watch: Watch) -> Result:
    """Ends as when the system is out of memory."""
    watch.on_better(empty_plans(problem), FIRST_BOUND)
    os.kill(os.getpid(), signal.SIGKILL)
    _sleep_on()


def leaves(problem: Problem, _params: SolveParams, watch: Watch) -> Result:
    """Ends as after a fault in compiled code."""
    watch.on_better(empty_plans(problem), FIRST_BOUND)
    os._exit(4)


def greedy_for_memory(problem: Problem, _params: SolveParams, watch: Watch) -> Result:
    """Takes 50 MB every so often, 3 GB in all."""
    watch.on_better(empty_plans(problem), FIRST_BOUND)
    taken = []
    for _ in range(60):
        taken.append(b"x" * 50_000_000)
        time.sleep(0.1)
    _sleep_on()


def _sleep_on() -> None:
    while True:
        time.sleep(60)
