"""Plan B: the best repair after a drop-out, most others staying where they are.

The learners who are hit are free; of the others at most `moves` may change. Everybody
else follows the run. Each choice of movers is searched in the room that the fixed plans
leave; choices that cannot be better than the best repair so far, by what each learner
costs at the least, are not searched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np

from matcher.capacity.beside import beside
from matcher.capacity.drop_out import DropKind, DropOut
from matcher.capacity.movers import gains_alone, may_matter
from matcher.capacity.room_search import MOST_BRANCHES, Answer, RoomSearch
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index
from matcher.planning import cheapest_plans
from matcher.problem.plans import Plans
from matcher.problem.problem import Problem
from matcher.solvers import SolveParams, solve
from matcher.suggestions import LoadedRun

_PROVEN_POINTS = 1e-6

_SOLVED_COUNTS = 10
"""Searches that one small region solved stands for: it takes as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairParams:
    """How far to look.

    Attributes
    ----------
    moves
        Other learners who may change their plan.
    most_searched
        Choices of movers searched for one drop-out; what is left then makes it
        unproven.
    branches
        How far a search goes for plans that fit beside each other.
    solve
        How a choice is solved that no search settles.
    is_settled
        Where a search finds a repair and no proof that it is the best, it is solved.
    """

    moves: int = 1
    most_searched: int = 400
    branches: int = MOST_BRANCHES
    solve: SolveParams = field(
        default_factory=lambda: SolveParams(gap=0.0, time_limit_seconds=20.0)
    )
    is_settled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One placed period of a repair."""

    learner_id: str
    period_id: str
    site_id: str
    mentor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairSeat:
    """One seat of a repair."""

    learner_id: str
    course_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The plans of all who are hit or moved; the others follow the run.

    Attributes
    ----------
    points
        Of the whole region then.
    loss_points
        Above the run.
    moved
        Others whose plan changes.
    is_proven
        No repair with as many moves costs less.
    """

    kind: DropKind
    id: str
    hit: tuple[str, ...]
    moves: int
    moved: tuple[str, ...]
    points: float
    loss_points: float
    weeks_without_place: float
    stays: tuple[Stay, ...]
    seats: tuple[RepairSeat, ...]
    is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The best plans of the free learners.

    Attributes
    ----------
    change, least_change
        Points of the free learners less what they cost in the run, and no less than
        what it can be.
    problem
        In whose positions the plans stand.
    """

    change: float
    least_change: float
    free: Index
    problem: Problem
    plans: Plans
    searches: int


def best_repair(
    run: LoadedRun, drop: DropOut, floors: Floats, params: RepairParams | None = None
) -> Repair:
    """The best repair of one drop-out; see `Repairer`."""
    return Repairer(run, floors, params or RepairParams()).best(drop)


class Repairer:
    """Repairs around one run; not for two threads at a time.

    Parameters
    ----------
    floors
        See `solo_floors`; the same for every drop-out.
    gains
        See `gains_alone`; the same for every drop-out, worked out where absent.
    """

    def __init__(
        self,
        run: LoadedRun,
        floors: Floats,
        params: RepairParams,
        gains: Bools | None = None,
    ) -> None:
        self._run, self._params, self._gains = run, params, gains
        self._now = run.points.sum(axis=1)
        self._slack = np.maximum(self._now - floors, 0.0)
        self._search = RoomSearch(run)

    def best(self, drop: DropOut, first: Answer | None = None) -> Repair:
        """The best repair with at most `moves` others changed.

        Ties: fewer movers, then those with more to gain for themselves.

        Parameters
        ----------
        first
            Where it is known what a search says while nobody moves.
        """
        best = self._found(drop, drop.hit, np.inf, first)
        is_whole = best.change - best.least_change <= _PROVEN_POINTS
        searches = best.searches
        # With movers the hit may have more room, and never cost less than alone.
        least = self._least_of_hit(drop) if self._params.moves else 0.0
        for movers in self._choices(drop):
            low = least - float(self._slack[movers].sum())
            if low >= best.change - _PROVEN_POINTS:
                continue
            if searches >= self._params.most_searched:
                is_whole = False
                break
            found = self._found(drop, np.union1d(drop.hit, movers), best.change)
            searches += found.searches
            reached = min(best.change, found.change)
            is_whole &= found.least_change >= reached - _PROVEN_POINTS
            if found.change < best.change - _PROVEN_POINTS:
                best = found
        return _repair(self._run, drop, best, is_whole, self._params.moves)

    def _choices(self, drop: DropOut) -> Iterator[Index]:
        """Sets of others who may move: fewest first, then those with most to gain."""
        moves, slack = self._params.moves, self._slack
        if not moves:
            return
        others = np.setdiff1d(np.arange(len(slack)), drop.hit)
        order = others[np.argsort(-slack[others], kind="stable")]
        matters = may_matter(self._run, drop, self._gains_alone)
        for size in range(1, moves + 1):
            # With more movers one may matter to another who matters to the hit.
            those = order[matters[order]] if moves == 1 else order
            for movers in combinations(those.tolist(), size):
                yield np.array(movers, dtype=np.int64)

    @cached_property
    def _gains_alone(self) -> Bools:
        return gains_alone(self._run) if self._gains is None else self._gains

    def _least_of_hit(self, drop: DropOut) -> float:
        """What the hit cost more than now at the least, with the region to themselves.

        After the drop-out nobody has more to choose from than before, but who had
        signed there is free now.
        """
        problem = self._run.problem
        if (problem.pairs.signed_option[drop.hit] >= 0).any():
            return float(-self._now[drop.hit].sum())
        return float(-self._slack[drop.hit].sum())

    def _found(
        self,
        drop: DropOut,
        free: Index,
        most_change: float,
        answer: Answer | None = None,
    ) -> _Found:
        """The best plans of the free when all others follow the run.

        Parameters
        ----------
        most_change
            What is no better need not be found.
        answer
            Of the search, where it is known.
        """
        before, params = float(self._now[free].sum()), self._params
        most = before + most_change
        if answer is None:
            answer = self._search.answer(free, drop, most, params.branches)
        if answer is not None:
            best = min(answer.points, most)
            if not params.is_settled or answer.bound >= best - _PROVEN_POINTS:
                return _Found(
                    change=answer.points - before,
                    least_change=answer.bound - before,
                    free=free,
                    problem=self._run.problem,
                    plans=answer.plans,
                    searches=1,
                )
        world = beside(self._run, drop, free)
        result = solve(world.problem, self._params.solve)
        return _Found(
            change=result.objective - before,
            least_change=result.bound - before if world.is_exact else -np.inf,
            free=free,
            problem=world.problem,
            plans=result.plans,
            searches=_SOLVED_COUNTS,
        )


def solo_floors(run: LoadedRun, workers: int = 1) -> Floats:
    """(learners,), what each costs at the least, with the region to oneself."""
    everyone = np.arange(run.problem.num_learners)
    found = cheapest_plans(run.price_list, run.priced, everyone, workers=workers)
    return found.bounds


def _repair(
    run: LoadedRun, drop: DropOut, best: _Found, is_whole: bool, moves: int
) -> Repair:
    problem, plans, dataset = best.problem, best.plans, best.problem.dataset
    ids = dataset.learners.learner_id
    row, period = np.nonzero(plans.option >= 0)
    option = plans.option[row, period]
    taken = np.argwhere(plans.course >= 0)
    is_open = problem.pairs.calendar.active[plans.learner] & (plans.option < 0)
    before = float(run.points.sum())
    others = np.setdiff1d(best.free, drop.hit)
    return Repair(
        kind=drop.kind,
        id=drop.id,
        hit=tuple(run.dataset.learners.learner_id[drop.hit].tolist()),
        moves=moves,
        moved=tuple(run.dataset.learners.learner_id[others].tolist()),
        points=before + best.change,
        loss_points=best.change,
        weeks_without_place=float((is_open * problem.weeks).sum()),
        stays=tuple(
            Stay(
                learner_id=ids[plans.learner[at]],
                period_id=dataset.periods.period_id[when],
                site_id=dataset.sites.site_id[problem.option_site[each]],
                mentor_id=dataset.mentors.mentor_id[problem.pairs.option_mentor[each]],
            )
            for at, when, each in zip(row, period, option, strict=True)
        ),
        seats=tuple(
            RepairSeat(
                learner_id=ids[plans.learner[at]],
                course_id=dataset.courses.course_id[plans.course[at, unit]],
            )
            for at, unit in taken
        ),
        is_proven=is_whole,
    )
