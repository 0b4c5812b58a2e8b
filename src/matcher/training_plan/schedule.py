"""In which period a learner works on which competence: a small exact optimisation.

Sets: units u with the periods where each may be worked on; periods t with their
weeks. Variables: x[u, t] binary, u is worked on in t; v[p] binary, a pair p = (u, b),
u requires b, is out of order; m[t, k] in 0..1, period t has at least k units.
Objective, in this order: fewest pairs out of order (`order`); fewest units away from
the period of an earlier plan (`stay`); the evenest spread, the sum over periods of
units squared per week (`spread`), which is why m rises with 2k - 1. Constraints: each
unit in one period; by the end of every period no more of u than of b, unless v lifts
it (`order`); the units of a period are the sum of its m (`count`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from matcher.dataset.tables import Floats
from matcher.errors import InternalError

_LEAST_WEEKS = 0.5
"""A period without weeks still counts as half a week: room for a lesson, no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One competence to be worked on.

    Attributes
    ----------
    allowed
        Positions of periods, ascending, at least one.
    requires
        Competences that come first; those that are no task are over and done.
    """

    unit_id: str
    allowed: tuple[int, ...]
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A period for every task.

    Attributes
    ----------
    period_of
        Position per unit id.
    out_of_order
        Pairs of a unit and one it requires that comes later: no order of periods
        allows both.
    """

    period_of: Mapping[str, int]
    out_of_order: tuple[tuple[str, str], ...]


def schedule_of(
    tasks: Sequence[Task], weeks: Sequence[float], before: Mapping[str, int]
) -> Schedule:
    """The best schedule; equal ones are told apart by the solver's fixed order.

    Parameters
    ----------
    weeks
        Per period.
    before
        Position per unit id in an earlier plan; a period that is not allowed any
        more is no wish.
    """
    if not tasks:
        return Schedule(period_of={}, out_of_order=())
    program = _Program(tasks, np.maximum(np.array(weeks, float), _LEAST_WEEKS), before)
    chosen = program.solve()
    at = {task.unit_id: task for task in tasks}
    return Schedule(
        period_of=chosen,
        out_of_order=tuple(
            (task.unit_id, first)
            for task in tasks
            for first in task.requires
            if first in at and chosen[first] > chosen[task.unit_id]
        ),
    )


class _Program:
    """The integer program, its columns in the order x, v, m."""

    def __init__(
        self, tasks: Sequence[Task], weeks: Floats, before: Mapping[str, int]
    ) -> None:
        self._tasks, self._weeks = tasks, weeks
        self._x: dict[tuple[str, int], int] = {}
        for task in tasks:
            for period in task.allowed:
                self._x[task.unit_id, period] = len(self._x)
        known = {task.unit_id for task in tasks}
        self._pairs = [
            (task.unit_id, first)
            for task in tasks
            for first in dict.fromkeys(task.requires)
            if first in known and first != task.unit_id
        ]
        self._first_m = len(self._x) + len(self._pairs)
        self._size = self._first_m + len(weeks) * len(tasks)
        self._cost = self._costs(before)
        self._rows: list[dict[int, float]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._add_rows()

    def solve(self) -> dict[str, int]:
        """Period per unit."""
        integral = np.zeros(self._size, dtype=np.int64)
        integral[: self._first_m] = 1
        result = milp(
            self._cost,
            integrality=integral,
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(self._matrix(), self._low, self._high),
            options={"mip_rel_gap": 0.0},
        )
        if result.x is None:
            message = f"A schedule always exists, but none was found: {result.message}"
            raise InternalError(message)
        return {
            unit: period for (unit, period), at in self._x.items() if result.x[at] > 0.5
        }

    def _costs(self, before: Mapping[str, int]) -> Floats:
        """Each goal outweighs all that comes after it."""
        count = len(self._tasks)
        spread = np.array(
            [
                (2 * k + 1) / weeks * self._weeks.min()
                for weeks in self._weeks
                for k in range(count)
            ]
        )
        stay = float(count * count + 1)
        order = stay * (count + 1)
        cost = np.zeros(self._size)
        for (unit, period), at in self._x.items():
            wished = before.get(unit)
            if wished is not None and (unit, wished) in self._x and wished != period:
                cost[at] = stay
        cost[len(self._x) : self._first_m] = order
        cost[self._first_m :] = spread
        return cost

    def _add_rows(self) -> None:
        for task in self._tasks:
            row = {self._x[task.unit_id, t]: 1.0 for t in task.allowed}
            self._add(row, 1.0, 1.0)
        for pair, (unit, first) in enumerate(self._pairs):
            for period in range(len(self._weeks) - 1):
                row = {len(self._x) + pair: -1.0}
                for each, sign in ((unit, 1.0), (first, -1.0)):
                    for t in range(period + 1):
                        if (each, t) in self._x:
                            row[self._x[each, t]] = sign
                self._add(row, -np.inf, 0.0)
        for period in range(len(self._weeks)):
            row = {at: 1.0 for (_, t), at in self._x.items() if t == period}
            start = self._first_m + period * len(self._tasks)
            row |= {start + k: -1.0 for k in range(len(self._tasks))}
            self._add(row, 0.0, 0.0)

    def _add(self, row: dict[int, float], low: float, high: float) -> None:
        self._rows.append(row)
        self._low.append(low)
        self._high.append(high)

    def _matrix(self) -> sp.csr_array:
        entries = [
            (at, column, value)
            for at, row in enumerate(self._rows)
            for column, value in row.items()
        ]
        rows, columns, values = zip(*entries, strict=True)
        shape = (len(self._rows), self._size)
        return sp.csr_array((values, (rows, columns)), shape=shape)
