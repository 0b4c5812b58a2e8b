"""The true optimum: every plan of every learner and one integer program.

Choose one plan per learner at least points, such that no scarce thing is
exceeded. Mentor hours that signed placements alone may exceed get a binary
variable: 0 keeps the limit, 1 lifts it and bars unsigned placements.
The objective that is returned is recomputed from the sentences (`literal`).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf
from pathlib import Path

import highspy
import numpy as np
from numpy.typing import NDArray

from tests.oracle.enumeration import Column, enumerate_plans
from tests.oracle.literal import (
    TERMS,
    Plan,
    Use,
    every_plan,
    plan_is_valid,
    plan_terms,
    shared_is_respected,
)
from tests.oracle.reading import build_region
from tests.oracle.region import Region
from tests.oracle.rules import TOLERANCE
from tests.oracle.scarcity import Scarcity
from tests.oracle.tables import Tables, read_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """Least points of a region.

    Attributes
    ----------
    objective
        Points.
    components
        Points per term of section 6.
    plans
        One optimal plan per learner, in the order of the learners; others of
        equal points may exist.
    """

    objective: float
    components: dict[str, float]
    plans: tuple[Plan, ...]


def optimum_of_folder(data: Path, policy: Path | None = None) -> Optimum:
    """Optimum of a folder of clean CSV files under a policy file."""
    text = policy.read_text(encoding="utf-8") if policy else ""
    return optimum_of_tables(read_tables(data), text)


def optimum_of_tables(tables: Tables, policy: str = "") -> Optimum:
    """Optimum of tables under the text of a policy file."""
    return brute_force(build_region(tables, policy))


def brute_force(region: Region) -> Optimum:
    """Optimum of a region by the integer program over all plans."""
    columns, scarcity = enumerate_plans(region)
    chosen = _choose(columns, scarcity)
    plans = tuple(column.plan for column in chosen)
    result = evaluate(region, plans)
    expected = sum(column.points for column in chosen)
    if abs(result.objective - expected) > TOLERANCE * max(1.0, expected):
        message = f"Expected {expected} points, got {result.objective}."
        raise AssertionError(message)
    return result


def evaluate(region: Region, plans: Sequence[Plan]) -> Optimum:
    """Points of the plans, straight from the sentences.

    Raises
    ------
    AssertionError
        A plan breaks a rule, or the plans together do.
    """
    components = dict.fromkeys(TERMS, 0.0)
    for learner, plan in zip(region.learners, plans, strict=True):
        if not plan_is_valid(region, learner, plan):
            message = f"The plan of {learner.learner_id} breaks a rule: {plan}."
            raise AssertionError(message)
        for term, points in plan_terms(region, learner, plan).items():
            components[term] += points
    if not shared_is_respected(region, plans):
        message = "The plans together exceed something shared."
        raise AssertionError(message)
    return Optimum(
        objective=sum(components.values()), components=components, plans=tuple(plans)
    )


def _choose(columns: list[list[Column]], scarcity: Scarcity) -> list[Column]:
    program = _Program(columns, scarcity)
    picked = program.solve()
    flat = [column for own in columns for column in own]
    return [flat[index] for index in picked]


class _Program:
    """Rows and columns of the integer program, in HiGHS's own shape."""

    def __init__(self, columns: list[list[Column]], scarcity: Scarcity) -> None:
        self.points: list[float] = []
        self.starts = [0]
        self.rows: list[int] = []
        self.values: list[float] = []
        self.lower: list[float] = [1.0] * len(columns)
        self.upper: list[float] = [1.0] * len(columns)
        self.plans = sum(map(len, columns))
        row_of = {use: self._row(limit) for use, limit in scarcity.counts.items()}
        row_of |= {
            use: self._row(limit + TOLERANCE) for use, limit in scarcity.hours.items()
        }
        bar_of = {use: self._row(len(columns)) for use in sorted(scarcity.conditional)}
        most: defaultdict[Use, float] = defaultdict(float)
        for learner, own in enumerate(columns):
            highest: defaultdict[Use, float] = defaultdict(float)
            for column in own:
                entries = {learner: 1.0}
                entries |= {row_of[use]: 1.0 for use in column.counts}
                for use, hours in column.hours:
                    entries[row_of[use]] = hours
                    highest[use] = max(highest[use], hours)
                    if use in bar_of and use[2] not in column.signed:
                        entries[bar_of[use]] = 1.0
                self._column(column.points, entries)
            for use, hours in highest.items():
                most[use] += hours
        for use, bar in bar_of.items():
            self._column(0.0, {row_of[use]: -most[use], bar: float(len(columns))})

    def _row(self, upper: float) -> int:
        self.lower.append(-inf)
        self.upper.append(float(upper))
        return len(self.upper) - 1

    def _column(self, points: float, entries: dict[int, float]) -> None:
        self.points.append(points)
        self.rows += entries.keys()
        self.values += entries.values()
        self.starts.append(len(self.rows))

    def solve(self) -> list[int]:
        """Positions of the chosen plans, one per learner, in order.

        A plan whose reduced cost in the relaxation exceeds the distance from
        the relaxation to a known selection is in no better selection, so the
        integer program needs only the others.
        """
        relaxed = self._run(np.arange(len(self.points)), integer=False)
        assert relaxed is not None, "signed placements alone are always allowed"
        bound, _, reduced = relaxed
        reduced[self.plans :] = -inf
        width = 1.0 + bound / 2000
        while True:
            kept = np.flatnonzero(reduced <= width + TOLERANCE)
            found = self._run(kept, integer=True)
            if found is not None and found[0] - bound <= width:
                break
            width = 10 * width if found is None else found[0] - bound
        taken = kept[found[1] > 0.5]
        return [int(index) for index in taken if index < self.plans]

    def _run(
        self, kept: NDArray[np.int64], *, integer: bool
    ) -> tuple[float, NDArray[np.float64], NDArray[np.float64]] | None:
        """Objective, values and reduced costs; None if nothing is feasible."""
        size = len(kept)
        slices = [slice(self.starts[j], self.starts[j + 1]) for j in kept]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = size, len(self.upper)
        model.col_cost_ = np.array(self.points)[kept]
        model.col_lower_ = np.zeros(size)
        # Free in the relaxation, so that no reduced cost is negative.
        binary = integer | (kept >= self.plans)
        model.col_upper_ = np.where(binary, 1.0, inf)
        model.row_lower_, model.row_upper_ = np.array(self.lower), np.array(self.upper)
        lengths = [part.stop - part.start for part in slices]
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_ = np.array([0, *accumulate(lengths)], dtype=np.int32)
        matrix.index_ = np.array(
            [row for part in slices for row in self.rows[part]], dtype=np.int32
        )
        matrix.value_ = np.array([v for part in slices for v in self.values[part]])
        if integer:
            model.integrality_ = [highspy.HighsVarType.kInteger] * size
        highs = highspy.Highs()
        highs.silent()
        for option, value in _EXACT.items():
            highs.setOptionValue(option, value)
        highs.passModel(model)
        highs.run()
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            message = f"No optimum: {highs.getModelStatus()}."
            raise AssertionError(message)
        solution = highs.getSolution()
        return (
            highs.getObjectiveValue(),
            np.array(solution.col_value),
            np.array(solution.col_dual) if solution.dual_valid else np.zeros(size),
        )


