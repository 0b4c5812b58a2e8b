"""Why places stay unused: the first reason that holds."""

import numpy as np

from matcher.dataset.tables import Bools
from matcher.eligibility.pairs import TOLERANCE
from matcher.eligibility.position import Index
from matcher.suggestions import LoadedRun

UNUSED_REASONS = (
    "no_learner",
    "recognition_ends",
    "mentor_full",
    "lacks_competences",
    "other",
)
"""In order of precedence: nobody of the training may be there; the recognition is
too short around the period for the shortest block; every mentor who is there is
full; the site offers less than half of what the training learns at a workplace; any
other (people are elsewhere)."""

_ENOUGH = 0.5
"""Share of a training's units that a site of use to it offers."""


def unused_places(run: LoadedRun, used: Index) -> Index:
    """(offerings, periods, reasons), places of the site that stay unused.

    Parameters
    ----------
    used
        (sites, periods), learners there by the plans of the run.
    """
    problem = run.problem
    offerings = problem.pairs.offerings
    left = problem.dataset.sites.capacity[:, None] - used
    left = np.maximum(left, 0)[offerings.site] * offerings.recognised
    holds = np.stack(
        [
            ~_wanted(run),
            _too_short(run),
            _mentors_full(run)[offerings.site],
            _offers_little(run),
            np.ones(left.shape, dtype=bool),
        ],
        axis=2,
    )
    first = holds.argmax(axis=2)
    return np.asarray(
        left[:, :, None] * (first[:, :, None] == np.arange(len(UNUSED_REASONS)))
    )


def _wanted(run: LoadedRun) -> Bools:
    """(offerings, periods): somebody is eligible there then."""
    problem = run.problem
    wanted = np.zeros(problem.pairs.offerings.recognised.shape, dtype=bool)
    offering = problem.pairs.offering[problem.pairs.option_pair]
    np.logical_or.at(wanted, offering, problem.pairs.eligible)
    return wanted


def _too_short(run: LoadedRun) -> Bools:
    """(offerings, periods): no block of the least length fits around the period."""
    problem = run.problem
    offerings = problem.pairs.offerings
    least = problem.dataset.trajectories.min_block_weeks[offerings.trajectory]
    length = np.zeros(offerings.recognised.shape)
    forward = np.zeros(length.shape)
    backward = np.zeros(length.shape)
    running = np.zeros(len(length))
    for period in range(problem.num_periods):
        here = offerings.recognised[:, period]
        running = np.where(here, running + problem.weeks[period], 0.0)
        forward[:, period] = running
    running = np.zeros(len(length))
    for period in reversed(range(problem.num_periods)):
        here = offerings.recognised[:, period]
        running = np.where(here, running + problem.weeks[period], 0.0)
        backward[:, period] = running
    length = forward + backward - problem.weeks
    return np.asarray(length < least[:, None] - TOLERANCE)


def _mentors_full(run: LoadedRun) -> Bools:
    """(sites, periods): no mentor there has room for one learner more."""
    problem, dataset = run.problem, run.dataset
    mentors = dataset.mentors
    with_mentor = np.zeros((len(mentors), problem.num_periods))
    row, period = np.nonzero(run.plans.option >= 0)
    if len(row):
        mentor = problem.pairs.option_mentor[run.plans.option[row, period]]
        np.add.at(with_mentor, (mentor, period), 1)
    least = np.full(len(mentors), np.inf)
    np.minimum.at(least, problem.pairs.option_mentor, problem.scored.guidance_hours)
    hours = np.where(np.isnan(mentors.hours_per_week), np.inf, mentors.hours_per_week)
    is_open = problem.pairs.calendar.covered_by(
        mentors.available_from, mentors.available_to
    )
    is_open = is_open & (with_mentor < mentors.max_learners[:, None])
    is_open &= run.mentor_hours + least[:, None] <= hours[:, None] + TOLERANCE
    full = np.ones((len(dataset.sites), problem.num_periods), dtype=bool)
    site = problem.pairs.positions.mentor_site
    np.logical_and.at(full, site, ~is_open)
    return full


def _offers_little(run: LoadedRun) -> Bools:
    """(offerings, periods): less than half of the training's units then."""
    problem = run.problem
    units, teaching = problem.units, problem.teaching
    offerings = problem.pairs.offerings
    little = np.zeros(offerings.recognised.shape, dtype=bool)
    for at, trajectory in enumerate(offerings.trajectory):
        first, last = units.start[[trajectory, trajectory + 1]]
        asked = units.at_workplace[first:last, None] & units.in_window[first:last]
        rows = teaching.credit_start[at] + np.arange(last - first)
        given = (teaching.credit[rows] > 0) & asked
        little[at] = given.sum(axis=0) < _ENOUGH * asked.sum(axis=0)
    return little
