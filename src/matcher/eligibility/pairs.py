"""Pairs of learner and site that the rules allow, with a mentor and a period."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.dataset.dataset import Dataset
from matcher.dataset.tables import Bools, Floats
from matcher.eligibility.calendar import Calendar, calendar_of
from matcher.eligibility.offering import Offerings, offerings_of
from matcher.eligibility.position import Index, Positions, positions_of
from matcher.eligibility.profile import Profiles, profiles_of
from matcher.policy import Policy
from matcher.travel import Points, TravelProvider, postcode_points

TOLERANCE = 1e-6
"""Slack in comparisons of weeks, hours and minutes (contract, section 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EligiblePairs:
    """Pairs (learner x site) and their options (pair x mentor).

    A pair stands here when one of its options is eligible in some period, or is
    signed. Pairs are sorted by learner, then site; options by pair, then mentor.

    Attributes
    ----------
    learner, offering, minutes
        (pairs,); minutes one way, NaN where nobody knows (signed pairs only).
    unknown_demands
        (pairs,), demands of the site whose ability is unknown.
    option_pair, option_mentor
        (options,)
    eligible
        (options, periods): rules E1 to E9.
    signed_option
        (learners, periods), the option that is signed; -1 without.
    proposed_site, proposed_mentor
        (learners, periods); -1 without, or where the row names no mentor.
    """

    learner: Index
    offering: Index
    minutes: Floats
    unknown_demands: Floats
    option_pair: Index
    option_mentor: Index
    eligible: Bools
    signed_option: Index
    proposed_site: Index
    proposed_mentor: Index
    offerings: Offerings
    positions: Positions
    calendar: Calendar
    profiles: Profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decisions:
    """Placements that people decided, as positions; -1 where a cell is blank."""

    learner: Index
    period: Index
    site: Index
    mentor: Index


def eligible_pairs(
    dataset: Dataset, policy: Policy, provider: TravelProvider
) -> EligiblePairs:
    """Apply the rules E1 to E9 of the contract to every pair at once."""
    positions = Positions.of(dataset)
    calendar = calendar_of(dataset)
    profiles = profiles_of(dataset, positions.mentor_site)
    offerings = offerings_of(dataset, positions, calendar)
    signed = _decisions(dataset, "signed")
    learner, offering = _candidates(dataset, positions, offerings)
    site = offerings.site[offering]
    minutes = _minutes(dataset, provider, learner, site)
    allowed = _pair_allowed(dataset, policy, profiles, learner, site, minutes)
    keep = allowed | np.isin(
        _pair_key(learner, site, dataset),
        _pair_key(signed.learner, signed.site, dataset),
    )
    learner, offering, site = learner[keep], offering[keep], site[keep]
    minutes, allowed = minutes[keep], allowed[keep]
    pair, mentor = _options(dataset, positions, learner, site, signed)
    eligible = allowed[pair, None] & _period_allowed(
        dataset, policy, calendar, learner[pair], site[pair]
    )
    eligible &= offerings.recognised[offering[pair]]
    eligible &= _mentor_allowed(dataset, policy, calendar)[mentor]
    eligible &= (positions.mentor_site[mentor] == site[pair])[:, None]
    needs_met = profiles.required.between(learner[pair], mentor)
    eligible &= (needs_met >= profiles.required_total[learner[pair]])[:, None]
    _bar_refused(dataset, eligible, learner[pair], site[pair], mentor)
    signed_option = _signed_options(dataset, signed, learner[pair], site[pair], mentor)
    used = np.asarray(eligible.any(axis=1))
    used[signed_option[signed_option >= 0]] = True
    used_pairs = np.zeros(len(learner), dtype=bool)
    used_pairs[pair[used]] = True
    proposed = _decisions(dataset, "proposed")
    return EligiblePairs(
        learner=learner[used_pairs],
        offering=offering[used_pairs],
        minutes=minutes[used_pairs],
        unknown_demands=(
            profiles.site_demands[site] - profiles.known.between(learner, site)
        )[used_pairs],
        option_pair=_renumber(used_pairs)[pair[used]],
        option_mentor=mentor[used],
        eligible=eligible[used],
        signed_option=np.where(
            signed_option >= 0, np.append(_renumber(used), -1)[signed_option], -1
        ),
        proposed_site=_by_period(dataset, proposed, proposed.site),
        proposed_mentor=_by_period(dataset, proposed, proposed.mentor),
        offerings=offerings,
        positions=positions,
        calendar=calendar,
        profiles=profiles,
    )


def _renumber(keep: Bools) -> Index:
    """New position of each kept row; meaningless for rows that are dropped."""
    return np.cumsum(keep) - 1


def _decisions(dataset: Dataset, status: str) -> _Decisions:
    rows = dataset.placements
    of = rows.status == status
    return _Decisions(
        learner=positions_of(rows.learner_id[of], dataset.learners.learner_id),
        period=positions_of(rows.period_id[of], dataset.periods.period_id),
        site=positions_of(rows.site_id[of], dataset.sites.site_id),
        mentor=positions_of(rows.mentor_id[of], dataset.mentors.mentor_id),
    )


def _by_period(dataset: Dataset, decisions: _Decisions, values: Index) -> Index:
    table = np.full((len(dataset.learners), len(dataset.periods)), -1)
    table[decisions.learner, decisions.period] = values
    return table


def _pair_key(learner: Index, site: Index, dataset: Dataset) -> Index:
    return learner * len(dataset.sites) + site


def _candidates(
    dataset: Dataset, positions: Positions, offerings: Offerings
) -> tuple[Index, Index]:
    """Every learner with every offering of the learner's trajectory."""
    trajectory = positions.learner_trajectory
    first = offerings.start[trajectory]
    count = offerings.start[trajectory + 1] - first
    learner = np.repeat(np.arange(len(dataset.learners)), count)
    ends = np.cumsum(count)
    offering = np.arange(len(learner)) - np.repeat(ends - count - first, count)
    return learner, offering


def _minutes(
    dataset: Dataset, provider: TravelProvider, learner: Index, site: Index
) -> Floats:
    """Minutes of each pair: the `travel` row, else what the provider says."""
    learners, sites = dataset.learners, dataset.sites
    points = postcode_points()
    minutes = provider.minutes(
        Points(*points.locate(learners.postcode, learners.lat, learners.lon)),
        Points(*points.locate(sites.postcode, sites.lat, sites.lon)),
        learner,
        site,
        list(learners.modes),
    )
    rows = dataset.travel
    row_learner = positions_of(rows.learner_id, learners.learner_id)
    row_site = positions_of(rows.site_id, sites.site_id)
    return override(
        minutes,
        _pair_key(learner, site, dataset),
        _pair_key(row_learner, row_site, dataset),
        rows.minutes,
    )


def override(
    values: Floats, keys: Index, row_keys: Index, row_values: Floats
) -> Floats:
    """Values in which the rows of a table replace those with the same key."""
    order = np.argsort(row_keys, kind="stable")
    if not len(order):
        return values
    sorted_keys = row_keys[order]
    at = np.minimum(np.searchsorted(sorted_keys, keys), len(order) - 1)
    return np.where(sorted_keys[at] == keys, row_values[order][at], values)


def _pair_allowed(
    dataset: Dataset,
    policy: Policy,
    profiles: Profiles,
    learner: Index,
    site: Index,
    minutes: Floats,
) -> Bools:
    """Rules that no period and no mentor changes: E3, E5 and E7."""
    within = minutes <= travel_limits(dataset, policy)[learner] + TOLERANCE
    shared = profiles.languages.between(learner, site) > 0
    speaks = (profiles.site_languages[site] == 0) | shared
    able = profiles.unable.between(learner, site) == 0
    return np.asarray(within & speaks & able)


def travel_limits(dataset: Dataset, policy: Policy) -> Floats:
    """(learners,), minutes that E3 allows; infinite where nothing limits."""
    own = dataset.learners.max_travel_minutes
    limit = np.inf if policy.travel.max_minutes is None else policy.travel.max_minutes
    return np.minimum(np.where(np.isnan(own), np.inf, own), limit)


def _options(
    dataset: Dataset,
    positions: Positions,
    learner: Index,
    site: Index,
    signed: _Decisions,
) -> tuple[Index, Index]:
    """Every pair with every mentor of its site, and with signed mentors."""
    by_site = np.argsort(positions.mentor_site, kind="stable")
    start = np.searchsorted(
        positions.mentor_site[by_site], np.arange(len(dataset.sites) + 1)
    )
    count = start[site + 1] - start[site]
    pair = np.repeat(np.arange(len(learner)), count)
    ends = np.cumsum(count)
    within = np.arange(len(pair)) - np.repeat(ends - count - start[site], count)
    mentor = by_site[within]
    # A signature may name a mentor of another site: a warning, and it stays (P4).
    keys = _pair_key(learner, site, dataset)
    signed_pair = np.searchsorted(keys, _pair_key(signed.learner, signed.site, dataset))
    both = np.unique(
        np.concatenate([pair, signed_pair]) * len(dataset.mentors)
        + np.concatenate([mentor, signed.mentor])
    )
    return both // max(len(dataset.mentors), 1), both % max(len(dataset.mentors), 1)


def _period_allowed(
    dataset: Dataset, policy: Policy, calendar: Calendar, learner: Index, site: Index
) -> Bools:
    """(options, periods): rules E4 and E9."""
    del policy
    min_age = dataset.sites.min_age[site]
    ages = calendar.ages[learner]
    old_enough = np.isnan(min_age)[:, None] | (
        (ages >= 0) & (ages >= np.nan_to_num(min_age)[:, None])
    )
    return np.asarray(old_enough & calendar.active[learner])


def _mentor_allowed(dataset: Dataset, policy: Policy, calendar: Calendar) -> Bools:
    """(mentors, periods): rule E2."""
    mentors = dataset.mentors
    available = calendar.covered_by(mentors.available_from, mentors.available_to)
    if policy.untrained_mentor == "warn":
        return available
    trained = ~np.isnat(mentors.trained_on)[:, None] & (
        mentors.trained_on[:, None] <= calendar.first_days
    )
    return np.asarray(available & trained)


def _bar_refused(
    dataset: Dataset,
    eligible: NDArray[np.bool_],
    learner: Index,
    site: Index,
    mentor: Index,
) -> None:
    """Rule E8, in place; a blank period or mentor bars all of them."""
    refused = _decisions(dataset, "refused")
    keys = _pair_key(learner, site, dataset)
    wanted = _pair_key(refused.learner, refused.site, dataset)
    first = np.searchsorted(keys, wanted, side="left")
    last = np.searchsorted(keys, wanted, side="right")
    for row in range(len(wanted)):
        options = np.arange(first[row], last[row])
        if refused.mentor[row] >= 0:
            options = options[mentor[options] == refused.mentor[row]]
        period = refused.period[row]
        eligible[options, slice(None) if period < 0 else period] = False


def _signed_options(
    dataset: Dataset, signed: _Decisions, learner: Index, site: Index, mentor: Index
) -> Index:
    """(learners, periods): the signed option; -1 without."""
    keys = _pair_key(learner, site, dataset) * len(dataset.mentors) + mentor
    wanted = _pair_key(signed.learner, signed.site, dataset) * len(dataset.mentors)
    return _by_period(dataset, signed, np.searchsorted(keys, wanted + signed.mentor))
