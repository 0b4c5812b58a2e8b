"""Points per week of every option, term by term (contract, section 6)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.dataset.dataset import Dataset
from matcher.dataset.tables import Floats, Texts
from matcher.eligibility import EligiblePairs
from matcher.eligibility.pairs import override
from matcher.eligibility.position import Index, positions_of
from matcher.policy import Policy
from matcher.scorer import pair_features, read_scorer

_DAYS_PER_WEEK = 5.0  # minutes a day of a mentor, on each day at the workplace
_WEEKLY_MINUTES = 10.0
_MONTHLY_MINUTES = 60.0
_MONTHS_PER_WEEK = 12.0 / 52.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPairs:
    """Terms of every option, in points per week.

    Attributes
    ----------
    travel, support, preference, success, unknown
        (options,), the terms of q.
    burden
        (options,), q: their sum.
    fairness
        (options,), what the square of the burden adds.
    chance
        (pairs,), the s of the success term; NaN where that term is 0.
    guidance_hours
        (options,), hours per week that the learner asks of the mentor, without
        the start-up factor.
    """

    travel: Floats
    support: Floats
    preference: Floats
    success: Floats
    unknown: Floats
    burden: Floats
    fairness: Floats
    chance: Floats
    guidance_hours: Floats


def score_pairs(pairs: EligiblePairs, dataset: Dataset, policy: Policy) -> ScoredPairs:
    """Score every option of every pair.

    Unknown minutes (a signed pair without a location) weigh nothing: the term
    cannot be told, and the pair is reported where it is read.

    Raises
    ------
    ArtefactError
        The policy names a success model that cannot be used.
    """
    pair = pairs.option_pair
    learner, mentor = pairs.learner[pair], pairs.option_mentor
    profiles = pairs.profiles
    unmet = profiles.wished_total[learner] - profiles.wished.between(learner, mentor)
    travel = _travel(pairs, policy)[pair]
    support = policy.support * unmet
    preference = _preference(pairs, dataset, policy)[pair]
    chance = _chance(pairs, dataset, policy)
    success = policy.success * (1.0 - np.nan_to_num(chance, nan=1.0))[pair]
    unknown = policy.unknown * pairs.unknown_demands[pair]
    burden = travel + support + preference + success + unknown
    return ScoredPairs(
        travel=travel,
        support=support,
        preference=preference,
        success=success,
        unknown=unknown,
        burden=burden,
        fairness=policy.fairness * burden * burden,
        chance=chance,
        guidance_hours=_guidance_hours(pairs, dataset, policy),
    )


def _travel(pairs: EligiblePairs, policy: Policy) -> Floats:
    travel = policy.travel
    near = np.minimum(pairs.minutes, travel.comfortable)
    far = np.maximum(pairs.minutes - travel.comfortable, 0.0)
    return np.nan_to_num(travel.per_minute * near + travel.beyond * far)


def _pair_rows(
    pairs: EligiblePairs, dataset: Dataset, learner_ids: Texts, site_ids: Texts
) -> tuple[Index, Index]:
    """Keys of all pairs, and of the rows of a table of learner and site."""
    num_sites = len(dataset.sites)
    site = pairs.offerings.site[pairs.offering]
    row_learner = positions_of(learner_ids, dataset.learners.learner_id)
    row_site = positions_of(site_ids, dataset.sites.site_id)
    return pairs.learner * num_sites + site, row_learner * num_sites + row_site


def _preference(pairs: EligiblePairs, dataset: Dataset, policy: Policy) -> Floats:
    """The wish of learner and site: the mean of the rows given, 0 without any."""
    rows = dataset.preferences
    keys, row_keys = _pair_rows(pairs, dataset, rows.learner_id, rows.site_id)
    known, owner = np.unique(row_keys, return_inverse=True)
    total = np.bincount(owner, weights=rows.preference, minlength=len(known))
    mean = total / np.maximum(np.bincount(owner, minlength=len(known)), 1)
    wish = override(np.zeros(len(keys)), keys, known, mean)
    return policy.preference * (1.0 - wish) / 2.0


def _chance(pairs: EligiblePairs, dataset: Dataset, policy: Policy) -> Floats:
    """The row in `scores`, else what the scorer of the policy says, else NaN."""
    chance = np.full(len(pairs.learner), np.nan)
    if policy.success_model is not None:
        scorer = read_scorer(Path(policy.success_model))
        chance = scorer.chance(pair_features(pairs, dataset))
    rows = dataset.scores
    keys, row_keys = _pair_rows(pairs, dataset, rows.learner_id, rows.site_id)
    return override(chance, keys, row_keys, rows.success)


def _guidance_hours(pairs: EligiblePairs, dataset: Dataset, policy: Policy) -> Floats:
    """Hours per week: the `guidance` row, else the learner's, else the formula."""
    learners, trajectories = dataset.learners, dataset.trajectories
    days = trajectories.days_per_week[pairs.positions.learner_trajectory]
    minutes = (
        _DAYS_PER_WEEK * days + _WEEKLY_MINUTES + _MONTHLY_MINUTES * _MONTHS_PER_WEEK
    )
    levels = policy.guidance.per_support_level * pairs.profiles.level_total
    own = learners.guidance_hours
    hours = np.where(np.isnan(own), minutes / 60.0 + levels, own)
    learner = pairs.learner[pairs.option_pair]
    num_mentors = len(dataset.mentors)
    rows = dataset.guidance
    row_learner = positions_of(rows.learner_id, learners.learner_id)
    row_mentor = positions_of(rows.mentor_id, dataset.mentors.mentor_id)
    return override(
        hours[learner],
        learner * num_mentors + pairs.option_mentor,
        row_learner * num_mentors + row_mentor,
        rows.hours_per_week,
    )
