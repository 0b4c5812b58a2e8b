"""A few plausible sites per learner, to hang decisions and wishes on.

Deliberately stricter and simpler than the rules of eligibility: what this
room calls plausible is eligible, not the other way round.
"""

from dataclasses import dataclass

import numpy as np

from matcher.policy import TravelPolicy
from matcher.region.columns import Bools, Floats, Ints
from matcher.region.frame import Frame
from matcher.region.learners import MODES, NO, Learners
from matcher.region.recognitions import Recognitions
from matcher.region.school_calendar import Terms
from matcher.region.sites import Sites

PER_LEARNER = 6
"""Most sites kept per learner."""

EARTH_KM = 6371.0088
DEFAULT_MODES = (MODES.index("bike"), MODES.index("pt"))
UNLIMITED_MINUTES = 90.0
"""What an unlimited learner travels to a plausible site."""

LEARNERS_AT_A_TIME = 400
"""Bounds the memory of (learners, sites)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """Plausible sites in random order.

    Attributes
    ----------
    site
        (learners, PER_LEARNER), positions; -1 pads the row.
    minutes
        Same shape, estimated travel; NaN pads the row.
    count
        (learners,), plausible sites before the cut at PER_LEARNER.
    """

    site: Ints
    minutes: Floats
    count: Ints


def nearby(
    frame: Frame, learners: Learners, sites: Sites, recognitions: Recognitions
) -> Nearby:
    """Draw up to PER_LEARNER plausible sites for every learner."""
    rng, terms = frame.stream("nearby"), frame.terms
    site = np.full((len(learners), PER_LEARNER), -1, dtype=np.int64)
    minutes = np.full(site.shape, np.nan)
    count = np.zeros(len(learners), dtype=np.int64)
    is_lasting = ~(recognitions.valid_from > terms.start[0]) & ~(
        recognitions.valid_to < terms.end[2]
    )
    for training in np.unique(learners.training).tolist():
        recognised = recognitions.site[(recognitions.training == training) & is_lasting]
        of_training = np.flatnonzero(learners.training == training)
        for first in range(0, len(of_training), LEARNERS_AT_A_TIME):
            some = of_training[first : first + LEARNERS_AT_A_TIME]
            travel = travel_minutes(learners, some, sites, recognised)
            fits = travel <= _limits(learners, some)[:, None]
            fits &= _suits(learners, some, sites, recognised, terms)
            luck = np.where(fits, rng.random(fits.shape), np.inf)
            best = np.argsort(luck, axis=1)[:, :PER_LEARNER]
            width = best.shape[1]
            kept = np.take_along_axis(fits, best, axis=1)
            site[some, :width] = np.where(kept, recognised[best], -1)
            minutes[some, :width] = np.where(
                kept, np.take_along_axis(travel, best, axis=1), np.nan
            )
            count[some] = fits.sum(axis=1)
    return Nearby(site=site, minutes=minutes, count=count)


def travel_minutes(learners: Learners, some: Ints, sites: Sites, at: Ints) -> Floats:
    """(some, at), the travel estimate of the contract under the default policy."""
    policy = TravelPolicy()
    lat = np.radians(learners.lat[some])[:, None]
    lon = np.radians(learners.lon[some])[:, None]
    to_lat = np.radians(sites.lat[at])[None, :]
    to_lon = np.radians(sites.lon[at])[None, :]
    half = (
        np.sin((to_lat - lat) / 2) ** 2
        + np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    )
    km = policy.detour * 2 * EARTH_KM * np.arcsin(np.sqrt(half))
    usable = learners.modes[some].copy()
    is_blank = ~np.any(usable, axis=1)
    for mode_number in DEFAULT_MODES:
        usable[is_blank, mode_number] = True
    minutes = np.full(km.shape, np.inf)
    for number, name in enumerate(MODES):
        mode = policy.modes[name]
        by_mode = mode.access + 60 * km / mode.speed
        by_mode[~usable[:, number]] = np.inf
        np.minimum(minutes, by_mode, out=minutes)
    return minutes


def _limits(learners: Learners, some: Ints) -> Floats:
    """Stay two minutes below the limit: coordinates are rounded on paper."""
    limit = learners.max_travel_minutes[some]
    return np.where(np.isnan(limit), UNLIMITED_MINUTES, limit) - 2.0


def _suits(
    learners: Learners, some: Ints, sites: Sites, at: Ints, terms: Terms
) -> Bools:
    """Age, language, required support at the site itself, no assessed "no"."""
    age = np.floor(
        (terms.start[0] - learners.birth_date[some]).astype(np.float64) / 365.26
    )
    min_age = sites.min_age[at]
    old_enough = np.isnan(min_age)[None, :] | (age[:, None] >= min_age[None, :])
    asked = sites.languages[at]
    speaks = (learners.languages[some][:, None, :] & asked[None, :, :]).any(axis=2)
    speaks |= ~np.any(asked, axis=1, keepdims=True).T
    lacking = learners.need_required[some].astype(int) @ (~sites.supports[at].T)
    refused = (learners.ability[some] == NO).astype(int) @ sites.demands[at].T
    fits: Bools = old_enough & speaks & (lacking == 0) & (refused == 0)
    return fits
