"""What people decided: agreements signed, sites proposed and refused."""

from dataclasses import dataclass

import numpy as np

from matcher.policy import GuidancePolicy
from matcher.region.columns import Bools, Floats, Ints
from matcher.region.frame import Frame
from matcher.region.learners import Learners
from matcher.region.mentors import Mentors
from matcher.region.nearby import Nearby
from matcher.region.sites import Sites
from matcher.region.table import Table, ids, table, taken
from matcher.region.wishes import MOST_AGREED_HOURS

PROPOSED_SHARE = 0.08
REFUSED_SHARE = 0.06

SIGNED_TERMS = (0.5, 0.3, 0.2)
"""Shares of signed first blocks of one, two and three terms."""


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
    frame: Frame, learners: Learners, sites: Sites, mentors: Mentors, near: Nearby
) -> Table:
    """Table `placements`: signed, proposed and refused, at plausible sites."""
    rng = frame.stream("placements")
    mentor_of_site = _steady_mentor(frame, mentors, len(sites))
    luck = rng.random(len(learners))
    can_start = np.isnat(learners.ready_from) & (near.count > 0)
    is_signing = can_start & (luck < frame.params.signed_share)
    length = 1 + rng.choice(len(SIGNED_TERMS), size=len(learners), p=SIGNED_TERMS)
    signed = _signed(
        np.flatnonzero(is_signing),
        _startup_hours(frame, learners),
        sites,
        mentors.hours_per_week,
        mentor_of_site,
        near,
    )
    rows = [
        (learner, term, site, mentor, "signed")
        for learner, site, mentor in signed
        for term in range(int(length[learner]))
    ]
    rows += _proposed(can_start & ~is_signing, mentor_of_site, near, rng)
    rows += _refused(signed, near, rng)
    rows.sort()
    names = [*frame.terms.period_id.tolist(), ""]
    return table(
        "placements",
        learner_id=ids("L", [row[0] for row in rows]),
        period_id=taken(names, [row[1] for row in rows]),
        site_id=ids("V", [row[2] for row in rows]),
        mentor_id=ids("M", [row[3] for row in rows]),
        status=[row[4] for row in rows],
    )


def _startup_hours(frame: Frame, learners: Learners) -> Floats:
    """(learners,), guidance hours per week in a first term, the larger of two.

    The formula of the contract under the default policy, or the most that a
    learner and a mentor agree on between them.
    """
    policy = GuidancePolicy()
    days = np.array([training.days_per_week for training in frame.trainings])
    usual = (5 * days[learners.training] + 10 + 60 * 12 / 52) / 60
    stated = ~np.isnan(learners.guidance_hours)
    extra = policy.per_support_level * learners.need_level.sum(axis=1)
    hours = np.where(stated, learners.guidance_hours, usual + extra)
    most: Floats = policy.startup_factor * np.maximum(hours, MOST_AGREED_HOURS)
    return most


def _signed(
    wanting: Ints,
    hours_needed: Floats,
    sites: Sites,
    hours_offered: Floats,
    mentor_of_site: Ints,
    near: Nearby,
) -> list[tuple[int, int, int]]:
    """(learner, site, mentor), first come, first served; one learner per mentor."""
    limit = np.nan_to_num(sites.most_learners, nan=1e9).astype(np.int64)
    room = _Room(
        sites=sites.capacity.copy(),
        mentors=np.ones(len(hours_offered), dtype=np.int64),
        enterprises=limit,
    )
    signed = []
    for learner in wanting.tolist():
        for site in near.site[learner].tolist():
            mentor = int(mentor_of_site[site]) if site >= 0 else -1
            # A mentor without a limit has NaN hours, never too few.
            if mentor < 0 or hours_offered[mentor] < hours_needed[learner]:
                continue
            if room.take(site, mentor, int(sites.enterprise[site])):
                signed.append((learner, site, mentor))
                break
    return signed


def _steady_mentor(frame: Frame, mentors: Mentors, num_sites: int) -> Ints:
    """(sites,), a trained mentor who stays all along; -1 without one."""
    is_steady = np.isnat(mentors.available_from) & np.isnat(mentors.available_to)
    is_steady &= mentors.trained_on < frame.terms.start[0]
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
