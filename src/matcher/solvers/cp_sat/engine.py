"""Solve the compact model and say what it proves."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from ortools.sat.python import cp_model

from matcher.errors import InternalError
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.problem.problem import Problem
from matcher.solvers.cp_sat.formulation import Formulation, formulate
from matcher.solvers.run import Clock, Progress, Result, StopReason

_log = logging.getLogger(__name__)

_PROOF = 1e-6
"""Points between objective and bound that count as none (contract, section 8)."""
_ASK = 0.99
"""Share of the gap asked for that the model's rounded objective must reach."""
_SECONDS_BETWEEN_LOOKS = 0.1


class _Observer(cp_model.CpSolverSolutionCallback):
    """Takes each better answer as plans, with the objective recomputed from them."""

    def __init__(self, formulation: Formulation, clock: Clock) -> None:
        super().__init__()
        problem = formulation.variables.problem
        self._formulation = formulation
        self._problem = problem
        self._clock = clock
        self._rounds = 0
        self.plans: Plans = empty_plans(problem)
        self.objective = _points(problem, self.plans)
        self.bound = 0.0
        self.tell("start", is_better=True)

    def on_solution_callback(self) -> None:
        """Called by the solver with each better answer."""
        self._rounds += 1
        self.raise_bound(self.best_objective_bound)
        plans = self._formulation.plans(self.boolean_value)
        objective = _points(self._problem, plans)
        is_better = objective < self.objective
        if is_better:
            self.plans, self.objective = plans, objective
            self._clock.watch.on_better(plans, self.bound)
        self.tell("plans", is_better=is_better)

    def on_bound(self, bound: float) -> None:
        """Called by the solver with each better bound."""
        self.raise_bound(bound)
        self.tell("bound")

    def raise_bound(self, units: float) -> None:
        """Take a bound of the model's objective."""
        points = proven_points(units, self._formulation.units_per_point)
        self.bound = max(self.bound, points)

    def tell(self, phase: str, *, is_better: bool = False) -> None:
        """One line of progress; columns are the literals of placements."""
        self._clock.watch.on_progress(
            Progress(
                seconds=self._clock.seconds,
                phase=phase,
                round=self._rounds,
                columns=len(self._formulation.variables.placed),
                objective=self.objective,
                bound=self.bound,
                is_better=is_better,
            )
        )


def solve_by_cp_sat(problem: Problem, clock: Clock) -> Result:
    """Solve one compact model over single placements with CP-SAT.

    Exact, and meant for small regions: a cross-check of the column engine that
    shares no plan, price or search with it. The answer depends on data, policy,
    gap and seed, and on no number of workers: one worker searches. A unit of work
    is a second of the solver's own deterministic time.

    Raises
    ------
    InternalError
        The model has no answer. It always has one, the plans with nothing but
        what is signed.
    """
    formulation = formulate(problem)
    solver = solver_for(clock)
    solver.parameters.relative_gap_limit = _ASK * clock.params.gap
    observer = _Observer(formulation, clock)
    solver.best_bound_callback = observer.on_bound
    if clock.may_go_on():
        with stopped_by(clock, solver):
            status = solver.solve(formulation.model, observer)
        demand_answer(status)
        if clock.reason is None:
            observer.raise_bound(solver.best_objective_bound)
        _log.debug("compact model: %s", solver.response_stats())
    return _result(observer, clock)


def demand_answer(status: cp_model.CpSolverStatus) -> None:
    """Nothing, unless the solver calls the model wrong or without an answer.

    Raises
    ------
    InternalError
        See `solve_by_cp_sat`.
    """
    if status in {cp_model.INFEASIBLE, cp_model.MODEL_INVALID}:
        message = f"The compact model ended as {status.name}."
        raise InternalError(message)


def proven_points(units: float, units_per_point: int) -> float:
    """A bound of the model's objective in points; its last integer below is sure."""
    return float(np.ceil(units - 1e-3) / units_per_point)


def solver_for(clock: Clock) -> cp_model.CpSolver:
    """CP-SAT on one thread, with the limits of the run."""
    params = clock.params
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = params.seed
    solver.parameters.linearization_level = 2
    solver.parameters.catch_sigint_signal = False
    if np.isfinite(clock.seconds_left):
        solver.parameters.max_time_in_seconds = max(clock.seconds_left, 0.0)
    if params.work_limit is not None:
        solver.parameters.max_deterministic_time = float(params.work_limit)
    return solver


@contextmanager
def stopped_by(clock: Clock, solver: cp_model.CpSolver) -> Iterator[None]:
    """Look at the clock while the solver runs, and stop it when asked to."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_SECONDS_BETWEEN_LOOKS):
            if not clock.may_go_on():
                solver.stop_search()

    thread = threading.Thread(target=look, name="cp-sat-clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _points(problem: Problem, plans: Plans) -> float:
    """The true objective of plans."""
    return float(np.sum(plan_points(problem, plans)))


def _result(observer: _Observer, clock: Clock) -> Result:
    """The best plans; proof and gap count before the way the search ended."""
    objective = observer.objective
    bound = min(observer.bound, objective)
    reason: StopReason
    if objective - bound <= _PROOF:
        reason = "proven"
    elif objective - bound <= clock.params.gap * objective:
        reason = "gap"
    else:
        reason = clock.reason or "exhausted"
    return Result(
        plans=observer.plans,
        objective=objective,
        bound=bound,
        stop_reason=reason,
        engine="cp_sat",
    )
