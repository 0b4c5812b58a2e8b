"""How much a candidate can gain at the most, from the shadow prices: proven.

The relaxation prices every shared thing. The place that the candidate brings gets a
price on top, any price of 0 or more. The learners who could use it are priced again;
everybody else keeps the floor. What the floors lose, what the place is worth at its
price, and what the bound leaves open in the parts concerned bound the gain together.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from matcher.capacity.candidate import Candidate, with_candidates
from matcher.capacity.shadow_prices import RegionPrices
from matcher.dataset import Dataset
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.position import Index, positions_of
from matcher.planning import PriceList, cheapest_plans
from matcher.planning.search import EPSILON
from matcher.problem.plans import Plans
from matcher.problem.prices import Prices
from matcher.problem.problem import Problem, prepare
from matcher.problem.rows import prices_of
from matcher.suggestions import LoadedRun
from matcher.suggestions.fixed_plan import only_learners

_STEPS = 8
_TARGET = 0.7
"""Prices tried for the place of a candidate; each aims at this share of the best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A candidate and what it can gain.

    Attributes
    ----------
    most_points
        No more than this can be gained.
    learners
        Positions of all whose plans may change, directly or in a chain.
    """

    candidate: Candidate
    most_points: float
    learners: Index


class Screen:
    """Bounds on gains around one run."""

    def __init__(self, run: LoadedRun, prices: RegionPrices) -> None:
        self._run, self._prices = run, prices
        self._problem = run.problem
        self._by_place = prices_of(prices.rows, prices.row_prices)
        self._open = np.maximum(prices.points - prices.bounds, 0.0)

    def of(self, candidate: Candidate) -> Screened | None:
        """The bound for one candidate; None where nobody could use it."""
        dataset = with_candidates(self._run.dataset, (candidate,))
        near = self._near(candidate)
        if not near.any():
            return None
        problem = prepare(only_learners(dataset, near), self._problem.policy)
        whole = np.flatnonzero(near)
        touched = _touched(problem, self._problem, candidate)
        if not len(touched):
            return None
        parts = self._parts(whole[touched], candidate)
        gain = self._lost_floors(problem, candidate, touched, whole[touched])
        slack = self._mentor_slack(candidate) + EPSILON * len(touched)
        return Screened(
            candidate=candidate,
            most_points=float(self._open[parts].sum()) + gain + slack,
            learners=np.flatnonzero(np.isin(self._prices.part_of, parts)),
        )

    def _near(self, candidate: Candidate) -> Bools:
        """(learners,): all who might use it, at the least by their training."""
        dataset = self._run.dataset
        if candidate.trajectory_id:
            return np.asarray(dataset.learners.trajectory_id == candidate.trajectory_id)
        sites = {row["site_id"] for row in candidate.rows["mentors"]}
        rows = dataset.recognitions
        here = np.array([each in sites for each in rows.site_id], dtype=bool)
        trainings = set(rows.trajectory_id[here].tolist())
        return np.array(
            [each in trainings for each in dataset.learners.trajectory_id], dtype=bool
        )

    def _parts(self, touched: Index, candidate: Candidate) -> Index:
        """Parts of the region that the candidate joins."""
        parts = set(self._prices.part_of[touched].tolist())
        positions = self._problem.pairs.positions
        site = positions_of(
            [
                row["site_id"]
                for name in ("recognitions", "mentors")
                for row in candidate.rows.get(name, ())
            ],
            self._run.dataset.sites.site_id,
        )
        site = np.unique(site[site >= 0])
        enterprise = positions.site_enterprise[site]
        of = positions.site_enterprise[self._problem.option_site]
        here = np.isin(self._problem.option_site, site)
        here |= np.isin(of, enterprise[enterprise >= 0])
        users = np.unique(self._problem.option_learner[here])
        return np.array(sorted(parts | set(self._prices.part_of[users].tolist())))

    def _lost_floors(
        self, problem: Problem, candidate: Candidate, touched: Index, whole: Index
    ) -> float:
        """What the learners' floors lose, the place paid for, at the best price found.

        Prices follow the use: where more learners want the place than it holds, it
        gets dearer (a subgradient of a convex bound, which holds at every step).
        """
        price_list = PriceList(problem)
        before = self._prices.floors[whole]
        place = _place_of(problem, self._problem, candidate)
        price = np.zeros(len(place.units))
        best = np.inf
        for _ in range(_STEPS):
            prices = place.priced(self._by_place, problem, price)
            found = cheapest_plans(
                price_list, price_list.at(prices), touched, cutoffs=before
            )
            lost = float(np.maximum(before - found.bounds, 0.0).sum())
            value = lost + float(price @ place.units)
            best = min(best, value)
            slope = place.units - place.use(problem, found.plans)
            length = float(slope @ slope)
            if length < 1e-9 or best <= 0.0:
                break
            step = (value - _TARGET * best) / length
            price = np.maximum(price - step * slope, 0.0)
        return best

    def _mentor_slack(self, candidate: Candidate) -> float:
        """Points by which the limits of mentors there may rise, for they count hours.

        How many learners the hours of a mentor hold depends on who may come.
        """
        rows, prices = self._prices.rows, self._prices.row_prices
        sites = positions_of(
            [
                row["site_id"]
                for name in ("recognitions", "mentors")
                for row in candidate.rows.get(name, ())
            ],
            self._run.dataset.sites.site_id,
        )
        mentors = np.isin(self._problem.pairs.positions.mentor_site, sites[sites >= 0])
        row = rows.mentor[mentors]
        most = self._problem.capacities.mentor[mentors]
        known = row >= 0
        return float(
            ((most[known] - rows.limit[row[known]]) * prices[row[known]]).sum()
        )


def _touched(problem: Problem, base: Problem, candidate: Candidate) -> Index:
    """Learners of the small problem who may use what is new."""
    if "courses" in candidate.rows:
        taught = problem.teaching.reach_course >= len(base.dataset.courses)
        owner = np.repeat(
            np.arange(problem.num_learners), np.diff(problem.teaching.reach_start)
        )
        return np.unique(owner[taught])
    possible = problem.open_options.any(axis=1)
    if "recognitions" in candidate.rows:
        (row,) = candidate.rows["recognitions"]
        site = positions_of([row["site_id"]], problem.dataset.sites.site_id)
        here = problem.option_site == site[0]
    else:
        here = problem.pairs.option_mentor >= len(base.dataset.mentors)
    return np.unique(problem.option_learner[here & possible])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What is limited about a candidate, by period; of a course as a whole.

    Attributes
    ----------
    kind, at
        The site, mentor or course, by its position in the small problem.
    units
        (periods,) or (1,), learners whom it holds.
    """

    kind: Literal["site", "mentor", "seat"]
    at: int
    units: Floats

    def priced(self, base: Prices, problem: Problem, price: Floats) -> Prices:
        """Prices of the region, 0 for what is new, and the place's own on top."""
        capacities = problem.capacities
        shapes = {
            "site": capacities.site.shape,
            "mentor": capacities.mentor.shape,
            "hours": capacities.hours.shape,
            "unsigned": capacities.hours.shape,
            "seat": capacities.seats.shape,
        }
        longer = {name: _longer(getattr(base, name), shapes[name]) for name in shapes}
        longer[self.kind][self.at] += price if self.kind != "seat" else price[0]
        return replace(base, **longer)

    def use(self, problem: Problem, plans: Plans) -> Floats:
        """Learners whom these plans bring, in the shape of `units`."""
        if self.kind == "seat":
            return np.array([float((plans.course == self.at).any(axis=1).sum())])
        here = problem.option_site == self.at
        if self.kind == "mentor":
            here = problem.pairs.option_mentor == self.at
        taken = (plans.option >= 0) & here[plans.option]
        return np.asarray(taken.sum(axis=0), dtype=float)


