"""Which pair rule (E1 to E8) stands between one learner and each recognised site."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.pairs import TOLERANCE, override, travel_limits
from matcher.eligibility.position import Index, positions_of
from matcher.problem.problem import Problem
from matcher.travel import EstimateProvider, Points, postcode_points


class Rule(IntEnum):
    """A pair rule of the contract, section 2; E9 is the learner's own start."""

    E1 = 0
    E2 = 1
    E3 = 2
    E4 = 3
    E5 = 4
    E6 = 5
    E7 = 6
    E8 = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Barriers:
    """Options of one learner at every site that some recognition row names.

    Attributes
    ----------
    site, mentor
        (options,), every mentor of every site; one row with mentor -1 where a
        site has none.
    minutes
        (options,), NaN where nobody knows.
    is_located
        The learner has a point, so that distances can be estimated.
    limit
        Minutes that E3 allows; infinite where nothing limits.
    barred
        (rules, options, periods): this rule does not hold.
    """

    site: Index
    mentor: Index
    minutes: Floats
    is_located: bool
    limit: float
    barred: Bools


def barriers_of(problem: Problem, learner: int) -> Barriers:
    """Barriers of one learner.

    Minutes are the `travel` row, else the estimate: whoever asked a router put
    its minutes into the `travel` rows of the dataset.
    """
    pairs, dataset = problem.pairs, problem.dataset
    offerings = pairs.offerings
    trajectory = pairs.positions.learner_trajectory[learner]
    rows = np.arange(offerings.start[trajectory], offerings.start[trajectory + 1])
    offering, mentor = _with_mentors(problem, rows)
    site = offerings.site[offering]
    home = _home(problem, learner)
    minutes = _minutes(problem, learner, home, site)
    limit = float(travel_limits(dataset, problem.policy)[learner])
    barred = np.empty((len(Rule), len(site), problem.num_periods), dtype=bool)
    barred[Rule.E1] = ~offerings.recognised[offering]
    barred[Rule.E2] = ~_mentor_ready(problem)[mentor] | (mentor < 0)[:, None]
    barred[Rule.E3] = ~(minutes <= limit + TOLERANCE)[:, None]
    barred[Rule.E4] = _too_young(problem, learner, site)
    _bar_by_profile(problem, learner, site, mentor, barred)
    barred[Rule.E8] = _refused(problem, learner, site, mentor)
    return Barriers(
        site=site,
        mentor=mentor,
        minutes=minutes,
        is_located=bool(home.is_known[0]),
        limit=limit,
        barred=barred,
    )


def _with_mentors(problem: Problem, offering: Index) -> tuple[Index, Index]:
    """Each offering once per mentor of its site; once with -1 without any."""
    pairs = problem.pairs
    mentor_site, site = pairs.positions.mentor_site, pairs.offerings.site[offering]
    by_site = np.append(np.argsort(mentor_site, kind="stable"), -1)
    first = np.searchsorted(mentor_site, site, sorter=by_site[:-1])
    after = np.searchsorted(mentor_site, site, side="right", sorter=by_site[:-1])
    first, count = np.where(after > first, first, -1), np.maximum(after - first, 1)
    ends = np.cumsum(count)
    at = np.arange(count.sum()) + np.repeat(first - (ends - count), count)
    return np.repeat(offering, count), by_site[at]


def _home(problem: Problem, learner: int) -> Points:
    learners, own = problem.dataset.learners, slice(learner, learner + 1)
    return Points(
        *postcode_points().locate(
            learners.postcode[own], learners.lat[own], learners.lon[own]
        )
    )


def _minutes(problem: Problem, learner: int, home: Points, site: Index) -> Floats:
    dataset = problem.dataset
    learners, sites, rows = dataset.learners, dataset.sites, dataset.travel
    work = postcode_points().locate(
        sites.postcode[site], sites.lat[site], sites.lon[site]
    )
    minutes = EstimateProvider(problem.policy.travel).minutes(
        home,
        Points(*work),
        np.zeros(len(site), dtype=np.int64),
        np.arange(len(site)),
        [learners.modes[learner]],
    )
    mine = rows.learner_id == learners.learner_id[learner]
    row_site = positions_of(rows.site_id[mine], sites.site_id)
    return override(minutes, site, row_site, rows.minutes[mine])


def _mentor_ready(problem: Problem) -> Bools:
    """(mentors + 1, periods): available and trained; the last row is nobody."""
    mentors, calendar = problem.dataset.mentors, problem.pairs.calendar
    ready = calendar.covered_by(mentors.available_from, mentors.available_to)
    if problem.policy.untrained_mentor == "forbid":
        trained = mentors.trained_on[:, None] <= calendar.first_days
        ready &= trained & ~np.isnat(mentors.trained_on)[:, None]
    return np.concatenate([ready, np.zeros((1, ready.shape[1]), dtype=bool)])


def _too_young(problem: Problem, learner: int, site: Index) -> Bools:
    min_age = problem.dataset.sites.min_age[site][:, None]
    age = problem.pairs.calendar.ages[learner]
    return np.asarray(~np.isnan(min_age) & ((age < 0) | (age < min_age)))


def _bar_by_profile(
    problem: Problem, learner: int, site: Index, mentor: Index, barred: Bools
) -> None:
    """Rules E5, E6 and E7, in place."""
    profiles = problem.pairs.profiles
    own = np.full(len(site), learner)
    speaks = profiles.languages.between(own, site) > 0
    barred[Rule.E5] = ((profiles.site_languages[site] > 0) & ~speaks)[:, None]
    has = mentor >= 0
    unmet = ~_site_gives_all(problem, learner, site)
    met = profiles.required.between(own[has], mentor[has])
    unmet[has] = met < profiles.required_total[learner]
    barred[Rule.E6] = unmet[:, None]
    barred[Rule.E7] = (profiles.unable.between(own, site) > 0)[:, None]


def _site_gives_all(problem: Problem, learner: int, site: Index) -> Bools:
    """(options,): the site alone gives every support that is required."""
    dataset = problem.dataset
    rows = dataset.support_needs
    mine = rows.required & (rows.learner_id == dataset.learners.learner_id[learner])
    required = set(rows.need[mine])
    if not required:
        return np.ones(len(site), dtype=bool)
    return np.array([required <= set(dataset.sites.supports[s]) for s in site], bool)


def _refused(problem: Problem, learner: int, site: Index, mentor: Index) -> Bools:
    dataset = problem.dataset
    rows = dataset.placements
    mine = (rows.status == "refused") & (
        rows.learner_id == dataset.learners.learner_id[learner]
    )
    refused = np.zeros((len(site), problem.num_periods), dtype=bool)
    for site_id, mentor_id, period_id in zip(
        rows.site_id[mine], rows.mentor_id[mine], rows.period_id[mine], strict=True
    ):
        hit = dataset.sites.site_id[site] == site_id
        if mentor_id:
            hit &= positions_of([mentor_id], dataset.mentors.mentor_id) == mentor
        periods = dataset.periods.period_id == period_id
        refused[np.ix_(hit, periods if period_id else np.ones_like(periods))] = True
    return refused
