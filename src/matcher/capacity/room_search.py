"""Cheapest plans of a few learners when everybody else follows the run: exact.

Each of them is first searched for alone in the room that the fixed plans leave; these
plans together cost the least that can be. Where they overfill a place, at least one of
those who come there stays away, or starts there at another time: the search branches on
who it is (best first), so that what it finds is proven.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

import numpy as np

from matcher.advice.room_left import Overfull, Room, RoomLeft
from matcher.capacity.drop_out import DropOut
from matcher.capacity.priced_world import PricedWorld
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, block_starts, plan_sites
from matcher.problem.problem import Problem
from matcher.suggestions import LoadedRun

MOST_BRANCHES = 60
"""Branches, after which the plans found one after the other have to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Plans that fit beside the fixed ones and beside each other.

    Attributes
    ----------
    plans
        One per free learner, in their order.
    points
        Of these plans together.
    bound
        No plans of these learners cost less there.
    """

    plans: Plans
    points: float
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a branch takes from one learner: a place in a period.

    Attributes
    ----------
    only_starts
        A block may run on there, and not begin.
    """

    at: Overfull
    only_starts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Branch:
    """A node of the search.

    Attributes
    ----------
    bars
        Per free learner.
    plans, costs, bounds
        Per free learner, searched alone under the bars.
    """

    bars: tuple[tuple[Bar, ...], ...]
    plans: Plans
    costs: Floats
    bounds: Floats


class _World(PricedWorld):
    """With the room that the plans of the run leave."""

    def __init__(self, run: LoadedRun, *, signed: bool, node_limit: int) -> None:
        super().__init__(run, signed=signed, node_limit=node_limit)
        self.room = RoomLeft(self.problem, run.plans)

    def alone(
        self, learner: int, room: Room, barred: Bools, no_start: Bools, no_seat: Bools
    ) -> tuple[Plans, float, float] | None:
        """The cheapest plan in a room, its points and a bound; None where none is.

        Parameters
        ----------
        barred, no_start
            (options of the learner, periods)
        no_seat
            (courses,)
        """
        found = self.search(
            np.array([learner]),
            room.options,
            may_be=(room.start | room.stay) & ~barred,
            may_start=room.start & ~no_start,
            seat_room=room.seat & ~no_seat,
        )
        if not found.found[0]:
            return None
        return found.plans, float(found.costs[0]), float(found.bounds[0])


