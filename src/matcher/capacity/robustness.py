"""The weakest points of a region: what is lost when one thing drops out."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from matcher.capacity.drop_out import DropKind, DropOut, drop_outs
from matcher.capacity.files import row_json
from matcher.capacity.first_repairs import first_answers
from matcher.capacity.movers import gains_alone
from matcher.capacity.repair import Repair, Repairer, RepairParams, solo_floors
from matcher.capacity.room_search import Answer
from matcher.dataset.tables import Bools, Floats
from matcher.suggestions import LoadedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessParams:
    """How far to look.

    Attributes
    ----------
    settled
        For so many of the largest losses the repair is searched until it is proven.
    weakest
        For so many of them others may move too.
    many, settled_of_many, weakest_of_many, searched_of_many
        Of a region that uses more things than `many`, so few: the repair of every
        other is the first one, proven only where nobody crowds.
    repair
        `moves` are those others.
    workers
        Threads; the answer does not depend on them.
    """

    settled: int = 300
    weakest: int = 10
    many: int = 3000
    settled_of_many: int = 60
    weakest_of_many: int = 5
    searched_of_many: int = 100
    repair: RepairParams = field(default_factory=RepairParams)
    workers: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakPoint:
    """A line of ``robustness.csv``: the worst first.

    Attributes
    ----------
    hit
        Learners placed there.
    loss_points
        Points that the best repair found costs more than the run.
    moves, moved
        Others who may change their plan, and those who do.
    weeks_without_place
        Of the learners hit and moved, after the repair.
    is_proven
        No repair with as many moves costs less.
    """

    rank: int
    kind: DropKind
    id: str
    hit: int
    loss_points: float
    moves: int
    moved: int
    weeks_without_place: float
    is_proven: bool


def plan_b(
    run: LoadedRun,
    params: RobustnessParams | None = None,
    on_done: Callable[[int], None] = lambda _: None,
    floors: Floats | None = None,
) -> tuple[Repair, ...]:
    """A repair for each site, mentor and course that the run uses, the worst first.

    First everybody who is not hit stays, and who is hit gets what is left; then the
    largest losses are settled; then, for the very largest, others may move. Ties: the
    order of the tables.

    Parameters
    ----------
    on_done
        Called with the number of drop-outs, from several threads.
    floors
        Of `solo_floors`, where they are known.
    """
    params = params or RobustnessParams()
    floors = solo_floors(run, params.workers) if floors is None else floors
    planner = _Planner(run, params, on_done, floors)
    drops = drop_outs(run)
    settled, weakest, repair = params.settled, params.weakest, params.repair
    if len(drops) > params.many:
        settled = min(settled, params.settled_of_many)
        weakest = min(weakest, params.weakest_of_many)
        searched = min(repair.most_searched, params.searched_of_many)
        repair = replace(repair, most_searched=searched)
    stay = replace(repair, moves=0)
    quick = replace(stay, branches=0, is_settled=False)
    repairs = dict(enumerate(planner.repaired(drops, quick)))
    largest = sorted(repairs, key=lambda at: -repairs[at].loss_points)
    open_ = [at for at in largest[:settled] if not repairs[at].is_proven]
    proven = planner.repaired([drops[at] for at in open_], stay)
    repairs |= dict(zip(open_, proven, strict=True))
    if repair.moves:
        largest = sorted(repairs, key=lambda at: -repairs[at].loss_points)
        worst = largest[:weakest]
        moved = planner.repaired([drops[at] for at in worst], repair)
        repairs |= dict(zip(worst, moved, strict=True))
    return tuple(sorted(repairs.values(), key=lambda each: -each.loss_points))


class _Planner:
    """Repairs many drop-outs on several threads."""

    def __init__(
        self,
        run: LoadedRun,
        params: RobustnessParams,
        on_done: Callable[[int], None],
        floors: Floats,
    ) -> None:
        self._run, self._workers, self._on_done = run, params.workers, on_done
        self._floors = floors

    def repaired(self, drops: list[DropOut], params: RepairParams) -> list[Repair]:
        """One per drop-out; a site and its only mentor are lost alike."""
        alike: dict[tuple[str, int], list[int]] = {}
        for at, drop in enumerate(drops):
            alike.setdefault(self._what_is_lost(drop), []).append(at)
        firsts = [group[0] for group in alike.values()]
        answers: dict[int, Answer | None] = {}
        if not params.branches:  # all at once then: it takes a fraction of the time
            some_drops = [drops[at] for at in firsts]
            found_first = first_answers(self._run, some_drops, self._workers)
            answers = dict(zip(firsts, found_first, strict=True))
        gains = self._gains_alone if params.moves else None

        def some(these: list[int]) -> list[Repair]:
            repairer, found = Repairer(self._run, self._floors, params, gains), []
            for at in these:
                found.append(repairer.best(drops[at], answers.get(at)))
                self._on_done(1)
            return found

        # Interleaved: drop-outs of one kind stand together and take about as long.
        parts = [firsts[at :: self._workers] for at in range(self._workers)]
        with ThreadPoolExecutor(self._workers) as pool:
            done = list(pool.map(some, parts))
        repaired = {
            first: repair
            for part, repairs in zip(parts, done, strict=True)
            for first, repair in zip(part, repairs, strict=True)
        }
        return [
            replace(
                repaired[alike[self._what_is_lost(drop)][0]], kind=drop.kind, id=drop.id
            )
            for drop in drops
        ]

    @cached_property
    def _gains_alone(self) -> Bools:
        return gains_alone(self._run, self._workers)

    def _what_is_lost(self, drop: DropOut) -> tuple[str, int]:
        """The site in place of its only mentor."""
        if drop.kind != "mentor":
            return drop.kind, drop.at
        mentor_site = self._run.problem.pairs.positions.mentor_site
        site = int(mentor_site[drop.at])
        is_only = int((mentor_site == site).sum()) == 1
        return ("site", site) if is_only else ("mentor", drop.at)


def weak_points(repairs: tuple[Repair, ...]) -> tuple[WeakPoint, ...]:
    """Rows of ``robustness.csv``."""
    return tuple(
        WeakPoint(
            rank=rank,
            kind=each.kind,
            id=each.id,
            hit=len(each.hit),
            loss_points=each.loss_points,
            moves=each.moves,
            moved=len(each.moved),
            weeks_without_place=each.weeks_without_place,
            is_proven=each.is_proven,
        )
        for rank, each in enumerate(repairs, start=1)
    )


def repair_to_json(repair: Repair) -> Mapping[str, Any]:
    """The entry of ``plan_b.json``."""
    return {
        **row_json(repair),
        "stays": [row_json(each) for each in repair.stays],
        "seats": [row_json(each) for each in repair.seats],
    }
