"""From a bound to plans: restricted master as an integer program, then all plans
that can matter.

With bound L (at prices p) and a choice of value U, a plan whose reduced cost at p is
above U - L stands in no better choice. Where all other plans can be listed, the
integer program over them is exact. Where they are too many, those below a smaller
limit D are listed: any choice that uses another plan costs at least L + D, so the
lower of the program's bound and L + D is proven still.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matcher.eligibility.position import Index
from matcher.planning import PriceList
from matcher.planning.enumerate import enumerate_plans
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.solvers.column_generation.choice import ChoiceLimits, choose
from matcher.solvers.column_generation.dive import dive
from matcher.solvers.column_generation.pool import Pool, master_rows
from matcher.solvers.column_generation.relaxation import Relaxation, part_prices
from matcher.solvers.greedy import improve_one_by_one
from matcher.solvers.run import Clock

PLANS_PER_LEARNER = 20_000
"""Plans of one learner beyond which a limit is held to be too wide."""

PLANS_IN_ALL = 120_000
"""Plans of one part beyond which a limit is held to be too wide."""

NODES_PER_LEARNER = 2_000_000
"""Nodes of one learner's listing beyond which a limit is held to be too wide."""

NODES_AMONG_POOL = 200
MOST_NODES = 64_000
"""Nodes of the integer programs: over the plans at hand, and over all at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incumbent:
    """The best plans so far of one part, and what is proven of them.

    Attributes
    ----------
    chosen
        (learners of the part,), rows of the pool.
    value, bound
        Points.
    """

    chosen: Index
    value: float
    bound: float


def close_gap(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    *,
    clock: Clock,
    on_better: Callable[[Incumbent], None],
) -> Incumbent:
    """Improve plans and bound until the gap asked for is met or nothing helps.

    Parameters
    ----------
    clock
        Holds the gap; says when a limit is reached.
    on_better
        Called with each incumbent that has better plans or a better bound.
    """
    target_gap = clock.params.gap
    for improve in (_dive, _choose_among_pool, _choose_among_all):
        if _is_close(incumbent, target_gap) or not clock.may_go_on():
            break
        incumbent = improve(pool, price_list, relaxation, incumbent, clock)
        on_better(incumbent)
    return incumbent


def _is_close(incumbent: Incumbent, target_gap: float) -> bool:
    slack = max(target_gap * abs(incumbent.value), 1e-7)
    return incumbent.value - incumbent.bound <= slack


def _dive(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    clock: Clock,
) -> Incumbent:
    """Plans by diving from the relaxation."""
    dived = dive(
        pool,
        price_list,
        relaxation.master.shares,
        np.arange(len(pool.part.learners)),
        np.zeros(len(pool.part.rows)),
        start_prices=relaxation.row_prices,
        clock=clock,
    )
    if dived is None:
        return incumbent
    problem = pool.problem
    plans = empty_plans(problem)
    mine = pool.plans.take(dived.chosen)
    plans.option[mine.learner], plans.course[mine.learner] = mine.option, mine.course
    learners = pool.part.learners
    better = improve_one_by_one(
        problem, price_list, plans, learners, clock.may_go_on
    ).take(learners)
    value = float(plan_points(problem, better).sum())
    if value >= incumbent.value - 1e-9:
        return incumbent
    return replace(incumbent, chosen=pool.rows_of(better), value=value)


def _choose_among_pool(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    clock: Clock,
) -> Incumbent:
    """A choice among the plans priced so far."""
    del price_list
    width = incumbent.value - relaxation.bound
    found, _ = _choose_within(
        pool, relaxation, incumbent, width, NODES_AMONG_POOL, clock, complete=False
    )
    return found


def _choose_among_all(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    clock: Clock,
) -> Incumbent:
    """A choice among all plans that can matter, as far as they can be listed."""
    max_nodes = 1_000
    width = incumbent.value - relaxation.bound
    while not _is_close(incumbent, clock.params.gap) and clock.may_go_on():
        width = min(width, incumbent.value - relaxation.bound)
        listed, width = _list_within(pool, price_list, relaxation, width)
        if listed is None:
            break
        pool.add(listed)
        clock.work += 1
        before = incumbent
        incumbent, solved = _choose_within(
            pool, relaxation, incumbent, width, max_nodes, clock
        )
        if not solved:
            if max_nodes >= MOST_NODES:
                break
            max_nodes *= 4
        elif width >= before.value - relaxation.bound - 1e-9:
            break  # every plan that can matter was among them
        elif incumbent.value >= before.value - 1e-9:
            wider, width = _list_within(pool, price_list, relaxation, 2.0 * width)
            if wider is None or width <= 1.01 * (before.value - relaxation.bound):
                break
    return incumbent


def _choose_within(
    pool: Pool,
    relaxation: Relaxation,
    incumbent: Incumbent,
    width: float,
    max_nodes: int,
    clock: Clock,
    *,
    complete: bool = True,
) -> tuple[Incumbent, bool]:
    """Choose among the pool's plans of reduced cost up to `width`.

    Parameters
    ----------
    complete
        The pool holds every such plan, so that the program's bound counts.

    Returns
    -------
    tuple of Incumbent, bool
        The better of old and new, and whether the program was solved.
    """
    reduced = pool.reduced_costs(relaxation.learner_floors, relaxation.row_prices)
    near = reduced <= width + 1e-7
    near[incumbent.chosen] = True
    rows = np.flatnonzero(near)
    start = np.searchsorted(rows, incumbent.chosen)
    slack = clock.params.gap * abs(incumbent.value)
    choice = choose(
        len(pool.part.learners),
        pool.learners[rows],
        pool.points[rows],
        pool.use[rows],
        master_rows(pool.rows, pool.part),
        start,
        ChoiceLimits(
            max_nodes=max_nodes,
            max_seconds=max(clock.seconds_left, 0.1),
            absolute_gap=slack / 2,
        ),
        clock.may_go_on,
    )
    chosen, value = incumbent.chosen, incumbent.value
    if choice.plans is not None:
        total = float(pool.points[rows[choice.plans]].sum())
        if total < value - 1e-9:
            chosen, value = rows[choice.plans], total
    bound = incumbent.bound
    if complete:
        bound = max(bound, min(choice.bound, relaxation.bound + width, value))
    solved = choice.bound >= value - slack / 2 - 1e-6
    return Incumbent(chosen=chosen, value=value, bound=bound), solved


def _list_within(
    pool: Pool, price_list: PriceList, relaxation: Relaxation, width: float
) -> tuple[Plans | None, float]:
    """All plans of reduced cost up to the widest limit that can be listed.

    Halves the width until the plans fit; gives up below a ten-thousandth of it.
    """
    smallest = width * 1e-4
    while width >= smallest and width > 0:
        plans = _list_all(pool, price_list, relaxation, width)
        if plans is not None:
            return plans, width
        width /= 2.0
    return None, width


def _list_all(
    pool: Pool, price_list: PriceList, relaxation: Relaxation, width: float
) -> Plans | None:
    priced = price_list.at(part_prices(pool, relaxation.row_prices))
    space = price_list.space
    room = np.empty((PLANS_PER_LEARNER, len(space.weeks)), dtype=np.int64)
    seats = np.empty((PLANS_PER_LEARNER, space.needed.shape[1]), dtype=np.int64)
    parts: list[Plans] = []
    total = 0
    for at, learner in enumerate(pool.part.learners):
        seats[:] = -1
        count = enumerate_plans(
            space,
            learner,
            priced.cost,
            priced.startup,
            priced.leave[learner],
            priced.seat,
            relaxation.learner_floors[at] + width,
            NODES_PER_LEARNER,
            room,
            seats,
        )
        total += count
        if count < 0 or total > PLANS_IN_ALL:
            return None
        parts.append(
            Plans(
                learner=np.full(count, learner),
                option=room[:count].copy(),
                course=seats[:count].copy(),
            )
        )
    return Plans.join(parts)
