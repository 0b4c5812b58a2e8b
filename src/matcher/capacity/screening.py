"""How much a candidate can gain at the most, from the shadow prices: proven.

The relaxation prices every shared thing. The place that a candidate brings gets a price
on top, any price of 0 or more. The learners who could use it are priced again;
everybody else keeps the floor. What the floors lose, what the place is worth at its
price, and what the bound leaves open in the parts concerned bound the gain together.
So it is for several candidates taken together, each with its own place.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from matcher.capacity.candidate import Candidate, with_candidates
from matcher.capacity.shadow_prices import RegionPrices
from matcher.capacity.site_minutes import SiteMinutes
from matcher.dataset import Dataset
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE, travel_limits
from matcher.eligibility.position import Index, positions_of
from matcher.planning import PriceList, cheapest_plans
from matcher.planning.menu import EPSILON
from matcher.problem.plans import Plans
from matcher.problem.prices import Prices
from matcher.problem.problem import Problem, prepare
from matcher.problem.rows import prices_of
from matcher.suggestions import LoadedRun
from matcher.suggestions.fixed_plan import only_learners

_STEPS = 6
_TARGET = 0.7
"""Prices tried for what candidates bring; each aims at this share of the best."""

_LEAST = 1e-9
"""A slope that short is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """Candidates taken together, and what they can gain.

    Attributes
    ----------
    most_points
        No more than this can be gained.
    learners
        Positions of all whose plans may change, directly or in a chain.
    wanting
        Positions of those who would gain themselves at the region's prices were it
        free, the most first.
    """

    candidates: tuple[Candidate, ...]
    most_points: float
    learners: Index
    wanting: Index


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

    def add(self, prices: Prices, price: Floats) -> None:
        """Add the place's own price to its price in the region."""
        own = price[0] if self.kind == "seat" else price
        getattr(prices, self.kind)[self.at] += own

    def use(self, problem: Problem, plans: Plans) -> Floats:
        """(plans, units), what each of these plans uses."""
        if self.kind == "seat":
            taken = (plans.course == self.at).any(axis=1, keepdims=True)
            return np.asarray(taken, dtype=float)
        here = problem.option_site == self.at
        if self.kind == "mentor":
            here = problem.pairs.option_mentor == self.at
        taken = (plans.option >= 0) & here[plans.option]
        return np.asarray(taken, dtype=float)


