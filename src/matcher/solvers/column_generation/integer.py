"""From a bound to plans: restricted master as an integer program, then all plans
that can matter.

With bound L (at prices p) and a choice of value U, a plan whose reduced cost at p is
above U - L stands in no better choice. Where all other plans can be listed, the
integer program over them is exact. Where they are too many, those below a smaller
limit D are listed: any choice that uses another plan costs at least L + D, so the
lower of the program's bound and L + D is proven still.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matcher.planning import PriceList
from matcher.planning.compiled import settled
from matcher.planning.enumerate import enumerate_plans
from matcher.problem.plans import Plans, empty_plans, plan_points
from matcher.solvers.column_generation.choice import ChoiceLimits, choose
from matcher.solvers.column_generation.dive import dive
from matcher.solvers.column_generation.first_fit import first_fit
from matcher.solvers.column_generation.incumbent import Incumbent
from matcher.solvers.column_generation.neighbourhood import search_neighbourhoods
from matcher.solvers.column_generation.pool import Pool, master_rows
from matcher.solvers.column_generation.relaxation import Relaxation, part_prices
from matcher.solvers.cp_sat import choose_for_part
from matcher.solvers.greedy import greedy_plans, improve_one_by_one
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

NARROWEST = 1 / 16
"""Share of a limit below which a listing is held to tell too little."""

MOST_PLACEMENTS = 8_000
"""Placements (an option in a period) of a part beyond which no compact model is
tried: its relaxation alone would take too long."""

COMPACT_WORK = 8.0
"""Deterministic time of a compact model, about two seconds each."""

LARGE = 150
"""Learners of a part from which on neighbourhoods are searched."""

MEDIUM = 60
FAR = 0.005
"""Learners of a smaller part, and relative distance of plans and bound, beyond which
neighbourhoods are searched first: too many plans can matter to choose among all."""


def is_large(pool: Pool) -> bool:
    """The part is large enough for neighbourhoods."""
    return len(pool.part.learners) >= LARGE


def close_gap(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    *,
    again: bool,
    clock: Clock,
    on_better: Callable[[Incumbent], None],
) -> Incumbent:
    """Improve plans and bound until the gap asked for is met or nothing helps.

    Parameters
    ----------
    again
        This was done before, with prices that were farther from the optimum.
    clock
        Says when a limit is reached.
    on_better
        Called with each incumbent that has better plans or a better bound.
    """
    steps = [
        _dive,
        _search_while_far,
        _choose_among_pool,
        _choose_among_all,
        _choose_compactly,
    ]
    if is_large(pool):
        steps = [_take_what_fits, _search_around]
        if again:
            steps = [_search_around, _choose_among_all]
    for improve in steps:
        if incumbent.is_close or not clock.may_go_on():
            break
        incumbent = improve(pool, price_list, relaxation, incumbent, clock, on_better)
        on_better(incumbent)
    return incumbent


def _dive(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    clock: Clock,
    on_better: Callable[[Incumbent], None],
) -> Incumbent:
    """Plans by diving from the relaxation."""
    del on_better
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
    return _improved_one_by_one(
        pool, price_list, pool.plans.take(dived.chosen), incumbent, clock
    )


def _improved_one_by_one(
    pool: Pool,
    price_list: PriceList,
    plans: Plans,
    incumbent: Incumbent,
    clock: Clock,
) -> Incumbent:
    """The better of the incumbent and these plans, each improved in turn."""
    better = improve_one_by_one(
        pool.problem,
        price_list,
        _of_everyone(pool, plans),
        pool.part.learners,
        clock.may_go_on,
    )
    return _better_of(pool, better, incumbent)


def _of_everyone(pool: Pool, plans: Plans) -> Plans:
    """A plan for every learner: these, and only what is signed for all others."""
    everyone = empty_plans(pool.problem)
    everyone.option[plans.learner] = plans.option
    everyone.course[plans.learner] = plans.course
    return everyone


def _better_of(pool: Pool, everyone: Plans, incumbent: Incumbent) -> Incumbent:
    """The better of the incumbent and the part's plans among these."""
    plans = everyone.take(pool.part.learners)
    value = float(plan_points(pool.problem, plans).sum())
    if value >= incumbent.value - 1e-9:
        return incumbent
    return replace(incumbent, chosen=pool.rows_of(plans), value=value)


def _take_what_fits(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    clock: Clock,
    on_better: Callable[[Incumbent], None],
) -> Incumbent:
    """Plans at hand where they fit; who has none takes what is left."""
    del on_better
    reduced = pool.reduced_costs(relaxation.learner_floors, relaxation.row_prices)
    chosen = first_fit(pool, relaxation.master.shares, reduced)
    left_out = pool.part.learners[chosen == pool.signed_rows()]
    better = greedy_plans(
        pool.problem,
        price_list,
        part_prices(pool, relaxation.row_prices),
        left_out,
        clock.may_go_on,
        _of_everyone(pool, pool.plans.take(chosen)),
    )
    return _better_of(pool, better, incumbent)


