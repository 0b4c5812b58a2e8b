"""The waist of the house: what every engine and every reader shares."""

from dataclasses import dataclass

import numpy as np

from matcher.dataset.dataset import Dataset
from matcher.dataset.tables import Bools, Floats, Ints
from matcher.eligibility import EligiblePairs, eligible_pairs
from matcher.eligibility.position import Index
from matcher.policy import Policy
from matcher.problem.capacity import Capacities, capacities_of
from matcher.problem.teaching import Teaching, teaching_of
from matcher.problem.unit import Units, units_of
from matcher.scoring import ScoredPairs, score_pairs
from matcher.travel import EstimateProvider, TravelProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One dataset under one policy, as columns of positions.

    Attributes
    ----------
    pair_start
        (learners + 1,), the pairs of each learner.
    option_start
        (pairs + 1,), the options of each pair.
    open_options
        (options, periods): an unsigned placement is possible: eligible, and no
        shared capacity there is taken by signed placements alone.
    weekly_points
        (options,), g(q): points per week.
    leave_points
        (learners, periods), points of no placement in the period: `unplaced`
        and, where a proposal is left, `disruption`; 0 in an inactive period.
    disruption_points
        (options, periods), points for leaving the proposal of that period.
    max_sites, min_block_weeks
        (learners,), of their trajectory.
    """

    dataset: Dataset
    policy: Policy
    pairs: EligiblePairs
    scored: ScoredPairs
    units: Units
    teaching: Teaching
    capacities: Capacities
    pair_start: Index
    option_start: Index
    open_options: Bools
    weekly_points: Floats
    leave_points: Floats
    disruption_points: Floats
    max_sites: Ints
    min_block_weeks: Floats

    @property
    def num_learners(self) -> int:
        """Learners of the dataset."""
        return len(self.dataset.learners)

    @property
    def num_periods(self) -> int:
        """Periods of the dataset."""
        return len(self.dataset.periods)

    @property
    def weeks(self) -> Floats:
        """(periods,), workplace weeks."""
        return self.pairs.calendar.weeks

    @property
    def option_learner(self) -> Index:
        """(options,), position of the learner."""
        return self.pairs.learner[self.pairs.option_pair]

    @property
    def option_site(self) -> Index:
        """(options,), position of the site."""
        return self.pairs.offerings.site[self.pairs.offering[self.pairs.option_pair]]

    def sites_of(self, options: Index) -> Index:
        """Positions of the sites of these options, in the shape of `options`.

        For a few of very many options, quicker than to look them up in `option_site`.
        """
        pairs = self.pairs
        return pairs.offerings.site[pairs.offering[pairs.option_pair[options]]]


def prepare(
    dataset: Dataset,
    policy: Policy | None = None,
    provider: TravelProvider | None = None,
) -> Problem:
    """Problem of a dataset: eligibility, scores, capacities.

    Parameters
    ----------
    policy
        The defaults of the contract when absent.
    provider
        Travel times; the estimate of the policy when absent.
    """
    policy = policy or Policy()
    provider = provider or EstimateProvider(policy.travel)
    pairs = eligible_pairs(dataset, policy, provider)
    scored = score_pairs(pairs, dataset, policy)
    units = units_of(dataset, policy)
    capacities = capacities_of(dataset, pairs, scored, policy.guidance.startup_factor)
    option_site = pairs.offerings.site[pairs.offering[pairs.option_pair]]
    disruption, leave = _disruption(pairs, policy, option_site)
    trajectory = pairs.positions.learner_trajectory
    num_pairs = len(pairs.learner)
    return Problem(
        dataset=dataset,
        policy=policy,
        pairs=pairs,
        scored=scored,
        units=units,
        teaching=teaching_of(dataset, policy, pairs, units, provider),
        capacities=capacities,
        pair_start=np.searchsorted(pairs.learner, np.arange(len(trajectory) + 1)),
        option_start=np.searchsorted(pairs.option_pair, np.arange(num_pairs + 1)),
        open_options=_open_options(pairs, capacities, option_site),
        weekly_points=scored.burden + scored.fairness,
        leave_points=policy.unplaced * pairs.calendar.weeks * pairs.calendar.active
        + leave,
        disruption_points=disruption,
        max_sites=dataset.trajectories.max_sites[trajectory],
        min_block_weeks=dataset.trajectories.min_block_weeks[trajectory],
    )


def _open_options(
    pairs: EligiblePairs, capacities: Capacities, option_site: Index
) -> Bools:
    enterprise = pairs.positions.site_enterprise[option_site]
    closed = capacities.site_closed[option_site]
    closed = closed | capacities.mentor_closed[pairs.option_mentor]
    closed |= capacities.hours_closed[pairs.option_mentor]
    if len(capacities.enterprise_closed):
        owned = (enterprise >= 0)[:, None]
        closed |= owned & capacities.enterprise_closed[enterprise]
    return np.asarray(pairs.eligible & ~closed)


def _disruption(
    pairs: EligiblePairs, policy: Policy, option_site: Index
) -> tuple[Floats, Floats]:
    """Points for leaving a proposal: (options, periods) and (learners, periods)."""
    calendar = pairs.calendar
    points = policy.disruption * calendar.weeks * calendar.active
    proposed = pairs.proposed_site >= 0
    learner = pairs.learner[pairs.option_pair]
    site, mentor = pairs.proposed_site[learner], pairs.proposed_mentor[learner]
    leaves = (site != option_site[:, None]) | (
        (mentor >= 0) & (mentor != pairs.option_mentor[:, None])
    )
    by_option = np.where(proposed[learner] & leaves, points[learner], 0.0)
    return by_option, np.where(proposed, points, 0.0)