class Screen:
    """Bounds on gains around one run."""

    def __init__(self, run: LoadedRun, prices: RegionPrices) -> None:
        self._run, self._prices = run, prices
        self._problem = run.problem
        self._by_place = prices_of(prices.rows, prices.row_prices)
        self._open = np.maximum(prices.points - prices.bounds, 0.0)
        self._minutes = SiteMinutes(run)
        self._limits = travel_limits(run.dataset, run.problem.policy) + TOLERANCE

    def of(self, *candidates: Candidate) -> Screened | None:
        """The bound for candidates taken together; None where nobody could use any."""
        near = np.logical_or.reduce([self._near(each) for each in candidates])
        if not near.any():
            return None
        whole, sites = np.flatnonzero(near), self._sites(candidates)
        # Of the region no more than these learners may need: it is prepared anew.
        base = self._run.lookup.around(whole, tuple(sites.tolist()))
        problem = prepare(with_candidates(base, candidates), self._problem.policy)
        touched = _touched(problem, base, candidates)
        if not len(touched):
            return None
        parts = self._parts(whole[touched], sites)
        gain, wanting = self._lost_floors(problem, candidates, touched, whole[touched])
        slack = self._mentor_slack(sites) + EPSILON * len(touched)
        return Screened(
            candidates=candidates,
            most_points=float(self._open[parts].sum()) + gain + slack,
            learners=np.flatnonzero(np.isin(self._prices.part_of, parts)),
            wanting=wanting,
        )

    def _near(self, candidate: Candidate) -> Bools:
        """(learners,): all who might use it, by their training and their travel."""
        dataset, rows = self._run.dataset, candidate.rows
        if candidate.trajectory_id:
            own = dataset.learners.trajectory_id == candidate.trajectory_id
        else:
            sites = {row["site_id"] for row in rows["mentors"]}
            known = dataset.recognitions
            here = np.array([each in sites for each in known.site_id], dtype=bool)
            trainings = set(known.trajectory_id[here].tolist())
            own = np.array(
                [each in trainings for each in dataset.learners.trajectory_id],
                dtype=bool,
            )
        if "courses" in rows:
            return np.asarray(own)  # where it is given is settled when it is prepared
        if "sites" in rows:
            minutes = self._minutes.of_postcode(rows["sites"][0]["postcode"])
        else:
            minutes = self._minutes.of_site(int(self._sites((candidate,))[0]))
        return np.asarray(own & (minutes <= self._limits))

    def _sites(self, candidates: tuple[Candidate, ...]) -> Index:
        """Positions of the sites of today that candidates are about."""
        site = positions_of(
            [
                row["site_id"]
                for candidate in candidates
                for name in ("recognitions", "mentors")
                for row in candidate.rows.get(name, ())
            ],
            self._run.dataset.sites.site_id,
        )
        return np.unique(site[site >= 0])

    def _parts(self, touched: Index, site: Index) -> Index:
        """Parts of the region that the candidates join.

        Parameters
        ----------
        site
            Sites that they are about.
        """
        parts = set(self._prices.part_of[touched].tolist())
        positions = self._problem.pairs.positions
        enterprise = positions.site_enterprise[site]
        of = positions.site_enterprise[self._problem.option_site]
        here = np.isin(self._problem.option_site, site)
        here |= np.isin(of, enterprise[enterprise >= 0])
        users = np.unique(self._problem.option_learner[here])
        return np.array(sorted(parts | set(self._prices.part_of[users].tolist())))

    def _lost_floors(
        self,
        problem: Problem,
        candidates: tuple[Candidate, ...],
        touched: Index,
        whole: Index,
    ) -> tuple[float, Index]:
        """What the learners' floors lose, the places paid for, at the best price found.

        And who wants the places when they are free, the most first.

        First all is free: who loses nothing then, loses nothing at any price. Then
        prices begin where the gains that are paid for are least, and follow the use:
        where more learners want a place than it holds, it gets dearer (a subgradient
        of a convex bound, which holds at every step).
        """
        price_list = PriceList(problem)
        before = self._prices.floors[whole]
        by_place = self._prices_in(problem)
        places = [self._place_of(problem, each) for each in candidates]
        units = np.concatenate([place.units for place in places])
        ends = np.cumsum([len(place.units) for place in places])[:-1]
        price = np.zeros(len(units))
        best, wanting = np.inf, whole
        for step in range(_STEPS):
            prices = _copied(by_place)
            for place, own in zip(places, np.split(price, ends), strict=True):
                place.add(prices, own)
            found = cheapest_plans(
                price_list, price_list.at(prices), touched, cutoffs=before
            )
            lost = np.maximum(before - found.bounds, 0.0)
            value = float(lost.sum()) + float(price @ units)
            best = min(best, value)
            use = np.zeros((len(touched), len(units)))
            use[found.found] = np.column_stack(
                [place.use(problem, found.plans) for place in places]
            )
            if step == 0:
                gains = lost > 0.0
                by_loss = np.argsort(-lost, kind="stable")
                wanting = whole[by_loss[: int(gains.sum())]]
                touched, before = touched[gains], before[gains]
                lost, use = lost[gains], use[gains]
            slope = units - use.sum(axis=0)
            length = float(slope @ slope)
            if not len(touched) or length < _LEAST or best <= 0.0:
                break
            if step == 0:
                following = _first_price(lost, use, units)
            else:
                moved = (value - _TARGET * best) / length * slope
                following = np.maximum(price - moved, 0.0)
            if np.array_equal(following, price):
                break  # nothing is wanted by more than it holds
            price = following
        return best, wanting

    def _prices_in(self, problem: Problem) -> Prices:
        """Prices of the region in the positions of a small problem; 0 for the new."""
        base, lookup, dataset = self._by_place, self._run.lookup, problem.dataset
        site, mentor = (
            np.array([at.get(each, -1) for each in ids], dtype=np.int64)
            for at, ids in (
                (lookup.site, dataset.sites.site_id),
                (lookup.mentor, dataset.mentors.mentor_id),
            )
        )
        enterprise = positions_of(
            problem.pairs.positions.enterprise_ids,
            self._problem.pairs.positions.enterprise_ids,
        )
        course = positions_of(
            dataset.courses.course_id, self._run.dataset.courses.course_id
        )
        return Prices(
            site=_at(base.site, site),
            enterprise=_at(base.enterprise, enterprise),
            mentor=_at(base.mentor, mentor),
            hours=_at(base.hours, mentor),
            unsigned=_at(base.unsigned, mentor),
            seat=_at(base.seat, course),
        )

    def _place_of(self, problem: Problem, candidate: Candidate) -> _Place:
        """What the candidate brings, in the positions of a small problem."""
        dataset, rows = problem.dataset, candidate.rows
        if "courses" in rows:
            course = rows["courses"][0]
            (at,) = positions_of([course["course_id"]], dataset.courses.course_id)
            units = np.array([float(course["seats"])])
            return _Place(kind="seat", at=at, units=units)
        if "recognitions" in rows:
            site_id = rows["recognitions"][0]["site_id"]
            (at,) = positions_of([site_id], dataset.sites.site_id)
            units = np.full(problem.num_periods, float(dataset.sites.capacity[at]))
            # Signed placements may exceed the capacity, here or in the whole region.
            known = self._run.lookup.site.get(site_id)
            if known is not None:
                units = np.maximum(self._problem.capacities.site[known], units)
            return _Place(kind="site", at=at, units=units)
        mentor = rows["mentors"][0]
        (at,) = positions_of([mentor["mentor_id"]], dataset.mentors.mentor_id)
        units = np.full(problem.num_periods, float(mentor["max_learners"]))
        return _Place(kind="mentor", at=at, units=units)

    def _mentor_slack(self, sites: Index) -> float:
        """Points by which the limits of mentors there may rise, for they count hours.

        How many learners the hours of a mentor hold depends on who may come.
        """
        rows, prices = self._prices.rows, self._prices.row_prices
        mentors = np.isin(self._problem.pairs.positions.mentor_site, sites)
        row = rows.mentor[mentors]
        most = self._problem.capacities.mentor[mentors]
        known = row >= 0
        return float(
            ((most[known] - rows.limit[row[known]]) * prices[row[known]]).sum()
        )


