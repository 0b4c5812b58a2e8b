"""What people decided and wished: agreements, proposals, refusals, wishes."""

from dataclasses import dataclass

import numpy as np

from matcher.policy import GuidancePolicy
from matcher.region.columns import Bools, Floats, Ints
from matcher.region.learners import Learners
from matcher.region.mentors import Mentors
from matcher.region.nearby import Nearby
from matcher.region.params import RegionParams, stream
from matcher.region.school_calendar import Terms
from matcher.region.sites import Enterprises, Sites
from matcher.region.table import Table, ids, numbers, table, taken
from matcher.region.training import Training

PROPOSED_SHARE = 0.08
REFUSED_SHARE = 0.06
WISH_SHARE = 0.3
ANSWER_SHARE = 0.12
"""Learners for whom a site said how it sees them."""
MEASURED_SHARE = 0.05
SCORED_SHARE = 0.04
AGREED_SHARE = 0.02
"""Learners for whom a mentor agreed other hours than the formula's."""

SIGNED_TERMS = (0.5, 0.3, 0.2)
"""Shares of signed first blocks of one, two and three terms."""

MOST_AGREED_HOURS = 1.0
"""Hours per week that a learner and a mentor agree on, instead of the formula."""


@dataclass(slots=True)
class _Room:
    """Places left while agreements are signed, all from the first term on."""

    sites: Ints
    mentors: Ints
    enterprises: Ints

    def take(self, site: int, mentor: int, enterprise: int) -> bool:
        """Take a place of each, if all three have one."""
        has_room = (
            self.sites[site] > 0
            and self.mentors[mentor] > 0
            and self.enterprises[enterprise] > 0
        )
        if has_room:
            self.sites[site] -= 1
            self.mentors[mentor] -= 1
            self.enterprises[enterprise] -= 1
        return bool(has_room)


def placement_table(
    learners: Learners,
    places: tuple[Sites, Enterprises, Mentors],
    near: Nearby,
    plan: tuple[tuple[Training, ...], Terms],
    params: RegionParams,
    seed: int,
) -> Table:
    """Table `placements`: signed, proposed and refused, at plausible sites."""
    sites, _, mentors = places
    trainings, terms = plan
    rng = stream(seed, "placements")
    luck = rng.random(len(learners))
    can_start = np.isnat(learners.ready_from) & (near.count > 0)
    wants = np.flatnonzero(can_start & (luck < params.signed_share))
    length = 1 + rng.choice(len(SIGNED_TERMS), size=len(learners), p=SIGNED_TERMS)
    hours = startup_hours(learners, trainings)
    signed = _signed(wants, hours, places, near, terms)
    rows = [
        (learner, term, site, mentor, "signed")
        for learner, site, mentor in signed
        for term in range(int(length[learner]))
    ]
    is_free = can_start & (luck >= params.signed_share)
    mentor_of_site = _steady_mentor(mentors, len(sites), terms)
    rows += _proposed(is_free, mentor_of_site, near, rng)
    rows += _refused(signed, near, rng)
    rows.sort()
    names = [*terms.period_id.tolist(), ""]
    return table(
        "placements",
        learner_id=ids("L", [row[0] for row in rows]),
        period_id=taken(names, [row[1] for row in rows]),
        site_id=ids("V", [row[2] for row in rows]),
        mentor_id=ids("M", [row[3] for row in rows]),
        status=[row[4] for row in rows],
    )


def startup_hours(learners: Learners, trainings: tuple[Training, ...]) -> Floats:
    """(learners,), guidance hours per week in a first term, the larger of two.

    The formula of the contract under the default policy, or the most that a
    learner and a mentor agree on between them.
    """
    policy = GuidancePolicy()
    days = np.array([training.days_per_week for training in trainings])
    usual = (5 * days[learners.training] + 10 + 60 * 12 / 52) / 60
    stated = ~np.isnan(learners.guidance_hours)
    extra = policy.per_support_level * learners.need_level.sum(axis=1)
    hours = np.where(stated, learners.guidance_hours, usual + extra)
    most: Floats = policy.startup_factor * np.maximum(hours, MOST_AGREED_HOURS)
    return most


def _signed(
    wants: Ints,
    hours: Floats,
    places: tuple[Sites, Enterprises, Mentors],
    near: Nearby,
    terms: Terms,
) -> list[tuple[int, int, int]]:
    """(learner, site, mentor), first come, first served; one learner per mentor."""
    sites, enterprises, mentors = places
    limit = np.nan_to_num(enterprises.max_learners, nan=1e9).astype(np.int64)
    mentor_of_site = _steady_mentor(mentors, len(sites), terms)
    room = _Room(
        sites=sites.capacity.copy(),
        mentors=np.ones(len(mentors), dtype=np.int64),
        enterprises=limit,
    )
    signed = []
    for learner in wants.tolist():
        for site in near.site[learner].tolist():
            mentor = int(mentor_of_site[site]) if site >= 0 else -1
            # A mentor without a limit has NaN hours, never too few.
            if mentor < 0 or mentors.hours_per_week[mentor] < hours[learner]:
                continue
            if room.take(site, mentor, int(sites.enterprise[site])):
                signed.append((learner, site, mentor))
                break
    return signed


