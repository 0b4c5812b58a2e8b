"""Shared capacities that can bind, as rows, and what plans use of them."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.problem.plans import Plans, block_starts, plan_sites
from matcher.problem.prices import Prices
from matcher.problem.problem import Problem

KINDS = ("site", "enterprise", "mentor", "hours", "unsigned", "seat")
"""Kinds of rows, in the order of the formulation: C1, C4, C2, C3, gate, C5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of the master: capacities that all plans together may exceed.

    A capacity that no combination of plans can exceed has no row, and price 0.

    Attributes
    ----------
    site, enterprise, mentor, hours, unsigned
        (places, periods), the row; -1 without. `unsigned` counts the unsigned
        learners of a mentor whose hours are gated (see `Capacities`).
    seat
        (courses,), the row; -1 without.
    limit
        (rows,), of a gated hours row the most that signed placements can ask; of
        an `unsigned` row 0.
    gate_hours, gate_unsigned
        (gates,), the two rows of each gate. Opening it lowers the one to the
        mentor's hours and lifts the other.
    gate_drop, gate_lift
        (gates,), by how much.
    """

    site: Index
    enterprise: Index
    mentor: Index
    hours: Index
    unsigned: Index
    seat: Index
    limit: Floats
    gate_hours: Index
    gate_unsigned: Index
    gate_drop: Floats
    gate_lift: Floats

    def __len__(self) -> int:
        return len(self.limit)


def rows_of(problem: Problem) -> Rows:
    """Rows of a problem."""
    capacities, pairs = problem.capacities, problem.pairs
    possible = problem.open_options.copy()
    learner, period = np.nonzero(pairs.signed_option >= 0)
    possible[pairs.signed_option[learner, period], period] = True
    owner, site = problem.option_learner, problem.option_site
    mentor = pairs.option_mentor
    enterprise = pairs.positions.site_enterprise[site]
    hours = problem.scored.guidance_hours * max(
        1.0, problem.policy.guidance.startup_factor
    )
    gated = capacities.hours_gated
    mentor_limit = np.minimum(capacities.mentor, _most_by_hours(problem, possible))
    ones = np.ones(len(owner))
    owned = enterprise >= 0
    binding = {
        "site": _demand(owner, site, possible, ones, capacities.site) > capacities.site,
        "enterprise": _demand(
            owner[owned],
            enterprise[owned],
            possible[owned],
            ones[owned],
            capacities.enterprise,
        )
        > capacities.enterprise,
        "mentor": _demand(owner, mentor, possible, ones, mentor_limit) > mentor_limit,
        "hours": (
            _demand(owner, mentor, possible, hours, capacities.hours) > capacities.hours
        )
        | gated,
        "unsigned": gated,
        "seat": np.bincount(
            problem.teaching.reach_course, minlength=len(capacities.seats)
        )
        > capacities.seats,
    }
    number = {}
    count = 0
    for kind in KINDS:
        number[kind] = np.full(binding[kind].shape, -1)
        number[kind][binding[kind]] = count + np.arange(int(binding[kind].sum()))
        count += int(binding[kind].sum())
    limits = {
        "site": capacities.site,
        "enterprise": capacities.enterprise,
        "mentor": mentor_limit,
        "hours": np.where(gated, capacities.hours_signed, capacities.hours) + TOLERANCE,
        "unsigned": np.zeros(gated.shape),
        "seat": capacities.seats.astype(float),
    }
    return Rows(
        **number,
        limit=np.concatenate([limits[kind][binding[kind]] for kind in KINDS]),
        gate_hours=number["hours"][gated],
        gate_unsigned=number["unsigned"][gated],
        gate_drop=(capacities.hours_signed - capacities.hours)[gated],
        gate_lift=np.minimum(capacities.mentor, problem.num_learners)[gated],
    )


def _most_by_hours(problem: Problem, possible: Bools) -> Floats:
    """(mentors, periods), most learners that a mentor's hours can hold.

    Learners count whole, hours do not: in the relaxation this is worth more than
    the hours alone. Every learner asks at least the least hours of all who may
    come; one who starts asks the start-up factor. So with more learners than fit
    beside a start, all of them must have been there in the period before, if the
    site has no other mentor to hand over from.
    """
    pairs, capacities = problem.pairs, problem.capacities
    mentor = pairs.option_mentor
    shape = capacities.hours.shape
    least = np.full(shape, np.inf)
    asked = np.where(possible, problem.scored.guidance_hours[:, None], np.inf)
    np.minimum.at(least, mentor, asked)
    factor = problem.policy.guidance.startup_factor
    least *= min(1.0, factor)
    signed = np.zeros(shape)
    learner, period = np.nonzero(pairs.signed_option >= 0)
    option = pairs.signed_option[learner, period]
    np.add.at(signed, (mentor[option], period), 1.0)
    sites = pairs.positions.mentor_site
    alone = (np.bincount(sites, minlength=1)[sites] == 1) & (factor > 1.0)
    most = np.full(shape, np.inf)
    before = np.zeros(shape[0])
    for at in range(shape[1]):
        room = capacities.hours_left[:, at] + TOLERANCE
        with np.errstate(invalid="ignore", divide="ignore"):
            steady = np.floor(room / least[:, at])
            beside_start = np.floor(room / least[:, at] - (factor - 1.0))
        held = np.fmax(beside_start, np.fmin(steady, before))
        count = np.where(alone, held, steady)
        count = np.where(np.isnan(count), np.inf, np.maximum(count, 0.0))
        most[:, at] = count + signed[:, at]
        before = most[:, at]
    return most


def _demand(
    owner: Index, place: Index, possible: Bools, amount: Floats, shape_of: Floats
) -> Floats:
    """(places, periods), the most that all learners together can ask of a place."""
    demand = np.zeros(shape_of.shape)
    order = np.lexsort((place, owner))
    key_owner, key_place = owner[order], place[order]
    if not len(order):
        return demand
    new = np.append(
        True, (key_owner[1:] != key_owner[:-1]) | (key_place[1:] != key_place[:-1])
    )
    first = np.flatnonzero(new)
    asked = np.where(possible[order], amount[order][:, None], 0.0)
    most = np.maximum.reduceat(asked, first, axis=0)
    np.add.at(demand, key_place[first], most)
    return demand


def plan_use(problem: Problem, rows: Rows, plans: Plans) -> sp.csr_array:
    """(plans, rows), what each plan uses of each row."""
    parts: list[tuple[Index, Index, Floats]] = []

    def add(plan: Index, row: Index, amount: NDArray[np.float64]) -> None:
        keep = row >= 0
        parts.append((plan[keep], row[keep], amount[keep]))

    plan, period = np.nonzero(plans.option >= 0)
    option = plans.option[plan, period]
    if len(option):
        sites = plan_sites(problem, plans)
        site, mentor = sites[plan, period], problem.pairs.option_mentor[option]
        ones = np.ones(len(plan))
        add(plan, rows.site[site, period], ones)
        enterprise = problem.pairs.positions.site_enterprise[site]
        owned = enterprise >= 0
        add(
            plan[owned],
            rows.enterprise[enterprise[owned], period[owned]],
            ones[owned],
        )
        add(plan, rows.mentor[mentor, period], ones)
        factor = np.where(
            block_starts(sites), problem.policy.guidance.startup_factor, 1.0
        )[plan, period]
        add(
            plan,
            rows.hours[mentor, period],
            problem.scored.guidance_hours[option] * factor,
        )
        unsigned = problem.pairs.signed_option[plans.learner[plan], period] < 0
        add(
            plan[unsigned],
            rows.unsigned[mentor[unsigned], period[unsigned]],
            ones[unsigned],
        )
    plan, unit = np.nonzero(plans.course >= 0)
    if len(plan):
        add(plan, rows.seat[plans.course[plan, unit]], np.ones(len(plan)))
    shape = (len(plans), len(rows))
    if not parts:
        return sp.csr_array(shape)
    at, row, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
    return sp.csr_array((amount, (at, row)), shape=shape)


def prices_of(rows: Rows, row_prices: Floats) -> Prices:
    """Prices by place and period from prices by row."""
    padded = np.append(row_prices, 0.0)  # row -1 has no price
    return Prices(
        site=padded[rows.site],
        enterprise=padded[rows.enterprise],
        mentor=padded[rows.mentor],
        hours=padded[rows.hours],
        unsigned=padded[rows.unsigned],
        seat=padded[rows.seat],
    )


def capacity_value(rows: Rows, row_prices: Floats) -> float:
    """What the capacities are worth at most at these prices.

    The Lagrangian bound is the sum over learners of their cheapest plans less this
    value; a gate is opened where that lowers the bound.
    """
    gate = (
        rows.gate_drop * row_prices[rows.gate_hours]
        - rows.gate_lift * row_prices[rows.gate_unsigned]
    )
    # No inner product: that of many rows depends on how many threads take it.
    return float((rows.limit * row_prices).sum() - np.minimum(gate, 0.0).sum())