# Without presolve: in HiGHS 1.12 it takes some infeasible selections for optimal.
_EXACT = {
    "presolve": "off",
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-9,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}


def search(region: Region) -> Optimum:
    """Optimum by trying every combination of plans; for the smallest regions.

    Shares nothing with `brute_force` but the sentences: plans come from
    `every_plan`, and a combination is left out only when it already costs more
    than the best, or unsigned placements alone exceed a site or a course.
    """
    found = []
    for learner in region.learners:
        plans = [
            (p, sum(plan_terms(region, learner, p).values()))
            for p in every_plan(region, learner)
        ]
        found.append(sorted(plans, key=lambda pair: pair[1]))
    least_after = [0.0]
    for plans in reversed(found):
        least_after.insert(0, least_after[0] + plans[0][1])
    best: list[tuple[float, tuple[Plan, ...]]] = [(inf, ())]

    def crowded(plans: tuple[Plan, ...]) -> bool:
        places = Counter(
            (t, stay[0])
            for learner, plan in zip(region.learners, plans, strict=False)
            for t, stay in enumerate(plan.stays)
            if stay is not None and t not in learner.signed
        )
        seats = Counter(course for plan in plans for course in plan.seats)
        return any(
            n > region.sites[site].capacity for (_, site), n in places.items()
        ) or any(n > region.courses[course].seats for course, n in seats.items())

    def extend(plans: tuple[Plan, ...], points: float) -> None:
        depth = len(plans)
        if depth == len(found):
            if shared_is_respected(region, plans):
                best[0] = (points, plans)
            return
        for plan, more in found[depth]:
            if points + more + least_after[depth + 1] >= best[0][0]:
                return
            longer = (*plans, plan)
            if not crowded(longer):
                extend(longer, points + more)

    extend((), 0.0)
    return evaluate(region, best[0][1])