def _place_of(problem: Problem, base: Problem, candidate: Candidate) -> _Place:
    if "courses" in candidate.rows:
        seats = float(candidate.rows["courses"][0]["seats"])
        at = len(base.dataset.courses)
        return _Place(kind="seat", at=at, units=np.array([seats]))
    if "recognitions" in candidate.rows:
        site_id = candidate.rows["recognitions"][0]["site_id"]
        at = int(positions_of([site_id], problem.dataset.sites.site_id)[0])
        units = float(problem.dataset.sites.capacity[at])
        # Signed placements may exceed the capacity, here or in the whole region.
        if at < len(base.dataset.sites):
            units = np.maximum(base.capacities.site[at], units)
        return _Place(
            kind="site", at=at, units=np.broadcast_to(units, problem.num_periods)
        )
    most = float(candidate.rows["mentors"][0]["max_learners"])
    at = len(base.dataset.mentors)
    return _Place(kind="mentor", at=at, units=np.full(problem.num_periods, most))


def _longer(old: Floats, shape: tuple[int, ...]) -> Floats:
    values = np.zeros(shape)
    values[: len(old)] = old
    return values


def changed_dataset(dataset: Dataset, screened: Screened) -> Dataset:
    """The dataset of the learners concerned, with what the candidate adds."""
    kept = np.zeros(len(dataset.learners), dtype=bool)
    kept[screened.learners] = True
    return only_learners(with_candidates(dataset, (screened.candidate,)), kept)
