"""What to recruit first (wat eerst?): ranked by what it gains, solved again.

Candidates are screened by a proven bound on their gain; the best are confirmed by
solving the learners concerned before and after. As long as the best unconfirmed bound
is above a confirmed gain, the next is confirmed, so that the first ranks are surely
the first of all candidates.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from matcher.capacity.candidate import Candidate
from matcher.capacity.gain_in_plan import GainInPlan, InPlanParams, gain_in_plan
from matcher.capacity.screening import Screen, Screened, changed_dataset
from matcher.capacity.shadow_prices import RegionPrices
from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.problem.plans import plan_points
from matcher.problem.problem import prepare
from matcher.solvers import SolveParams, solve
from matcher.suggestions import LoadedRun
from matcher.suggestions.fixed_plan import only_learners

logger = logging.getLogger(__name__)

PROVEN_POINTS = 1e-6
"""Points within which objective and bound are the same (contract, section 8)."""

_HELPED_POINTS = 1e-6
"""A learner whose plan costs that much less is helped."""

_WORKERS = 2
"""Threads; the answer does not depend on them."""

Gain = Literal["exact", "lower_bound"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitParams:
    """How far to look.

    Attributes
    ----------
    top
        Ranks wanted.
    most_confirmed
        At most so many candidates are solved.
    most_learners
        Where a candidate concerns more learners of a run that is not proven best,
        their optimum is out of reach, and only the gain in the plan is worked out.
    solve
        How each is solved; an optimum that is not proven in time gives a lower bound.
    """

    top: int = 10
    most_confirmed: int = 20
    most_learners: int = 1000
    solve: SolveParams = field(
        default_factory=lambda: SolveParams(gap=0.0, time_limit_seconds=60.0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recruit:
    """A candidate that surely gains: the optimum, or else the plan of the run.

    Attributes
    ----------
    gain_points
        Points by which the optimum falls when the rows are added; or surely falls.
        0 where nothing is proven of the optimum.
    most_points
        Points by which it can fall at the most.
    helped
        Learners whose plan costs less then, in one of the best plans.
    is_first_sure
        No candidate that stands lower, or was not confirmed, can gain more.
    in_plan
        Where nothing is proven of the optimum, what the plan of the run gains.
    """

    rank: int
    candidate: Candidate
    gain_points: float
    gain: Gain
    most_points: float
    helped: tuple[str, ...]
    is_first_sure: bool
    in_plan: GainInPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitList:
    """The list, and how it came about.

    Attributes
    ----------
    screened, confirmed
        Candidates that somebody could use, and those of them that were solved.
    """

    recruits: tuple[Recruit, ...]
    screened: int
    confirmed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Optimum:
    """What is known of an optimum: between low and high, with the plans of high.

    Attributes
    ----------
    points
        (learners concerned,), of the plans.
    """

    low: float
    high: float
    points: Floats

    @property
    def is_proven(self) -> bool:
        return self.high - self.low <= PROVEN_POINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """Candidates taken together, solved: they gain between low and high.

    Attributes
    ----------
    helped
        Learners whose plan costs less then, in one of the best plans.
    in_plan
        What the plan of the run gains, where the optimum is out of reach.
    """

    screened: Screened
    low: float
    high: float
    helped: tuple[str, ...]
    in_plan: GainInPlan | None = None

    @property
    def is_exact(self) -> bool:
        """The gain is proven exactly: no more and no less."""
        return self.low == self.high

    @property
    def in_plan_points(self) -> float:
        """What the plan of the run gains, where that is all that is known."""
        return 0.0 if self.in_plan is None else self.in_plan.points

    @property
    def is_gain(self) -> bool:
        """The optimum surely gains, or else the plan of the run."""
        return max(self.low, self.in_plan_points) > PROVEN_POINTS


class Confirmer:
    """Solves the learners concerned before and after."""

    def __init__(
        self, run: LoadedRun, params: SolveParams, most_learners: int | None = None
    ) -> None:
        self._run, self._params, self._most_learners = run, params, most_learners
        self._before: dict[bytes, _Optimum] = {}
        self._in_plan: dict[int, GainInPlan] = {}  # by the identity of who is asked

    def look_ahead(self, screened: list[Screened]) -> None:
        """Work out gains in the plan side by side, where nothing else can be known."""
        asked = [each for each in screened if self._is_out_of_reach(each)]
        with ThreadPoolExecutor(_WORKERS) as pool:
            found = list(pool.map(self._gain_in_plan, asked))
        keys = (id(each) for each in asked)
        self._in_plan = dict(zip(keys, found, strict=True))

    def of(self, screened: Screened) -> Confirmed:
        """What candidates gain together, between low and high."""
        run = self._run
        if self._is_out_of_reach(screened):
            known = self._in_plan.get(id(screened))
            in_plan = known or self._gain_in_plan(screened)
            return Confirmed(
                screened=screened,
                low=0.0,
                high=screened.most_points,
                helped=in_plan.helped,
                in_plan=in_plan,
            )
        before = self._optimum_before(screened.learners)
        problem = prepare(changed_dataset(run.dataset, screened), run.problem.policy)
        result = solve(problem, self._params)
        after = _Optimum(
            low=result.bound,
            high=result.objective,
            points=plan_points(problem, result.plans).sum(axis=1),
        )
        high = min(screened.most_points, before.high - after.low)
        low = max(0.0, before.low - after.high)
        if before.is_proven and after.is_proven:
            low = high = max(0.0, before.high - after.high)
        better = after.points < before.points - _HELPED_POINTS
        ids = run.dataset.learners.learner_id[screened.learners[better]]
        subjects = [each.subject for each in screened.candidates]
        logger.debug("%s confirmed: %s to %s", subjects, low, high)
        return Confirmed(
            screened=screened, low=low, high=max(low, high), helped=tuple(ids.tolist())
        )

    def _gain_in_plan(self, screened: Screened) -> GainInPlan:
        return gain_in_plan(self._run, screened, InPlanParams())

    def _is_out_of_reach(self, screened: Screened) -> bool:
        """No solver proves the optimum of so many learners in the time there is."""
        return (
            self._most_learners is not None
            and self._run.summary.status != "optimal"
            and len(screened.learners) > self._most_learners
        )

    def _optimum_before(self, learners: Index) -> _Optimum:
        key = learners.tobytes()
        if key not in self._before:
            self._before[key] = self._solved_before(learners)
        return self._before[key]

    def _solved_before(self, learners: Index) -> _Optimum:
        """Of learners who share nothing with the rest; the run's where it is proven."""
        run = self._run
        points = run.points[learners].sum(axis=1)
        own = float(points.sum())
        if run.summary.status == "optimal":
            return _Optimum(low=own, high=own, points=points)
        kept = np.zeros(run.problem.num_learners, dtype=bool)
        kept[learners] = True
        problem = prepare(only_learners(run.dataset, kept), run.problem.policy)
        result = solve(problem, self._params)
        if result.objective < own:
            points = plan_points(problem, result.plans).sum(axis=1)
        return _Optimum(
            low=result.bound, high=min(own, result.objective), points=points
        )


