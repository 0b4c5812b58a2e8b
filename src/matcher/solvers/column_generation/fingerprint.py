"""Fingerprints: equal where a learner, or a part of the region, did not change.

A fingerprint covers all that the pricing of a learner reads, by ids instead of
positions, so that a learner added before another changes nothing for the other. It
is a hash of 64 bits: that two differing learners share one is as likely as nothing.
"""

import numpy as np
import pandas as pd
from pandas.util import hash_array, hash_pandas_object

from matcher.dataset.tables import Floats, Texts
from matcher.eligibility.position import Index
from matcher.planning import PriceList
from matcher.problem.prices import no_prices
from matcher.problem.problem import Problem
from matcher.problem.rows import Rows
from matcher.solvers.column_generation.region_part import RegionPart
from matcher.solvers.state import Fingerprints


def learner_fingerprints(problem: Problem, price_list: PriceList) -> Fingerprints:
    """(learners,), of all that decides a learner's plans and their points."""
    alone = price_list.at(no_prices(problem))
    signed = problem.pairs.signed_option
    option = _option_fingerprints(problem, alone.cost, alone.startup)
    learners = problem.num_learners
    of_options = _sums(option, problem.option_learner, learners)
    reach = problem.teaching
    sits = np.repeat(np.arange(learners), np.diff(reach.reach_start))
    of_courses = _sums(
        _course_fingerprints(problem)[reach.reach_course], sits, learners
    )
    padded = np.append(option, np.uint64(0))
    columns: dict[str, object] = {
        "options": of_options,
        "courses": of_courses,
        "units": _trajectory_fingerprints(problem)[
            problem.pairs.positions.learner_trajectory
        ],
        "max_sites": problem.max_sites,
        "min_block_weeks": problem.min_block_weeks,
        "policy": np.full(learners, _policy_fingerprint(problem, price_list)),
    }
    columns |= _by_column("leave", alone.leave)
    columns |= _by_column("needed", reach.needed)
    columns |= _by_column("signed", padded[signed])
    return _hashed(columns)


def part_fingerprint(
    names: Texts, rows: Rows, part: RegionPart, learners: Fingerprints
) -> np.uint64:
    """Of a part: its learners, its rows and their limits.

    Parameters
    ----------
    names
        (rows,), see `row_names`.
    learners
        (learners of the problem,), their fingerprints.
    """
    limit = rows.limit.copy()
    gate = np.zeros((3, len(limit)))
    gate[0, rows.gate_hours] = rows.gate_drop
    gate[1, rows.gate_hours] = rows.gate_lift
    gate[2, rows.gate_hours] = 1.0
    of_rows = _hashed(
        {
            "name": hash_array(names[part.rows]),
            "limit": limit[part.rows],
            **_by_column("gate", gate[:, part.rows].T),
        }
    )
    both: dict[str, object] = {
        "rows": [of_rows.sum(dtype=np.uint64)],
        "learners": [learners[part.learners].sum(dtype=np.uint64)],
    }
    return np.uint64(_hashed(both)[0])


def _option_fingerprints(
    problem: Problem, cost: Floats, startup: Floats
) -> Fingerprints:
    """(options,), of the place, its points, hours, credit and attests asked."""
    dataset, pairs = problem.dataset, problem.pairs
    site = hash_array(np.asarray(dataset.sites.site_id, dtype=object))
    mentor = hash_array(np.asarray(dataset.mentors.mentor_id, dtype=object))
    enterprise = np.append(
        hash_array(np.asarray(pairs.positions.enterprise_ids, dtype=object)),
        np.uint64(0),
    )
    where = problem.option_site
    columns: dict[str, object] = {
        "site": site[where],
        "mentor": mentor[pairs.option_mentor],
        "enterprise": enterprise[pairs.positions.site_enterprise[where]],
        "hours": problem.scored.guidance_hours,
        "offering": _offering_fingerprints(problem)[pairs.offering[pairs.option_pair]],
    }
    columns |= _by_column("cost", cost)
    columns |= _by_column("may_start", np.isfinite(startup))
    return _hashed(columns)


