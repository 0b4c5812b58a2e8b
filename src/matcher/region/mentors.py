"""Mentors of the sites, with the time they have."""

from dataclasses import dataclass

import numpy as np

from matcher.region.columns import Bools, Dates, Floats, Ints
from matcher.region.frame import Frame
from matcher.region.school_calendar import Terms
from matcher.region.sites import Sites
from matcher.region.table import Table, dates, ids, lists, numbers, table
from matcher.region.vocabulary import SUPPORTS, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentors:
    """Mentors by position, ordered by site.

    Attributes
    ----------
    hours_per_week
        Guidance time; NaN is unlimited.
    trained_on
        NaT is not trained.
    available_from, available_to
        NaT is open.
    """

    site: Ints
    max_learners: Ints
    hours_per_week: Floats
    supports: Bools
    trained_on: Dates
    available_from: Dates
    available_to: Dates

    def __len__(self) -> int:
        return len(self.site)


def draw_mentors(frame: Frame, sites: Sites) -> Mentors:
    """One to three mentors per site, more where there are more places."""
    rng = frame.stream("mentors")
    luck = rng.random(len(sites))
    num = 1 + (luck < 0.28) + (luck < 0.08)
    second = np.where(rng.random(len(sites)) < 0.5, 2, 1)
    num = np.maximum(num, np.minimum(second, sites.capacity))
    site = np.repeat(np.arange(len(sites)), num)
    count = len(site)
    arrives = _some_days(count, 0.03, frame.terms, rng)
    leaves = _some_days(count, 0.06, frame.terms, rng)
    return Mentors(
        site=site,
        max_learners=1 + rng.choice(3, size=count, p=[0.6, 0.3, 0.1]),
        hours_per_week=_hours(count, rng),
        supports=rng.random((count, len(SUPPORTS))) < 0.15,
        trained_on=_trained_on(count, frame, rng),
        available_from=arrives,
        # Never both: who arrives within the plan stays.
        available_to=np.where(np.isnat(arrives), leaves, np.datetime64("NaT")),
    )


def _hours(count: int, rng: np.random.Generator) -> Floats:
    """Three in ten without limit; one in ten too short of time for a new start."""
    luck = rng.random(count)
    usual = rng.uniform(1.0, 3.5, count)
    tight = rng.uniform(0.5, 0.95, count)
    hours = np.where(luck < 0.1, tight, usual)
    return np.where(luck > 0.7, np.nan, np.round(hours, 1))


def _trained_on(count: int, frame: Frame, rng: np.random.Generator) -> Dates:
    """Most are trained already; some will be within the plan, some never."""
    first = frame.terms.start[0]
    luck = rng.random(count)
    never = frame.params.untrained_share
    before = first - rng.integers(10, 3000, count)
    during = first + rng.integers(30, 400, count)
    trained = np.where(luck < 1.5 * never, during, before)
    return np.where(luck < never, np.datetime64("NaT"), trained)


def _some_days(
    count: int, share: float, terms: Terms, rng: np.random.Generator
) -> Dates:
    """Days within the plan for a share of the mentors, else NaT."""
    span = int((terms.end[-1] - terms.start[0]).astype(int))
    days = terms.start[0] + rng.integers(60, span, count)
    return np.where(rng.random(count) < share, days, np.datetime64("NaT"))


def mentor_table(mentors: Mentors, words: Words) -> Table:
    """Table `mentors`, with the words in use."""
    return table(
        "mentors",
        mentor_id=ids("M", np.arange(len(mentors))),
        site_id=ids("V", mentors.site),
        max_learners=numbers(mentors.max_learners, 0),
        hours_per_week=numbers(mentors.hours_per_week, 1),
        supports=lists(mentors.supports & words.supports, SUPPORTS),
        trained_on=dates(mentors.trained_on),
        available_from=dates(mentors.available_from),
        available_to=dates(mentors.available_to),
    )
