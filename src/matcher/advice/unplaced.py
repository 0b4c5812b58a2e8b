"""Why a learner has no placement in a period, and what would have to change."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.advice.block import any_by_group, longest_blocks
from matcher.advice.closest_site import why_no_site, why_not_in_period
from matcher.advice.reason import dutch_number, sentence
from matcher.advice.room_left import Room, RoomLeft
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.planning import PricedOptions, PriceList, Pricing, cheapest_plans
from matcher.problem.plans import Plans, plan_points
from matcher.problem.prices import no_prices
from matcher.problem.problem import Problem
from matcher.problem.run_record import UnplacedRow

_SAME_POINTS = 1e-6


def unplaced_rows(problem: Problem, plans: Plans) -> tuple[UnplacedRow, ...]:
    """Active periods without a placement, each with the first reason that holds.

    The plans of all others are taken as they are and the learner's own unsigned
    placements as free to change, so that every reason but `costlier` and
    `not_settled` says: no plan of this learner places this period. The codes are
    those of `reason.REASONS`, tried in that order.

    Parameters
    ----------
    plans
        One per learner.

    Returns
    -------
    tuple of UnplacedRow
        In the order of the learner table, then of the periods. `detail` is one
        Dutch sentence that names no other learner.
    """
    plans = plans.take(np.argsort(plans.learner, kind="stable"))
    empty = (plans.option < 0) & problem.pairs.calendar.active[plans.learner]
    reasons = _Reasons(problem, plans)
    dataset = problem.dataset
    return tuple(
        UnplacedRow(
            learner_id=dataset.learners.learner_id[plans.learner[row]],
            period_id=dataset.periods.period_id[period],
            reason=reason.code,
            detail=sentence(reason.clause),
        )
        for row in np.flatnonzero(empty.any(axis=1))
        for period, reason in reasons.of(int(row), np.flatnonzero(empty[row]))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    code: str
    clause: str


_FREE = _Reason(
    code="not_settled",
    clause="er is een plaats vrij die dit voorstel niet duurder maakt",
)
_UNSEARCHED = _Reason(
    code="not_settled",
    clause="er is ruimte; of ze dit voorstel beter maakt, staat nog niet vast",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One learner: pairs, options and the room for them.

    Attributes
    ----------
    first_option
        (pairs,), of each pair, counted from the learner's first option.
    site, fits_limit
        (pairs,); the site is signed, or one more than the signed ones is allowed.
    start, stay
        (pairs, periods): some option of the pair has room.
    """

    row: int
    learner: int
    room: Room
    eligible: Bools
    first_option: Index
    offering: Index
    site: Index
    fits_limit: Bools
    start: Bools
    stay: Bools


class _Reasons:
    """The reasons of one set of plans."""

    def __init__(self, problem: Problem, plans: Plans) -> None:
        self._problem = problem
        self._plans = plans
        self._room = RoomLeft(problem, plans)
        self._points = plan_points(problem, plans).sum(axis=1)
        self._price_list = PriceList(problem)
        self._priced = self._price_list.at(no_prices(problem))
        self._best_row = -1
        self._best: Pricing | None = None

    def of(self, row: int, periods: Index) -> Iterator[tuple[int, _Reason]]:
        """Each of these periods with its reason."""
        problem = self._problem
        learner = int(self._plans.learner[row])
        first, last = problem.option_start[problem.pair_start[[learner, learner + 1]]]
        eligible = problem.pairs.eligible[first:last]
        if not eligible.any():
            clause = why_no_site(problem, learner).nl
            for period in map(int, periods):
                yield period, _Reason(code="no_site", clause=clause)
            return
        case = self._case(row, eligible)
        sites = problem.option_site[first:last][eligible.any(axis=1)]
        for period in map(int, periods):
            if eligible[:, period].any():
                yield period, self._reason(case, period)
                continue
            clause = why_not_in_period(problem, learner, sites, period).nl
            yield period, _Reason(code="no_eligible_site_in_period", clause=clause)

    def _case(self, row: int, eligible: Bools) -> _Case:
        problem = self._problem
        learner = int(self._plans.learner[row])
        room = self._room.of(row)
        pairs = slice(*problem.pair_start[[learner, learner + 1]])
        first_option = problem.option_start[pairs] - room.options[0]
        offering = problem.pairs.offering[pairs]
        site = problem.pairs.offerings.site[offering]
        signed = problem.pairs.signed_option[learner]
        signed_sites = np.unique(problem.sites_of(signed[signed >= 0]))
        may_add = len(signed_sites) < problem.max_sites[learner]
        return _Case(
            row=row,
            learner=learner,
            room=room,
            eligible=eligible,
            first_option=first_option,
            offering=offering,
            site=site,
            fits_limit=np.isin(site, signed_sites) | may_add,
            start=any_by_group(room.start, first_option),
            stay=any_by_group(room.stay, first_option),
        )

    def _reason(self, case: _Case, period: int) -> _Reason:
        """Reason of a period in which some site is eligible."""
        problem = self._problem
        longest = longest_blocks(case.start, case.stay, problem.weeks, period)
        if (longest < 0).all():
            return _capacity(case, period)
        least = problem.min_block_weeks[case.learner]
        long_enough = longest >= least - TOLERANCE
        if not long_enough.any():
            return _too_short(longest, least)
        if not (long_enough & case.fits_limit).any():
            return _too_many(problem, case)
        return self._with_search(case, period, long_enough & case.fits_limit)

    def _with_search(self, case: _Case, period: int, possible: Bools) -> _Reason:
        """Reason that only the search over whole plans can tell."""
        now = self._points[case.row]
        if self._is_placed_in_best(case, period):
            return _FREE
        best = self._search(case, period)
        cost, bound = float(best.costs[0]), float(best.bounds[0])
        if np.isinf(bound):
            return _attest(self._problem, case, possible)
        return _by_points(cost, bound, now)

    def _is_placed_in_best(self, case: _Case, period: int) -> bool:
        """A plan that costs no more places the period: one search for all periods."""
        if self._best_row != case.row:
            self._best_row, self._best = case.row, self._search(case, None)
        best = self._best
        return bool(
            best is not None
            and best.found[0]
            and best.costs[0] <= self._points[case.row] + _SAME_POINTS
            and best.plans.option[0, period] >= 0
        )

    def _search(self, case: _Case, period: int | None) -> Pricing:
        """The learner's best plan in the room left; it places the period, if any."""
        priced, room = self._priced, case.room
        options, learner = room.options, case.learner
        cost, startup = priced.cost[options], priced.startup[options]
        leave = priced.leave[learner].copy()
        # Where a start fits and staying does not (a start-up factor below 1), the
        # search may stay all the same: it then finds too much, never too little.
        priced.cost[options] = np.where(room.start | room.stay, cost, np.inf)
        priced.startup[options] = np.where(room.start, startup, np.inf)
        if period is not None:
            priced.leave[learner, period] = np.inf
        left = PricedOptions(
            cost=priced.cost,
            startup=priced.startup,
            leave=priced.leave,
            seat=np.where(room.seat, priced.seat, np.inf),
        )
        pricing = cheapest_plans(self._price_list, left, np.array([learner]))
        priced.cost[options], priced.startup[options] = cost, startup
        priced.leave[learner] = leave
        return pricing