def _search_around(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    clock: Clock,
    on_better: Callable[[Incumbent], None],
) -> Incumbent:
    """Plans chosen anew, one neighbourhood after the other."""
    return search_neighbourhoods(
        pool, price_list, relaxation, incumbent, clock=clock, on_better=on_better
    )


def _search_while_far(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    clock: Clock,
    on_better: Callable[[Incumbent], None],
) -> Incumbent:
    """The same in a part of medium size whose plans are far from the bound."""
    distance = incumbent.value - incumbent.bound
    is_far = distance > FAR * abs(incumbent.value)
    if len(pool.part.learners) < MEDIUM or not is_far:
        return incumbent
    return _search_around(pool, price_list, relaxation, incumbent, clock, on_better)


def _choose_among_pool(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    clock: Clock,
    on_better: Callable[[Incumbent], None],
) -> Incumbent:
    """A choice among the plans priced so far."""
    del price_list, on_better
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
    on_better: Callable[[Incumbent], None],
) -> Incumbent:
    """A choice among all plans that can matter, as far as they can be listed."""
    del on_better
    max_nodes = 1_000
    width = incumbent.value - relaxation.bound
    while not incumbent.is_close and clock.may_go_on():
        width = min(width, incumbent.value - relaxation.bound)
        listed, width = _list_within(pool, price_list, relaxation, width, clock)
        if listed is None:
            break
        pool.add(listed)
        clock.count()
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
            wider, width = _list_within(
                pool, price_list, relaxation, 2.0 * width, clock
            )
            if wider is None or width <= 1.01 * (before.value - relaxation.bound):
                break
    return incumbent


def _choose_compactly(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    incumbent: Incumbent,
    clock: Clock,
    on_better: Callable[[Incumbent], None],
) -> Incumbent:
    """A choice among single placements, for a part whose plans cannot be listed."""
    del price_list, relaxation, on_better
    problem, learners = pool.problem, pool.part.learners
    is_own = np.isin(problem.option_learner, learners)
    if int(problem.open_options[is_own].sum()) > MOST_PLACEMENTS:
        return incumbent
    choice = choose_for_part(
        problem,
        learners,
        pool.plans.take(incumbent.chosen),
        slack=incumbent.slack / 2,
        work=COMPACT_WORK,
        clock=clock,
    )
    bound = max(incumbent.bound, min(choice.bound, choice.value))
    if choice.value >= incumbent.value - 1e-9:
        return replace(incumbent, bound=bound)
    chosen = pool.rows_of(choice.plans)
    return replace(incumbent, chosen=chosen, value=choice.value, bound=bound)


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
    slack = incumbent.slack
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
    return replace(incumbent, chosen=chosen, value=value, bound=bound), solved


def _list_within(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    width: float,
    clock: Clock,
) -> tuple[Plans | None, float]:
    """All plans of reduced cost up to the widest limit that can be listed.

    Halves the width until the plans fit; gives up below `NARROWEST` of it, or when a
    limit is reached.
    """
    smallest = width * NARROWEST
    while width >= smallest and width > 0 and clock.may_go_on():
        plans = _list_all(pool, price_list, relaxation, width, clock)
        if plans is not None:
            return plans, width
        width /= 2.0
    return None, width


def _list_all(
    pool: Pool,
    price_list: PriceList,
    relaxation: Relaxation,
    width: float,
    clock: Clock,
) -> Plans | None:
    priced = price_list.at(part_prices(pool, relaxation.row_prices))
    space = price_list.space
    room = np.empty((PLANS_PER_LEARNER, len(space.weeks)), dtype=np.int64)
    seats = np.empty((PLANS_PER_LEARNER, space.needed.shape[1]), dtype=np.int64)
    parts: list[Plans] = []
    total = 0
    cost, startup = settled(priced.cost), settled(priced.startup)
    leave, seat = settled(priced.leave), settled(priced.seat)
    for at, learner in enumerate(pool.part.learners):
        seats[:] = -1
        count = enumerate_plans(
            space,
            learner,
            cost,
            startup,
            leave[learner],
            seat,
            relaxation.learner_floors[at] + width,
            NODES_PER_LEARNER,
            room,
            seats,
        )
        total += count
        if count < 0 or total > PLANS_IN_ALL or not clock.may_go_on():
            return None
        parts.append(
            Plans(
                learner=np.full(count, learner),
                option=room[:count].copy(),
                course=seats[:count].copy(),
            )
        )
    return Plans.join(parts)