def _offering_fingerprints(problem: Problem) -> Fingerprints:
    """(offerings,), of what is taught and asked there."""
    teaching = problem.teaching
    count = len(teaching.credit_start)
    sizes = np.diff(np.append(teaching.credit_start, len(teaching.credit)))
    owner = np.repeat(np.arange(count), sizes)
    local = np.arange(len(owner)) - teaching.credit_start[owner]
    credit = _hashed({"local": local, **_by_column("credit", teaching.credit)})
    asks = np.repeat(np.arange(count), np.diff(teaching.required_start))
    required = _hashed({"required": teaching.required_unit})
    return _hashed(
        {
            "credit": _sums(credit, owner, count),
            "required": _sums(required, asks, count),
        }
    )


def _course_fingerprints(problem: Problem) -> Fingerprints:
    """(courses,), of a course: its id, unit and period."""
    return _hashed(
        {
            "id": hash_array(
                np.asarray(problem.dataset.courses.course_id, dtype=object)
            ),
            "unit": problem.teaching.course_unit,
            "period": problem.teaching.course_period,
        }
    )


def _trajectory_fingerprints(problem: Problem) -> Fingerprints:
    """(trajectories,), of the units of learning and the groups of contexts."""
    units = problem.units
    count = len(units.start) - 1
    owner = np.repeat(np.arange(count), np.diff(units.start))
    grouped = units.group >= 0
    at_least = np.append(units.group_at_least, 0)[np.where(grouped, units.group, -1)]
    points = np.append(units.group_points, 0.0)[np.where(grouped, units.group, -1)]
    # Contexts of one group count together: which ones is told by the first of them.
    _, first = np.unique(units.group, return_index=True)
    lead = np.zeros(len(units.group_at_least) + 1, dtype=np.int64)
    lead[units.group[first]] = first - units.start[owner[first]]
    unit = _hashed(
        {
            "local": np.arange(len(owner)) - units.start[owner],
            "id": hash_array(np.asarray(units.ids, dtype=object)),
            "weeks": units.weeks,
            "fallback": units.fallback,
            "at_centre": units.at_centre,
            "grouped": grouped,
            "at_least": at_least,
            "points": points,
            "lead": np.where(grouped, lead[units.group], -1),
        }
    )
    return _sums(unit, owner, count)


def _policy_fingerprint(problem: Problem, price_list: PriceList) -> np.uint64:
    """Of what is the same for all learners."""
    policy, periods = problem.policy, problem.dataset.periods
    columns: dict[str, object] = {
        "period": hash_array(np.asarray(periods.period_id, dtype=object)),
        "weeks": problem.weeks,
    }
    for name, value in (
        ("rotation", policy.rotation),
        ("handover", policy.handover),
        ("course", policy.course),
        ("startup", policy.guidance.startup_factor),
        ("drops", float(price_list.may_drop_dominated)),
    ):
        columns[name] = np.full(len(periods), float(value))
    columns["place"] = np.arange(len(periods))
    return np.uint64(_hashed(columns).sum(dtype=np.uint64))


def _by_column(name: str, table: np.ndarray) -> dict[str, object]:
    return {f"{name} {at}": table[:, at] for at in range(table.shape[1])}


def _hashed(columns: dict[str, object]) -> Fingerprints:
    """(rows,), a hash of each row of a table."""
    table = pd.DataFrame(columns)
    return np.asarray(hash_pandas_object(table, index=False), dtype=np.uint64)


def _sums(hashes: Fingerprints, owner: Index, count: int) -> Fingerprints:
    """(owners,), of the set of each owner's hashes: their sum, whatever the order."""
    total = np.zeros(count, dtype=np.uint64)
    np.add.at(total, owner, hashes)
    return total
