"""A problem with its prices, of which a search lends the rows of some learners."""

from dataclasses import replace

import numpy as np

from matcher.dataset.tables import Bools
from matcher.eligibility.position import Index
from matcher.planning import PricedOptions, PriceList, Pricing, cheapest_plans
from matcher.problem.prices import no_prices
from matcher.suggestions import LoadedRun


class PricedWorld:
    """The problem of a run, without prices for what is shared.

    Not for two threads at a time.

    Parameters
    ----------
    signed
        False for a world in which nobody signed anything.
    node_limit
        Work of one learner's search; where it ends early the bound is lower.
    workers
        Threads; the answers do not depend on them.
    """

    def __init__(
        self, run: LoadedRun, *, signed: bool, node_limit: int, workers: int = 1
    ) -> None:
        problem, price_list = run.problem, run.price_list
        if not signed:
            none = np.full_like(problem.pairs.signed_option, -1)
            pairs = replace(problem.pairs, signed_option=none)
            problem = replace(problem, pairs=pairs)
            price_list = PriceList(problem)
        self.problem = problem
        self._price_list = price_list
        self._node_limit, self._workers = node_limit, workers
        priced = price_list.at(no_prices(problem))
        self._cost, self._startup = priced.cost.copy(), priced.startup.copy()
        self._leave, self._seat = priced.leave, priced.seat
        self._first = problem.option_start[problem.pair_start]

    def options_of(self, learners: Index) -> tuple[Index, Index]:
        """Options of learners one after the other, and the row that each is of."""
        first, count = self._first[learners], np.diff(self._first)[learners]
        skipped = np.repeat(first - np.cumsum(count) + count, count)
        row = np.repeat(np.arange(len(learners)), count)
        return skipped + np.arange(len(skipped)), row

    def search(
        self,
        learners: Index,
        options: Index,
        *,
        may_be: Bools,
        may_start: Bools,
        seat_room: Bools,
    ) -> Pricing:
        """The cheapest plans of learners, each of them named once.

        Parameters
        ----------
        options
            All options of these learners.
        may_be, may_start
            (options, periods), there is room, and room for a block to start.
        seat_room
            (courses,)
        """
        cost, startup = self._cost[options], self._startup[options]
        self._cost[options] = np.where(may_be, cost, np.inf)
        self._startup[options] = np.where(may_start, startup, np.inf)
        lent = PricedOptions(
            cost=self._cost,
            startup=self._startup,
            leave=self._leave,
            seat=np.where(seat_room, self._seat, np.inf),
        )
        try:
            return cheapest_plans(
                self._price_list,
                lent,
                learners,
                node_limit=self._node_limit,
                workers=self._workers,
            )
        finally:
            self._cost[options], self._startup[options] = cost, startup