@dataclass
class RoomSearch:
    """Searches around one run; not for two threads at a time.

    Attributes
    ----------
    node_limit
        Work of one learner's search; where it ends early the bound is lower.
    """

    run: LoadedRun
    node_limit: int = 200_000
    _worlds: dict[bool, _World] = field(default_factory=dict)

    def answer(
        self,
        free: Index,
        drop: DropOut,
        most: float = np.inf,
        branches: int = MOST_BRANCHES,
    ) -> Answer | None:
        """The cheapest plans of the free learners after a drop-out.

        None where signed placements, and what they exceed, tie these learners to
        others in a way that is not searched here.

        Parameters
        ----------
        most
            What costs at least that much need not be found: the bound tells.
        branches
            Where so many do not settle it, learners are given the best that is left
            one after the other.
        """
        if not self.is_simple(free, drop):
            return None
        with self._set_free(free):
            numbers = count()
            first = self._branch(free, drop, tuple(() for _ in free), None)
            if first is None:
                return None
            heap = [(float(first.bounds.sum()), next(numbers), first)]
            while heap:
                bound, number, branch = heappop(heap)
                over = self._world(signed=True).room.overfull(branch.plans)
                if over is None or bound >= most:
                    points = float(branch.costs.sum()) if over is None else np.inf
                    return Answer(plans=branch.plans, points=points, bound=bound)
                if number >= branches:
                    return self._one_by_one(free, drop, first, bound)
                for child in self._children(free, drop, branch, over):
                    heappush(heap, (float(child.bounds.sum()), next(numbers), child))
        return None

    def _one_by_one(
        self, free: Index, drop: DropOut, first: _Branch, bound: float
    ) -> Answer | None:
        """Plans that fit, each the cheapest beside those before; the dearest first."""
        order = np.argsort(-first.costs, kind="stable").tolist()
        rows: dict[int, Plans] = {}
        points = 0.0
        with ExitStack() as stack:
            for at in order:
                found = self._alone(int(free[at]), drop, ())
                if found is None:
                    return None
                rows[at], own, _ = found
                points += own
                for world in self._worlds.values():
                    stack.enter_context(world.room.beside(rows[at]))
        plans = Plans.join([rows[at] for at in range(len(free))])
        return Answer(plans=plans, points=points, bound=bound)

    def _children(
        self, free: Index, drop: DropOut, branch: _Branch, over: Overfull
    ) -> Iterator[_Branch]:
        """One per learner who comes to the place that is overfull."""
        for at, only_starts in self._who_comes(branch.plans, over):
            bar = Bar(at=over, only_starts=only_starts)
            bars = (
                *branch.bars[:at],
                (*branch.bars[at], bar),
                *branch.bars[at + 1 :],
            )
            child = self._branch(free, drop, bars, (branch, at))
            if child is not None:
                yield child

    def _who_comes(self, plans: Plans, over: Overfull) -> Iterator[tuple[int, bool]]:
        """Rows of plans there, and whether the hours asked are those of a start."""
        problem = self._world(signed=True).problem
        if over.kind == "seat":
            rows = np.flatnonzero((plans.course == over.place).any(axis=1))
            yield from ((int(row), False) for row in rows)
            return
        option = plans.option[:, over.period]
        place = _place_of(problem, option, over)
        starts = block_starts(plan_sites(problem, plans))[:, over.period]
        for row in np.flatnonzero((option >= 0) & (place == over.place)):
            yield int(row), over.kind == "hours" and bool(starts[row])

    def _branch(
        self,
        free: Index,
        drop: DropOut,
        bars: tuple[tuple[Bar, ...], ...],
        parent: tuple[_Branch, int] | None,
    ) -> _Branch | None:
        """Plans under bars; of a parent all but one learner's are kept."""
        rows: list[Plans] = []
        costs, bounds = np.zeros(len(free)), np.zeros(len(free))
        for at, learner in enumerate(free.tolist()):
            if parent is not None and at != parent[1]:
                before = parent[0]
                rows.append(before.plans.take(np.array([at])))
                costs[at], bounds[at] = before.costs[at], before.bounds[at]
                continue
            found = self._alone(learner, drop, bars[at])
            if found is None:
                return None
            plan, costs[at], bounds[at] = found
            rows.append(plan)
        plans = Plans.join(rows)
        return _Branch(bars=bars, plans=plans, costs=costs, bounds=bounds)

    def _alone(
        self, learner: int, drop: DropOut, bars: Iterable[Bar]
    ) -> tuple[Plans, float, float] | None:
        keeps_signed = not self._signed_there(learner, drop).any()
        world = self._world(signed=keeps_signed)
        problem, room = world.problem, world.room.now_for(learner)
        barred = np.zeros(room.start.shape, dtype=bool)
        no_start, no_seat = barred.copy(), np.zeros(len(room.seat), dtype=bool)
        if drop.kind == "course":
            no_seat[drop.at] = True
        elif drop.kind == "site":
            barred |= (problem.sites_of(room.options) == drop.at)[:, None]
        else:
            mentor = problem.pairs.option_mentor[room.options]
            barred |= (mentor == drop.at)[:, None]
        for bar in bars:
            if bar.at.kind == "seat":
                no_seat[bar.at.place] = True
                continue
            here = _place_of(problem, room.options, bar.at) == bar.at.place
            which = no_start if bar.only_starts else barred
            which[here, bar.at.period] = True
        return world.alone(learner, room, barred, no_start, no_seat)

    def _world(self, *, signed: bool) -> _World:
        """The run's problem; or one in which nobody signed anything."""
        if signed not in self._worlds:
            self._worlds[signed] = _World(
                self.run, signed=signed, node_limit=self.node_limit
            )
        return self._worlds[signed]

    @contextmanager
    def _set_free(self, free: Index) -> Iterator[None]:
        both = (self._world(signed=True), self._world(signed=False))
        with ExitStack() as stack:
            for world in both:
                stack.enter_context(world.room.without(free))
            yield

    def _signed_there(self, learner: int, drop: DropOut) -> Bools:
        """(periods,): signed at what drops out."""
        problem = self.run.problem
        signed = problem.pairs.signed_option[learner]
        if drop.kind == "course":
            return np.zeros(len(signed), dtype=bool)
        place = problem.option_site if drop.kind == "site" else None
        of = problem.pairs.option_mentor if place is None else place
        return np.asarray((signed >= 0) & (of[signed] == drop.at))

    def is_simple(self, free: Index, drop: DropOut) -> bool:
        """Signed placements of these learners bind nothing beyond themselves."""
        problem = self.run.problem
        capacities, pairs = problem.capacities, problem.pairs
        for learner in free.tolist():
            there = self._signed_there(learner, drop)
            signed = pairs.signed_option[learner]
            if there.any() and ((signed >= 0) & ~there).any():
                return False
            period = np.flatnonzero(there)
            site = problem.sites_of(signed[period])
            enterprise = pairs.positions.site_enterprise[site]
            owned = enterprise >= 0
            if (
                capacities.site_closed[site, period].any()
                or capacities.enterprise_closed[enterprise[owned], period[owned]].any()
            ):
                return False
            first, last = problem.option_start[
                problem.pair_start[[learner, learner + 1]]
            ]
            if capacities.hours_gated[pairs.option_mentor[first:last]].any():
                return False
            if self._exceeds_hours(learner):
                return False
        return True

    def _exceeds_hours(self, learner: int) -> bool:
        """Signed where signed placements alone ask more hours than there are."""
        problem = self.run.problem
        signed = problem.pairs.signed_option[learner]
        period = np.flatnonzero(signed >= 0)
        mentor = problem.pairs.option_mentor[signed[period]]
        asked = problem.capacities.hours_signed[mentor, period]
        own = problem.dataset.mentors.hours_per_week[mentor]
        return bool((asked > own + TOLERANCE).any())


def _place_of(problem: Problem, option: Index, over: Overfull) -> Index:
    """The site, enterprise or mentor of each option, by the kind of a place."""
    if over.kind in ("mentor", "hours"):
        return np.asarray(problem.pairs.option_mentor[option])
    site = problem.sites_of(option)
    if over.kind == "site":
        return np.asarray(site)
    return np.asarray(problem.pairs.positions.site_enterprise[site])