def _first_price(lost: Floats, use: Floats, units: Floats) -> Floats:
    """One price for all that is wanted by more than it holds.

    Plans are taken to stay as they are when it is free; then what is gained and paid
    bends where a learner gains no more, and is least at one of the bends.

    Parameters
    ----------
    lost
        (learners,), what each gains when all is free.
    use
        (learners, units)
    """
    is_crowded = use.sum(axis=0) > units
    crowded = use[:, is_crowded].sum(axis=1)
    bends = lost[crowded > 0] / crowded[crowded > 0]
    if not len(bends):
        return np.zeros(len(units))
    paid = np.outer(bends, crowded)
    values = np.maximum(lost - paid, 0.0).sum(axis=1) + bends * units[is_crowded].sum()
    return np.where(is_crowded, bends[values.argmin()], 0.0)


def _touched(
    problem: Problem, base: Dataset, candidates: tuple[Candidate, ...]
) -> Index:
    """Learners of the small problem who may use what is not in its base."""
    taught = problem.teaching.reach_course >= len(base.courses)
    owner = np.repeat(
        np.arange(problem.num_learners), np.diff(problem.teaching.reach_start)
    )
    sites = [
        row["site_id"]
        for candidate in candidates
        for row in candidate.rows.get("recognitions", ())
    ]
    here = np.isin(
        problem.option_site, positions_of(sites, problem.dataset.sites.site_id)
    )
    here |= problem.pairs.option_mentor >= len(base.mentors)
    possible = problem.open_options.any(axis=1)
    return np.union1d(owner[taught], problem.option_learner[here & possible])


def _at(amounts: Floats, position: Index) -> Floats:
    """Amounts by position; 0 at -1."""
    nothing = np.zeros((1, *amounts.shape[1:]))
    return np.asarray(np.concatenate([amounts, nothing])[position])


def _copied(prices: Prices) -> Prices:
    """Prices that a place may add its own to."""
    return replace(
        prices,
        site=prices.site.copy(),
        mentor=prices.mentor.copy(),
        seat=prices.seat.copy(),
    )


def changed_dataset(dataset: Dataset, screened: Screened) -> Dataset:
    """The dataset of the learners concerned, with what the candidates add."""
    kept = np.zeros(len(dataset.learners), dtype=bool)
    kept[screened.learners] = True
    return only_learners(with_candidates(dataset, screened.candidates), kept)