def recruit_list(
    run: LoadedRun,
    prices: RegionPrices,
    candidates: Iterable[Candidate],
    params: RecruitParams | None = None,
    on_confirmed: Callable[[int], None] = lambda _: None,
) -> RecruitList:
    """The candidates that gain most, the most first; those that surely gain only.

    Ties: the order in which the candidates were given.

    Parameters
    ----------
    on_confirmed
        Called with the number of candidates solved so far.
    """
    params = params or RecruitParams()
    screen = Screen(run, prices)
    with ThreadPoolExecutor(_WORKERS) as pool:  # answers come in the order asked
        bounded = list(pool.map(screen.of, candidates))
    screened = [each for each in bounded if each is not None]
    screened.sort(key=lambda each: -each.most_points)
    confirmer = Confirmer(run, params.solve, params.most_learners)
    done: list[Confirmed] = []
    first = screened[: params.most_confirmed]
    confirmer.look_ahead([each for each in first if each.most_points > PROVEN_POINTS])
    while len(done) < min(len(screened), params.most_confirmed):
        ahead = screened[len(done)].most_points
        sure = [each for each in done if each.is_exact and each.low >= ahead]
        if ahead <= PROVEN_POINTS or len(sure) >= params.top:
            break
        done.append(confirmer.of(screened[len(done)]))
        on_confirmed(len(done))
    left = [each.most_points for each in screened[len(done) :]]
    return RecruitList(
        recruits=_ranked(done, max(left, default=0.0), params.top),
        screened=len(screened),
        confirmed=len(done),
    )


def _ranked(done: list[Confirmed], most_left: float, top: int) -> tuple[Recruit, ...]:
    gaining = [each for each in done if each.is_gain]
    # What is proven of the optimum stands before what is known of one plan.
    gaining.sort(key=lambda each: (-each.low, -each.in_plan_points))
    without = [each for each in done if not each.is_gain]
    recruits = []
    for at, each in enumerate(gaining[:top]):
        lower = [other.high for other in (*gaining[at + 1 :], *without)]
        ahead = max([most_left, *lower])
        recruits.append(
            Recruit(
                rank=at + 1,
                candidate=each.screened.candidates[0],
                gain_points=each.low,
                gain="exact" if each.is_exact else "lower_bound",
                most_points=each.high,
                helped=each.helped,
                is_first_sure=each.low >= ahead - PROVEN_POINTS,
                in_plan=each.in_plan,
            )
        )
    return tuple(recruits)


def recruit_to_json(recruit: Recruit) -> Mapping[str, Any]:
    """The entry of ``recruit.json`` (contract, section 9, and more keys)."""
    return {
        "rank": recruit.rank,
        "kind": recruit.candidate.kind,
        "rows": {
            name: [dict(row) for row in rows]
            for name, rows in recruit.candidate.rows.items()
        },
        "gain_points": recruit.gain_points,
        "gain": recruit.gain,
        "learners_helped": len(recruit.helped),
        "helped": list(recruit.helped),
        "subject": recruit.candidate.subject,
        "trajectory_id": recruit.candidate.trajectory_id or None,
        "most_points": recruit.most_points,
        "sure_rank": recruit.is_first_sure,
    } | (
        {}
        if recruit.in_plan is None
        else {
            "in_plan_points": recruit.in_plan.points,
            "in_plan_free": recruit.in_plan.free,
        }
    )
