"""Suggestions for one learner: plans that differ, each with its price for others."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.tables import Floats
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans
from matcher.solvers import SolveParams
from matcher.suggestions.candidate import Candidate, candidates_for
from matcher.suggestions.loaded_run import LoadedRun
from matcher.suggestions.plan_facts import PlanFacts, facts_of_each
from matcher.suggestions.plan_search import options_of
from matcher.suggestions.price_for_others import (
    Price,
    estimated_prices,
    exact_price,
    optimum_of,
)
from matcher.suggestions.region_prices import RegionPrices, sharers_of

DEFAULT_TOP = 5
"""Suggestions given when nobody says how many."""

SMALL_REGION = 30
"""Learners who share something, up to which prices are exact without being asked."""

EXACT = SolveParams(gap=0.0, time_limit_seconds=60.0)
"""How the region is solved again; what is not proven by then is no exact price."""

_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestParams:
    """How suggestions are made.

    Attributes
    ----------
    top
        Most suggestions.
    exact
        Solve again for every price; None does so for small regions alone.
    solve
        Engine and limits of each time the region is solved again.
    """

    top: int = DEFAULT_TOP
    exact: bool | None = None
    solve: SolveParams = EXACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One plan that a learner could follow.

    Attributes
    ----------
    rank
        From 1: by the points of the plan and its price for others together.
    kinds
        Codes of `candidate.KINDS`: what is special about it.
    """

    rank: int
    kinds: tuple[str, ...]
    facts: PlanFacts
    price: Price


def suggest(
    run: LoadedRun,
    learner_id: str,
    params: SuggestParams | None = None,
    prices: RegionPrices | None = None,
) -> tuple[Suggestion, ...]:
    """Suggestions for a learner, the best for the region as a whole first.

    None of them is beaten: of two plans, one is never as good or better in every
    term and in its price for others. The learner's plan in the run is one of them
    unless it is beaten.

    Parameters
    ----------
    prices
        Shadow prices of the region; without them the estimates are cruder, and no
        plan is looked for that is kinder to others.

    Raises
    ------
    UnknownIdError
        There is no such learner.
    """
    params = params or SuggestParams()
    learner = run.learner(learner_id)
    others_pay = None if prices is None else _others_pay(run, learner, prices)
    found = candidates_for(run, learner, params.top, others_pay)
    priced = _priced(run, learner, found, params, prices)
    kept = [each for each in priced if not _is_beaten(each, priced)]
    ordered = sorted(kept, key=_order)
    return tuple(
        Suggestion(rank=rank, kinds=each.kinds, facts=each.facts, price=each.price)
        for rank, each in enumerate(ordered[: params.top], start=1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Priced:
    kinds: tuple[str, ...]
    facts: PlanFacts
    price: Price

    @property
    def measures(self) -> Floats:
        """All terms, and the price for others."""
        return np.array([*self.facts.terms.values(), self.price.others.points])


def _priced(
    run: LoadedRun,
    learner: int,
    found: tuple[Candidate, ...],
    params: SuggestParams,
    prices: RegionPrices | None,
) -> list[_Priced]:
    sharers = _to_solve_again(run, learner, params)
    optimum = None
    if sharers is not None:
        optimum = optimum_of(run, sharers, params.solve)
    plans = Plans.join([each.plan for each in found])
    rows = []
    for candidate, facts, estimate in zip(
        found,
        facts_of_each(run, plans),
        estimated_prices(run, plans, prices),
        strict=True,
    ):
        price = None
        if sharers is not None and optimum is not None:
            price = exact_price(run, candidate.plan, sharers, optimum, params.solve)
        rows.append(
            _Priced(kinds=candidate.kinds, facts=facts, price=price or estimate)
        )
    return rows


def _to_solve_again(
    run: LoadedRun, learner: int, params: SuggestParams
) -> Index | None:
    """The learners for whom prices are exact; None where they are estimated."""
    if params.exact is False:
        return None
    sharers = sharers_of(run, learner)
    is_asked = params.exact is True or len(sharers) <= SMALL_REGION
    return sharers if is_asked else None


def _order(one: _Priced) -> tuple[bool, float, float]:
    """Those with nothing but a lower bound last; then by what the region loses."""
    region = one.price.region
    return region.kind == "lower_bound", region.points, one.facts.points


def _is_beaten(one: _Priced, among: list[_Priced]) -> bool:
    """Another is as good in all, and better in something; of equals the first stays."""
    for other in among:
        if other is one:
            continue
        difference = other.measures - one.measures
        if (difference <= _SAME).all():
            is_equal = bool((difference >= -_SAME).all())
            if not is_equal or among.index(other) < among.index(one):
                return True
    return False


def _others_pay(run: LoadedRun, learner: int, prices: RegionPrices) -> Floats:
    """(options of the learner, periods), shadow prices of each placement."""
    problem, options = run.problem, options_of(run, learner)
    site, mentor = problem.sites_of(options), problem.pairs.option_mentor[options]
    rows, by_row = prices.rows, np.append(prices.row_prices, 0.0)  # -1 has no price
    pay = by_row[rows.site[site]] + by_row[rows.mentor[mentor]]
    pay += by_row[rows.unsigned[mentor]]
    hours = problem.scored.guidance_hours[options][:, None]
    pay += hours * by_row[rows.hours[mentor]]
    enterprise = problem.pairs.positions.site_enterprise[site]
    if len(rows.enterprise):
        owned = (enterprise >= 0)[:, None]
        pay += np.where(owned, by_row[rows.enterprise[enterprise]], 0.0)
    return np.asarray(pay)