def _capacity(case: _Case, period: int) -> _Reason:
    """What is short at each site that is eligible: a place, or a mentor's room."""
    eligible = any_by_group(case.eligible, case.first_option)[:, period]
    places = any_by_group(case.room.places, case.first_option)[:, period]
    num_places = int((eligible & ~places).sum())
    num_mentors = int((eligible & places).sum())
    needed = []
    if num_places:
        needed.append(f"een plaats meer (bij {num_places})")
    if num_mentors:
        needed.append(f"meer uren of plaats bij een mentor (bij {num_mentors})")
    count = num_places + num_mentors
    sites = "werkplek past" if count == 1 else "werkplekken passen"
    clause = f"{count} {sites} in deze periode; nodig is {' of '.join(needed)}"
    return _Reason(code="capacity", clause=clause)


def _too_short(longest: Floats, least: float) -> _Reason:
    weeks = _in_weeks(float(longest.max()))
    return _Reason(
        code="block_too_short",
        clause=(
            f"er is ruimte voor hoogstens {weeks} na elkaar op één werkplek; een blok "
            f"duurt minstens {_in_weeks(float(least))}"
        ),
    )


def _too_many(problem: Problem, case: _Case) -> _Reason:
    most = int(problem.max_sites[case.learner])
    return _Reason(
        code="max_sites",
        clause=(
            f"de getekende plaatsingen vullen het aantal werkplekken al "
            f"(hoogstens {most}); nodig is ruimte op een van die werkplekken"
        ),
    )


def _attest(problem: Problem, case: _Case, possible: Bools) -> _Reason:
    """The attests of the possible site that asks the fewest; ties in their order."""
    asked = [
        _attests(problem, case.learner, int(offering))
        for offering in case.offering[possible]
    ]
    at = int(np.argmin([len(units) for units in asked]))
    site_id = problem.dataset.sites.site_id[case.site[possible][at]]
    return _Reason(
        code="attest_missing",
        clause=(
            f"voor {site_id} is eerst nodig: {', '.join(asked[at])}; een plaats in een "
            "cursus of een werkplek die dit eerder aanleert, helpt"
        ),
    )


def _attests(problem: Problem, learner: int, offering: int) -> list[str]:
    teaching, units = problem.teaching, problem.units
    asked = teaching.required_unit[
        slice(*teaching.required_start[[offering, offering + 1]])
    ]
    needed = asked[teaching.needed[learner, asked]]
    trajectory = problem.pairs.positions.learner_trajectory[learner]
    return list(units.ids[units.start[trajectory] + needed])


def _by_points(cost: float, bound: float, now: float) -> _Reason:
    """What the best plan that places the period tells beside the plan as it is.

    Parameters
    ----------
    cost, bound
        Of the best plan found, and below which there is none; they differ where
        the search did not end.
    """
    if bound <= now + _SAME_POINTS:
        return _FREE if cost <= now + _SAME_POINTS else _UNSEARCHED
    at_least = np.floor(10 * (bound - now)) / 10
    if cost - bound > _SAME_POINTS:
        points = f"minstens {dutch_number(at_least)} punten" if at_least else "iets"
    elif at_least:
        points = f"{dutch_number(cost - now)} punten"
    else:
        points = "minder dan 0,1 punt"
    return _Reason(
        code="costlier",
        clause=(
            f"er is ruimte, maar het voorstel van deze leerling wordt er {points} "
            "duurder door"
        ),
    )


def _in_weeks(weeks: float) -> str:
    return f"{dutch_number(weeks)} {'week' if weeks == 1 else 'weken'}"