def _steady_mentor(mentors: Mentors, num_sites: int, terms: Terms) -> Ints:
    """Per site a trained mentor who stays all along; -1 without one."""
    is_steady = np.isnat(mentors.available_from) & np.isnat(mentors.available_to)
    is_steady &= mentors.trained_on < terms.start[0]
    steady = np.flatnonzero(is_steady)[::-1]
    found = np.full(num_sites, -1, dtype=np.int64)
    found[mentors.site[steady]] = steady
    return found


def _proposed(
    is_free: Bools,
    mentor_of_site: Ints,
    near: Nearby,
    rng: np.random.Generator,
) -> list[tuple[int, int, int, int, str]]:
    """Propose a first term, at times the first two; half name a mentor."""
    asked = np.flatnonzero(is_free & (rng.random(len(is_free)) < PROPOSED_SHARE))
    is_named = rng.random(len(asked)) < 0.5
    is_long = rng.random(len(asked)) < 0.4
    rows = []
    for learner, named, long in zip(
        asked.tolist(), is_named.tolist(), is_long.tolist(), strict=True
    ):
        site = int(near.site[learner, 0])
        mentor = int(mentor_of_site[site]) if named else -1
        rows += [(learner, term, site, mentor, "proposed") for term in range(1 + long)]
    return rows


def _refused(
    signed: list[tuple[int, int, int]], near: Nearby, rng: np.random.Generator
) -> list[tuple[int, int, int, int, str]]:
    """Refuse the last of a learner's nearby sites, for good."""
    luck = rng.random(len(near.count))
    refusing = np.flatnonzero((luck < REFUSED_SHARE) & (near.count >= 2))
    agreed = {(learner, site) for learner, site, _ in signed}
    rows = []
    for learner in refusing.tolist():
        known = near.site[learner][near.site[learner] >= 0]
        site = int(known[-1])
        if (learner, site) not in agreed:
            rows.append((learner, -1, site, -1, "refused"))
    return rows


def wish_tables(mentors: Mentors, near: Nearby, seed: int) -> list[Table]:
    """Tables `preferences`, `travel`, `guidance` and `scores`: a few rows each."""
    rng = stream(seed, "wishes")
    by_learner = _some(near, WISH_SHARE, 3, rng)
    by_site = _some(near, ANSWER_SHARE, 1, rng)
    measured = _some(near, MEASURED_SHARE, 2, rng)
    scored = _some(near, SCORED_SHARE, 2, rng)
    return [
        _preferences(by_learner, by_site, near, rng),
        _travel(measured, near, rng),
        _guidance(near, mentors, rng),
        table(
            "scores",
            learner_id=ids("L", scored[0]),
            site_id=ids("V", near.site[scored]),
            success=numbers(np.clip(rng.normal(0.7, 0.15, len(scored[0])), 0, 1), 2),
        ),
    ]


def _some(
    near: Nearby, share: float, most: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """(learner, rank) of up to `most` nearby sites for a share of the learners."""
    is_asked = rng.random(len(near.count)) < share
    kept = (near.site >= 0) & is_asked[:, None]
    kept[:, most:] = False
    kept[:, 1:] &= rng.random(kept[:, 1:].shape) < 0.7
    learner, rank = np.nonzero(kept)
    return learner, rank


def _preferences(
    by_learner: tuple[Ints, Ints],
    by_site: tuple[Ints, Ints],
    near: Nearby,
    rng: np.random.Generator,
) -> Table:
    learner = np.concatenate([by_learner[0], by_site[0]])
    rank = np.concatenate([by_learner[1], by_site[1]])
    by = np.repeat([0, 1], [len(by_learner[0]), len(by_site[0])])
    wish = rng.choice([-0.6, -0.2, 0.2, 0.4, 0.6, 0.8, 1.0], size=len(learner))
    order = np.lexsort([by, rank, learner])
    return table(
        "preferences",
        learner_id=ids("L", learner[order]),
        site_id=ids("V", near.site[learner, rank][order]),
        by=taken(("learner", "site"), by[order]),
        preference=numbers(wish[order], 1),
    )


def _travel(
    measured: tuple[Ints, Ints], near: Nearby, rng: np.random.Generator
) -> Table:
    """Timetables differ from the estimate, here by a sixth either way."""
    factor = rng.uniform(0.85, 1.15, len(measured[0]))
    return table(
        "travel",
        learner_id=ids("L", measured[0]),
        site_id=ids("V", near.site[measured]),
        minutes=numbers(near.minutes[measured] * factor, 0),
    )


def _guidance(near: Nearby, mentors: Mentors, rng: np.random.Generator) -> Table:
    is_agreed = (rng.random(len(near.count)) < AGREED_SHARE) & (near.count > 0)
    learner = np.flatnonzero(is_agreed)
    mentor = np.searchsorted(mentors.site, near.site[learner, 0])
    return table(
        "guidance",
        learner_id=ids("L", learner),
        mentor_id=ids("M", mentor),
        hours_per_week=numbers(rng.uniform(0.3, MOST_AGREED_HOURS, len(learner)), 2),
    )
