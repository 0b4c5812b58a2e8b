"""A peer of the engines: `python benchmarks/quality/mip.py DATA --out RUN`.

The compact model that CP-SAT is given (`models/formulations/`) as a MIP for HiGHS,
constraint by constraint: clauses over literals become rows, a negated literal is one
less its variable. Writes a run folder, for `matcher verify` to look at.
"""

import argparse
import sys
import time
from pathlib import Path

import highspy
import numpy as np
import scipy.sparse as sp
from ortools.sat.python import cp_model_helper

from matcher.advice import unplaced_rows
from matcher.dataset import DatasetError, read_dataset
from matcher.pipeline.line import versions
from matcher.policy import policy_to_mapping
from matcher.problem.plans import empty_plans, plan_points
from matcher.problem.problem import Problem, prepare
from matcher.problem.record import Proof, Provenance, run_record
from matcher.report import write_run_files
from matcher.solvers import Result
from matcher.solvers.cp_sat.formulation import formulate


def solve_by_mip(
    problem: Problem, *, gap: float, time_limit_seconds: float, threads: int
) -> Result:
    """Solve the compact model of a problem by branch and bound.

    Who finds no answer in time has the signed placements alone.
    """
    started = time.monotonic()
    formulation = formulate(problem)
    highs = _loaded(formulation.model.proto)
    for option, value in (
        ("mip_rel_gap", gap),
        ("time_limit", max(time_limit_seconds - (time.monotonic() - started), 0.1)),
        ("threads", threads),
    ):
        highs.setOptionValue(option, value)
    highs.run()
    info = highs.getInfo()
    plans = empty_plans(problem)
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        value = highs.getSolution().col_value
        plans = formulation.plans(lambda literal: value[literal.index] > 0.5)
    objective = float(plan_points(problem, plans).sum())
    bound = min(max(0.0, info.mip_dual_bound / formulation.units_per_point), objective)
    is_over = highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
    return Result(
        plans=plans,
        objective=objective,
        bound=bound,
        stop_reason="time" if is_over else "gap",
        engine="mip",
    )


def main() -> None:
    """Read, solve and write."""
    parser = argparse.ArgumentParser(description="A region as a MIP, by HiGHS.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--gap", type=float, default=0.001)
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    started = time.monotonic()
    try:
        problem = prepare(read_dataset(options.data))
    except DatasetError as error:
        sys.exit(str(error))
    result = solve_by_mip(
        problem,
        gap=options.gap,
        time_limit_seconds=options.time_limit - (time.monotonic() - started),
        threads=options.workers,
    )
    proof = Proof(
        bound=result.bound,
        requested_gap=options.gap,
        stop_reason=result.stop_reason,
        engine=result.engine,
        seed=0,
    )
    provenance = Provenance(
        seconds=round(time.monotonic() - started, 3),
        policy=policy_to_mapping(problem.policy),
        versions=versions(),
    )
    unplaced = unplaced_rows(problem, result.plans)
    record = run_record(problem, result.plans, proof, provenance, unplaced)
    write_run_files(record, options.out)


class _Rows:
    """Rows of a MIP over variables of 0 and 1, collected one by one."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self._indptr = [0]
        self._indices: list[int] = []
        self._amounts: list[float] = []

    def add_linear(self, linear: cp_model_helper.LinearConstraintProto) -> None:
        """One row, between the two ends of its domain."""
        low, high = linear.domain
        self._add(list(linear.vars), list(linear.coeffs), low, high)

    def add_literals(self, literals: list[int], least: float, most: float) -> None:
        """How many of these literals hold; a negated one is one less its variable."""
        signs = [1.0 if literal >= 0 else -1.0 for literal in literals]
        negated = sum(sign < 0 for sign in signs)
        self._add(
            [literal if literal >= 0 else -literal - 1 for literal in literals],
            signs,
            least - negated,
            most - negated,
        )

    def _add(
        self, variables: list[int], amounts: list[float], low: float, high: float
    ) -> None:
        self._indices += variables
        self._amounts += amounts
        self._indptr.append(len(self._indices))
        self.lower.append(low if low > -_INFINITE else -np.inf)
        self.upper.append(high if high < _INFINITE else np.inf)

    def matrix(self, num_variables: int) -> sp.csr_array:
        """(rows, variables); amounts of one variable in one row add up."""
        parts = (self._amounts, self._indices, self._indptr)
        matrix = sp.csr_array(parts, shape=(len(self.lower), num_variables))
        matrix.sum_duplicates()
        return matrix


_INFINITE = 2**62
"""Ends of a domain beyond which CP-SAT means that there is none."""


def _rows(proto: cp_model_helper.CpModelProto) -> _Rows:
    """Every constraint of a model; those that are no rows are an error."""
    rows = _Rows()
    for constraint in proto.constraints:
        when = list(constraint.enforcement_literal)
        if constraint.has_linear() and not when:
            rows.add_linear(constraint.linear)
        elif constraint.has_bool_or():
            others = [-literal - 1 for literal in when]
            rows.add_literals([*constraint.bool_or.literals, *others], 1, np.inf)
        elif constraint.has_bool_and() and len(when) == 1:
            for literal in constraint.bool_and.literals:
                rows.add_literals([-when[0] - 1, literal], 1, np.inf)
        elif constraint.has_at_most_one():
            rows.add_literals(list(constraint.at_most_one.literals), -np.inf, 1)
        elif constraint.has_exactly_one():
            rows.add_literals(list(constraint.exactly_one.literals), 1, 1)
        else:
            message = f"No row says the same as this constraint: {constraint}"
            raise ValueError(message)
    return rows


def _loaded(proto: cp_model_helper.CpModelProto) -> highspy.Highs:
    """The model in HiGHS."""
    size = len(proto.variables)
    rows = _rows(proto)
    matrix = rows.matrix(size)
    cost = np.zeros(size)
    np.add.at(cost, list(proto.objective.vars), list(proto.objective.coeffs))
    bounds = np.array([list(variable.domain) for variable in proto.variables])
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = size, matrix.shape[0]
    model.col_cost_, model.offset_ = cost, proto.objective.offset
    model.col_lower_, model.col_upper_ = bounds[:, 0], bounds[:, 1]
    model.row_lower_, model.row_upper_ = np.array(rows.lower), np.array(rows.upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * size
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(model)
    return highs


if __name__ == "__main__":
    main()
